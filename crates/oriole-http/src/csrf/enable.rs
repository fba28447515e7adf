//! The one line that turns it on.

use super::CsrfOptions;
use super::layer::{Rules, protected};
use super::provenance::Provenance;
use crate::Application;
use crate::application::{Around, Place};
use std::sync::Arc;

impl Application {
    /// Refuses with 403 what other sites make a browser send; off unless this is called (`CSR.1`).
    ///
    /// A browser says where a request comes from: `Sec-Fetch-Site`, or `Origin` where it is old. Requests of other origins
    /// are refused unless their method is GET, HEAD or OPTIONS; so are event streams that come with cookies, which a foreign
    /// page could otherwise hold open in a visitor's name. Programs, which send neither header, are let through.
    ///
    /// What [`SseOptions::cross_site`](oriole_sse::SseOptions::cross_site) says of streams counts no more: the rules given here do.
    ///
    /// [Tokens](CsrfOptions::tokens) are a second line, for browsers that send neither. Do not use it where no request
    /// carries cookies or a password that the browser adds by itself: there is nothing to forge.
    ///
    /// # Errors
    ///
    /// The start fails with [`Error::Settings`](crate::Error::Settings) if a trusted origin is none, or if there are tokens
    /// and no [`cookie_secret`](Self::cookie_secret), or a name for their cookie that browsers refuse.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::{Application, CsrfOptions};
    ///
    /// fn configure(app: Application) -> Application {
    ///     app.enable_csrf(CsrfOptions::default().trusted_origin("https://admin.example"))
    /// }
    /// # let _ = configure;
    /// ```
    pub fn enable_csrf(mut self, options: CsrfOptions) -> Self {
        let (provenance, mistakes) = Provenance::trusting(&options.trusted_origins);
        self.mistakes.extend(mistakes);
        // One judge, who knows which origins are trusted and what is excepted.
        self.judges_origins = true;
        if let Some(tokens) = &options.tokens {
            self.mistakes.extend(tokens.mistake());
            self.needs_cookie_secret = true;
            self = self.enable_cookies();
        }
        let CsrfOptions { tokens, except, .. } = options;
        let rules = Rules { provenance, except, tokens: tokens.map(Arc::new) };
        self.place(Place::Csrf, Around(move |request, inner| protected(request, inner, rules.clone())))
    }
}
