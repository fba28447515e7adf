//! Middleware that writes down that it ran: in a header of the answer, the innermost first.

use axum::extract::Request;
use axum::response::Response;
use http::HeaderValue;
use http_tests::App;
use oriole::prelude::*;
use oriole::{Middleware, NextService};

/// A type without needs.
pub struct Step(pub &'static str);

impl Middleware for Step {
    async fn handle(&self, request: Request, next: NextService) -> Result<Response, HttpException> {
        Ok(note(next.run(request).await, self.0))
    }
}

/// A function.
pub async fn function(request: Request, next: NextService) -> Result<Response, HttpException> {
    Ok(note(next.run(request).await, "function"))
}

pub fn note(mut response: Response, step: &'static str) -> Response {
    response.headers_mut().append("x-step", HeaderValue::from_static(step));
    response
}

/// What ran for a request, the outermost first.
pub async fn steps(app: &App, method: &str, target: &str, headers: &str) -> String {
    let answer = app.send(method, target, headers, "").await;
    let steps = answer.headers.iter().rev().filter(|(name, _)| name == "x-step").map(|(_, value)| value.as_str());
    steps.collect::<Vec<_>>().join(" ")
}
