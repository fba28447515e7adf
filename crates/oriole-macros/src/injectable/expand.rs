//! Writes the token and the provider beside the struct.

use super::model::Injectable;
use crate::errors::Errors;
use crate::paths::Traits;
use crate::{hooks, identity, paths, words};
use proc_macro2::{Span, TokenStream};
use quote::quote;
use syn::GenericParam;

/// The user's item, and its descriptor.
pub(crate) fn expand(model: &Injectable, errors: Errors) -> TokenStream {
    let item = &model.item;
    if item.generics.params.iter().any(|parameter| !matches!(parameter, GenericParam::Type(_))) {
        let errors = errors.into_items();
        return quote!(#item #errors);
    }
    let name = &item.ident;
    let text = name.to_string();
    let bound = identity::bound(&item.generics);
    let (generics, arguments, clause) = bound.split_for_impl();
    let token = identity::implement(quote!(#name #arguments), &bound, identity::key(name, &item.generics));

    let needs = model.members.iter().filter_map(|(_, member)| member.descriptor());
    let fields = model.members.iter().map(|(ident, member)| {
        let (gates, value) = (&member.gates, member.value());
        quote!(#gates #ident: #value)
    });
    let (hooks, at) = (hooks::of(&quote!(Self), Span::call_site()), words::location(name.span()));
    let output = quote::quote_spanned!(name.span()=> Self);
    let (injectable, provider, build) = (paths::Injectable, paths::ProviderDescriptor, paths::Build);
    let (descriptor, injection, some, ok) = (paths::TokenDescriptor, paths::InjectionToken, paths::Some, paths::Ok);
    let (instance, scope) = (paths::instance, model.scope.fields());
    let meta = (!model.meta.is_empty()).then(|| {
        let values = model.meta.iter().map(|value| {
            let span = words::span_of(value);
            let meta = paths::meta_of.at(span);
            quote::quote_spanned!(span=> || #meta(#value))
        });
        quote!(meta: &[#(#values),*],)
    });
    let value = errors.into_value().unwrap_or_else(|| {
        quote! {
            &#provider {
                needs: &[#(#needs),*],
                hooks: #hooks,
                #scope
                #meta
                ..#provider::new(
                    #descriptor::of::<Self>(#some(<Self as #injection>::KEY), #text),
                    #build::Sync(|__needs| #ok(#instance::<Self>(Self { #(#fields),* }))),
                    #at,
                )
            }
        }
    });
    let items = quote! {
        #token
        #[automatically_derived]
        impl #generics #injectable for #name #arguments #clause {
            type Output = #output;
            const PROVIDER: &'static #provider = #value;
        }
    };
    let items = paths::scope(Traits::Provider, &items);
    quote!(#item #items)
}
