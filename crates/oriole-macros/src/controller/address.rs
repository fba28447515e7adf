//! What a controller is asked by beside methods and paths: its prefix, versions and hosts.

use crate::errors::Errors;
use proc_macro2::{Ident, TokenStream};
use quote::ToTokens;
use syn::parse::{ParseStream, Parser};
use syn::{Attribute, Expr, ExprLit, Lit, LitStr, Meta, Token, bracketed, token};

/// The arguments of `#[controller(..)]`.
#[derive(Default)]
pub(super) struct Arguments {
    pub(super) prefix: Option<LitStr>,
    pub(super) versions: Vec<Expr>,
    pub(super) hosts: Vec<LitStr>,
}

/// `#[controller("cats", version = "1", host = "{account}.example.com")]`.
pub(super) fn arguments(tokens: &TokenStream, errors: &mut Errors) -> Arguments {
    let mut arguments = Arguments::default();
    if tokens.is_empty() {
        return arguments;
    }
    let shape = "`#[controller(..)]` takes one path, `version` and `host`: `#[controller(\"cats\", version = \"1\")]`";
    let parser = |input: ParseStream<'_>| {
        if input.peek(LitStr) {
            arguments.prefix = Some(input.parse()?);
            if !input.is_empty() && input.parse::<Token![,]>().is_err() {
                return Err(input.error(shape));
            }
        }
        let mut seen: Vec<Ident> = Vec::new();
        while !input.is_empty() {
            let key: Ident = input.parse().map_err(|error| syn::Error::new(error.span(), shape))?;
            if seen.contains(&key) {
                return Err(syn::Error::new(key.span(), format!("`{key}` is given twice")));
            }
            let is_version = key == "version";
            if !is_version && key != "host" {
                return Err(syn::Error::new(key.span(), shape));
            }
            input.parse::<Token![=]>()?;
            if is_version {
                arguments.versions = one_or_list(input, version)?;
            } else {
                arguments.hosts = one_or_list(input, host)?;
            }
            seen.push(key);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(())
    };
    if let Err(error) = parser.parse2(tokens.clone()) {
        errors.add(error);
    }
    refuse_repeated(&arguments.versions, errors);
    arguments
}

/// `#[version("1", "2")]`, `#[version(VERSION_NEUTRAL)]`; none if there is no such marker.
pub(super) fn versions(attributes: &[Attribute], errors: &mut Errors) -> Vec<Expr> {
    for again in attributes.iter().skip(1) {
        errors.push(again, "`#[version]` is given twice: one takes several versions, `#[version(\"1\", \"2\")]`");
    }
    let Some(attr) = attributes.first() else { return Vec::new() };
    let Meta::List(list) = &attr.meta else {
        errors.push(attr, SHAPE);
        return Vec::new();
    };
    let parsed = list.parse_args_with(|input: ParseStream<'_>| all(input, version));
    let versions = parsed.unwrap_or_else(|error| {
        errors.add(error);
        Vec::new()
    });
    refuse_repeated(&versions, errors);
    versions
}

const SHAPE: &str = "`#[version(..)]` takes versions: `#[version(\"1\")]`, `#[version(\"1\", VERSION_NEUTRAL)]`";

fn one_or_list<T>(input: ParseStream<'_>, one: impl Fn(ParseStream<'_>) -> syn::Result<T>) -> syn::Result<Vec<T>> {
    if !input.peek(token::Bracket) {
        return Ok(vec![one(input)?]);
    }
    let content;
    bracketed!(content in input);
    all(&content, one)
}

fn all<T>(input: ParseStream<'_>, one: impl Fn(ParseStream<'_>) -> syn::Result<T>) -> syn::Result<Vec<T>> {
    let mut list = Vec::new();
    while !input.is_empty() {
        list.push(one(input)?);
        if !input.is_empty() {
            input.parse::<Token![,]>()?;
        }
    }
    if list.is_empty() {
        return Err(syn::Error::new(input.span(), "the list is empty"));
    }
    Ok(list)
}

/// A text, or the name of a constant that is one: its type, rustc says.
fn version(input: ParseStream<'_>) -> syn::Result<Expr> {
    let value: Expr = input.parse().map_err(|error| syn::Error::new(error.span(), SHAPE))?;
    match &value {
        Expr::Lit(ExprLit { lit: Lit::Str(text), .. }) if text.value().trim().is_empty() => {
            Err(syn::Error::new_spanned(text, "a version has one character at least"))
        }
        Expr::Lit(ExprLit { lit: Lit::Str(_), .. }) | Expr::Path(_) | Expr::Group(_) | Expr::Macro(_) => Ok(value),
        other => Err(syn::Error::new_spanned(other, SHAPE)),
    }
}

fn refuse_repeated(versions: &[Expr], errors: &mut Errors) {
    let mut seen = Vec::new();
    for version in versions {
        let text = version.to_token_stream().to_string();
        if seen.contains(&text) {
            errors.push(version, "this version is given twice");
        }
        seen.push(text);
    }
}

fn host(input: ParseStream<'_>) -> syn::Result<LitStr> {
    if !input.peek(LitStr) {
        return Err(input.error("a host is a text: `host = \"{account}.example.com\"`"));
    }
    let host: LitStr = input.parse()?;
    match mistake(&host.value()) {
        Some(what) => Err(syn::Error::new(host.span(), what)),
        None => Ok(host),
    }
}

/// What is wrong with a host's pattern.
fn mistake(host: &str) -> Option<&'static str> {
    let mut names = Vec::new();
    for label in host.split('.') {
        let name = label.strip_prefix('{').and_then(|label| label.strip_suffix('}'));
        let word = |byte: u8| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_');
        if !name.unwrap_or(label).bytes().all(word) {
            return Some(
                "a host has labels of letters, digits, `-` and `_`, and parameters that are a whole label: `{account}.example.com`; \
                 scheme, port and path are no part of it",
            );
        }
        if name.unwrap_or(label).is_empty() {
            return Some("a host has a label without text: `example.com`, `{account}.example.com`");
        }
        if let Some(name) = name {
            if names.contains(&name) {
                return Some("a host has two parameters of one name");
            }
            names.push(name);
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::mistake;

    #[test]
    fn hosts_that_are_none() {
        for host in ["", "a..b", ".a", "a.", "http://a", "a:80", "a/b", "{a", "{}", "x{a}.b", "{a}.{a}", "*.a", "a b"] {
            assert!(mistake(host).is_some(), "{host}");
        }
        for host in ["localhost", "a.example.com", "{a}.example.com", "{a}.{b}", "127.0.0.1", "A-b_c"] {
            assert_eq!(mistake(host), None, "{host}");
        }
    }
}
