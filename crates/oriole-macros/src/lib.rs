//! The attribute macros of Oriole. Their pages are on the facade's re-exports: `oriole::injectable` and so on.
//!
//! Each macro has a folder: `parse` reads tokens into the `model`, `check` refuses what the macro itself can see, `expand`
//! writes static data beside the user's item. What a type is, a macro never guesses: it emits a bound, or a probe, and
//! lets traits decide.

#![allow(missing_docs, reason = "a macro's page stands on the facade's re-export, where its examples compile")]

mod attrs;
mod automock;
mod bundle;
mod config;
mod controller;
mod entry;
mod errors;
#[cfg(test)]
mod golden;
mod hooks;
mod identity;
mod injectable;
mod items;
mod listeners;
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

macros! { automock config injectable listeners main module provider token }

#[proc_macro_attribute]
pub fn controller(arguments: TokenStream, item: TokenStream) -> TokenStream {
    let (arguments, item) = (arguments.into(), item.into());
    match bundle::hand_over(&arguments, &item) {
        Some(handed_over) => handed_over,
        None => stages::controller(&arguments, item),
    }
    .into()
}

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
    all apply delete get head header http_code meta options patch post put redirect run_to_end sse
    use_filters use_guards use_interceptors use_pipes version
}

#[proc_macro_attribute]
pub fn on_event(_: TokenStream, item: TokenStream) -> TokenStream {
    listeners::stray(item.into()).into()
}

#[proc_macro]
pub fn bundle(input: TokenStream) -> TokenStream {
    bundle::define(input.into()).into()
}

/// What a bundle calls; not for use by hand.
#[doc(hidden)]
#[proc_macro]
pub fn __apply(input: TokenStream) -> TokenStream {
    bundle::apply(input.into()).into()
}
