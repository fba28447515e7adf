//! The cookies of one request, and what becomes of them.

use cookie::{Cookie, CookieJar, Key};
use http::header::{COOKIE, SET_COOKIE};
use http::{HeaderMap, HeaderValue};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

/// Shared by the layer and the extractors of one request.
#[derive(Clone)]
pub(crate) struct Jar {
    cookies: Arc<Mutex<CookieJar>>,
    keys: Arc<[Key]>,
}

impl Jar {
    pub(super) fn of(headers: &HeaderMap, keys: &Arc<[Key]>) -> Self {
        let mut jar = CookieJar::new();
        let values = headers.get_all(COOKIE).iter().filter_map(|value| value.to_str().ok());
        // What is no cookie is left out, as browsers' neighbours on the same domain may send anything.
        for cookie in values.flat_map(Cookie::split_parse_encoded).flatten() {
            // RFC 6265: servers should not rely on the order; Express takes the first.
            if jar.get(cookie.name()).is_none() {
                jar.add_original(cookie.into_owned());
            }
        }
        Self { cookies: Arc::new(Mutex::new(jar)), keys: Arc::clone(keys) }
    }

    pub(crate) fn lock(&self) -> MutexGuard<'_, CookieJar> {
        self.cookies.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// The first is for new cookies.
    pub(crate) fn keys(&self) -> &[Key] {
        &self.keys
    }

    /// Sends what was set and removed.
    pub(super) fn write(&self, headers: &mut HeaderMap) {
        for cookie in self.lock().delta() {
            match HeaderValue::try_from(cookie.encoded().to_string()) {
                Ok(value) => {
                    headers.append(SET_COOKIE, value);
                }
                Err(_) => {
                    tracing::error!(target: "oriole::Cookies", name = cookie.name(), "a cookie cannot stand in a header");
                }
            }
        }
    }
}

impl fmt::Debug for Jar {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Jar")
    }
}
