//! `#[controller]`: an impl says what it serves.
//!
//! Parse takes the markers off the methods (`markers` reads each), check refuses methods that cannot be handlers, expand
//! writes the table of routes and one closure per handler.

mod check;
mod enhancers;
mod expand;
mod handler;
mod markers;
mod model;
mod parse;

use crate::errors::Errors;
use proc_macro2::TokenStream;

/// The macro.
pub(crate) fn controller(arguments: TokenStream, item: TokenStream) -> TokenStream {
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
