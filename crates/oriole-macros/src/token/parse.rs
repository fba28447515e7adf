//! Sorts the items.

use super::model::Token;
use crate::errors::Errors;
use crate::{automock, items};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::Item;

/// The item, or its tokens if it can be no token.
pub(crate) fn parse(arguments: &TokenStream, item: TokenStream, errors: &mut Errors) -> Result<Token, TokenStream> {
    let has_stand_in = automock::says_so(arguments);
    if !arguments.is_empty() && !has_stand_in {
        errors.push(arguments, "`#[token]` takes no arguments");
    }
    let item = match syn::parse2::<Item>(item.clone()) {
        Ok(item) => item,
        Err(error) => {
            errors.add(error);
            return Err(item);
        }
    };
    let (ident, generics) = match &item {
        Item::Struct(item) => (item.ident.clone(), item.generics.clone()),
        Item::Enum(item) => (item.ident.clone(), item.generics.clone()),
        Item::Union(item) => (item.ident.clone(), item.generics.clone()),
        Item::Trait(_) | Item::Const(_) => {
            return Ok(match item {
                Item::Trait(item) => Token::Trait { item, has_stand_in },
                Item::Const(item) => Token::Constant(item),
                other => return Err(other.into_token_stream()),
            });
        }
        other => {
            errors.push_at(
                items::head(other),
                format!(
                    "`#[token]` stands on a trait, on a type or on a `const NAME: Token<T>`, not on {}",
                    items::kind(other)
                ),
            );
            return Err(item.into_token_stream());
        }
    };
    Ok(Token::Type { item: Box::new(item), ident, generics })
}
