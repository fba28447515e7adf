//! Each macro from tokens to tokens, through the stages that its folder holds.

use crate::errors::Errors;
use proc_macro2::TokenStream;
use quote::quote;

macro_rules! staged {
    ($($name:ident in $folder:ident;)*) => {$(
        pub(crate) fn $name(arguments: &TokenStream, item: TokenStream) -> TokenStream {
            let mut errors = Errors::default();
            match crate::$folder::parse(arguments, item, &mut errors) {
                Ok(mut model) => {
                    crate::$folder::check(&mut model, &mut errors);
                    crate::$folder::expand(&model, errors)
                }
                // Nothing to go on with: the user's item, and what is wrong with it.
                Err(item) => {
                    let errors = errors.into_items();
                    quote!(#item #errors)
                }
            }
        }
    )*};
}

staged! {
    automock in automock;
    config in config;
    controller in controller;
    injectable in injectable;
    listeners in listeners;
    main in entry;
    module in module;
    provider in provider;
    token in token;
}
