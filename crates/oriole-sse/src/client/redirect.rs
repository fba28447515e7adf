//! Redirects (rule C9), which never carry credentials to another origin (rule C11).

use bytes::Bytes;
use http::header::{ACCEPT, ACCEPT_ENCODING, ACCEPT_LANGUAGE, CACHE_CONTROL, CONTENT_TYPE, LOCATION, USER_AGENT};
use http::{HeaderMap, HeaderName, Method, Request, StatusCode};

use super::address::Address;
use super::request::LAST_EVENT_ID;

/// Where a response leads.
#[derive(Debug)]
pub(super) enum Leads {
    /// It is no redirect, or one without a `Location`, which is an answer like another.
    Nowhere,
    To(Address),
    /// To what is no address, or not one of ours.
    Astray,
}

pub(super) fn leads(from: &Address, status: StatusCode, headers: &HeaderMap) -> Leads {
    if !matches!(status.as_u16(), 301 | 302 | 303 | 307 | 308) {
        return Leads::Nowhere;
    }
    match headers.get(LOCATION) {
        Some(location) if !location.is_empty() => {
            let location = String::from_utf8_lossy(location.as_bytes());
            from.join(&location).map_or(Leads::Astray, Leads::To)
        }
        _ => Leads::Nowhere,
    }
}

/// Turns a request to where a redirect leads; `None` if that is no address.
pub(super) fn redirect(request: &mut Request<Bytes>, status: StatusCode, from: &Address, to: &Address) -> Option<()> {
    *request.uri_mut() = to.uri().ok()?;
    let method = request.method();
    let becomes_get = match status.as_u16() {
        303 => method != Method::GET && method != Method::HEAD,
        301 | 302 => method == Method::POST,
        _ => false,
    };
    if becomes_get {
        *request.method_mut() = Method::GET;
        *request.body_mut() = Bytes::new();
        let about_body: Vec<_> =
            request.headers().keys().filter(|name| name.as_str().starts_with("content-")).cloned().collect();
        for name in about_body {
            request.headers_mut().remove(name);
        }
    }
    if !from.is_same_origin(to) {
        // Any header of the application's may be a credential, so those stay that are known not to be.
        let headers = std::mem::take(request.headers_mut());
        *request.headers_mut() = only_harmless(headers);
    }
    Some(())
}

fn only_harmless(headers: HeaderMap) -> HeaderMap {
    let harmless: [&HeaderName; 7] =
        [&ACCEPT, &ACCEPT_ENCODING, &ACCEPT_LANGUAGE, &CACHE_CONTROL, &CONTENT_TYPE, &LAST_EVENT_ID, &USER_AGENT];
    let mut kept = HeaderMap::new();
    let mut name = None;
    for (next, value) in headers {
        // A further value of a header comes without its name.
        name = next.or(name);
        if let Some(name) = name.as_ref().filter(|name| harmless.contains(name) && !value.is_sensitive()) {
            kept.append(name, value);
        }
    }
    kept
}
