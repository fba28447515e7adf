//! What `#[injectable]` knows of a struct.

use crate::needs::Member;
use crate::scope::Scope;
use proc_macro2::Ident;
use syn::{Expr, ItemStruct};

/// A struct that the container builds.
pub(crate) struct Injectable {
    /// The user's item, our attributes taken off its fields.
    pub(super) item: ItemStruct,
    /// Its fields, in order.
    pub(super) members: Vec<(Ident, Member)>,
    pub(super) scope: Scope,
    /// The values of `#[meta(..)]`.
    pub(super) meta: Vec<Expr>,
}
