//! Liveness and readiness as a module.

use std::sync::Arc;
use std::time::Duration;

use oriole_core::{BoxError, ModuleRef, OnModuleInit};
use oriole_http::axum::response::{IntoResponse, Response};
use oriole_http::{Health, HealthOptions, HttpAdapterHost, HttpAdapterModule};
use oriole_macros::{controller, injectable, module, provider};

#[provider]
fn health(options: Arc<HealthOptions>, host: Arc<HttpAdapterHost>, module: ModuleRef) -> Health {
    Health::new(options, host, move || drain(&module))
}

/// How long the hubs of the application take to drain, one after the other.
#[cfg(feature = "sse-hub")]
fn drain(module: &ModuleRef) -> Duration {
    let hubs = module.get_each::<crate::SseModuleOptions>().unwrap_or_default();
    hubs.iter().fold(Duration::ZERO, |sum, hub| sum.saturating_add(hub.drain_window))
}

#[cfg(not(feature = "sse-hub"))]
fn drain(_: &ModuleRef) -> Duration {
    Duration::ZERO
}

#[injectable]
struct HealthController {
    health: Arc<Health>,
}

#[controller]
impl HealthController {
    #[get("livez")]
    async fn live(&self) -> Response {
        self.health.live().into_response()
    }

    /// A probe that does not wait as long as an indicator may take shall not keep it from being named in the log.
    #[get("readyz")]
    #[run_to_end]
    async fn ready(&self) -> Response {
        self.health.ready().await.into_response()
    }
}

/// Serves `GET livez`, whether the process answers, and `GET readyz`, whether it shall get requests; for balancers and
/// orchestrators.
///
/// `readyz` asks the [indicators](oriole_http::HealthIndicator) of [`HealthOptions`], and is 503 if one of them is down; and, from the
/// first moment of the end on, while everything is still served. [`HealthOptions::shutdown_delay`] keeps it there, before any hook
/// of the end runs, until the balancer has seen that. `livez` is 200 as long as there is an answer at all: a process is not started anew because its database
/// is away.
///
/// Both are routes like any other: the application's prefix and version stand before them, and so do its global guards. They are
/// not for the public if the names of your indicators are not.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::{HealthModule, HealthOptions};
/// use std::sync::Arc;
/// use std::time::Duration;
///
/// #[token]
/// pub struct Pool;
///
/// impl Pool {
///     async fn ping(&self) -> Result<(), std::io::Error> { Ok(()) }
/// }
///
/// #[module(providers = [Pool = Pool], exports = [Pool])]
/// pub struct DatabaseModule;
///
/// #[provider]
/// fn health(pool: Arc<Pool>) -> HealthOptions {
///     let database = move || {
///         let pool = Arc::clone(&pool);
///         async move { pool.ping().await }
///     };
///     HealthOptions::default().indicator("database", database).shutdown_delay(Duration::from_secs(5))
/// }
///
/// #[module(root, imports = [HealthModule::for_root_async::<health>().import::<DatabaseModule>()])]
/// pub struct AppModule;
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// #     let app = Oriole::create::<AppModule>().await?;
/// #     assert!(app.get::<oriole::Health>().expect("provided").ready().await.is_ok());
/// #     Ok(())
/// # }
/// ```
#[module(
    for_root = HealthOptions,
    imports = [HttpAdapterModule],
    controllers = [HealthController],
    providers = [health],
    exports = [Health],
)]
#[derive(Debug)]
pub struct HealthModule {
    health: Arc<Health>,
}

impl OnModuleInit for HealthModule {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.health.__mistake().map_or(Ok(()), |mistake| Err(mistake.into()))
    }
}
