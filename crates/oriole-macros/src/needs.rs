//! Needs: the fields of a struct and the parameters of a factory, the same for every macro that has them.

use crate::attrs::{self, Gates};
use crate::errors::Errors;
use crate::{paths, words};
use proc_macro2::{Ident, Span, TokenStream, TokenTree};
use quote::{ToTokens, format_ident, quote, quote_spanned};
use syn::spanned::Spanned;
use syn::{Attribute, Field, Fields, Meta, Path, Type};

/// One field or parameter.
pub(crate) struct Member {
    /// The conditions under which it exists.
    pub(crate) gates: Gates,
    /// How messages call it.
    pub(crate) name: String,
    pub(crate) ty: Type,
    pub(crate) source: Source,
}

/// Where the value of a member comes from.
pub(crate) enum Source {
    /// The container, by type.
    Type,
    /// The container, by a named token: `#[inject(TOKEN)]`.
    Token(Path),
    /// `Default::default()`: `#[inject(default)]`.
    Default,
}

/// What a member is part of.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum Place {
    Field,
    Parameter,
}

impl Member {
    /// Reads one member and takes its `#[inject(..)]` off.
    pub(crate) fn parse(
        name: String,
        ty: &Type,
        attributes: &mut Vec<Attribute>,
        place: Place,
        errors: &mut Errors,
    ) -> Self {
        let instead = match place {
            Place::Field => "give the field two `#[cfg]` forms, each with its own `#[inject(..)]`",
            Place::Parameter => "give the function two `#[cfg]` forms",
        };
        attrs::refuse_conditional(attributes, &["inject"], instead, errors);
        let mut sources = attrs::take(attributes, "inject")
            .into_iter()
            .map(|attr| source(&attr, place, errors))
            .collect::<Vec<_>>()
            .into_iter();
        let source = sources.next().map(|(_, source)| source);
        for (again, _) in sources {
            errors.push_at(again, "`#[inject(..)]` is given twice: a need has one token");
        }
        Self { gates: Gates::of(attributes), name, ty: ty.clone(), source: source.unwrap_or(Source::Type) }
    }

    /// Reads the fields of a struct. A tuple struct is a mistake, and counts as one without fields.
    pub(crate) fn parse_fields(fields: &mut Fields, attribute: &str, errors: &mut Errors) -> Vec<(Ident, Self)> {
        match fields {
            Fields::Unit => Vec::new(),
            Fields::Named(fields) => fields
                .named
                .iter_mut()
                .filter_map(|field: &mut Field| {
                    let ident = field.ident.clone()?;
                    let name = ident.to_string();
                    let member = Self::parse(name, &field.ty, &mut field.attrs, Place::Field, errors);
                    Some((ident, member))
                })
                .collect(),
            Fields::Unnamed(fields) => {
                for field in &mut fields.unnamed {
                    attrs::take(&mut field.attrs, "inject");
                }
                errors.push(
                    &*fields,
                    format!(
                        "`#[{attribute}]` needs named fields: a need is found by its type and reported by its name"
                    ),
                );
                Vec::new()
            }
        }
    }

    /// The `NeedDescriptor`, or nothing for a member that is no need.
    pub(crate) fn descriptor(&self) -> Option<TokenStream> {
        let (gates, name, ty) = (&self.gates, &self.name, &self.ty);
        let span = words::span_of(ty);
        let at = words::location(span);
        match &self.source {
            Source::Type => {
                let (need, probe) = (paths::need.at(span), paths::NeedProbe);
                let token = words::need_name(ty);
                let known = quote!(#probe::<#ty>::KNOWN);
                Some(quote_spanned!(span=> #gates #need::<#ty>(#known, #token, #name, #at)))
            }
            Source::Token(token) => {
                let span = words::span_of(token);
                let need = paths::need_named.at(span);
                Some(quote_spanned!(span=> #gates #need::<#token, #ty>(#name, #at)))
            }
            Source::Default => None,
        }
    }

    /// The expression that takes the value out of `__needs`.
    pub(crate) fn value(&self) -> TokenStream {
        let ty = &self.ty;
        let span = words::span_of(ty);
        let needs = format_ident!("__needs");
        match &self.source {
            Source::Type => {
                let take = paths::take.at(span);
                quote_spanned!(span=> #take::<#ty>(#needs)?)
            }
            Source::Token(token) => {
                let span = words::span_of(token);
                let take = paths::take_named.at(span);
                quote_spanned!(span=> #take::<#token, #ty>(#needs)?)
            }
            Source::Default => {
                let default = paths::default.at(span);
                quote_spanned!(span=> #default::<#ty>())
            }
        }
    }
}

/// Reads one `#[inject(..)]`.
fn source(attr: &Attribute, place: Place, errors: &mut Errors) -> (Span, Source) {
    let at = attr.path().span();
    let Meta::List(list) = &attr.meta else {
        errors.push(
            attr,
            "`#[inject]` says which token or how: `#[inject(TOKEN)]`, or `#[inject(default)]` for a field that is no need; \
             an `Arc<T>` is injected without it",
        );
        return (at, Source::Type);
    };
    let mut words = list.tokens.clone().into_iter();
    if let (Some(TokenTree::Ident(word)), None) = (words.next(), words.next())
        && word == "default"
    {
        if place == Place::Parameter {
            errors
                .push(list, "a parameter of a `#[provider]` function is always a need: make the value in the function");
        }
        return (at, Source::Default);
    }
    match list.parse_args::<Path>() {
        Ok(token) => (at, Source::Token(token)),
        Err(_) if list.tokens.is_empty() => {
            errors.push(list, "`#[inject(..)]` is empty: it takes a token, or `default`");
            (at, Source::Type)
        }
        Err(_) => {
            errors.push(list.tokens.to_token_stream(), "`#[inject(..)]` takes one token by its path, or `default`");
            (at, Source::Type)
        }
    }
}
