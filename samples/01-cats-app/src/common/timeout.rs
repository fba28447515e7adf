//! How long handlers may take.

use oriole::prelude::*;
use std::time::Duration;

/// Beyond it a request is answered 408.
const PATIENCE: Duration = Duration::from_secs(2);

/// Gives up a handler that takes too long.
#[injectable]
pub(crate) struct TimeoutInterceptor;

impl Interceptor for TimeoutInterceptor {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let run = tokio::time::timeout(PATIENCE, next.run(ctx)).await;
        run.unwrap_or_else(|_| Err(HttpException::request_timeout("it took too long")))
    }
}
