//! The cookies of one request, and what becomes of them.

use super::CookieSecret;
use super::secret::SIGNED;
use cookie::{Cookie, CookieJar};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared by the layer and the extractors of one request.
#[derive(Clone)]
pub(crate) struct Jar {
    cookies: Arc<Mutex<CookieJar>>,
    secrets: Arc<[CookieSecret]>,
}

impl Jar {
    pub(super) fn of(headers: &HeaderMap, secrets: &Arc<[CookieSecret]>) -> Self {
        let mut jar = CookieJar::new();
        for value in headers.get_all(COOKIE) {
            // Neighbours on the same domain may set anything: one cookie that is none must not hide the others.
            for part in value.as_bytes().split(|byte| *byte == b';') {
                let Some(cookie) = parse(&String::from_utf8_lossy(part)) else { continue };
                // RFC 6265: servers should not rely on the order; Express takes the first.
                if jar.get(cookie.name()).is_none() {
                    jar.add_original(cookie);
                }
            }
        }
        Self { cookies: Arc::new(Mutex::new(jar)), secrets: Arc::clone(secrets) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, CookieJar> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first is for new cookies.
    pub(crate) fn secrets(&self) -> &[CookieSecret] {
        &self.secrets
    }

    /// Whether a cookie is one of the signed ones, whoever signed it.
    pub(super) fn is_signed(&self, cookie: &Cookie<'_>) -> bool {
        !self.secrets.is_empty() && cookie.value().starts_with(SIGNED)
    }

    /// Sends what was set and removed.
    pub(super) fn write(&self, headers: &mut HeaderMap) {
        for cookie in self.lock().delta() {
            match HeaderValue::try_from(cookie.encoded().to_string()) {
                Ok(value) if has_sound_attributes(cookie) => {
                    headers.append(SET_COOKIE, value);
                }
                _ => {
                    tracing::error!(target: "oriole::Cookies", name = cookie.name(), "a cookie cannot stand in a header");
                }
            }
        }
    }
}

/// A pair as npm's `cookie` 0.7 reads it, which Express uses: quotes around a value are no part of it, and one that does
/// not decode stays as it is.
fn parse(pair: &str) -> Option<Cookie<'static>> {
    let (name, value) = pair.split_once('=')?;
    let (name, value) = (name.trim(), value.trim());
    let value = value.strip_prefix('"').and_then(|value| value.strip_suffix('"')).unwrap_or(value);
    if name.is_empty() {
        return None;
    }
    let plain = Cookie::new(name, value);
    let decoded = Cookie::parse_encoded(format!("{name}={value}")).ok();
    Some(decoded.unwrap_or(plain).into_owned())
}

/// A path or domain that would end its attribute and begin another; name and value are encoded.
fn has_sound_attributes(cookie: &Cookie<'_>) -> bool {
    let is_sound = |text: &str| text.bytes().all(|byte| matches!(byte, b' '..=b'~') && byte != b';');
    cookie.path().is_none_or(is_sound) && cookie.domain().is_none_or(is_sound)
}

impl fmt::Debug for Jar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jar")
    }
}
