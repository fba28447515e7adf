//! Which version a request asks for, and which a route serves.

use http::request::Parts;
use http::{HeaderName, header::ACCEPT};
use std::fmt;
use std::sync::Arc;

/// Any version, and none: `#[version(VERSION_NEUTRAL)]` (`VER.9`).
pub const VERSION_NEUTRAL: &str = "*";

/// How requests name the version that they want; [`Application::versioning`](crate::Application::versioning) takes it.
///
/// `#[version("1")]` on a route or an impl, or `#[controller("cats", version = "1")]`, says which versions a route serves.
/// Under versions in the URI each is a path of its own. Under the others a request goes to the routes of the version that it
/// names, and then to those that have none or are neutral; without such a route it is answered 404.
///
/// # Examples
///
/// ```
/// use oriole::axum::body::{Body, to_bytes};
/// use oriole::prelude::*;
/// use oriole::{VERSION_NEUTRAL, Versioning};
/// use tower::ServiceExt;
///
/// #[injectable]
/// struct Cats;
///
/// #[controller("cats", version = "1")]
/// impl Cats {
///     #[get]
///     fn all(&self) -> &'static str { "first" }
///
///     #[get]
///     #[version("2", "3")]
///     fn newer(&self) -> &'static str { "newer" }
///
///     #[get("health")]
///     #[version(VERSION_NEUTRAL)]
///     fn health(&self) -> &'static str { "well" }
/// }
///
/// #[module(controllers = [Cats])]
/// struct App;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = Oriole::create::<App>().await?.versioning(Versioning::uri()).into_service().await?;
/// for (path, body) in [("/v1/cats", "first"), ("/v3/cats", "newer"), ("/cats/health", "well")] {
///     let request = oriole::http::Request::get(path).body(Body::empty())?;
///     let response = service.clone().oneshot(request).await?;
///     assert_eq!(to_bytes(response.into_body(), 1024).await?, body);
/// }
/// # Ok(())
/// # }
/// ```
#[derive(Clone)]
#[must_use = "it is nothing until an application is told of it"]
pub struct Versioning {
    strategy: Strategy,
    defaults: Vec<String>,
}

#[derive(Clone)]
enum Strategy {
    Uri { prefix: String },
    Header(String),
    MediaType(String),
    Custom(Arc<Extract>),
}

type Extract = dyn Fn(&Parts) -> Vec<String> + Send + Sync;

impl Versioning {
    /// Versions in the path, as `/v1/cats` (`VER.2`): behind the global prefix, before the path of module and controller.
    pub fn uri() -> Self {
        Self::by(Strategy::Uri { prefix: "v".to_owned() })
    }

    /// Versions in the path behind a prefix other than `v`; an empty one is none.
    pub fn uri_with_prefix(prefix: impl Into<String>) -> Self {
        Self::by(Strategy::Uri { prefix: prefix.into() })
    }

    /// The version is the value of a header (`VER.3`).
    ///
    /// A name that no header can have is an [`Error::Settings`](crate::Error::Settings) when the application starts.
    pub fn header(name: impl Into<String>) -> Self {
        Self::by(Strategy::Header(name.into()))
    }

    /// The version is a parameter of `Accept` that begins with the key: `v=` for `application/json;v=2` (`VER.4`).
    pub fn media_type(key: impl Into<String>) -> Self {
        Self::by(Strategy::MediaType(key.into()))
    }

    /// Versions are what a function finds in a request's head, the highest first: the first that has a route answers
    /// (`VER.5`). `None`, or no version at all, leaves the routes without a version.
    ///
    /// It runs once for each request and must not block.
    pub fn custom<F, V>(extract: F) -> Self
    where
        F: Fn(&Parts) -> V + Send + Sync + 'static,
        V: IntoIterator<Item = String>,
    {
        Self::by(Strategy::Custom(Arc::new(move |parts| extract(parts).into_iter().collect())))
    }

    /// The version of every route that names none (`VER.10`); [`VERSION_NEUTRAL`] is one as well.
    pub fn default_version(self, version: impl Into<String>) -> Self {
        self.default_versions([version.into()])
    }

    /// The versions of every route that names none.
    pub fn default_versions<V: Into<String>>(mut self, versions: impl IntoIterator<Item = V>) -> Self {
        self.defaults = versions.into_iter().map(Into::into).collect();
        self
    }

    fn by(strategy: Strategy) -> Self {
        Self { strategy, defaults: Vec::new() }
    }

