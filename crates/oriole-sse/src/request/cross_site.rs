//! Whose page opens a stream.

use std::fmt;

use http::header::{AUTHORIZATION, COOKIE, HOST, HeaderName, ORIGIN};
use http::{HeaderMap, StatusCode, Uri};

/// Says which pages may open a stream with their user's credentials.
///
/// A browser sends cookies, and what it knows for `Authorization: Basic`, also if it was another site's page that asked. A
/// request that carries such credentials is refused if it comes from another origin: by `Sec-Fetch-Site`, which pages cannot
/// forge, and for older browsers by `Origin`. A request without them, or from a program that is no browser, is
/// not concerned. A token that the page itself adds is no such credential.
///
/// Oriole's `#[sse]` handlers ask [`SseOptions::cross_site`](crate::SseOptions::cross_site); on plain axum take the argument
/// [`SameOrigin`](crate::SameOrigin), and elsewhere call [`CrossSite::check`].
///
/// # Examples
///
/// ```
/// use http::{HeaderMap, HeaderValue, Uri};
/// use oriole_sse::CrossSite;
///
/// let mut headers = HeaderMap::new();
/// headers.insert("cookie", HeaderValue::from_static("session=7"));
/// headers.insert("sec-fetch-site", HeaderValue::from_static("cross-site"));
/// headers.insert("origin", HeaderValue::from_static("https://other.example"));
/// let uri = Uri::from_static("/events");
/// assert!(CrossSite::default().check(&headers, &uri).is_err());
/// assert!(CrossSite::refused().trusting("https://other.example").check(&headers, &uri).is_ok());
/// assert!(CrossSite::allowed().check(&headers, &uri).is_ok());
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct CrossSite {
    is_refused: bool,
    trusted: Vec<String>,
}

/// Says that a page of another origin asked, with its user's credentials; the answer is 403.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct CrossSiteRejection;

static SEC_FETCH_SITE: HeaderName = HeaderName::from_static("sec-fetch-site");

impl CrossSite {
    /// Refuses other origins' pages; the default.
    #[must_use]
    pub fn refused() -> Self {
        Self { is_refused: true, trusted: vec![] }
    }

    /// Refuses nobody: for streams that say the same to everybody.
    #[must_use]
    pub fn allowed() -> Self {
        Self { is_refused: false, trusted: vec![] }
    }

    /// Lets the pages of one more origin in, written as a browser does: `https://app.example`, with a port if it is not
    /// the scheme's own. For the page to read the stream it also needs CORS.
    #[must_use]
    pub fn trusting(mut self, origin: impl Into<String>) -> Self {
        self.trusted.push(origin.into());
        self
    }

    /// Judges a request by its head.
    ///
    /// # Errors
    ///
    /// [`CrossSiteRejection`] if it carries ambient credentials and comes from another origin that is not trusted.
    pub fn check(&self, headers: &HeaderMap, uri: &Uri) -> Result<(), CrossSiteRejection> {
        let origin = headers.get(&ORIGIN).map(|origin| origin.to_str().unwrap_or("null"));
        let is_trusted = || origin.is_some_and(|origin| self.trusted.iter().any(|trusted| trusted == origin));
        if !self.is_refused || !has_ambient_credentials(headers) || is_trusted() {
            return Ok(());
        }
        let is_own = match headers.get(&SEC_FETCH_SITE) {
            Some(site) => matches!(site.as_bytes(), b"same-origin" | b"none"),
            // Browsers that do not say so send the origin of every page that is not the server's own.
            None => origin.is_none_or(|origin| is_of(origin, headers, uri)),
        };
        if is_own { Ok(()) } else { Err(CrossSiteRejection) }
    }
}

impl Default for CrossSite {
    fn default() -> Self {
        Self::refused()
    }
}

impl CrossSiteRejection {
    /// Tells the status of the answer: 403.
    #[must_use]
    pub fn status(&self) -> StatusCode {
        StatusCode::FORBIDDEN
    }

    /// Tells the client what is wrong.
    #[must_use]
    pub fn body_text(&self) -> String {
        self.to_string()
    }
}

impl fmt::Display for CrossSiteRejection {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the request comes from another site")
    }
}

impl std::error::Error for CrossSiteRejection {}

/// Whether the browser added something that speaks for its user.
fn has_ambient_credentials(headers: &HeaderMap) -> bool {
    let scheme = headers.get(&AUTHORIZATION).and_then(|value| value.to_str().ok()?.split(' ').next());
    let is_ambient =
        |scheme: &str| ["basic", "digest", "negotiate", "ntlm"].iter().any(|name| scheme.eq_ignore_ascii_case(name));
    headers.contains_key(&COOKIE) || scheme.is_some_and(is_ambient)
}

/// Whether an origin names the host that was asked; which scheme it was is not known behind a proxy.
fn is_of(origin: &str, headers: &HeaderMap, uri: &Uri) -> bool {
    let host = headers.get(&HOST).and_then(|host| host.to_str().ok());
    let host = host.or_else(|| uri.authority().map(|authority| authority.as_str()));
    let named = origin.split_once("://").map(|(_, authority)| authority);
    matches!((named, host), (Some(named), Some(host)) if named.eq_ignore_ascii_case(host))
}
