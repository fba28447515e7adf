//! Attributes: finding ours, and keeping the user's `#[cfg]` on what we make of an item.

use crate::errors::Errors;
use proc_macro2::{TokenStream, TokenTree};
use quote::{ToTokens, quote};
use syn::{Attribute, Meta, Path};

/// What may stand on a method below `#[controller]` to make it a route.
pub(crate) const ROUTES: &[&str] = &["get", "post", "put", "patch", "delete", "head", "options", "all", "sse"];

/// What may stand on a route's method beside its route.
pub(crate) const DETAILS: &[&str] = &[
    "http_code",
    "header",
    "redirect",
    "version",
    "use_guards",
    "use_interceptors",
    "use_pipes",
    "use_filters",
    "meta",
    "run_to_end",
    "apply",
];

/// Those of them that say what stands around a handler.
pub(crate) const ENHANCERS: &[&str] =
    &["use_guards", "use_interceptors", "use_pipes", "use_filters", "meta", "run_to_end"];

/// Those of them that may stand on the impl as well.
pub(crate) const OF_A_CLASS: &[&str] =
    &["header", "version", "use_guards", "use_interceptors", "use_pipes", "use_filters", "meta", "run_to_end", "apply"];

/// What takes its arguments by value because we call it: the advice of this lint cannot be followed there.
pub(crate) fn by_value() -> Attribute {
    syn::parse_quote!(#[allow(clippy::needless_pass_by_value)])
}

/// Whether a path is one of our attributes: `name`, or any path from `oriole` that ends in it.
pub(crate) fn is(path: &Path, name: &str) -> bool {
    let Some(last) = path.segments.last() else { return false };
    last.ident == name
        && (path.segments.len() == 1 || path.segments.first().is_some_and(|first| first.ident == "oriole"))
}

/// Whether a path is one of the given attributes.
pub(crate) fn is_any(path: &Path, names: &[&str]) -> bool {
    names.iter().any(|name| is(path, name))
}

/// Takes the attributes of one name off an item.
pub(crate) fn take(attrs: &mut Vec<Attribute>, name: &str) -> Vec<Attribute> {
    attrs.extract_if(.., |attr| is(attr.path(), name)).collect()
}

/// The conditions on an item, to be repeated on everything that we make of it.
#[derive(Clone, Default)]
pub(crate) struct Gates(Vec<TokenStream>);

impl Gates {
    /// Every `#[cfg]`, and every `#[cfg_attr]` that holds one.
    pub(crate) fn of(attrs: &[Attribute]) -> Self {
        Self(attrs.iter().filter_map(gate).collect())
    }

    pub(crate) fn is_empty(&self) -> bool {
        self.0.is_empty()
    }

    /// The conditions of both.
    pub(crate) fn and(&self, other: &Self) -> Self {
        Self([&self.0[..], &other.0].concat())
    }
}

impl ToTokens for Gates {
    fn to_tokens(&self, tokens: &mut TokenStream) {
        tokens.extend(self.0.iter().cloned());
    }
}

fn gate(attr: &Attribute) -> Option<TokenStream> {
    if attr.path().is_ident("cfg") {
        return Some(attr.to_token_stream());
    }
    let (condition, parts) = conditional(attr)?;
    let gates: Vec<_> = parts.into_iter().filter(|part| first_word(part).is_some_and(|word| word == "cfg")).collect();
    (!gates.is_empty()).then(|| quote!(#[cfg_attr(#condition, #(#gates),*)]))
}

/// Complains about one of our attributes within `#[cfg_attr]`, where we cannot see whether it holds.
pub(crate) fn refuse_conditional(attrs: &mut Vec<Attribute>, names: &[&str], instead: &str, errors: &mut Errors) {
    attrs.retain(|attr| {
        let mut keep = true;
        for part in conditional(attr).into_iter().flat_map(|(_, parts)| parts) {
            if let Some(name) = names.iter().find(|name| ends_in(&part, name)) {
                errors.push(&part, format!("`#[{name}]` cannot stand in `#[cfg_attr(..)]`: {instead}"));
                keep = false;
            }
        }
        keep
    });
}

/// Condition and attributes of a `#[cfg_attr]`.
fn conditional(attr: &Attribute) -> Option<(TokenStream, Vec<TokenStream>)> {
    let Meta::List(list) = &attr.meta else { return None };
    if !attr.path().is_ident("cfg_attr") {
        return None;
    }
    let mut parts = vec![TokenStream::new()];
    for token in list.tokens.clone() {
        match (&token, parts.last_mut()) {
            (TokenTree::Punct(punct), _) if punct.as_char() == ',' => parts.push(TokenStream::new()),
            (_, Some(part)) => part.extend([token]),
            (_, None) => {}
        }
    }
    let condition = parts.remove(0);
    parts.retain(|part| !part.is_empty());
    Some((condition, parts))
}

fn first_word(part: &TokenStream) -> Option<String> {
    match part.clone().into_iter().next() {
        Some(TokenTree::Ident(word)) => Some(word.to_string()),
        _ => None,
    }
}

/// Whether an attribute's path, before its arguments, is one of ours.
fn ends_in(part: &TokenStream, name: &str) -> bool {
    let path: TokenStream = part
        .clone()
        .into_iter()
        .take_while(|token| match token {
            TokenTree::Ident(_) => true,
            TokenTree::Punct(punct) => punct.as_char() == ':',
            TokenTree::Group(_) | TokenTree::Literal(_) => false,
        })
        .collect();
    syn::parse2::<Path>(path).is_ok_and(|path| is(&path, name))
}

/// Complains about attributes that cannot stand beside the one that reads the item, and takes them off.
pub(crate) fn refuse_beside(attrs: &mut Vec<Attribute>, rules: &[(&str, &str)], errors: &mut Errors) {
    for (name, message) in rules {
        for attr in take(attrs, name) {
            errors.push(attr, message);
        }
    }
}
