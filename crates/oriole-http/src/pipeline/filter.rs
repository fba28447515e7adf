//! Exception filters: who answers an error.

use super::{Catches, ExecutionContext, Reads};
use crate::{HttpException, Reply};
use futures_util::future::BoxFuture;
use std::future::Future;

/// Answers the errors that it catches, in place of the built-in answer.
///
/// Write it with a plain `async fn`. An error goes to the filters of its route, then to the controller's, then to the
/// application's; the first that catches it answers, and no other sees it (`RLC.12`, `RLC.15`). Within one marker the
/// last is asked first, so a filter that catches everything stands before the particular ones (`EXF.18`).
///
/// A value as the reply has the exception's status unless it says its own. To leave an error as it is, reply with it:
/// `Ok(exception.into())`. An error that a filter of a route or controller returns goes to those of the application, and
/// one of theirs to the built-in answer. A filter that answers does the logging as well.
///
/// On an `#[sse]` route whose head is out the reply becomes the stream's last event: give it with [`Reply::event`]; a
/// value goes out as the data of an event of the type `error`. Before the head, an event's data is the answer's text.
///
/// # Cancel safety
///
/// The future is dropped when the client leaves.
///
/// # Examples
///
/// ```
/// use oriole_http::{Catches, ExceptionFilter, ExecutionContext, HttpException, Reply, StatusCode};
///
/// struct WithPath;
///
/// impl ExceptionFilter for WithPath {
///     fn catches(&self) -> Catches {
///         Catches::http()
///     }
///
///     async fn catch(&self, exception: HttpException, ctx: &mut ExecutionContext) -> Result<Reply, HttpException> {
///         let body = serde_json::json!({"says": exception.message(), "path": ctx.http().uri.path()});
///         Ok(Reply::json(&body).with_status(exception.status()))
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (parts, ()) = http::Request::get("/cats").body(())?.into_parts();
/// let reply = WithPath.catch(HttpException::gone("moved"), &mut ExecutionContext::new(parts)).await?;
/// assert_eq!(reply.status(), Some(StatusCode::GONE));
/// assert_eq!(reply.value(), Some(serde_json::json!({"says": "moved", "path": "/cats"})));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an exception filter",
    label = "used as an exception filter here",
    note = "implement `ExceptionFilter` with `async fn catch(&self, exception: HttpException, ctx: &mut ExecutionContext) -> Result<Reply, HttpException>`"
)]
pub trait ExceptionFilter: Send + Sync + 'static {
    /// Which errors it answers; all of them unless it says so. Asked once, at the start.
    fn catches(&self) -> Catches {
        Catches::anything()
    }

    /// Answers an error.
    ///
    /// # Errors
    ///
    /// What went wrong with the answer.
    fn catch(
        &self,
        exception: HttpException,
        ctx: &mut ExecutionContext,
    ) -> impl Future<Output = Result<Reply, HttpException>> + Send;

    /// Which metadata it reads: any, unless it says so. Asked once, at the start, for a warning.
    fn reads(&self) -> Reads {
        Reads::anything()
    }
}

/// [`ExceptionFilter`] with its future boxed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an exception filter",
    label = "used as an exception filter here",
    note = "implement `ExceptionFilter` with `async fn catch(&self, exception: HttpException, ctx: &mut ExecutionContext) -> Result<Reply, HttpException>`"
)]
pub trait DynFilter: Send + Sync {
    #[doc(hidden)]
    fn catches(&self) -> Catches;

    #[doc(hidden)]
    fn reads(&self) -> Reads;

    #[doc(hidden)]
    fn catch<'a>(
        &'a self,
        exception: HttpException,
        ctx: &'a mut ExecutionContext,
    ) -> BoxFuture<'a, Result<Reply, HttpException>>;
}

#[diagnostic::do_not_recommend]
impl<F: ExceptionFilter> DynFilter for F {
    fn catches(&self) -> Catches {
        ExceptionFilter::catches(self)
    }

    fn reads(&self) -> Reads {
        ExceptionFilter::reads(self)
    }

    fn catch<'a>(
        &'a self,
        exception: HttpException,
        ctx: &'a mut ExecutionContext,
    ) -> BoxFuture<'a, Result<Reply, HttpException>> {
        Box::pin(ExceptionFilter::catch(self, exception, ctx))
    }
}
