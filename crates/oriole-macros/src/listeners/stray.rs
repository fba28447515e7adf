//! What an `#[on_event(..)]` does that no `#[listeners]` has read: it complains.

use crate::attrs;
use crate::errors::Errors;
use crate::items;
use proc_macro2::{Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{ImplItem, Item};

/// A marker that was expanded by itself.
pub(crate) fn stray(item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    let place = "stands on a method of an impl that is marked `#[listeners]`";
    match syn::parse2::<Item>(item.clone()) {
        Ok(other) if !matches!(other, Item::Fn(_) | Item::Verbatim(_)) => {
            errors.push_at(Span::call_site(), format!("`#[on_event]` {place}, not on {}", items::kind(&other)));
        }
        _ => errors.push_at(
            Span::call_site(),
            format!(
                "no `#[listeners]` has read this `#[on_event]`: it {place}, and is written `#[on_event]` or \
                 `#[oriole::on_event]`, because under another name it is not seen"
            ),
        ),
    }
    let item = match syn::parse2::<ImplItem>(item.clone()) {
        // Others on it would complain again.
        Ok(ImplItem::Fn(mut method)) => {
            attrs::take(&mut method.attrs, "on_event");
            method.to_token_stream()
        }
        _ => item,
    };
    let errors = errors.into_items();
    quote!(#item #errors)
}
