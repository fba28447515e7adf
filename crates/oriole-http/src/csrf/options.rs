//! What is refused.

use http::{HeaderName, Method, Uri};
use std::borrow::Cow;
use std::fmt;
use std::sync::Arc;

pub(super) type Except = Arc<dyn Fn(&Method, &Uri) -> bool + Send + Sync>;

/// What is refused, and what is let through all the same.
///
/// # Examples
///
/// ```
/// use oriole_http::{CsrfOptions, CsrfTokens};
///
/// let options = CsrfOptions::default()
///     .trusted_origin("https://admin.example")
///     .except(|_method, uri| uri.path().starts_with("/hooks/"))
///     .tokens(CsrfTokens::default().session_cookie("sid"));
/// # let _ = options;
/// ```
#[derive(Clone, Default)]
#[must_use]
pub struct CsrfOptions {
    pub(super) trusted_origins: Vec<String>,
    pub(super) except: Option<Except>,
    pub(super) tokens: Option<CsrfTokens>,
}

impl CsrfOptions {
    /// Lets requests of another origin through, for an interface that lives elsewhere; call it for each.
    ///
    /// With tokens, those are still asked for.
    pub fn trusted_origin(mut self, origin: impl Into<String>) -> Self {
        self.trusted_origins.push(origin.into());
        self
    }

    /// Lets requests through without a look, for routes that prove their sender by other means, such as a signature.
    pub fn except(mut self, is_excepted: impl Fn(&Method, &Uri) -> bool + Send + Sync + 'static) -> Self {
        self.except = Some(Arc::new(is_excepted));
        self
    }

    /// Asks for a token as well; none by default.
    pub fn tokens(mut self, tokens: CsrfTokens) -> Self {
        self.tokens = Some(tokens);
        self
    }
}

impl fmt::Debug for CsrfOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CsrfOptions")
            .field("trusted_origins", &self.trusted_origins)
            .field("tokens", &self.tokens)
            .finish_non_exhaustive()
    }
}

/// Signed double-submit tokens: a request must repeat in a header what its cookie says, and the application must have
/// signed it (`CSR.1`).
///
/// [`CsrfToken`](super::CsrfToken) gives a page its token.
#[derive(Clone, Debug)]
#[must_use]
pub struct CsrfTokens {
    pub(super) cookie: Cow<'static, str>,
    pub(super) header: HeaderName,
    pub(super) session_cookie: Option<Cow<'static, str>>,
    pub(super) is_secure: bool,
}

impl Default for CsrfTokens {
    fn default() -> Self {
        Self {
            cookie: Cow::Borrowed("__Host-csrf-token"),
            header: HeaderName::from_static("x-csrf-token"),
            session_cookie: None,
            is_secure: true,
        }
    }
}

impl CsrfTokens {
    /// The cookie's name; `__Host-csrf-token` by default, which no other host of the domain can set.
    pub fn cookie(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.cookie = name.into();
        self
    }

    /// The header's name; `x-csrf-token` by default.
    pub fn header(mut self, name: HeaderName) -> Self {
        self.header = name;
        self
    }

    /// The cookie that tells sessions apart: a token is good for the session that it was made for only.
    ///
    /// Name it wherever there is one. Without, someone may plant a token of their own, if they can set cookies.
    pub fn session_cookie(mut self, name: impl Into<Cow<'static, str>>) -> Self {
        self.session_cookie = Some(name.into());
        self
    }

    /// Whether the cookie travels over HTTPS only; on by default. A name that begins with `__Host-` or `__Secure-` asks
    /// for it.
    pub fn secure(mut self, on: bool) -> Self {
        self.is_secure = on;
        self
    }

    /// What browsers would not keep (RFC 6265bis, section 4.1.3).
    pub(super) fn mistake(&self) -> Option<String> {
        let is_bound = ["__Host-", "__Secure-"].iter().any(|prefix| self.cookie.starts_with(prefix));
        let name = &self.cookie;
        (is_bound && !self.is_secure)
            .then(|| format!("browsers refuse a cookie `{name}` that is not secure: give it another name"))
    }
}
