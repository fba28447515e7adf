//! `#[oriole::main]`: the entry point, and the place where the compiler checks the graph.
//!
//! Parse reads the function and its arguments, check refuses what cannot be an entry point, roots finds every
//! `create::<T>`, expand starts the runtime.

mod check;
mod expand;
mod model;
mod parse;
mod roots;
#[cfg(test)]
mod tests;

use crate::errors::Errors;
use proc_macro2::TokenStream;

/// The macro.
pub(crate) fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    match parse::parse(arguments, item, &mut errors) {
        Ok(mut model) => {
            let roots = roots::check_each(&mut model.item);
            check::check(&mut model, roots, &mut errors);
            expand::expand(&model, errors)
        }
        Err(item) => {
            let errors = errors.into_items();
            quote::quote!(#item #errors)
        }
    }
}
