//! `#[injectable]`: a struct says what it needs.
//!
//! Parse reads the item and its fields, check refuses what cannot be injected, expand writes the descriptor.

mod check;
mod expand;
mod model;
mod parse;
#[cfg(test)]
mod tests;

use crate::errors::Errors;
use proc_macro2::TokenStream;

/// The macro.
pub(crate) fn injectable(arguments: &TokenStream, item: TokenStream) -> TokenStream {
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
