//! The one line that turns it on.

use super::CorsOptions;
use super::layer::{Rules, with_cors};
use crate::application::{Around, Place};
use crate::{Application, HttpException};
use http::request::Parts;
use std::future::Future;
use std::sync::Arc;

impl Application {
    /// Lets pages of other origins read answers, event streams and errors included; off unless this is called (`COR.1`).
    ///
    /// It takes options, or `true` for the defaults: every origin may, without credentials. Every OPTIONS is answered here, preflight or not, unless
    /// the options [pass them on](CorsOptions::preflight_continue) or the origin is `false`.
    ///
    /// Do not use it where the page and the API share an origin: browsers ask no permission then.
    ///
    /// # Errors
    ///
    /// The start fails with [`Error::Settings`](crate::Error::Settings) if a value cannot stand in a header.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::{Application, CorsOptions};
    ///
    /// fn configure(app: Application) -> Application {
    ///     app.enable_cors(CorsOptions::default().origin(["https://shop.example"]).credentials(true))
    /// }
    /// # let _ = configure;
    /// ```
    pub fn enable_cors(mut self, options: impl Into<CorsOptions>) -> Self {
        let options = options.into();
        if options.is_useless() {
            tracing::warn!(
                target: "oriole::Cors",
                "browsers refuse answers with credentials to the origin `*`: name the origins, or reflect them"
            );
        }
        for mistake in &options.mistakes {
            self = self.mistake(mistake);
        }
        self.place_cors(Rules::Fixed(Arc::new(options)))
    }

    /// Decides for each request, from its head, and awaits the decision (`COR.4`).
    ///
    /// Use it where tenants have origins of their own. An error is the answer to the request, and seen by the application's filters. Where only the origin varies,
    /// [`CorsOrigin::matching`](super::CorsOrigin::matching) is shorter.
    ///
    /// # Cancel safety
    ///
    /// The decision's future is dropped when the client leaves.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::{Application, CorsOptions, HttpException};
    ///
    /// fn configure(app: Application) -> Application {
    ///     app.enable_cors_with(|request| {
    ///         let is_public = request.uri.path().starts_with("/public");
    ///         async move {
    ///             Ok::<_, HttpException>(if is_public {
    ///                 CorsOptions::default()
    ///             } else {
    ///                 CorsOptions::default().origin(false)
    ///             })
    ///         }
    ///     })
    /// }
    /// # let _ = configure;
    /// ```
    pub fn enable_cors_with<F, Fut, E>(self, decide: F) -> Self
    where
        F: Fn(&Parts) -> Fut + Send + Sync + 'static,
        Fut: Future<Output = Result<CorsOptions, E>> + Send + 'static,
        E: Into<HttpException> + 'static,
    {
        let decide: super::layer::Decide = Arc::new(move |parts| {
            let decided = decide(parts);
            Box::pin(async move { decided.await.map_err(Into::into) })
        });
        self.place_cors(Rules::PerRequest(decide))
    }

    fn place_cors(self, rules: Rules) -> Self {
        self.place(Place::Cors, Around(move |request, inner| with_cors(request, inner, rules.clone())))
    }
}
