//! The attribute macros of Oriole. Their pages are on the facade's re-exports: `oriole::injectable` and so on.
//!
//! Each macro has a folder: `parse` reads tokens into the `model`, `check` refuses what the macro itself can see, `expand`
//! writes static data beside the user's item. What a type is, a macro never guesses: it emits a bound, or a probe, and
//! lets traits decide.

mod attrs;
mod controller;
mod entry;
mod errors;
#[cfg(test)]
mod golden;
mod hooks;
mod identity;
mod injectable;
mod items;
mod marker;
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
    entry::main(arguments.into(), item.into()).into()
}

/// An impl says what it serves.
#[proc_macro_attribute]
pub fn controller(arguments: TokenStream, item: TokenStream) -> TokenStream {
    controller::controller(arguments.into(), item.into()).into()
}

macro_rules! markers {
    ($($(#[$doc:meta])* $name:ident)*) => {
        $(
            $(#[$doc])*
            #[proc_macro_attribute]
            pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
                marker::marker(stringify!($name), &arguments.into(), item.into()).into()
            }
        )*
    };
}

markers! {
    /// Marks a handler of GET.
    get
    /// Marks a handler of POST.
    post
    /// Marks a handler of PUT.
    put
    /// Marks a handler of PATCH.
    patch
    /// Marks a handler of DELETE.
    delete
    /// Marks a handler of HEAD.
    head
    /// Marks a handler of OPTIONS.
    options
    /// Marks a handler of every method.
    all
    /// Marks a handler that streams events.
    sse
    /// Gives a handler's reply its status.
    http_code
    /// Adds a header to a handler's reply, or to all of a controller's.
    header
    /// Makes a handler's reply a redirect.
    redirect
}
