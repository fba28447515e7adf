//! The same for whatever a controller replies.

use super::rules::Filter;
use crate::{ExecutionContext, HttpException, Interceptor, Next, Reads, Reply};
use serde::de::IgnoredAny;
use serde_json::Value;

/// Leaves fields out of every reply of a route, a controller or the application (`SER.5`).
///
/// It sees JSON, and so no rules of types: those are [`Serialized`](super::Serialized)'s, whose replies it takes as well.
/// Texts, files and other finished responses stay as they are (`SER.7`), and so do events.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::SerializerInterceptor;
/// use oriole::axum::body::{Body, to_bytes};
/// use tower::ServiceExt;
///
/// #[injectable]
/// struct Cats;
///
/// #[controller("cats")]
/// #[use_interceptors(SerializerInterceptor::new().exclude_prefix("_"))]
/// impl Cats {
///     #[get]
///     async fn all(&self) -> Json<serde_json::Value> {
///         Json(serde_json::json!([{"_row": 7, "name": "Tom"}]))
///     }
/// }
///
/// #[module(controllers = [Cats])]
/// struct App;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let service = Oriole::create::<App>().await?.into_service().await?;
/// let answer = service.oneshot(oriole::http::Request::get("/cats").body(Body::empty())?).await?;
/// assert_eq!(to_bytes(answer.into_body(), 1000).await?, r#"[{"name":"Tom"}]"#);
/// # Ok(())
/// # }
/// ```
#[derive(Clone, Debug, Default)]
pub struct SerializerInterceptor {
    filter: Filter,
}

impl SerializerInterceptor {
    /// Leaves out nothing yet.
    #[must_use]
    pub fn new() -> Self {
        Self::default()
    }

    /// Leaves out fields, at every depth, whose names begin so.
    #[must_use]
    pub fn exclude_prefix(mut self, prefix: impl Into<String>) -> Self {
        self.filter.prefixes.push(prefix.into());
        self
    }

    /// Leaves out fields, at every depth, that are null.
    #[must_use]
    pub fn without_nulls(mut self) -> Self {
        self.filter.drops_nulls = true;
        self
    }
}

impl Interceptor for SerializerInterceptor {
    fn reads(&self) -> Reads {
        Reads::nothing()
    }

    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let reply = next.run(ctx).await?;
        match reply.value() {
            Some(mut tree @ (Value::Object(_) | Value::Array(_))) => {
                self.filter.apply(&mut tree, &[]);
                reply.map_value(|_: IgnoredAny| tree)
            }
            // A text that is mapped would become JSON.
            _ => Ok(reply),
        }
    }
}
