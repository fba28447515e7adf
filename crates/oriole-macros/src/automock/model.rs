//! A trait and what its stand-in is made of.

use crate::attrs::Gates;
use proc_macro2::Span;
use syn::{ItemTrait, Signature, Type};

/// A trait marked `#[automock]`.
pub(crate) struct Automock {
    /// As the user wrote it.
    pub(crate) item: ItemTrait,
    /// What its stand-in answers, in the order in which it was written.
    pub(crate) methods: Vec<Method>,
}

/// A method that is called through `dyn`.
pub(crate) struct Method {
    pub(crate) gates: Gates,
    /// As the user wrote it.
    pub(crate) signature: Signature,
    pub(crate) arguments: Vec<Argument>,
    /// `None` for nothing.
    pub(crate) returns: Option<Type>,
}

/// An argument, which a stand-in keeps.
pub(crate) struct Argument {
    pub(crate) at: Span,
    /// What is kept: of `&T` it is the `T`.
    pub(crate) ty: Type,
    pub(crate) lent: Lent,
}

/// How an argument comes.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Lent {
    No,
    Shared,
    Mutable,
}
