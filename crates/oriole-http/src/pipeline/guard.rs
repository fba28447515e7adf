//! Guards: may this request proceed?

use super::{ExecutionContext, Reads};
use crate::HttpException;
use futures_util::future::BoxFuture;
use std::future::Future;

/// Decides whether a request may go on to its handler.
///
/// Write it with a plain `async fn`. Guards run before interceptors and pipes: those of the application, then the
/// controller's, then the route's (`GRD.2`, `RLC.3`). `false` is answered 403 `Forbidden resource`; return an exception
/// to answer anything else. Use it for who may do what; for what an argument may be, use a [`Pipe`](crate::Pipe).
///
/// # Cancel safety
///
/// The future is dropped when the client leaves.
///
/// # Examples
///
/// ```
/// use oriole_http::{ExecutionContext, Guard, HttpException};
///
/// #[derive(Clone, Debug, PartialEq)]
/// struct User(String);
///
/// struct AuthGuard;
///
/// impl Guard for AuthGuard {
///     async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
///         let Some(name) = ctx.http().headers.get("x-user").and_then(|name| name.to_str().ok()) else {
///             return Err(HttpException::unauthorized("who are you?"));
///         };
///         let user = User(name.to_owned());
///         ctx.http_mut().extensions.insert(user);
///         Ok(true)
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let (parts, ()) = http::Request::get("/cats").header("x-user", "ada").body(())?.into_parts();
/// let mut ctx = ExecutionContext::new(parts);
/// assert!(AuthGuard.can_activate(&mut ctx).await?);
/// assert_eq!(ctx.http().extensions.get(), Some(&User("ada".to_owned())));
/// # Ok(())
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a guard",
    label = "used as a guard here",
    note = "implement `Guard` with `async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException>`"
)]
pub trait Guard: Send + Sync + 'static {
    /// Lets the request pass, or not.
    ///
    /// # Errors
    ///
    /// What the client shall read instead of 403; it goes to the exception filters, and interceptors never see it.
    fn can_activate(&self, ctx: &mut ExecutionContext) -> impl Future<Output = Result<bool, HttpException>> + Send;

    /// Which metadata it reads: any, unless it says so. Asked once, at the start, for a warning.
    fn reads(&self) -> Reads {
        Reads::anything()
    }
}

/// [`Guard`] with its future boxed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a guard",
    label = "used as a guard here",
    note = "implement `Guard` with `async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException>`"
)]
pub trait DynGuard: Send + Sync {
    #[doc(hidden)]
    fn can_activate<'a>(&'a self, ctx: &'a mut ExecutionContext) -> BoxFuture<'a, Result<bool, HttpException>>;

    #[doc(hidden)]
    fn reads(&self) -> Reads {
        Reads::anything()
    }
}

#[diagnostic::do_not_recommend]
impl<G: Guard> DynGuard for G {
    fn can_activate<'a>(&'a self, ctx: &'a mut ExecutionContext) -> BoxFuture<'a, Result<bool, HttpException>> {
        Box::pin(Guard::can_activate(self, ctx))
    }

    fn reads(&self) -> Reads {
        Guard::reads(self)
    }
}
