//! What `#[module]` knows of a module.

use crate::attrs::Gates;
use crate::needs::Member;
use proc_macro2::{Ident, Span};
use syn::{Expr, ItemStruct, Type};

/// A module.
pub(crate) struct Module {
    /// The user's item, our attributes taken off its fields.
    pub(super) item: ItemStruct,
    /// The module's own needs.
    pub(super) members: Vec<(Ident, Member)>,
    pub(super) lists: Lists,
}

/// The arguments of the attribute.
#[derive(Default)]
pub(crate) struct Lists {
    pub(super) imports: Vec<Listed<Type>>,
    pub(super) controllers: Vec<Listed<Type>>,
    pub(super) providers: Vec<Listed<Provision>>,
    pub(super) exports: Vec<Listed<Type>>,
    pub(super) paths: Vec<Listed<Placed>>,
    pub(super) global: Option<Span>,
    pub(super) root: Option<Span>,
}

/// One entry of a list.
pub(crate) struct Listed<T> {
    pub(super) gates: Gates,
    pub(super) entry: T,
}

/// A module and its path, those above it included.
pub(crate) struct Placed {
    pub(super) module: Type,
    pub(super) path: String,
}

/// One entry of `providers`.
pub(crate) enum Provision {
    /// `CatsService`, `connect`.
    Bare(Box<Type>),
    /// `PgCats as dyn CatsRepo`, `connect as POOL`.
    As(Box<Type>, Box<Type>),
    /// `PORT = 3000`.
    Value(Box<Type>, Box<Expr>),
}
