//! `#[token]`: a trait, a type or a constant that the compiler's check shall know.
//!
//! Parse sorts the items, check refuses what cannot be one token, expand writes the identity beside the item.

mod check;
mod expand;
mod model;
mod parse;
#[cfg(test)]
mod tests;

use crate::errors::Errors;
use proc_macro2::TokenStream;

pub(crate) use expand::hidden;

/// The macro.
pub(crate) fn token(arguments: &TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    match parse::parse(arguments, item, &mut errors) {
        Ok(mut model) => {
            check::check(&mut model, &mut errors);
            expand::expand(&model, errors)
        }
        Err(item) => {
            let errors = errors.into_items();
            quote::quote!(#item #errors)
        }
    }
}
