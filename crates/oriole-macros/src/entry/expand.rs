//! Starts the runtime.

use super::model::Main;
use super::roots;
use crate::errors::Errors;
use crate::{paths, words};
use proc_macro2::{Span, TokenStream};
use quote::{quote, quote_spanned};
use syn::ReturnType;

/// A plain `main` that runs the user's.
pub(crate) fn expand(main: &Main, errors: Errors) -> TokenStream {
    let mut inner = main.item.clone();
    let attrs = std::mem::take(&mut inner.attrs);
    let (name, visibility) = (inner.sig.ident.clone(), std::mem::replace(&mut inner.vis, syn::Visibility::Inherited));
    if !errors.is_empty() {
        let errors = errors.into_items();
        // The body may await: outside an `async fn` that would be a second mistake.
        inner.sig.asyncness.get_or_insert_default();
        return quote! {
            #errors
            #(#attrs)*
            #visibility fn #name() {
                #[allow(dead_code)]
                #inner
            }
        };
    }
    let root = main.root.as_ref().map(roots::check_named);
    let span = match &inner.sig.output {
        ReturnType::Type(_, ty) => words::span_of(ty),
        ReturnType::Default => Span::call_site(),
    };
    let here = Span::call_site();
    let (run, some, none) = (paths::run.full(span), paths::Some.full(here), paths::None.full(here));
    let threads = match &main.worker_threads {
        Some(threads) => quote!(#some(#threads)),
        None => quote!(#none),
    };
    let run = quote_spanned!(span=> #run(#threads, #name()));
    quote! {
        #(#attrs)*
        #visibility fn #name() {
            #root
            #inner
            #run
        }
    }
}
