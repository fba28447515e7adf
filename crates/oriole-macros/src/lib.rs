//! The attribute macros of Oriole. Their pages are on the facade's re-exports: `oriole::injectable` and so on.
//!
//! Each macro has a folder: `parse` reads tokens into the `model`, `check` refuses what the macro itself can see, `expand`
//! writes static data beside the user's item. What a type is, a macro never guesses: it emits a bound, or a probe, and
//! lets traits decide.

mod attrs;
mod errors;
mod hooks;
mod identity;
mod injectable;
mod items;
mod main;
mod module;
mod needs;
mod paths;
mod provider;
mod token;
mod words;

use proc_macro::TokenStream;

/// A struct says what it needs.
#[proc_macro_attribute]
pub fn injectable(arguments: TokenStream, item: TokenStream) -> TokenStream {
    injectable::injectable(&arguments.into(), item.into()).into()
}

/// A function makes a provider out of its parameters.
#[proc_macro_attribute]
pub fn provider(arguments: TokenStream, item: TokenStream) -> TokenStream {
    provider::provider(&arguments.into(), item.into()).into()
}

/// A trait, a type or a constant is a token that the compiler knows.
#[proc_macro_attribute]
pub fn token(arguments: TokenStream, item: TokenStream) -> TokenStream {
    token::token(&arguments.into(), item.into()).into()
}

/// A module says who sees whom.
#[proc_macro_attribute]
pub fn module(arguments: TokenStream, item: TokenStream) -> TokenStream {
    module::module(arguments.into(), item.into()).into()
}

/// The entry point, and the place where the compiler checks the graph.
#[proc_macro_attribute]
pub fn main(arguments: TokenStream, item: TokenStream) -> TokenStream {
    main::main(arguments.into(), item.into()).into()
}
