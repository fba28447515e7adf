//! Writes the provider beside the function.

use super::model::Provider;
use crate::errors::Errors;
use crate::needs::Member;
use crate::{hooks, paths, token, words};
use proc_macro2::TokenStream;
use quote::{quote, quote_spanned};

/// The user's function, and a struct of the same name that is its descriptor.
pub(super) fn expand(model: &Provider, errors: Errors) -> TokenStream {
    let item = &model.item;
    let name = &item.sig.ident;
    let hidden = token::hidden(&item.vis, name);
    let (injectable, descriptor) = (paths::Injectable, paths::ProviderDescriptor);
    let output = match (&model.returns, errors.is_empty()) {
        (Some(returns), true) => output(returns),
        _ => quote!(()),
    };
    let value = errors.into_value().unwrap_or_else(|| provider(model));
    let (unknown, unknown_need, unhooked, infallible) =
        (paths::Unknown, paths::UnknownNeed, paths::Unhooked, paths::Infallible);
    quote! {
        #item
        #hidden
        const _: () = {
            #[allow(unused_imports)]
            use {#unknown as _, #unknown_need as _, #unhooked as _, #infallible as _};
            #[automatically_derived]
            impl #injectable for #name {
                type Output = #output;
                const PROVIDER: &'static #descriptor = #value;
            }
        };
    }
}

/// `<R as Outputs<FALLIBLE>>::Output`: traits decide whether `R` is a `Result`, under whatever alias.
fn output(returns: &syn::Type) -> TokenStream {
    let outputs = outputs(returns);
    quote!(<#returns as #outputs>::Output)
}

fn outputs(returns: &syn::Type) -> TokenStream {
    let (outputs, probe) = (paths::Outputs, paths::OutputProbe);
    quote!(#outputs<{ #probe::<#returns>::FALLIBLE }>)
}

fn provider(model: &Provider) -> TokenStream {
    let name = &model.item.sig.ident;
    let Some(returns) = &model.returns else { return TokenStream::new() };
    let text = words::output_name(returns);
    let needs = model.members.iter().filter_map(Member::descriptor);
    let arguments = model.members.iter().map(|member| {
        let (gates, value) = (&member.gates, member.value());
        quote!(#gates #value)
    });
    let (build, boxed, ok, instance) = (paths::Build, paths::Box, paths::Ok, paths::instance);
    let outputs = outputs(returns);
    let build = if model.item.sig.asyncness.is_some() {
        let span = name.span();
        let call = quote!(<#returns as #outputs>::output(#name(#(#arguments),*).await)?);
        let future = quote_spanned!(span=> async move { let __needs = &mut __needs; #ok(#instance::<#name>(#call)) });
        quote!(#build::Async(|mut __needs| #boxed::pin(#future)))
    } else {
        let call = quote!(<#returns as #outputs>::output(#name(#(#arguments),*))?);
        quote!(#build::Sync(|__needs| #ok(#instance::<#name>(#call))))
    };
    let (hooks, at) = (hooks::of(&quote!(<Self as #INJECTABLE>::Output)), words::location(name.span()));
    let (descriptor, token, probe) = (paths::ProviderDescriptor, paths::TokenDescriptor, paths::Probe);
    quote! {
        &#descriptor {
            token: #token::of::<<Self as #INJECTABLE>::Output>(#probe::<<Self as #INJECTABLE>::Output>::KEY, #text),
            needs: &[#(#needs),*],
            build: #build,
            hooks: #hooks,
            at: #at,
        }
    }
}

const INJECTABLE: paths::Private = paths::Injectable;
