//! What requests pass before a handler is looked for.

use oriole::axum::extract::Request;
use oriole::axum::response::Response;
use oriole::prelude::*;
use oriole::{Middleware, NextService};

#[injectable]
#[derive(Debug)]
pub struct __Name__Middleware;

impl Middleware for __Name__Middleware {
    async fn handle(&self, request: Request, next: NextService) -> Result<Response, HttpException> {
        Ok(next.run(request).await)
    }
}
