//! What stands around a handler: guards, interceptors, pipes, exception filters, and what they are told.
//!
//! A route without any of it never comes here. `source` is what macros write down, `globals` and `plan` are what the boot
//! makes of it, `run` is one request, in Nest's order.

mod catches;
mod context;
mod events;
mod filter;
mod globals;
mod guard;
mod interceptor;
mod plan;
mod reads;
#[cfg(feature = "sse-hub")]
mod route_guards;
mod run;
mod source;
mod tokens;

pub use catches::{CatchableError, Catches};
pub use context::{ContextKind, ExecutionContext};
pub use filter::{DynFilter, ExceptionFilter};
pub use guard::{DynGuard, Guard};
pub use interceptor::{DynInterceptor, Interceptor, Next};
pub use reads::Reads;
#[cfg(feature = "sse-hub")]
pub use route_guards::RouteGuards;
pub use source::{
    AnyFilter, AnyGuard, AnyInterceptor, AnyMeta, AnyPipe, Enhancer, Enhancers, MetaValue, filter, filter_type, guard,
    guard_type, interceptor, interceptor_type, meta, pipe, pipe_type,
};
pub use tokens::{APP_FILTER, APP_GUARD, APP_INTERCEPTOR, APP_PIPE};

pub(crate) use globals::{Given, Globals};
pub(crate) use plan::{Built, Pipeline};
pub(crate) use run::{refuse, run};
