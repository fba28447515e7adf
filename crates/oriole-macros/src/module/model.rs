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
    pub(super) imports: Vec<Listed<Imported>>,
    pub(super) dynamic: Vec<Listed<Type>>,
    /// `for_root = Options`: the constructors to be made.
    pub(super) constructors: Vec<(Ident, Type)>,
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

/// One entry of `imports`.
pub(crate) struct Imported {
    /// `global Module`.
    pub(super) global: bool,
    /// The module.
    pub(super) ty: Box<Type>,
    /// `Module::for_root(..)`, or what stands behind `Module = `.
    pub(super) call: Option<Box<Expr>>,
}

/// One entry of `providers`.
pub(crate) enum Provision {
    /// `CatsService`, `connect`.
    Bare(Box<Type>),
    /// `PgCats as dyn CatsRepo`, `connect as POOL`.
    As(Box<Type>, Box<Type>),
    /// `PORT = 3000`, `Settings = Settings::default()`, `dyn Clock = SystemClock`.
    Value(Box<Type>, Box<Expr>),
    /// `use PORT as HTTP_PORT`, `use Console as dyn Logger`.
    Alias(Box<Type>, Box<Type>),
}
