//! Interceptors: what wraps the call of a handler.

use super::run::handle;
use super::{ExecutionContext, Reads};
use crate::route::RouteRef;
use crate::{HttpException, Reply};
use axum::body::Body;
use futures_util::future::BoxFuture;
use std::fmt;
use std::future::Future;

/// Wraps the handler with its pipes: runs before and after it, and may change or replace what it gives.
///
/// Write it with a plain `async fn`. What is before `next.run(ctx)` runs after the guards, application first, route last;
/// what is after it runs in reverse (`ITC.14`). Without `next.run(ctx)` neither pipes nor the handler run (`ITC.2`). The
/// errors of pipes and of the handler come back from `run`, so that `map_err` answers with others; `tokio`'s `timeout`
/// around `run` bounds it.
///
/// On an `#[sse]` route the reply holds the events, which have not been asked for yet: see [`Reply::map_events`].
///
/// # Cancel safety
///
/// The future is dropped when the client leaves.
///
/// # Examples
///
/// ```
/// use oriole_http::{ExecutionContext, HttpException, Interceptor, Next, RawValue, Reply};
/// use serde::Serialize;
///
/// #[derive(Serialize)]
/// struct Wrapped {
///     data: Box<RawValue>,
/// }
///
/// struct Wrap;
///
/// impl Interceptor for Wrap {
///     async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
///         next.run(ctx).await?.map_value(|data| Wrapped { data })
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (parts, ()) = http::Request::new(()).into_parts();
/// let next = Next::of(Reply::json(&["Tom"]));
/// let reply = Wrap.intercept(&mut ExecutionContext::new(parts), next).await?;
/// assert_eq!(reply.value(), Some(serde_json::json!({"data": ["Tom"]})));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an interceptor",
    label = "used as an interceptor here",
    note = "implement `Interceptor` with `async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException>`"
)]
pub trait Interceptor: Send + Sync + 'static {
    /// Runs around the handler.
    ///
    /// # Errors
    ///
    /// What the handler failed with, or what the client shall read instead; it goes to the interceptors further out, then
    /// to the exception filters.
    fn intercept(
        &self,
        ctx: &mut ExecutionContext,
        next: Next<'_>,
    ) -> impl Future<Output = Result<Reply, HttpException>> + Send;

    /// Which metadata it reads: any, unless it says so. Asked once, at the start, for a warning.
    fn reads(&self) -> Reads {
        Reads::anything()
    }
}

/// The rest of the way to the handler: the interceptors further in, the pipes, the handler itself.
#[must_use = "the handler runs only if this is run"]
pub struct Next<'a>(Rest<'a>);

enum Rest<'a> {
    Route { interceptors: &'a [super::AnyInterceptor], route: &'a RouteRef, body: Body },
    Reply(Box<Reply>),
}

impl<'a> Next<'a> {
    pub(super) fn new(route: &'a RouteRef, body: Body) -> Self {
        Self(Rest::Route { interceptors: &route.pipeline().interceptors, route, body })
    }

    /// A handler that gives a reply, for tests of interceptors.
    pub fn of(reply: Reply) -> Self {
        Self(Rest::Reply(Box::new(reply)))
    }

    /// Runs it.
    ///
    /// # Errors
    ///
    /// What an interceptor, a pipe or the handler failed with; a panic of the handler is a 500.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future drops the handler where it stands.
    pub async fn run(self, ctx: &mut ExecutionContext) -> Result<Reply, HttpException> {
        match self.0 {
            Rest::Reply(reply) => Ok(*reply),
            Rest::Route { interceptors, route, body } => match interceptors.split_first() {
                Some((first, interceptors)) => {
                    first.intercept(ctx, Self(Rest::Route { interceptors, route, body })).await
                }
                None => handle(ctx, body, route).await,
            },
        }
    }
}

impl fmt::Debug for Next<'_> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Next")
    }
}

/// [`Interceptor`] with its future boxed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an interceptor",
    label = "used as an interceptor here",
    note = "implement `Interceptor` with `async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException>`"
)]
pub trait DynInterceptor: Send + Sync {
    #[doc(hidden)]
    fn intercept<'a>(
        &'a self,
        ctx: &'a mut ExecutionContext,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Reply, HttpException>>;

    #[doc(hidden)]
    fn reads(&self) -> Reads {
        Reads::anything()
    }
}

#[diagnostic::do_not_recommend]
impl<I: Interceptor> DynInterceptor for I {
    fn intercept<'a>(
        &'a self,
        ctx: &'a mut ExecutionContext,
        next: Next<'a>,
    ) -> BoxFuture<'a, Result<Reply, HttpException>> {
        Box::pin(Interceptor::intercept(self, ctx, next))
    }

    fn reads(&self) -> Reads {
        Interceptor::reads(self)
    }
}
