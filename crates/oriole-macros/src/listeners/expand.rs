//! Writes the table of listeners beside the impl.

use super::model::{Listeners, Marker, Method};
use crate::errors::Errors;
use crate::paths::Traits;
use crate::{paths, words};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::Type;
use syn::ext::IdentExt;

/// The user's impl, and its table.
pub(crate) fn expand(model: &Listeners, errors: Errors) -> TokenStream {
    let item = &model.item;
    if !errors.is_empty() {
        let errors = errors.into_items();
        return quote!(#item #errors);
    }
    let ty = &*item.self_ty;
    let methods = model.methods.iter().enumerate();
    let functions = methods.clone().map(|(index, method)| function(index, method, ty));
    let entries = methods.flat_map(|(index, method)| method.markers.iter().map(move |each| entry(index, method, each)));
    let (trait_, descriptor) = (paths::Methods, paths::MethodDescriptor);
    let items = quote! {
        #(#functions)*
        #[automatically_derived]
        impl #trait_ for #ty {
            const METHODS: &'static [#descriptor] = &[#(#entries),*];
        }
    };
    let items = paths::scope(Traits::Provider, &items);
    quote!(#item #items)
}

fn name(index: usize) -> Ident {
    format_ident!("__listener_{index}")
}

/// The type that an argument is read as: `Arc<T>` for `&T`.
fn read_as(ty: &Type) -> TokenStream {
    match ty {
        Type::Reference(reference) => {
            let (arc, inner) = (paths::Arc.at(words::span_of(&reference.elem)), &reference.elem);
            quote!(#arc<#inner>)
        }
        other => other.to_token_stream(),
    }
}

fn function(index: usize, method: &Method, ty: &Type) -> TokenStream {
    let (function, gates, called) = (name(index), &method.gates, &method.name);
    let (instance, event, heard) = (paths::Instance, paths::AnyEvent, paths::Heard);
    let listening = paths::listening;
    let (some, none, ok, err) = (paths::Some, paths::None, paths::Ok, paths::Err);
    let argument = method.event.as_ref().map(|argument| {
        let read_as = read_as(argument);
        let span = words::span_of(argument);
        let payload = paths::payload.at(span);
        quote_spanned! {span=>
            let __event = match #payload::<#read_as>(__event) {
                #ok(__event) => __event,
                #err(__error) => return #heard::failed(__error),
            };
        }
    });
    let pass = method.event.as_ref().map(|argument| match argument {
        Type::Reference(_) => quote!(&__event),
        _ => quote!(__event),
    });
    let span = called.span();
    let listened = paths::listened.at(span);
    let call = if method.is_async {
        let pin = paths::Box.at(span);
        quote_spanned! {span=>
            #heard::Later(#pin::pin(async move { #listened(<#ty>::#called(&__this, #pass).await) }))
        }
    } else {
        quote_spanned!(span=> #heard::Now(#listened(<#ty>::#called(&__this, #pass))))
    };
    let unused = method.event.is_none().then(|| quote!(let _ = __event;));
    quote! {
        #gates
        fn #function(__instance: &#instance, __event: &#event) -> #heard {
            let __this = match #listening::<#ty>(__instance) {
                #some(__this) => __this,
                #none => return #heard::gone(),
            };
            #argument
            #unused
            #call
        }
    }
}

fn entry(index: usize, method: &Method, marker: &Marker) -> TokenStream {
    let (function, gates, called) = (name(index), &method.gates, method.name.unraw().to_string());
    let (descriptor, listener, at) = (paths::MethodDescriptor, paths::Listener, words::location(method.name.span()));
    let names = if marker.names.is_empty() {
        let span = method.event.as_ref().map_or_else(Span::call_site, words::span_of);
        let (event_name, argument) = (paths::event_name.at(span), method.event.as_ref().map(read_as));
        vec![quote_spanned!(span=> #event_name::<#argument>())]
    } else {
        marker.names.iter().map(ToTokens::to_token_stream).collect()
    };
    let is_async = method.is_async;
    let queued = (marker.is_queued && !is_async).then(|| quote!(.queued()));
    let prepended = marker.is_prepended.then(|| quote!(.prepended()));
    let raised = (marker.suppresses_errors == Some(false)).then(|| quote!(.raised()));
    quote! {
        #gates #descriptor {
            name: #called,
            says: &#listener::new(&[#(#names),*], #function, #is_async) #queued #prepended #raised,
            at: #at,
        }
    }
}
