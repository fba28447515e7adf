//! The trait, and its twin that can be stored.

use super::ArgMeta;
use crate::HttpException;
use futures_util::future::BoxFuture;
use std::any::Any;
use std::future::Future;

/// Sees each argument of a handler after it was extracted and before the handler is called.
///
/// Write it with a plain `async fn`. The value is what the handler will receive, the extractor included
/// (`Json<NewCat>`, `Path<u32>`): `downcast_mut` to the types that you care for and leave the others alone. Use it for
/// rules that hold for every route; for one argument of one route an extractor of your own is shorter and typed.
///
/// # Cancel safety
///
/// The future is dropped when the client leaves.
///
/// # Examples
///
/// ```
/// use oriole_http::{ArgMeta, HttpException, Path, Pipe};
/// use std::any::Any;
///
/// struct PositiveIds;
///
/// impl Pipe for PositiveIds {
///     async fn transform(&self, value: &mut (dyn Any + Send), arg: &ArgMeta) -> Result<(), HttpException> {
///         match value.downcast_mut::<Path<i64>>() {
///             Some(Path(id)) if *id <= 0 => {
///                 let name = arg.key.unwrap_or("id");
///                 Err(HttpException::bad_request(format!("{name} must be positive")))
///             }
///             _ => Ok(()),
///         }
///     }
/// }
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let arg = ArgMeta { key: Some("id"), ..ArgMeta::default() };
/// let refused = PositiveIds.transform(&mut Path(-1_i64), &arg).await.unwrap_err();
/// assert_eq!(refused.message(), "id must be positive");
/// # }
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a pipe",
    label = "used as a pipe here",
    note = "implement `Pipe` with `async fn transform(&self, value: &mut (dyn Any + Send), arg: &ArgMeta)`"
)]
pub trait Pipe: Send + Sync + 'static {
    /// Changes the value in place, leaves it, or refuses it.
    ///
    /// # Errors
    ///
    /// What the client shall read; the handler is not called then.
    fn transform(
        &self,
        value: &mut (dyn Any + Send),
        arg: &ArgMeta,
    ) -> impl Future<Output = Result<(), HttpException>> + Send;
}

/// [`Pipe`] with its future boxed.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a pipe",
    label = "used as a pipe here",
    note = "implement `Pipe` with `async fn transform(&self, value: &mut (dyn Any + Send), arg: &ArgMeta)`"
)]
pub trait DynPipe: Send + Sync {
    #[doc(hidden)]
    fn transform<'a>(
        &'a self,
        value: &'a mut (dyn Any + Send),
        arg: &'a ArgMeta,
    ) -> BoxFuture<'a, Result<(), HttpException>>;
}

#[diagnostic::do_not_recommend]
impl<P: Pipe> DynPipe for P {
    fn transform<'a>(
        &'a self,
        value: &'a mut (dyn Any + Send),
        arg: &'a ArgMeta,
    ) -> BoxFuture<'a, Result<(), HttpException>> {
        Box::pin(Pipe::transform(self, value, arg))
    }
}
