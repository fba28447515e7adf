//! The prefix of every route, and the routes that go without it.

use super::table::join;
use http::Method;

/// A prefix before the path of every route, except of those that are excluded.
///
/// A text alone becomes one without exclusions. It comes before everything else in a path, a version's segment included
/// (`GPX.4`).
///
/// # Examples
///
/// ```
/// use oriole_http::{Application, GlobalPrefix, http::Method};
///
/// fn configure(app: Application) -> Application {
///     app.global_prefix(
///         GlobalPrefix::new("api").exclude("health").exclude((Method::POST, "hooks/{name}")).exclude("assets/{*path}"),
///     )
/// }
/// # let _ = configure;
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct GlobalPrefix {
    prefix: String,
    exclusions: Vec<Exclusion>,
}

/// A route without the prefix: a path for every method, or a method with a path (`GPX.2`).
///
/// `{name}` stands for one segment of a route's path, `{*name}` at the end for all that follow (`GPX.3`).
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Exclusion {
    method: Option<Method>,
    path: String,
}

impl GlobalPrefix {
    /// Makes a prefix for every route.
    #[must_use]
    pub fn new(prefix: impl Into<String>) -> Self {
        Self { prefix: prefix.into(), exclusions: Vec::new() }
    }

    /// Lets routes keep their own path.
    ///
    /// The start fails with [`Error::Settings`](crate::Error::Settings) if the path has a bare `*`, and with
    /// [`Error::Route`](crate::Error::Route) if a route without the prefix then meets another one.
    #[must_use]
    pub fn exclude(mut self, exclusion: impl Into<Exclusion>) -> Self {
        self.exclusions.push(exclusion.into());
        self
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.prefix
    }

    pub(crate) fn excludes(&self) -> bool {
        !self.exclusions.is_empty()
    }

    /// The whole path of a route, with a version's segment behind the prefix. `*` is a route for all methods, which only
    /// an exclusion of all methods names.
    pub(crate) fn before(&self, method: &str, version: &str, path: &str) -> String {
        let excluded = |exclusion: &Exclusion| {
            exclusion.method.as_ref().is_none_or(|of| of.as_str() == method) && covers(&exclusion.path, path)
        };
        let prefix = if self.exclusions.iter().any(excluded) { "" } else { &self.prefix };
        join(&[prefix, version, path])
    }

    /// What is wrong with the exclusions.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let wrong = |path: &&str| {
            let count = segments(path).count();
            segments(path).enumerate().any(|(at, segment)| {
                let is_rest = segment.starts_with("{*");
                (segment.contains('*') && !is_rest) || (is_rest && at + 1 < count)
            })
        };
        let paths = self.exclusions.iter().map(|exclusion| exclusion.path.as_str()).filter(wrong);
        paths.map(|path| format!("`{path}` cannot be excluded from the prefix: end it with `{{*rest}}`")).collect()
    }
}

fn segments(path: &str) -> impl Iterator<Item = &str> {
    path.split('/').filter(|segment| !segment.is_empty())
}

fn covers(pattern: &str, path: &str) -> bool {
    let mut path = segments(path);
    for expected in segments(pattern) {
        let Some(segment) = path.next() else { return false };
        if expected.starts_with("{*") {
            return true;
        }
        let is_parameter = expected.starts_with('{') && expected.ends_with('}');
        if !is_parameter && expected != segment {
            return false;
        }
    }
    path.next().is_none()
}

impl From<&str> for GlobalPrefix {
    fn from(prefix: &str) -> Self {
        Self::new(prefix)
    }
}

impl From<String> for GlobalPrefix {
    fn from(prefix: String) -> Self {
        Self::new(prefix)
    }
}

impl From<&str> for Exclusion {
    fn from(path: &str) -> Self {
        Self { method: None, path: path.to_owned() }
    }
}

impl From<String> for Exclusion {
    fn from(path: String) -> Self {
        Self { method: None, path }
    }
}

impl From<(Method, &str)> for Exclusion {
    fn from((method, path): (Method, &str)) -> Self {
        Self { method: Some(method), path: path.to_owned() }
    }
}

#[cfg(test)]
mod tests {
    use super::{GlobalPrefix, Method, covers};

    #[test]
    fn patterns_cover_paths() {
        for (pattern, path, expected) in [
            ("health", "/health", true),
            ("/health/", "/health", true),
            ("health", "/health/deep", false),
            ("a/{x}", "/a/{id}", true),
            ("a/{x}", "/a", false),
            ("a/{x}", "/a/b/c", false),
            ("a/{*rest}", "/a/b/c", true),
            ("a/{*rest}", "/a", false),
            ("", "/", true),
            ("", "/a", false),
        ] {
            assert_eq!(covers(pattern, path), expected, "{pattern} {path}");
        }
    }

    #[test]
    fn a_method_limits_an_exclusion() {
        let prefix = GlobalPrefix::new("api").exclude((Method::GET, "a"));
        assert_eq!(prefix.before("GET", "", "/a"), "/a");
        assert_eq!(prefix.before("POST", "", "/a"), "/api/a");
        assert_eq!(prefix.before("*", "", "/a"), "/api/a");
        assert_eq!(prefix.before("GET", "v1", "/a"), "/v1/a");
        assert_eq!(prefix.before("POST", "v1", "/a"), "/api/v1/a");
    }

    #[test]
    fn a_bare_asterisk_is_refused() {
        for (path, is_fine) in
            [("a/*", false), ("*", false), ("a/{*rest}/b", false), ("a/{*rest}", true), ("a/{b}", true)]
        {
            assert_eq!(GlobalPrefix::new("api").exclude(path).mistakes().is_empty(), is_fine, "{path}");
        }
    }
}
