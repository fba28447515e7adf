//! `#[provider]`: a function whose parameters are its needs and whose value is what it provides.
//!
//! Parse reads the signature, check refuses what cannot be called once at boot, expand writes the descriptor beside it.

mod check;
mod expand;
mod model;
mod parse;
#[cfg(test)]
mod tests;

use crate::errors::Errors;
use proc_macro2::TokenStream;

/// The macro.
pub(crate) fn provider(arguments: &TokenStream, item: TokenStream) -> TokenStream {
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
