//! What turns them on.

use super::layer::with_cookies;
use super::{CookieSecret, CookieSecretError};
use crate::Application;
use crate::application::{Around, Place};
use std::sync::Arc;

impl Application {
    /// Reads the cookies of requests and sends those that handlers set; off unless this or
    /// [`cookie_secret`](Self::cookie_secret) is called (`CKS.1`).
    ///
    /// Plain [`Cookies`](super::Cookies) need no secret.
    pub fn enable_cookies(self) -> Self {
        let secrets: Arc<[CookieSecret]> = self.cookie_secrets.as_slice().into();
        let layer = Around(move |request, inner| with_cookies(request, inner, Arc::clone(&secrets)));
        self.place(Place::Cookies, layer)
    }

    /// Gives the secret of signed and private cookies, and turns cookies on (`CKS.2`).
    ///
    /// To rotate secrets, call it again with each older one: the first is used for new cookies, all of them to read. A
    /// secret has 32 bytes at least, of a good random generator; keep it out of the source.
    ///
    /// # Errors
    ///
    /// The start fails with [`Error::Settings`](crate::Error::Settings) if the secret is too short.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::Application;
    ///
    /// fn configure(app: Application, current: &str, last_year: &str) -> Application {
    ///     app.cookie_secret(current).cookie_secret(last_year)
    /// }
    /// # let _ = configure;
    /// ```
    pub fn cookie_secret<S>(mut self, secret: S) -> Self
    where
        S: TryInto<CookieSecret>,
        S::Error: Into<CookieSecretError>,
    {
        match secret.try_into() {
            Ok(secret) => self.cookie_secrets.push(secret),
            Err(error) => self = self.mistake(error.into()),
        }
        self.enable_cookies()
    }
}
