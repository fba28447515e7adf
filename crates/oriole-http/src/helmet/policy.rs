//! `Content-Security-Policy`, directive by directive.

use std::borrow::Cow;
use std::fmt;

/// A content security policy: what a page may load, and from where.
///
/// The default is helmet's, which a page with scripts of other sites or inline scripts has to widen (`HLM.3`);
/// [`empty`](Self::empty) starts from nothing.
///
/// # Examples
///
/// ```
/// use oriole_http::ContentSecurityPolicy;
///
/// let policy = ContentSecurityPolicy::empty()
///     .directive("default-src", ["'self'"])
///     .directive("connect-src", ["'self'", "https://events.example"])
///     .flag("upgrade-insecure-requests");
/// assert_eq!(
///     policy.to_string(),
///     "default-src 'self';connect-src 'self' https://events.example;upgrade-insecure-requests",
/// );
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[must_use]
pub struct ContentSecurityPolicy {
    directives: Vec<(Cow<'static, str>, Vec<String>)>,
    report_only: bool,
}

/// Helmet 8's directives, in its order.
const DEFAULT: [(&str, &[&str]); 11] = [
    ("default-src", &["'self'"]),
    ("base-uri", &["'self'"]),
    ("font-src", &["'self'", "https:", "data:"]),
    ("form-action", &["'self'"]),
    ("frame-ancestors", &["'self'"]),
    ("img-src", &["'self'", "data:"]),
    ("object-src", &["'none'"]),
    ("script-src", &["'self'"]),
    ("script-src-attr", &["'none'"]),
    ("style-src", &["'self'", "https:", "'unsafe-inline'"]),
    ("upgrade-insecure-requests", &[]),
];

impl Default for ContentSecurityPolicy {
    fn default() -> Self {
        DEFAULT.iter().fold(Self::empty(), |policy, (name, sources)| policy.directive(*name, sources.iter().copied()))
    }
}

impl ContentSecurityPolicy {
    /// Makes a policy without directives.
    pub fn empty() -> Self {
        Self { directives: Vec::new(), report_only: false }
    }

    /// Sets a directive, in place of the one of that name. Keywords keep their quotes: `'self'`.
    pub fn directive<S: Into<String>>(
        mut self,
        name: impl Into<Cow<'static, str>>,
        sources: impl IntoIterator<Item = S>,
    ) -> Self {
        let name = name.into();
        let sources = sources.into_iter().map(Into::into).collect();
        match self.directives.iter_mut().find(|(given, _)| *given == name) {
            Some((_, given)) => *given = sources,
            None => self.directives.push((name, sources)),
        }
        self
    }

    /// Sets a directive that has no sources, such as `upgrade-insecure-requests`.
    pub fn flag(self, name: impl Into<Cow<'static, str>>) -> Self {
        self.directive(name, std::iter::empty::<String>())
    }

    /// Takes a directive away.
    pub fn without(mut self, name: &str) -> Self {
        self.directives.retain(|(given, _)| given != name);
        self
    }

    /// Whether browsers only report what they would block; off by default.
    pub fn report_only(mut self, on: bool) -> Self {
        self.report_only = on;
        self
    }

    pub(super) fn name(&self) -> &'static str {
        if self.report_only { "content-security-policy-report-only" } else { "content-security-policy" }
    }

    /// A name or source that would end its directive and begin another.
    pub(super) fn mistakes(&self) -> Vec<String> {
        let is_name = |name: &str| !name.is_empty() && name.bytes().all(|b| b.is_ascii_lowercase() || b == b'-');
        let is_source = |source: &String| !source.contains([';', ',']);
        let wrong =
            |(name, sources): &&(Cow<'static, str>, Vec<String>)| !is_name(name) || !sources.iter().all(is_source);
        let said = |(name, sources): &(Cow<'static, str>, Vec<String>)| {
            format!("`{name} {}` is no directive of a content security policy", sources.join(" "))
        };
        self.directives.iter().filter(wrong).map(said).collect()
    }
}

impl fmt::Display for ContentSecurityPolicy {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (at, (name, sources)) in self.directives.iter().enumerate() {
            let separator = if at == 0 { "" } else { ";" };
            write!(f, "{separator}{name}")?;
            for source in sources {
                write!(f, " {source}")?;
            }
        }
        Ok(())
    }
}
