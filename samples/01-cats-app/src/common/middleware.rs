//! What runs before a route is looked for.

use oriole::axum::extract::Request;
use oriole::axum::response::Response;
use oriole::prelude::*;
use oriole::{Middleware, NextService};

/// Writes every request to the log.
#[injectable]
pub(crate) struct LoggerMiddleware;

impl Middleware for LoggerMiddleware {
    async fn handle(&self, request: Request, next: NextService) -> Result<Response, HttpException> {
        tracing::info!("Request... {} {}", request.method(), request.uri());
        Ok(next.run(request).await)
    }
}
