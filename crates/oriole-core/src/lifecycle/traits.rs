//! The five hooks, in the order in which they run (`LCE.1`, `LCE.3`).

use super::Signal;
use crate::inject::BoxError;
use std::future::Future;

/// Runs once the needs of its module are resolved, modules that are imported first (`LCE.6`).
///
/// Use it to warm a cache or to subscribe; do not wait for requests here, none is served yet. Implement it with a plain
/// `async fn`.
pub trait OnModuleInit: Send + Sync {
    /// Called once. Other hooks of the same module run concurrently; the module's own runs after them.
    ///
    /// # Errors
    ///
    /// Any error ends the start; it is reported as `ORI011` with the type's name.
    fn on_module_init(&self) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// Runs when every module is initialised and before the first connection is accepted.
pub trait OnApplicationBootstrap: Send + Sync {
    /// Called once.
    ///
    /// # Errors
    ///
    /// Any error ends the start; it is reported as `ORI011` with the type's name.
    fn on_application_bootstrap(&self) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// Runs first when the application ends, while it still serves (`LCE.17`).
pub trait OnModuleDestroy: Send + Sync {
    /// Called once, modules in the reverse of their order at the start (`LCE.7`).
    ///
    /// # Errors
    ///
    /// An error is logged with the type's name; the shutdown goes on, and gives it when all is done.
    fn on_module_destroy(&self) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// Runs after every [`OnModuleDestroy`], while the application still serves.
pub trait BeforeApplicationShutdown: Send + Sync {
    /// Called once, with the signal if one ended the application.
    ///
    /// # Errors
    ///
    /// An error is logged with the type's name; the shutdown goes on, and gives it when all is done.
    fn before_application_shutdown(&self, signal: Option<Signal>) -> impl Future<Output = Result<(), BoxError>> + Send;
}

/// Runs last, when connections are closed and streams have ended.
pub trait OnApplicationShutdown: Send + Sync {
    /// Called once, with the signal if one ended the application.
    ///
    /// # Errors
    ///
    /// An error is logged with the type's name; the shutdown goes on, and gives it when all is done.
    fn on_application_shutdown(&self, signal: Option<Signal>) -> impl Future<Output = Result<(), BoxError>> + Send;
}
