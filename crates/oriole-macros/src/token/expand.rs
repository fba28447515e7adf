//! Writes the identity beside the item.

use super::model::Token;
use crate::errors::Errors;
use crate::paths::Traits;
use crate::{automock, identity, paths};
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote, quote_spanned};
use syn::{Generics, ItemConst};

/// The user's item, and what makes it a token.
pub(crate) fn expand(token: &Token, errors: Errors) -> TokenStream {
    match token {
        Token::Trait { item, has_stand_in } => {
            let name = &item.ident;
            let dynamic = quote_spanned!(name.span()=> dyn);
            let stand_in = has_stand_in.then(|| automock::stand_in(name));
            let identity = of_type(name, &dynamic, &item.generics, true, stand_in.as_ref(), errors);
            quote!(#item #identity)
        }
        Token::Type { item, ident, generics, .. } => {
            let identity = of_type(ident, &TokenStream::new(), generics, generics.params.is_empty(), None, errors);
            quote!(#item #identity)
        }
        Token::Constant(item) => constant(item, errors),
    }
}

/// `shared` says whether the type is known to be `Send + Sync`, or not, without knowing its type arguments.
fn of_type(
    name: &Ident,
    dynamic: &TokenStream,
    generics: &Generics,
    shared: bool,
    stand_in: Option<&TokenStream>,
    errors: Errors,
) -> TokenStream {
    if !errors.is_empty() {
        return errors.into_items();
    }
    let bound = identity::bound(generics);
    let (_, arguments, _) = bound.split_for_impl();
    let ty = quote!(#dynamic #name #arguments);
    let mut key = identity::key(name, generics);
    if shared {
        let check = paths::shared.at(name.span());
        key = quote!(#check::<#ty>(#key));
    }
    paths::scope(Traits::Provider, &identity::implement_with(&ty, &bound, key, stand_in))
}

fn constant(item: &ItemConst, errors: Errors) -> TokenStream {
    let ItemConst { vis, ident, ty, expr, .. } = item;
    if !errors.is_empty() {
        let errors = errors.into_items();
        return quote!(#item #errors);
    }
    let (text, path) = (ident.to_string(), format!("::{ident}@{}", identity::package_version()));
    let here = Span::call_site();
    let (concat, module_path) = (paths::concat, paths::module_path);
    let (trait_, named) = (paths::Named, paths::named.full(here));
    let hidden = hidden(vis, ident);
    let mut item = item.clone();
    // The user's value is checked, and then replaced by one that knows its name.
    *item.expr = syn::Expr::Verbatim(quote! {{
        const _: #ty = #expr;
        #named::<#ident>()
    }});
    let identity = quote! {
        #[automatically_derived]
        impl #trait_ for #ident {
            type Constant = #ty;
            const CONSTANT: #ty = #ident;
            const PATH: &'static str = #concat!(#module_path!(), #path);
            const NAME: &'static str = #text;
        }
    };
    let identity = paths::scope(Traits::Provider, &identity);
    quote!(#item #hidden #identity)
}

/// The struct beside a constant or a function, so that lists of types can name it.
pub(crate) fn hidden(vis: impl ToTokens, ident: &Ident) -> TokenStream {
    quote! {
        #[doc(hidden)]
        #[allow(dead_code, non_camel_case_types, missing_debug_implementations)]
        #vis struct #ident {}
    }
}
