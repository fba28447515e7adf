//! What a `#[provider]` function returns: a value, or a `Result` of it.

use crate::inject::BoxError;
use std::marker::PhantomData;

/// `OutputProbe::<R>::FALLIBLE` says whether `R` is a `Result`, under whatever alias.
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