    /// What is wrong with it.
    pub(crate) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        match &self.strategy {
            Strategy::Header(name) if HeaderName::try_from(name.as_str()).is_err() => {
                mistakes.push(format!("`{name}` is no header that could name a version"));
            }
            Strategy::MediaType(key) if key.is_empty() => {
                mistakes
                    .push("the key of versions in `Accept` has no text: `Versioning::media_type(\"v=\")`".to_owned());
            }
            _ => {}
        }
        if self.defaults.iter().any(String::is_empty) {
            mistakes.push("the default version has no text".to_owned());
        }
        mistakes
    }

    /// The versions of a route.
    pub(super) fn of_route(&self, own: &'static [&'static str]) -> Vec<Version> {
        let own = own.iter().map(|&version| version.to_owned());
        let versions: Vec<_> = if own.len() == 0 { self.defaults.clone() } else { own.collect() };
        let mut all: Vec<_> = versions.into_iter().map(|version| Version::of(version, self.uri_prefix())).collect();
        if all.is_empty() {
            all.push(Version::Any);
        }
        all
    }

    /// The versions that a request asks for, the highest first; none under versions in the URI.
    pub(crate) fn asked(&self, parts: &Parts) -> Vec<String> {
        let texts = |name: &str| {
            let all = parts.headers.get_all(name).into_iter();
            all.filter_map(|value| value.to_str().ok()).map(str::to_owned).collect::<Vec<_>>()
        };
        match &self.strategy {
            Strategy::Uri { .. } => Vec::new(),
            Strategy::Header(name) => texts(name).into_iter().take(1).collect(),
            Strategy::MediaType(key) => {
                let accept = texts(ACCEPT.as_str()).join(",");
                let parameters = accept.split([',', ';']).map(str::trim);
                let mut versions = parameters.filter_map(|parameter| parameter.strip_prefix(key.as_str()));
                versions.next().map(|version| version.trim_matches('"').to_owned()).into_iter().collect()
            }
            Strategy::Custom(extract) => extract(parts),
        }
    }

    /// The segment of a version, under versions in the URI.
    pub(crate) fn segment(&self, version: &str) -> Option<String> {
        self.uri_prefix().map(|prefix| format!("{prefix}{version}"))
    }

    fn uri_prefix(&self) -> Option<&str> {
        match &self.strategy {
            Strategy::Uri { prefix } => Some(prefix),
            _ => None,
        }
    }
}

/// A version that a route serves.
#[derive(Clone, PartialEq, Eq, Hash, Debug)]
pub(crate) enum Version {
    /// None, or any.
    Any,
    /// A segment of the path, and the version that it stands for.
    Segment { segment: String, version: String },
    /// What requests name elsewhere.
    Named(String),
}

impl Version {
    fn of(version: String, uri_prefix: Option<&str>) -> Self {
        match uri_prefix {
            _ if version == VERSION_NEUTRAL => Self::Any,
            Some(prefix) => Self::Segment { segment: format!("{prefix}{version}"), version },
            None => Self::Named(version),
        }
    }

    /// As the route says it.
    pub(crate) fn text(&self) -> Option<&str> {
        match self {
            Self::Any => None,
            Self::Segment { version, .. } | Self::Named(version) => Some(version),
        }
    }

    /// What stands in the path.
    pub(crate) fn segment(&self) -> &str {
        match self {
            Self::Segment { segment, .. } => segment,
            Self::Any | Self::Named(_) => "",
        }
    }

    /// What the request must name elsewhere.
    pub(crate) fn named(&self) -> Option<&str> {
        match self {
            Self::Named(version) => Some(version),
            Self::Any | Self::Segment { .. } => None,
        }
    }
}

impl fmt::Debug for Versioning {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let strategy = match &self.strategy {
            Strategy::Uri { prefix } => format!("uri {prefix:?}"),
            Strategy::Header(name) => format!("header {name:?}"),
            Strategy::MediaType(key) => format!("media type {key:?}"),
            Strategy::Custom(_) => "custom".to_owned(),
        };
        f.debug_struct("Versioning").field("strategy", &strategy).field("defaults", &self.defaults).finish()
    }
}

#[cfg(test)]
mod tests {
    use super::Versioning;
    use http::Request;

    #[track_caller]
    fn check(versioning: &Versioning, header: (&str, &str), expected: &[&str]) {
        let (parts, ()) = Request::get("/").header(header.0, header.1).body(()).expect("a request").into_parts();
        assert_eq!(versioning.asked(&parts), expected, "{header:?}");
    }

    #[test]
    fn versions_are_found_in_accept() {
        let versioning = Versioning::media_type("v=");
        for (accept, expected) in [
            ("application/json;v=2", &["2"][..]),
            ("application/json; charset=utf-8; v=2", &["2"]),
            ("text/html, application/json;v=\"3\"", &["3"]),
            ("application/json", &[]),
            ("application/json;version=2", &[]),
            ("", &[]),
        ] {
            check(&versioning, ("accept", accept), expected);
        }
    }

    #[test]
    fn versions_are_found_elsewhere() {
        check(&Versioning::header("x-version"), ("X-Version", "2"), &["2"]);
        check(&Versioning::header("X-Version"), ("x-other", "2"), &[]);
        check(&Versioning::uri(), ("accept", "v=2"), &[]);
        check(&Versioning::custom(|_| ["3".to_owned(), "2".to_owned()]), ("a", "b"), &["3", "2"]);
        check(&Versioning::custom(|_| None), ("a", "b"), &[]);
    }
}
