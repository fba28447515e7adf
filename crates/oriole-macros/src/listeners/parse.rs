//! Takes the markers off an impl's methods.

use super::model::{Listeners, Marker, Method};
use crate::attrs::{self, Gates};
use crate::errors::Errors;
use crate::items;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::parse::ParseStream;
use syn::{Attribute, FnArg, ImplItem, ImplItemFn, Item, LitBool, Meta, Token, Type};

const SHAPE: &str = "`#[on_event(..)]` takes names or patterns, then `async`, `prepend` and `suppress_errors = false`";

/// The impl, or the item as it was if it is none.
pub(crate) fn parse(arguments: &TokenStream, item: TokenStream, errors: &mut Errors) -> Result<Listeners, TokenStream> {
    if !arguments.is_empty() {
        errors.push(arguments, "`#[listeners]` takes no arguments");
    }
    let mut item = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Impl(item)) => item,
        Ok(other) => {
            let text =
                format!("`#[listeners]` stands on the impl that has the methods, not on {}", items::kind(&other));
            errors.push_at(items::head(&other), text);
            return Err(other.into_token_stream());
        }
        Err(error) => {
            errors.add(error);
            return Err(item);
        }
    };
    let mut methods = Vec::new();
    for each in &mut item.items {
        if let ImplItem::Fn(method) = each {
            methods.extend(read(method, errors));
        }
    }
    Ok(Listeners { item, methods })
}

fn read(method: &mut ImplItemFn, errors: &mut Errors) -> Option<Method> {
    let instead = "write `#[cfg(..)]` on the method, once for each form";
    attrs::refuse_conditional(&mut method.attrs, &["on_event"], instead, errors);
    let markers = attrs::take(&mut method.attrs, "on_event");
    if markers.is_empty() {
        return None;
    }
    let event = method.sig.inputs.iter().find_map(|argument| match argument {
        FnArg::Typed(argument) => Some((*argument.ty).clone()),
        FnArg::Receiver(_) => None,
    });
    if event.as_ref().is_some_and(|event| !matches!(event, Type::Reference(_))) {
        method.attrs.push(attrs::by_value());
    }
    let mut signature = method.clone();
    signature.block.stmts.clear();
    Some(Method {
        gates: Gates::of(&method.attrs),
        name: method.sig.ident.clone(),
        is_async: method.sig.asyncness.is_some(),
        event,
        markers: markers.iter().filter_map(|attr| marker(attr, errors)).collect(),
        signature,
    })
}

fn marker(attr: &Attribute, errors: &mut Errors) -> Option<Marker> {
    let parsed = match &attr.meta {
        Meta::Path(_) => return Some(Marker::default()),
        Meta::List(list) => list.parse_args_with(arguments),
        Meta::NameValue(value) => Err(syn::Error::new(value.eq_token.span, SHAPE)),
    };
    parsed.map_err(|error| errors.add(error)).ok()
}

fn arguments(input: ParseStream<'_>) -> syn::Result<Marker> {
    let mut marker = Marker::default();
    while !input.is_empty() {
        let ahead = input.fork();
        let word = ahead.parse::<syn::Ident>().map(|word| word.to_string()).unwrap_or_default();
        // A name may be a constant, by its path.
        let is_word = ahead.is_empty() || ahead.peek(Token![,]) || ahead.peek(Token![=]);
        if input.peek(Token![async]) {
            input.parse::<Token![async]>()?;
            marker.is_queued = true;
        } else if is_word && word == "prepend" {
            input.parse::<syn::Ident>()?;
            marker.is_prepended = true;
        } else if is_word && word == "suppress_errors" {
            input.parse::<syn::Ident>()?;
            input.parse::<Token![=]>().map_err(|error| syn::Error::new(error.span(), SHAPE))?;
            marker.suppresses_errors = Some(input.parse::<LitBool>()?.value);
        } else {
            marker.names.push(input.parse().map_err(|error: syn::Error| syn::Error::new(error.span(), SHAPE))?);
        }
        if !input.is_empty() {
            input.parse::<Token![,]>().map_err(|error| syn::Error::new(error.span(), SHAPE))?;
        }
    }
    Ok(marker)
}
