//! Reads the struct.

use super::model::Injectable;
use crate::errors::Errors;
use crate::items;
use crate::needs::Member;
use crate::scope::Scope;
use proc_macro2::TokenStream;

/// The struct, or the item as it was if it is none.
pub(crate) fn parse(
    arguments: &TokenStream,
    item: TokenStream,
    errors: &mut Errors,
) -> Result<Injectable, TokenStream> {
    let scope = Scope::parse(arguments, "injectable", errors);
    let mut item = items::expect_struct(item, "`#[injectable]` stands on a struct", errors)?;
    let members = Member::parse_fields(&mut item.fields, "injectable", errors);
    Ok(Injectable { item, members, scope })
}
