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

/// What helmet wants in quotes: without them it is the name of a host.
const KEYWORDS: [&str; 9] = [
    "none",
    "self",
    "strict-dynamic",
    "report-sample",
    "inline-speculation-rules",
    "unsafe-inline",
    "unsafe-eval",
    "unsafe-hashes",
    "wasm-unsafe-eval",
];

/// Those of helmet 8.3, in its order: `getDefaultDirectives` in `middlewares/content-security-policy/index.ts`.
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

    /// Takes a directive away. Without `default-src` there is no policy.
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

    /// What helmet refuses as well: a name or source that would end its directive and begin another, a keyword without its
    /// quotes, a policy that falls back to nothing.
    pub(super) fn mistakes(&self) -> Vec<String> {
        let mut mistakes = Vec::new();
        for (name, sources) in &self.directives {
            let is_name = name.starts_with(|c: char| c.is_ascii_lowercase())
                && name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-');
            if !is_name || sources.iter().any(|source| source.contains([';', ','])) {
                mistakes.push(format!("`{name} {}` is no directive of a content security policy", sources.join(" ")));
            }
            let bare = sources.iter().flat_map(|source| source.split(' ')).filter(|source| is_bare_keyword(source));
            mistakes.extend(bare.map(|source| format!("`{source}` in `{name}` wants quotes: `'{source}'`")));
        }
        if !self.directives.iter().any(|(name, _)| name == "default-src") {
            mistakes.push("a content security policy needs a `default-src`; `None` sends no policy".to_owned());
        }
        mistakes
    }
}

fn is_bare_keyword(source: &str) -> bool {
    let is_hash = ["nonce-", "sha256-", "sha384-", "sha512-"].iter().any(|prefix| source.starts_with(prefix));
    is_hash || KEYWORDS.contains(&source)
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
