//! Middleware: what runs before routes, for the whole application or for those that a module chooses.
//!
//! A module's `configure` says which middleware is for which routes (`consumer`, `routes`); `selection` is what the boot
//! makes of that, and `chain` runs it: each middleware is built once, around whatever comes after it for the request.

mod chain;
mod configure;
mod consumer;
mod pattern;
mod routes;
mod selection;
#[cfg(test)]
mod tests;
mod traits;

pub use configure::{ConfigureFn, ConfigureMiddleware, HttpModule, ModuleProbe, Unserved};
pub use consumer::{MiddlewareBinding, MiddlewareConsumer};
pub use routes::{RouteMatch, Routes};
pub use traits::{ByFunction, ByType, IntoMiddleware, Middleware, NextService, OfFunction};

pub(crate) use chain::chain;
pub(crate) use configure::configure;
pub(crate) use selection::Known;
pub(crate) use traits::MiddlewareLayer;
