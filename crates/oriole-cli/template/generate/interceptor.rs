//! What is done before a handler and after it.

use oriole::prelude::*;

#[injectable]
#[derive(Debug)]
pub struct __Name__Interceptor;

impl Interceptor for __Name__Interceptor {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await
    }
}
