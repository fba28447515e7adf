//! `bundle! { auth($roles:expr) { #[meta(Roles($roles))] #[use_guards(RolesGuard)] } }`.

use crate::errors::Errors;
use crate::paths;
use proc_macro2::{Group, Ident, Span, TokenStream, TokenTree};
use quote::quote;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Visibility, braced, parenthesized};

/// What a bundle says.
struct Bundle {
    docs: Vec<Attribute>,
    visibility: Visibility,
    name: Ident,
    parameters: TokenStream,
    markers: TokenStream,
}

/// The macro that a bundle is.
pub(crate) fn define(input: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let bundle = match parse.parse2(input) {
        Ok(bundle) => bundle,
        Err(error) => {
            errors.add(error);
            return errors.into_items();
        }
    };
    check(&bundle, &mut errors);
    if !errors.is_empty() {
        return errors.into_items();
    }
    let Bundle { docs, visibility, name, parameters, markers } = bundle;
    let apply = paths::__apply.full(Span::call_site());
    quote! {
        #(#docs)*
        #[allow(unused_macros)]
        macro_rules! #name {
            ([$($__item:tt)*] #parameters) => { #apply! { [#markers] $($__item)* } };
        }
        #[allow(unused_imports)]
        #visibility use #name;
    }
}

fn parse(input: ParseStream<'_>) -> syn::Result<Bundle> {
    let docs = input.call(Attribute::parse_outer)?;
    let visibility = input.parse()?;
    let name = input.parse()?;
    let (parameters, markers);
    parenthesized!(parameters in input);
    braced!(markers in input);
    Ok(Bundle { docs, visibility, name, parameters: parameters.parse()?, markers: markers.parse()? })
}

fn check(bundle: &Bundle, errors: &mut Errors) {
    if let Visibility::Public(word) = &bundle.visibility {
        errors.push(word, "a bundle is known within its crate: write `pub(crate)`");
    }
    let mut tokens = bundle.markers.clone().into_iter();
    let mut is_empty = true;
    while let Some(token) = tokens.next() {
        let is_marker = matches!(&token, TokenTree::Punct(hash) if hash.as_char() == '#');
        let group: Option<Group> = match tokens.next() {
            Some(TokenTree::Group(group)) if is_marker => Some(group),
            _ => None,
        };
        if group.is_none() {
            errors.push(
                token,
                "a bundle holds markers, and nothing else: `#[use_guards(RolesGuard)] #[meta(Roles($roles))]`",
            );
            return;
        }
        is_empty = false;
    }
    if is_empty {
        errors.push(&bundle.name, "a bundle without markers does nothing");
    }
}
