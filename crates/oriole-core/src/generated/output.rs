//! What a `#[provider]` function returns: a value or an `Arc` of it, or a `Result` of either.

use crate::inject::BoxError;
use std::marker::PhantomData;
use std::sync::Arc;

/// `OutputProbe::<R>::FALLIBLE` says whether `R` is a `Result`, `OutputProbe::<R>::SHARED` whether it is an `Arc`, under
/// whatever alias.
#[derive(Debug)]
pub struct OutputProbe<R>(PhantomData<fn() -> R>);

/// The fall-back of [`OutputProbe`].
pub trait Infallible {
    /// Not a `Result`.
    const FALLIBLE: bool = false;
}
impl<R> Infallible for OutputProbe<R> {}

impl<T, E> OutputProbe<Result<T, E>> {
    /// A `Result`.
    pub const FALLIBLE: bool = true;
}

/// The fall-back of [`OutputProbe`].
pub trait Owned {
    /// Not an `Arc`.
    const SHARED: bool = false;
}
impl<R> Owned for OutputProbe<R> {}

impl<T: ?Sized> OutputProbe<Arc<T>> {
    /// An `Arc`.
    pub const SHARED: bool = true;
}

/// What a factory that returns `Self` provides; `FALLIBLE` comes from [`OutputProbe`].
#[diagnostic::on_unimplemented(
    message = "a `#[provider]` function cannot return `{Self}`",
    label = "its error does not convert into a boxed error",
    note = "the error of a factory implements `std::error::Error`, or is a `String`"
)]
pub trait Outputs<const FALLIBLE: bool>: Sized {
    /// What is provided.
    type Output;
    /// The value or the reason why there is none.
    ///
    /// # Errors
    ///
    /// What the factory failed with.
    fn output(self) -> Result<Self::Output, BoxError>;
}

impl<T> Outputs<false> for T {
    type Output = T;

    fn output(self) -> Result<T, BoxError> {
        Ok(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T, E: Into<BoxError>> Outputs<true> for Result<T, E> {
    type Output = T;

    fn output(self) -> Result<T, BoxError> {
        self.map_err(Into::into)
    }
}

/// What a factory's value stands for: itself, or what an `Arc` points to; `SHARED` comes from [`OutputProbe`].
pub trait Shares<const SHARED: bool>: Sized {
    /// The token's type.
    type Target: ?Sized;
    /// The value, shared.
    fn share(self) -> Arc<Self::Target>;
}

#[diagnostic::do_not_recommend]
impl<T> Shares<false> for T {
    type Target = T;

    fn share(self) -> Arc<T> {
        Arc::new(self)
    }
}

#[diagnostic::do_not_recommend]
impl<T: ?Sized> Shares<true> for Arc<T> {
    type Target = T;

    fn share(self) -> Self {
        self
    }
}
