//! What `#[provider]` knows of a function.

use crate::needs::Member;
use crate::scope::Scope;
use syn::{ItemFn, Type};

/// A factory.
pub(crate) struct Provider {
    /// The user's item, our attributes taken off its parameters.
    pub(super) item: ItemFn,
    /// Its parameters, in order.
    pub(super) members: Vec<Member>,
    /// What it returns, if it says so.
    pub(super) returns: Option<Type>,
    pub(super) scope: Scope,
}
