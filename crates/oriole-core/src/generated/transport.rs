//! What a module tells a transport, where there is none.

use std::any::Any;
use std::marker::PhantomData;

/// `ModuleProbe::<M>::TRANSPORT` is what a module has to say to the transport. A transport brings a probe of its own.
#[derive(Debug)]
pub struct ModuleProbe<M: ?Sized>(PhantomData<fn() -> Box<M>>);

/// The fall-back of [`ModuleProbe`].
pub trait Unserved {
    /// Nothing.
    const TRANSPORT: &'static (dyn Any + Send + Sync) = &();
}
impl<M: ?Sized> Unserved for ModuleProbe<M> {}
