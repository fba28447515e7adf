//! What `#[listeners]` knows of an impl.

use crate::attrs::Gates;
use proc_macro2::Ident;
use syn::{Expr, ImplItemFn, ItemImpl, Type};

/// An impl with methods that listen.
pub(crate) struct Listeners {
    /// The user's impl, our markers taken off.
    pub(super) item: ItemImpl,
    pub(super) methods: Vec<Method>,
}

/// One method, and each `#[on_event(..)]` on it.
pub(crate) struct Method {
    pub(super) gates: Gates,
    pub(super) name: Ident,
    pub(super) is_async: bool,
    /// The type of its argument, if it has one.
    pub(super) event: Option<Type>,
    pub(super) markers: Vec<Marker>,
    pub(super) signature: ImplItemFn,
}

/// One `#[on_event(..)]`.
#[derive(Default)]
pub(crate) struct Marker {
    /// Names or patterns; none if the type of the argument has the name.
    pub(super) names: Vec<Expr>,
    pub(super) is_queued: bool,
    pub(super) is_prepended: bool,
    pub(super) suppresses_errors: Option<bool>,
}
