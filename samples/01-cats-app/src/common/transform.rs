//! One shape for all answers.

use oriole::prelude::*;
use serde_json::{Value, json};

/// Wraps every value: `{"data": ..}`.
#[injectable]
pub(crate) struct TransformInterceptor;

impl Interceptor for TransformInterceptor {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await?.map_value(|value: Value| json!({ "data": value }))
    }
}
