//! What is not about cats.

mod errors;
mod filter;
mod logging;
mod middleware;
mod roles;
mod timeout;
mod transform;

pub(crate) use errors::ErrorsInterceptor;
pub(crate) use filter::HttpExceptionFilter;
pub(crate) use logging::LoggingInterceptor;
pub(crate) use middleware::LoggerMiddleware;
pub(crate) use roles::{Roles, RolesGuard};
pub(crate) use timeout::TimeoutInterceptor;
pub(crate) use transform::TransformInterceptor;
