//! Errors of others.

use oriole::prelude::*;

/// Makes a 502 of what no handler made on purpose.
#[injectable]
pub(crate) struct ErrorsInterceptor;

impl Interceptor for ErrorsInterceptor {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await.map_err(|error| {
            if Catches::http().accepts(&error) { error } else { HttpException::bad_gateway("New message") }
        })
    }
}
