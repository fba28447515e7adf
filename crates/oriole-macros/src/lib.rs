//! The attribute macros of Oriole. Their pages are on the facade's re-exports: `oriole::injectable` and so on.
//!
//! Each macro has a folder: `parse` reads tokens into the `model`, `check` refuses what the macro itself can see, `expand`
//! writes static data beside the user's item. What a type is, a macro never guesses: it emits a bound, or a probe, and
//! lets traits decide.

#![allow(missing_docs, reason = "a macro's page stands on the facade's re-export, where its examples compile")]

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
mod scope;
mod stages;
mod token;
mod words;

use proc_macro::TokenStream;

macro_rules! macros {
    ($($name:ident)*) => {
        $(
            #[proc_macro_attribute]
            pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
                stages::$name(&arguments.into(), item.into()).into()
            }
        )*
    };
}

macros! { controller injectable main module provider token }

macro_rules! markers {
    ($($name:ident)*) => {
        $(
            #[proc_macro_attribute]
            pub fn $name(arguments: TokenStream, item: TokenStream) -> TokenStream {
                marker::marker(stringify!($name), &arguments.into(), item.into()).into()
            }
        )*
    };
}

markers! {
    all delete get head header http_code meta options patch post put redirect sse
    use_filters use_guards use_interceptors use_pipes
}
