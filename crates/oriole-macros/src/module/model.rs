//! What `#[module]` knows of a module.

use crate::attrs::Gates;
use crate::needs::Member;
use proc_macro2::{Ident, Span};
use syn::{Expr, ItemStruct, Type};

/// A module.
pub(super) struct Module {
    /// The user's item, our attributes taken off its fields.
    pub(super) item: ItemStruct,
    /// The module's own needs.
    pub(super) members: Vec<(Ident, Member)>,
    pub(super) lists: Lists,
}

/// The arguments of the attribute.
#[derive(Default)]
pub(super) struct Lists {
    pub(super) imports: Vec<Listed<Type>>,
    pub(super) controllers: Vec<Listed<Type>>,
    pub(super) providers: Vec<Listed<Provision>>,
    pub(super) exports: Vec<Listed<Type>>,
    pub(super) global: Option<Span>,
    pub(super) root: Option<Span>,
}

/// One entry of a list.
pub(super) struct Listed<T> {
    pub(super) gates: Gates,
    pub(super) entry: T,
}

/// One entry of `providers`.
pub(super) enum Provision {
    /// `CatsService`, `connect`.
    Bare(Box<Type>),
    /// `PgCats as dyn CatsRepo`, `connect as POOL`.
    As(Box<Type>, Box<Type>),
    /// `PORT = 3000`.
    Value(Box<Type>, Box<Expr>),
}
