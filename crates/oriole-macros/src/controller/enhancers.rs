//! `#[use_guards(..)]`, `#[use_interceptors(..)]`, `#[use_pipes(..)]`, `#[use_filters(..)]`, `#[meta(..)]`, `#[run_to_end]`.
//!
//! An entry that is a bare path is a type, which the container builds; any other expression is an instance, evaluated once
//! at boot.

use crate::attrs;
use crate::errors::Errors;
use crate::paths::Private;
use crate::{paths, words};
use proc_macro2::TokenStream;
use quote::{ToTokens, quote, quote_spanned};
use syn::parse::ParseStream;
use syn::parse::discouraged::Speculative;
use syn::{Attribute, Expr, Meta, Token, Type};

/// What stands around a controller, a handler or an argument.
#[derive(Default)]
pub(super) struct Enhancers {
    guards: Vec<Entry>,
    interceptors: Vec<Entry>,
    pipes: Vec<Entry>,
    filters: Vec<Entry>,
    meta: Vec<Expr>,
    /// Where it stands.
    run_to_end: Option<Attribute>,
}

/// One entry of a marker.
enum Entry {
    Type(Box<Type>),
    Instance(Box<Expr>),
}

impl Enhancers {
    /// Takes the markers off an item.
    pub(super) fn take(attributes: &mut Vec<Attribute>, errors: &mut Errors) -> Self {
        let mut all = Self::default();
        for name in attrs::ENHANCERS {
            for attr in attrs::take(attributes, name) {
                match *name {
                    "use_guards" => all.guards.extend(entries(&attr, name, entry, errors)),
                    "use_interceptors" => all.interceptors.extend(entries(&attr, name, entry, errors)),
                    "use_pipes" => all.pipes.extend(entries(&attr, name, entry, errors)),
                    "use_filters" => all.filters.extend(entries(&attr, name, entry, errors)),
                    "run_to_end" => all.run_to_end(attr, errors),
                    _ => all.meta.extend(entries(&attr, name, |input| input.parse(), errors)),
                }
            }
        }
        all
    }

    fn run_to_end(&mut self, attr: Attribute, errors: &mut Errors) {
        if !matches!(attr.meta, Meta::Path(_)) {
            errors.push(&attr, "`#[run_to_end]` takes nothing");
        }
        if self.run_to_end.is_some() {
            errors.push(&attr, "`#[run_to_end]` is given twice");
        }
        self.run_to_end = Some(attr);
    }

    /// Complains of what a stream of events cannot have.
    pub(super) fn refuse_for_streams(&self, errors: &mut Errors) {
        if let Some(attr) = &self.run_to_end {
            errors.push(
                attr,
                "a stream of events ends when its client leaves: a task of a provider's own goes on without",
            );
        }
    }

    /// The `Enhancers`.
    pub(super) fn descriptor(&self) -> TokenStream {
        let enhancers = paths::Enhancers;
        if self.is_empty() {
            return quote!(#enhancers::NONE);
        }
        let guards = list(&self.guards, paths::guard_type, paths::guard);
        let interceptors = list(&self.interceptors, paths::interceptor_type, paths::interceptor);
        let pipes = self.pipes();
        let filters = list(&self.filters, paths::filter_type, paths::filter);
        let run_to_end = self.run_to_end.is_some();
        let meta = self.meta.iter().map(|value| {
            let span = words::span_of(value);
            let meta = paths::meta.at(span);
            quote_spanned!(span=> || #meta(#value))
        });
        quote! {
            #enhancers {
                guards: #guards,
                interceptors: #interceptors,
                pipes: #pipes,
                filters: #filters,
                meta: &[#(#meta),*],
                run_to_end: #run_to_end,
            }
        }
    }

    pub(super) fn has_pipes(&self) -> bool {
        !self.pipes.is_empty()
    }

    /// The list of pipes alone, which is all that an argument can have.
    pub(super) fn pipes(&self) -> TokenStream {
        list(&self.pipes, paths::pipe_type, paths::pipe)
    }

    /// The providers of the entries that are types.
    pub(super) fn providers(&self) -> impl Iterator<Item = TokenStream> {
        let all = self.guards.iter().chain(&self.interceptors).chain(&self.pipes).chain(&self.filters);
        all.filter_map(|entry| match entry {
            Entry::Type(ty) => Some(provider(ty)),
            Entry::Instance(_) => None,
        })
    }

    pub(super) fn is_empty(&self) -> bool {
        let entries = [&self.guards, &self.interceptors, &self.pipes, &self.filters];
        entries.iter().all(|entries| entries.is_empty()) && self.meta.is_empty() && self.run_to_end.is_none()
    }
}

fn list(entries: &[Entry], by_type: Private, given: Private) -> TokenStream {
    let each = entries.iter().map(|entry| match entry {
        Entry::Type(ty) => {
            let span = words::span_of(&**ty);
            let (by_type, provider, at) = (by_type.at(span), provider(ty), words::location(span));
            quote_spanned!(span=> #by_type::<#ty>(#provider, #at))
        }
        Entry::Instance(value) => {
            let span = words::span_of(&**value);
            let (enhancer, given, at) = (paths::Enhancer, given.at(span), words::location(span));
            let given = quote_spanned!(span=> #given(#value));
            quote!(#enhancer::instance(|| #given, #at))
        }
    });
    quote!(&[#(#each),*])
}

fn provider(ty: &Type) -> TokenStream {
    let span = words::span_of(ty);
    let provider = paths::provider.at(span);
    quote_spanned!(span=> #provider::<#ty>())
}

/// The entries of one marker, at least one.
fn entries<T>(
    attr: &Attribute,
    name: &str,
    parse: impl Fn(ParseStream<'_>) -> syn::Result<T>,
    errors: &mut Errors,
) -> Vec<T> {
    let shape = match name {
        "meta" => String::from("`#[meta(..)]` takes values: `#[meta(Roles(&[\"admin\"]))]`"),
        "use_pipes" => String::from("`#[use_pipes(..)]` takes types or instances: `#[use_pipes(Trim, MaxLength(80))]`"),
        _ => {
            let noun = name.trim_start_matches("use_").trim_end_matches('s');
            let example = format!("{}{}", noun[..1].to_uppercase(), &noun[1..]);
            format!("`#[{name}(..)]` takes types or instances: `#[{name}(My{example}, Other{example}::new())]`")
        }
    };
    let list = match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => list,
        _ => {
            errors.push(attr, shape);
            return Vec::new();
        }
    };
    let parser = |input: ParseStream<'_>| {
        let mut all = Vec::new();
        while !input.is_empty() {
            all.push(parse(input)?);
            if !input.is_empty() {
                input.parse::<Token![,]>()?;
            }
        }
        Ok(all)
    };
    list.parse_args_with(parser).unwrap_or_else(|error| {
        errors.add(error);
        Vec::new()
    })
}

fn entry(input: ParseStream<'_>) -> syn::Result<Entry> {
    let ahead = input.fork();
    if let Ok(ty @ Type::Path(_)) = ahead.parse::<Type>()
        && (ahead.is_empty() || ahead.peek(Token![,]))
    {
        input.advance_to(&ahead);
        return Ok(Entry::Type(Box::new(ty)));
    }
    let value: Expr = input.parse()?;
    if let Expr::Closure(closure) = &value {
        return Err(syn::Error::new_spanned(
            closure.to_token_stream(),
            "a closure is none: implement the trait for a type, and name the type or give an instance",
        ));
    }
    Ok(Entry::Instance(Box::new(value)))
}
