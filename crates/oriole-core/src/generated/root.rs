//! The check of what `create::<T>` is called with.

use crate::inject::Module;
use std::marker::PhantomData;

/// `Root::<T>::CHECKED` is the check of `T` where `T` is a module, and nothing elsewhere: `create` itself refuses it, or it
/// is the `create` of another library.
#[derive(Debug)]
pub struct Root<T: ?Sized>(PhantomData<fn() -> Box<T>>);

/// The fall-back of [`Root`].
pub trait NotRoot {
    /// Nothing to check.
    const CHECKED: () = ();
}
impl<T: ?Sized> NotRoot for Root<T> {}

impl<T: Module> Root<T> {
    /// The check of the graph.
    pub const CHECKED: () = T::CHECKED;
}
