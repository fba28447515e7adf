//! `#[apply(auth(..))]` within an impl.

use crate::{attrs, paths};
use proc_macro2::{Delimiter, Group, Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, ImplItem, ItemImpl, Meta, Path, Token, parenthesized};

/// The attribute that keeps the place while the bundle is asked.
const PLACE: &str = "__oriole_bundle";

/// One name in `#[apply(..)]`, with its arguments.
struct Call {
    bundle: Path,
    arguments: TokenStream,
}

/// Asks the first bundle that is named in an impl; `None` where none is, or where the impl or the name cannot be read.
///
/// # Errors
///
/// What is wrong with an `#[apply]`, beside the impl without it.
pub(crate) fn hand_over(prefix: &TokenStream, item: &TokenStream) -> Option<TokenStream> {
    // The usual impl names none, and is not parsed for it.
    if !names_apply(item) {
        return None;
    }
    let mut item: ItemImpl = syn::parse2(item.clone()).ok()?;
    let place = first(&mut item)?;
    let attr = place.clone();
    let controller = paths::controller.full(Span::call_site());
    let controller = quote!(#[#controller(#prefix)]);
    let calls = match calls(&attr) {
        Ok(calls) => calls,
        Err(error) => {
            *place = syn::parse_quote!(#[doc(hidden)]);
            let error = error.to_compile_error();
            return Some(quote!(#error #controller #item));
        }
    };
    let (call, rest) = calls.split_first()?;
    let keeper = Ident::new(PLACE, Span::call_site());
    *place = if rest.is_empty() {
        syn::parse_quote!(#[#keeper])
    } else {
        let rest = rest.iter().map(|Call { bundle, arguments }| quote!(#bundle(#arguments)));
        syn::parse_quote!(#[#keeper(#(#rest),*)])
    };
    let Call { bundle, arguments } = call;
    Some(quote!(#bundle! { [#controller #item] #arguments }))
}

/// Puts a bundle's markers into their place: `[markers] item`.
pub(crate) fn apply(input: TokenStream) -> TokenStream {
    let mut tokens = input.into_iter();
    match tokens.next() {
        Some(TokenTree::Group(markers)) => put(tokens.collect(), &markers.stream()),
        other => other.into_iter().chain(tokens).collect(),
    }
}

/// Replaces `#[__oriole_bundle]`, and `#[__oriole_bundle(more)]` by the markers and `#[apply(more)]`.
fn put(item: TokenStream, markers: &TokenStream) -> TokenStream {
    let mut tokens = item.into_iter().peekable();
    let mut out = TokenStream::new();
    while let Some(token) = tokens.next() {
        if let (TokenTree::Punct(hash), Some(TokenTree::Group(group))) = (&token, tokens.peek())
            && hash.as_char() == '#'
            && let Some(rest) = place(group)
        {
            tokens.next();
            out.extend(markers.clone());
            if !rest.is_empty() {
                out.extend(quote!(#[apply(#rest)]));
            }
            continue;
        }
        out.extend([match token {
            TokenTree::Group(group) => {
                let mut inner = Group::new(group.delimiter(), put(group.stream(), markers));
                inner.set_span(group.span());
                TokenTree::Group(inner)
            }
            other => other,
        }]);
    }
    out
}

/// What stands in the placeholder's parentheses, if it is the placeholder.
fn place(group: &Group) -> Option<TokenStream> {
    let mut tokens = group.stream().into_iter();
    let is_place = group.delimiter() == Delimiter::Bracket
        && matches!(tokens.next(), Some(TokenTree::Ident(word)) if word == PLACE);
    is_place.then(|| match tokens.next() {
        Some(TokenTree::Group(rest)) => rest.stream(),
        _ => TokenStream::new(),
    })
}

fn names_apply(tokens: &TokenStream) -> bool {
    tokens.clone().into_iter().any(|token| match token {
        TokenTree::Ident(word) => word == "apply",
        TokenTree::Group(group) => names_apply(&group.stream()),
        _ => false,
    })
}

fn first(item: &mut ItemImpl) -> Option<&mut Attribute> {
    let of_methods = item.items.iter_mut().filter_map(|each| match each {
        ImplItem::Fn(method) => Some(&mut method.attrs),
        _ => None,
    });
    let all = [&mut item.attrs].into_iter().chain(of_methods).flatten();
    all.into_iter().find(|attr| attrs::is(attr.path(), "apply"))
}

/// `auth(&["admin"]), cached`.
fn calls(attr: &Attribute) -> syn::Result<Vec<Call>> {
    let shape = "`#[apply(..)]` takes bundles: `#[apply(auth(&[\"admin\"]))]`";
    let parser = |input: ParseStream<'_>| {
        let mut all = Vec::new();
        while !input.is_empty() {
            let bundle = input.call(Path::parse_mod_style)?;
            let mut arguments = TokenStream::new();
            if input.peek(syn::token::Paren) {
                let inner;
                parenthesized!(inner in input);
                arguments = inner.parse()?;
            }
            all.push(Call { bundle, arguments });
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(all)
    };
    match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => parser.parse2(list.tokens.clone()),
        other => Err(syn::Error::new_spanned(other.to_token_stream(), shape)),
    }
}
