//! Reads a trait's methods.

use super::model::{Argument, Automock, Lent, Method};
use crate::attrs::Gates;
use crate::errors::Errors;
use crate::{items, token, words};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{FnArg, Item, ReturnType, TraitItem, TraitItemFn, Type};

/// The trait, or its tokens if there is none.
pub(crate) fn parse(arguments: &TokenStream, item: TokenStream, errors: &mut Errors) -> Result<Automock, TokenStream> {
    if !arguments.is_empty() {
        errors.push(arguments, "`#[automock]` takes no arguments");
    }
    let item = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Trait(item)) => item,
        Ok(other) => {
            let message = format!("`#[automock]` stands on a trait, not on {}", items::kind(&other));
            errors.push_at(items::head(&other), message);
            return Err(other.into_token_stream());
        }
        Err(error) => {
            errors.add(error);
            return Err(item);
        }
    };
    let functions = item.items.iter().filter_map(|item| match item {
        TraitItem::Fn(function) if !has_its_own(function) => Some(method(function)),
        _ => None,
    });
    let methods = functions.collect();
    Ok(Automock { item, methods })
}

/// Whether a stand-in leaves a method as it is: it cannot be called through `dyn`, and needs not be written.
fn has_its_own(function: &TraitItemFn) -> bool {
    token::only_for_sized(&function.sig.generics) && function.default.is_some()
}

fn method(function: &TraitItemFn) -> Method {
    let signature = function.sig.clone();
    let arguments = signature.inputs.iter().filter_map(|input| match input {
        FnArg::Typed(typed) => Some(argument(&typed.ty)),
        FnArg::Receiver(_) => None,
    });
    let arguments = arguments.collect();
    let returns = match &signature.output {
        ReturnType::Type(_, ty) => Some((**ty).clone()),
        ReturnType::Default => None,
    };
    Method { gates: Gates::of(&function.attrs), signature, arguments, returns }
}

fn argument(ty: &Type) -> Argument {
    let at = words::span_of(ty);
    match bare(ty) {
        Type::Reference(reference) => {
            let lent = if reference.mutability.is_some() { Lent::Mutable } else { Lent::Shared };
            Argument { at, ty: (*reference.elem).clone(), lent }
        }
        other => Argument { at, ty: other.clone(), lent: Lent::No },
    }
}

/// A type without parentheses, and without those that a `macro_rules` leaves around it.
fn bare(ty: &Type) -> &Type {
    match ty {
        Type::Group(group) => bare(&group.elem),
        Type::Paren(paren) => bare(&paren.elem),
        other => other,
    }
}
