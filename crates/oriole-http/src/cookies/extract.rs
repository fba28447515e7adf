//! The extractors.

use super::Jar;
use super::secret::SIGNED;
use crate::HttpException;
use axum::extract::FromRequestParts;
use cookie::Cookie;
use http::request::Parts;

/// The cookies of the request, and those of the answer.
///
/// It is an argument of any handler, of event streams too; a clone is the same. What is set is sent with the answer's
/// head, whatever the handler returns, an exception included; what an event stream sets after its head is lost. A cookie
/// that was set is read back at once.
///
/// Do not trust what you read: clients write what they like. [`SignedCookies`] tell what you wrote yourself,
/// [`PrivateCookies`] hide it as well. Where the application has a secret, signed cookies are not among these (`CKS.2`).
///
/// # Errors
///
/// 500 if the application does not [enable cookies](crate::Application::enable_cookies); the log says so.
///
/// # Examples
///
/// ```
/// use oriole_http::cookies::{Cookie, Cookies, SameSite};
///
/// async fn theme(cookies: Cookies) -> String {
///     let theme = cookies.value("theme").unwrap_or_else(|| "light".to_owned());
///     cookies.set(Cookie::build(("theme", theme.clone())).path("/").same_site(SameSite::Lax));
///     theme
/// }
/// # let _ = theme;
/// ```
#[derive(Clone, Debug)]
pub struct Cookies(Jar);

impl Cookies {
    /// The value of a cookie.
    #[must_use]
    pub fn value(&self, name: &str) -> Option<String> {
        self.cookie(name).map(|cookie| cookie.value().to_owned())
    }

    /// A cookie; one of the request has a name and a value only.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<Cookie<'static>> {
        self.0.lock().get(name).filter(|cookie| !self.0.is_signed(cookie)).cloned()
    }

    /// All of them, in no order (`CKS.4`).
    #[must_use]
    pub fn all(&self) -> Vec<Cookie<'static>> {
        self.0.lock().iter().filter(|cookie| !self.0.is_signed(cookie)).cloned().collect()
    }

    /// Sets a cookie on the answer (`CKS.3`).
    pub fn set(&self, cookie: impl Into<Cookie<'static>>) {
        self.0.lock().add(cookie);
    }

    /// Removes a cookie: the client forgets it if path and domain are those it was set with.
    pub fn remove(&self, cookie: impl Into<Cookie<'static>>) {
        self.0.lock().remove(cookie);
    }
}

impl<S: Sync> FromRequestParts<S> for Cookies {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, HttpException> {
        Ok(Self(jar(parts)?))
    }
}

/// Cookies whose value clients can read and cannot change: signed with HMAC-SHA256, in the form of Express (`CKS.2`).
///
/// Those that an Express application signed with the same secret are read as well. One that was changed, or signed with a
/// secret that is no longer given, has no value; [`is_forged`](Self::is_forged) tells it from one that is not there. Someone
/// who has a cookie can send it for ever: put an expiry into the value where that matters. The signature covers the value,
/// not the name: of two signed cookies a client can give one the other's value.
///
/// # Errors
///
/// 500 if the application has no [secret](crate::Application::cookie_secret); the log says so.
///
/// # Examples
///
/// ```
/// use oriole_http::HttpException;
/// use oriole_http::cookies::SignedCookies;
///
/// async fn me(cookies: SignedCookies) -> Result<String, HttpException> {
///     cookies.value("user").ok_or_else(|| HttpException::unauthorized("who are you?"))
/// }
/// # let _ = me;
/// ```
#[derive(Clone, Debug)]
pub struct SignedCookies(Jar);

impl SignedCookies {
    /// A cookie, with the value that was signed; none if it is not there or is not one of ours.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<Cookie<'static>> {
        let mut cookie = self.0.lock().get(name)?.clone();
        let value = self.0.secrets().iter().find_map(|secret| secret.unsign(cookie.value()))?.to_owned();
        cookie.set_value(value);
        Some(cookie)
    }

    /// Whether there is a signed cookie of that name that is not one of ours: Nest's value `false`.
    #[must_use]
    pub fn is_forged(&self, name: &str) -> bool {
        let is_signed = self.0.lock().get(name).is_some_and(|cookie| cookie.value().starts_with(SIGNED));
        is_signed && self.cookie(name).is_none()
    }

    /// Sets a cookie on the answer (`CKS.3`).
    pub fn set(&self, cookie: impl Into<Cookie<'static>>) {
        if let Some(secret) = self.0.secrets().first() {
            let mut cookie = cookie.into();
            cookie.set_value(secret.sign(cookie.value()));
            self.0.lock().add(cookie);
        }
    }
}

/// Cookies that clients can neither read nor change: encrypted with AES-256-GCM, bound to their name.
///
/// One that was changed, or encrypted with a secret that is no longer given, is absent. Someone who has a cookie can send
/// it for ever.
///
/// # Errors
///
/// 500 if the application has no [secret](crate::Application::cookie_secret); the log says so.
///
/// # Examples
///
/// ```
/// use oriole_http::cookies::{Cookie, PrivateCookies};
///
/// async fn remember(cookies: PrivateCookies) {
///     cookies.set(Cookie::build(("cart", "42")).http_only(true).secure(true));
/// }
/// # let _ = remember;
/// ```
#[derive(Clone, Debug)]
pub struct PrivateCookies(Jar);

impl PrivateCookies {
    /// A cookie; none if it is not there or is not one of ours.
    #[must_use]
    pub fn cookie(&self, name: &str) -> Option<Cookie<'static>> {
        let jar = self.0.lock();
        self.0.secrets().iter().find_map(|secret| jar.private(secret.key()).get(name))
    }

    /// Sets a cookie on the answer (`CKS.3`).
    pub fn set(&self, cookie: impl Into<Cookie<'static>>) {
        if let Some(secret) = self.0.secrets().first() {
            self.0.lock().private_mut(secret.key()).add(cookie);
        }
    }
}

macro_rules! sealed {
    ($($name:ident)*) => {$(
        impl $name {
            /// The value of a cookie; none if it is not there or is not one of ours.
            #[must_use]
            pub fn value(&self, name: &str) -> Option<String> {
                self.cookie(name).map(|cookie| cookie.value().to_owned())
            }

            /// Removes a cookie: the client forgets it if path and domain are those it was set with.
            pub fn remove(&self, cookie: impl Into<Cookie<'static>>) {
                self.0.lock().remove(cookie);
            }
        }

        impl<S: Sync> FromRequestParts<S> for $name {
            type Rejection = HttpException;

            async fn from_request_parts(parts: &mut Parts, _state: &S) -> Result<Self, HttpException> {
                let jar = jar(parts)?;
                if jar.secrets().is_empty() {
                    let needs = concat!("`", stringify!($name), "` need `Application::cookie_secret(..)`");
                    return Err(HttpException::internal(needs));
                }
                Ok(Self(jar))
            }
        }
    )*};
}
sealed!(SignedCookies PrivateCookies);

fn jar(parts: &Parts) -> Result<Jar, HttpException> {
    let jar = parts.extensions.get::<Jar>().cloned();
    jar.ok_or_else(|| HttpException::internal("cookies need `Application::enable_cookies()`"))
}
