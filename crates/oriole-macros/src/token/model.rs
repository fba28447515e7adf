//! What may be a token.

use proc_macro2::Ident;
use syn::{Generics, Item, ItemConst, ItemTrait};

/// An item marked `#[token]`.
pub(crate) enum Token {
    /// `dyn Trait`.
    Trait {
        item: ItemTrait,
        /// Whether `#[automock]` has written a stand-in for it.
        has_stand_in: bool,
    },
    /// A type that something else builds, a factory for example.
    Type {
        /// Struct, enum or union.
        item: Box<Item>,
        ident: Ident,
        generics: Generics,
    },
    /// A `Token<T>` with a name.
    Constant(ItemConst),
}
