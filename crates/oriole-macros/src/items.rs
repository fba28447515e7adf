//! What kind of item an attribute stands on.

use crate::errors::Errors;
use proc_macro2::{Span, TokenStream};
use quote::ToTokens;
use syn::spanned::Spanned;
use syn::{Item, ItemStruct};

/// The item as a struct, or as it was if it is something else.
pub(crate) fn expect_struct(item: TokenStream, rule: &str, errors: &mut Errors) -> Result<ItemStruct, TokenStream> {
    match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Struct(item)) => Ok(item),
        Ok(other) => {
            errors.push_at(head(&other), format!("{rule}, not on {}", kind(&other)));
            Err(other.into_token_stream())
        }
        // Not even an item: rustc says what is wrong with it, or we do if it accepts it where it stands.
        Err(error) => {
            errors.add(error);
            Err(item)
        }
    }
}

/// What an item is, with its article.
pub(crate) fn kind(item: &Item) -> &'static str {
    match item {
        Item::Const(_) => "a constant",
        Item::Enum(_) => "an enum",
        Item::ExternCrate(_) => "an `extern crate`",
        Item::Fn(_) => "a function",
        Item::ForeignMod(_) => "an `extern` block",
        Item::Impl(item) if item.trait_.is_some() => "an impl of a trait",
        Item::Impl(_) => "an impl",
        Item::Macro(_) => "a macro",
        Item::Mod(_) => "a `mod`",
        Item::Static(_) => "a static",
        Item::Struct(_) => "a struct",
        Item::Trait(_) => "a trait",
        Item::TraitAlias(_) => "a trait alias",
        Item::Type(_) => "a type alias",
        Item::Union(_) => "a union",
        Item::Use(_) => "a `use`",
        _ => "this item",
    }
}

/// The word that says what an item is, or its name.
pub(crate) fn head(item: &Item) -> Span {
    match item {
        Item::Const(item) => item.const_token.span,
        Item::Enum(item) => item.enum_token.span,
        Item::Fn(item) => item.sig.fn_token.span,
        Item::Impl(item) => item.impl_token.span,
        Item::Mod(item) => item.mod_token.span,
        Item::Static(item) => item.static_token.span,
        Item::Struct(item) => item.struct_token.span,
        Item::Trait(item) => item.trait_token.span,
        Item::Type(item) => item.type_token.span,
        Item::Union(item) => item.union_token.span,
        Item::Use(item) => item.use_token.span,
        other => other.span(),
    }
}
