//! Writes the token and the names beside the struct.

use super::model::Config;
use crate::errors::Errors;
use crate::paths::Traits;
use crate::{identity, paths, words};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};
use syn::LitStr;

/// The user's item, and what makes it a part of the configuration.
pub(crate) fn expand(model: &Config, errors: Errors) -> TokenStream {
    let item = &model.item;
    if !errors.is_empty() {
        let errors = errors.into_items();
        return quote!(#item #errors);
    }
    let name = &item.ident;
    let token = identity::implement(name, &item.generics, identity::key(name, &item.generics));
    let called = model.name.as_ref().map(LitStr::value).unwrap_or_default();
    let prefix = match &model.prefix {
        Some(prefix) => prefix.value(),
        None if called.is_empty() => String::new(),
        None => format!("{}_", called.replace(['.', '-'], "_").to_uppercase()),
    };
    let (namespace, location, option, some) = (paths::Namespace, paths::Location, paths::Option, paths::Some);
    let (rules, probe, loads, shows) =
        (paths::ConfigRules, paths::ConfigRuleProbe, paths::ConfigLoad, paths::ConfigShow);
    let (text, at) = (name.to_string(), words::location(name.span()));
    let load = model.load.as_ref().map(|load| {
        let span = words::span_of(load);
        let loaded = paths::loaded.at(span);
        let call = quote_spanned!(span=> #some(|__env| #loaded(#load(__env))));
        quote! {
            const LOAD: #option<#loads<Self>> = #call;
        }
    });
    let namespace = quote_spanned!(name.span()=> #namespace);
    let items = quote! {
        #token
        #[automatically_derived]
        impl #namespace for #name {
            const NAME: &'static str = #called;
            const PREFIX: &'static str = #prefix;
            const TYPE: &'static str = #text;
            const AT: #location = #at;
            const RULES: #option<#rules<Self>> = #probe::<Self>::RULES;
            const SHOWN: #option<#shows<Self>> = #probe::<Self>::SHOWN;
            #load
        }
    };
    let items = paths::scope(Traits::Config, &items);
    quote!(#item #items)
}
