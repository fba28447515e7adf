//! `#[redirect]`, and what a handler may say instead of it (`CTL.14`).

use super::Reply;
use crate::HttpException;
use crate::route::{Redirect, RouteRef};
use axum::body::Body;
use axum::response::Response;
use http::header::LOCATION;
use http::{HeaderValue, StatusCode};
use serde::Serialize;
use serde_json::Value;
use std::borrow::Cow;
use std::fmt::Write as _;

/// Overrides what `#[redirect]` says, for one reply.
///
/// Any value that serialises to an object with `url`, `statusCode` or both does the same; so does `None`, which leaves the
/// marker as it is. Without `#[redirect]` on the handler it is an ordinary JSON value: use axum's `Redirect` there.
///
/// # Examples
///
/// ```
/// use oriole_http::{RedirectTo, StatusCode};
///
/// let to = RedirectTo::url("/v2/docs").status(StatusCode::MOVED_PERMANENTLY);
/// assert_eq!(serde_json::to_string(&to)?, r#"{"url":"/v2/docs","statusCode":301}"#);
/// # Ok::<(), serde_json::Error>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct RedirectTo {
    url: Cow<'static, str>,
    status: Option<StatusCode>,
}

impl RedirectTo {
    /// Redirects to another place than the marker's.
    #[must_use]
    pub fn url(url: impl Into<Cow<'static, str>>) -> Self {
        Self { url: url.into(), status: None }
    }

    /// Redirects with another status than the marker's.
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = Some(status);
        self
    }
}

impl Serialize for RedirectTo {
    fn serialize<S: serde::Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        use serde::ser::SerializeMap;

        let mut map = serializer.serialize_map(None)?;
        map.serialize_entry("url", &self.url)?;
        if let Some(status) = self.status {
            map.serialize_entry("statusCode", &status.as_u16())?;
        }
        map.end()
    }
}

pub(super) fn reply(route: &RouteRef, marker: Redirect, value: Option<&Value>) -> Reply {
    let url = value.and_then(|value| value.get("url")).and_then(Value::as_str).unwrap_or(marker.url);
    let status = match value.and_then(|value| value.get("statusCode")) {
        Some(status) => status.as_u64().and_then(|status| u16::try_from(status).ok()),
        None => Some(marker.status),
    };
    let Some(status) = status.and_then(|status| StatusCode::from_u16(status).ok()) else {
        return Reply::failed(HttpException::internal("a redirect with a status that does not exist"));
    };
    let mut response = Response::new(Body::empty());
    *response.status_mut() = status;
    response.headers_mut().insert(LOCATION, location(url));
    route.add_headers(response.headers_mut());
    Reply::response(response)
}

/// The address as a header can hold it: what may not stand in an address is percent-encoded, line ends above all.
fn location(url: &str) -> HeaderValue {
    let mut encoded = String::with_capacity(url.len());
    for byte in url.bytes() {
        match byte {
            0..=b' ' | b'"' | b'<' | b'>' | b'\\' | b'^' | b'`' | b'{' | b'|' | b'}' | 0x7f.. => {
                // Writing to a `String` does not fail.
                let _ = write!(encoded, "%{byte:02X}");
            }
            _ => encoded.push(char::from(byte)),
        }
    }
    // Only visible ASCII is left.
    HeaderValue::try_from(encoded).unwrap_or_else(|_| HeaderValue::from_static(""))
}

#[cfg(test)]
mod tests {
    use super::location;

    #[test]
    fn a_location_cannot_split_the_response() {
        assert_eq!(location("/a\r\nSet-Cookie: x"), "/a%0D%0ASet-Cookie:%20x");
        assert_eq!(location("/käse?q=1&r=%20#top"), "/k%C3%A4se?q=1&r=%20#top");
        assert_eq!(location(""), "");
    }
}
