//! Nest's options, by Nest's names.

use super::CorsOrigin;
use http::{HeaderName, HeaderValue, Method, StatusCode};
use std::time::Duration;

/// How CORS is answered. The default lets every origin read, without credentials.
///
/// # Examples
///
/// ```
/// use oriole_http::CorsOptions;
/// use oriole_http::http::Method;
/// use std::time::Duration;
///
/// let options = CorsOptions::default()
///     .origin("https://shop.example")
///     .methods([Method::GET, Method::POST])
///     .allowed_headers(["Content-Type", "X-Request-Id"])
///     .exposed_headers(["X-Total-Count"])
///     .credentials(true)
///     .max_age(Duration::from_secs(600));
/// # let _ = options;
/// ```
#[derive(Clone, Debug)]
#[must_use]
pub struct CorsOptions {
    pub(super) origin: CorsOrigin,
    pub(super) methods: Option<HeaderValue>,
    pub(super) allowed_headers: Allowed,
    pub(super) exposed_headers: Option<HeaderValue>,
    pub(super) credentials: bool,
    pub(super) max_age: Option<HeaderValue>,
    pub(super) preflight_continue: bool,
    pub(super) options_success_status: StatusCode,
    pub(super) mistakes: Vec<String>,
}

/// Which headers a page may send.
#[derive(Clone, Debug)]
pub(super) enum Allowed {
    /// Those that it asks for.
    Asked,
    /// These, or none at all.
    Listed(Option<HeaderValue>),
}

impl Default for CorsOptions {
    /// The defaults of npm's cors 2.8.6, `lib/index.js`.
    fn default() -> Self {
        Self {
            origin: CorsOrigin::Any,
            methods: Some(HeaderValue::from_static("GET,HEAD,PUT,PATCH,POST,DELETE")),
            allowed_headers: Allowed::Asked,
            exposed_headers: None,
            credentials: false,
            max_age: None,
            preflight_continue: false,
            options_success_status: StatusCode::NO_CONTENT,
            mistakes: Vec::new(),
        }
    }
}

impl CorsOptions {
    /// Which origins may read; `*` by default.
    pub fn origin(mut self, origin: impl Into<CorsOrigin>) -> Self {
        self.origin = origin.into();
        self.mistakes.extend(self.origin.mistakes());
        self
    }

    /// Which methods a page may use; GET, HEAD, PUT, PATCH, POST and DELETE by default, as with Nest on Express.
    ///
    /// Browsers ask about GET, HEAD and POST only where something else makes them, so these work unlisted; Nest on Fastify
    /// allows no others by default (`COR.5`).
    pub fn methods(mut self, methods: impl IntoIterator<Item = Method>) -> Self {
        let list: Vec<_> = methods.into_iter().map(|method| method.to_string()).collect();
        // A method is made of characters that a header can have.
        self.methods = HeaderValue::try_from(list.join(",")).ok().filter(|value| !value.is_empty());
        self
    }

    /// Which headers a page may send beside the usual ones; by default those that it asks for. An empty list is none.
    pub fn allowed_headers<H: AsRef<str>>(mut self, names: impl IntoIterator<Item = H>) -> Self {
        self.allowed_headers = Allowed::Listed(self.names(names));
        self
    }

    /// Which headers of an answer a page may read beside the usual ones; none by default.
    pub fn exposed_headers<H: AsRef<str>>(mut self, names: impl IntoIterator<Item = H>) -> Self {
        self.exposed_headers = self.names(names);
        self
    }

    /// Whether a page may send cookies and read the answer; off by default. Browsers accept it only with a named origin.
    pub fn credentials(mut self, on: bool) -> Self {
        self.credentials = on;
        self
    }

    /// How long a browser may remember the answer to a preflight; not said by default, which browsers take for 5 s.
    pub fn max_age(mut self, age: Duration) -> Self {
        self.max_age = Some(HeaderValue::from(age.as_secs()));
        self
    }

    /// Whether OPTIONS goes on to the routes, with the headers added to what they answer; off by default.
    pub fn preflight_continue(mut self, on: bool) -> Self {
        self.preflight_continue = on;
        self
    }

    /// The status of an answered OPTIONS; 204 by default.
    pub fn options_success_status(mut self, status: StatusCode) -> Self {
        self.options_success_status = status;
        self
    }

    fn names<H: AsRef<str>>(&mut self, names: impl IntoIterator<Item = H>) -> Option<HeaderValue> {
        let mut list = Vec::new();
        for name in names {
            let name = name.as_ref();
            if name == "*" || HeaderName::try_from(name).is_ok() {
                list.push(name.to_owned());
            } else {
                self.mistakes.push(format!("`{name}` is no name of a header"));
            }
        }
        HeaderValue::try_from(list.join(",")).ok().filter(|value| !value.is_empty())
    }

    /// What no browser accepts.
    pub(super) fn is_useless(&self) -> bool {
        self.credentials && matches!(self.origin, CorsOrigin::Any)
    }
}

impl From<bool> for CorsOptions {
    /// `true` is the defaults, `false` turns CORS off: Nest's `cors: true` (`COR.2`).
    fn from(on: bool) -> Self {
        let options = Self::default();
        if on { options } else { options.origin(false) }
    }
}
