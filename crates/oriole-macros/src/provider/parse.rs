//! Reads the signature.

use super::model::Provider;
use crate::attrs;
use crate::errors::Errors;
use crate::items;
use crate::needs::{Member, Place};
use crate::scope::Scope;
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::{FnArg, Item, Pat, ReturnType};

/// The function, or the item as it was if it is none.
pub(crate) fn parse(arguments: &TokenStream, item: TokenStream, errors: &mut Errors) -> Result<Provider, TokenStream> {
    let scope = Scope::parse(arguments, "provider", errors);
    let mut item = match syn::parse2::<Item>(item.clone()) {
        Ok(Item::Fn(item)) => item,
        Ok(other) => {
            errors.push_at(
                items::head(&other),
                format!("`#[provider]` stands on a function, not on {}", items::kind(&other)),
            );
            return Err(other.into_token_stream());
        }
        Err(error) => {
            errors.add(error);
            return Err(item);
        }
    };
    let mut members = Vec::new();
    for input in &mut item.sig.inputs {
        match input {
            FnArg::Receiver(receiver) => errors.push(
                &*receiver,
                "a `#[provider]` function is no method: it stands in a module and takes its needs as parameters",
            ),
            FnArg::Typed(parameter) => {
                let name = match &*parameter.pat {
                    Pat::Ident(pat) => pat.ident.to_string(),
                    _ => String::from("_"),
                };
                members.push(Member::parse(name, &parameter.ty, &mut parameter.attrs, Place::Parameter, errors));
            }
        }
    }
    if !members.is_empty() {
        item.attrs.push(attrs::by_value());
    }
    let returns = match &item.sig.output {
        ReturnType::Type(_, ty) => Some((**ty).clone()),
        ReturnType::Default => None,
    };
    Ok(Provider { item, members, returns, scope })
}
