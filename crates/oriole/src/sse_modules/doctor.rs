//! The server's end of `oriole doctor` as a module.

use std::sync::Arc;

use oriole_core::{BeforeApplicationShutdown, BoxError, Signal};
use oriole_http::HttpException;
use oriole_http::axum::response::{IntoResponse, Response};
use oriole_macros::{controller, injectable, module, provider, token};
use oriole_sse::{DoctorOptions, DoctorProbe, DoctorToken};

/// Says who may ask the probe of an [`SseDoctorModule`], and how much.
#[derive(Debug)]
#[token]
pub struct SseDoctorOptions {
    probe: DoctorProbe,
}

impl SseDoctorOptions {
    /// The variable that [`from_env`](Self::from_env) and the command read.
    pub const VARIABLE: &str = "ORIOLE_DOCTOR_TOKEN";

    /// Answers who has this token.
    #[must_use]
    pub fn new(token: DoctorToken) -> Self {
        Self { probe: DoctorProbe::new(token) }
    }

    /// Takes the token from the variable `ORIOLE_DOCTOR_TOKEN`; where there is none, or an empty one, nobody is answered.
    ///
    /// # Errors
    ///
    /// [`DoctorTokenError`](oriole_sse::DoctorTokenError), boxed, for a token that is too short or not plain.
    pub fn from_env() -> Result<Self, BoxError> {
        let token = std::env::var(Self::VARIABLE).ok().filter(|token| !token.is_empty());
        Ok(match token {
            Some(token) => Self::new(DoctorToken::new(token)?),
            None => Self { probe: DoctorProbe::closed() },
        })
    }

    /// Takes other bounds.
    #[must_use]
    pub fn bounds(mut self, options: DoctorOptions) -> Self {
        self.probe = self.probe.options(options);
        self
    }
}

#[provider]
fn probe(options: Arc<SseDoctorOptions>) -> DoctorProbe {
    options.probe.clone()
}

#[injectable]
struct SseDoctorController {
    probe: Arc<DoctorProbe>,
}

#[controller("sse-doctor")]
impl SseDoctorController {
    #[get]
    async fn probe(&self, head: oriole_http::http::request::Parts) -> Result<Response, HttpException> {
        Ok(self.probe.answer(&head).await.into_response())
    }
}

/// Serves `GET sse-doctor`, which `oriole doctor` streams through to find out what proxies do to event streams.
///
/// The route is like any other: the application's prefix stands before it, and what stands around all routes (guards,
/// compression, CORS) stands around it, so that its streams are treated as yours are. Without the token it answers 404.
/// When the application ends, its streams end first.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::sse::DoctorToken;
/// use oriole::{SseDoctorModule, SseDoctorOptions};
///
/// #[module(root, imports = [SseDoctorModule::for_root(SseDoctorOptions::from_env()?)])]
/// pub struct AppModule;
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// #     let _ = SseDoctorOptions::new(DoctorToken::new("0f4c81c7d1d04a2e9b6f3a55").expect("long enough"));
/// #     let app = Oriole::create::<AppModule>().await?;
/// #     drop(app);
/// #     Ok(())
/// # }
/// ```
#[module(for_root = SseDoctorOptions, controllers = [SseDoctorController], providers = [probe])]
#[derive(Debug)]
pub struct SseDoctorModule {
    probe: Arc<DoctorProbe>,
}

impl BeforeApplicationShutdown for SseDoctorModule {
    async fn before_application_shutdown(&self, _signal: Option<Signal>) -> Result<(), BoxError> {
        self.probe.drain();
        Ok(())
    }
}
