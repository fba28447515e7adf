//! Reads the struct.

use super::model::Injectable;
use crate::attrs;
use crate::errors::Errors;
use crate::items;
use crate::needs::Member;
use crate::scope::Scope;
use proc_macro2::TokenStream;
use syn::punctuated::Punctuated;
use syn::{Attribute, Expr, Meta, Token};

/// The struct, or the item as it was if it is none.
pub(crate) fn parse(
    arguments: &TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> Result<Injectable, TokenStream> {
    let scope = Scope::parse(arguments, "injectable", errors);
    let mut item = items::expect_struct(item, "`#[injectable]` stands on a struct", errors)?;
    let members = Member::parse_fields(&mut item.fields, "injectable", errors);
    let meta = attrs::take(&mut item.attrs, "meta").iter().flat_map(|attr| metadata(attr, errors)).collect();
    Ok(Injectable { item, members, scope, meta })
}

/// The values of one `#[meta(..)]`.
fn metadata(attr: &Attribute, errors: &mut Errors) -> Vec<Expr> {
    match &attr.meta {
        Meta::List(list) if !list.tokens.is_empty() => {
            let values = list.parse_args_with(Punctuated::<Expr, Token![,]>::parse_terminated);
            values.map(|values| values.into_iter().collect()).unwrap_or_else(|error| {
                errors.add(error);
                Vec::new()
            })
        }
        _ => {
            errors.push(attr, "`#[meta(..)]` takes values: `#[meta(Job(\"daily\"))]`");
            Vec::new()
        }
    }
}
