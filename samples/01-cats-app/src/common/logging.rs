//! How long handlers take.

use oriole::prelude::*;
use std::time::Instant;

/// Writes to the log before a handler and after it.
#[injectable]
pub(crate) struct LoggingInterceptor;

impl Interceptor for LoggingInterceptor {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let (begun, handler) = (Instant::now(), ctx.handler());
        tracing::info!("Before {handler}...");
        let reply = next.run(ctx).await;
        tracing::info!("After {handler}... {:?}", begun.elapsed());
        reply
    }
}
