//! Writes the provider beside the function.

use super::model::Provider;
use crate::errors::Errors;
use crate::needs::Member;
use crate::paths::Traits;
use crate::{hooks, paths, token, words};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};

/// The user's function, and a struct of the same name that is its descriptor.
pub(crate) fn expand(model: &Provider, errors: Errors) -> TokenStream {
    let item = &model.item;
    let name = &item.sig.ident;
    if item.sig.receiver().is_some() {
        // Within an impl, where no struct can stand beside it.
        let errors = errors.into_items();
        return quote!(#item #errors);
    }
    let hidden = token::hidden(&item.vis, name);
    let place = model.returns.as_ref().map_or_else(|| name.span(), words::span_of);
    let (injectable, descriptor) = (paths::Injectable.at(place), paths::ProviderDescriptor);
    let output = match (&model.returns, errors.is_empty()) {
        (Some(returns), true) => output(returns),
        _ => quote!(()),
    };
    let value = errors.into_value().unwrap_or_else(|| provider(model));
    let implementation = quote_spanned! {place=>
        #[automatically_derived]
        impl #injectable for #name {
            type Output = #output;
            const PROVIDER: &'static #descriptor = #value;
        }
    };
    let items = paths::scope(Traits::Provider, &implementation);
    quote!(#item #hidden #items)
}

/// What is provided: traits decide whether `R` is a `Result` or an `Arc`, under whatever alias.
fn output(returns: &syn::Type) -> TokenStream {
    let span = words::span_of(returns);
    let (made, shares) = (made(returns), shares(returns));
    quote_spanned!(span=> <#made as #shares>::Target)
}

/// `<R as Outputs<FALLIBLE>>::Output`: without the `Result`.
fn made(returns: &syn::Type) -> TokenStream {
    let span = words::span_of(returns);
    let outputs = outputs(returns);
    quote_spanned!(span=> <#returns as #outputs>::Output)
}

fn shares(returns: &syn::Type) -> TokenStream {
    let span = words::span_of(returns);
    let (shares, probe, made) = (paths::Shares.at(span), paths::OutputProbe.at(span), made(returns));
    quote_spanned!(span=> #shares<{ #probe::<#made>::SHARED }>)
}

fn outputs(returns: &syn::Type) -> TokenStream {
    let span = words::span_of(returns);
    let (outputs, probe) = (paths::Outputs.at(span), paths::OutputProbe.at(span));
    quote_spanned!(span=> #outputs<{ #probe::<#returns>::FALLIBLE }>)
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
    // All that names the output has the return type's place: rustc says a mistake once per place.
    let span = words::span_of(returns);
    let injectable = paths::Injectable.at(span);
    let (output, outputs) = (quote_spanned!(span=> <Self as #injectable>::Output), outputs(returns));
    let (build, ok, instance) = (paths::Build, paths::Ok, paths::shared_instance.at(span));
    let (made, value, shares) = (quote_spanned!(span=> <#returns as #outputs>::output), made(returns), shares(returns));
    let share = quote_spanned!(span=> <#value as #shares>::share);
    let build = if model.item.sig.asyncness.is_some() {
        // At the function's name, but with our own names: it may come from a `macro_rules` of the user's.
        let span = name.span().resolved_at(Span::call_site());
        let boxed = paths::Box.at(span);
        let call = quote!(#made(#name(#(#arguments),*).await)?);
        let future = quote_spanned!(span=> |mut __needs| #boxed::pin(async move {
            let __needs = &mut __needs;
            #ok(#instance::<Self>(#share(#call)))
        }));
        quote!(#build::Async(#future))
    } else {
        let call = quote_spanned!(span=> #instance::<Self>(#share(#made(#name(#(#arguments),*))?)));
        quote!(#build::Sync(|__needs| #ok(#call)))
    };
    let (hooks, at) = (hooks::of(&output, span), words::location(name.span()));
    let (descriptor, token, probe) =
        (paths::ProviderDescriptor, paths::TokenDescriptor.at(span), paths::Probe.at(span));
    let scope = model.scope.fields();
    let token = quote_spanned!(span=> #token::of::<#output>(#probe::<#output>::KEY, #text));
    quote! {
        &#descriptor {
            needs: &[#(#needs),*],
            hooks: #hooks,
            #scope
            ..#descriptor::new(#token, #build, #at)
        }
    }
}
