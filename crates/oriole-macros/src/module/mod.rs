//! `#[module]`: who sees whom.
//!
//! Parse reads the lists, check refuses what no list may hold, expand writes the module's part of the graph.

mod check;
mod expand;
mod model;
mod parse;
#[cfg(test)]
mod tests;

use crate::errors::Errors;
use proc_macro2::TokenStream;

/// The macro.
pub(crate) fn module(arguments: TokenStream, item: TokenStream) -> TokenStream {
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
