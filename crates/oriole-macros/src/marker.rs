//! The markers as attributes of their own: one that stands where no `#[controller]` reads it.
//!
//! Above `#[controller]`, a marker of the whole class is moved below; anything else is an error that says where the marker
//! belongs. So a marker never vanishes.

use crate::attrs::{self, DETAILS, OF_A_CLASS, ROUTES};
use crate::errors::Errors;
use crate::items;
use proc_macro2::{Ident, Span, TokenStream};
use quote::{ToTokens, quote};
use syn::{Attribute, ImplItem, Item};

/// A marker that was expanded by itself.
pub(crate) fn marker(name: &str, arguments: &TokenStream, item: TokenStream) -> TokenStream {
    let mut errors = Errors::default();
    if let Ok(parsed) = syn::parse2::<Item>(item.clone())
        && !matches!(parsed, Item::Fn(_) | Item::Verbatim(_))
    {
        let item = on_item(name, arguments, parsed, &mut errors);
        let errors = errors.into_items();
        return quote!(#item #errors);
    }
    let item = on_method(name, item, &mut errors);
    let errors = errors.into_items();
    quote!(#item #errors)
}

fn on_item(name: &str, arguments: &TokenStream, mut item: Item, errors: &mut Errors) -> TokenStream {
    if let Item::Impl(item) = &mut item {
        let controller = item.attrs.iter().position(|attr| attrs::is(attr.path(), "controller"));
        if let Some(at) = controller
            && OF_A_CLASS.contains(&name)
        {
            let marker = Ident::new(name, Span::call_site());
            let arguments = (!arguments.is_empty()).then(|| quote!((#arguments)));
            // Together with those that follow it above `#[controller]`, so that their order stays.
            let above: Vec<_> = item.attrs.drain(..at).collect();
            let (mut moved, kept): (Vec<_>, Vec<_>) =
                above.into_iter().partition(|attr| attrs::is_any(attr.path(), OF_A_CLASS));
            moved.insert(0, syn::parse_quote!(#[#marker #arguments]));
            let below = kept.len() + 1;
            item.attrs.splice(0..0, kept);
            item.attrs.splice(below..below, moved);
            return item.to_token_stream();
        }
        let place = if controller.is_some() || !OF_A_CLASS.contains(&name) {
            "on a method within the impl"
        } else {
            "on an impl that is marked `#[controller]`, or on one of its methods"
        };
        errors.push_at(Span::call_site(), format!("`#[{name}]` stands {place}"));
        return item.to_token_stream();
    }
    if let Item::Struct(item) = &mut item
        && name == "meta"
        && let Some(at) = item.attrs.iter().position(|attr| attrs::is(attr.path(), "injectable"))
    {
        let arguments = (!arguments.is_empty()).then(|| quote!((#arguments)));
        item.attrs.insert(at + 1, syn::parse_quote!(#[meta #arguments]));
        return item.to_token_stream();
    }
    errors.push_at(
        Span::call_site(),
        format!(
            "`#[{name}]` stands on a method of an impl that is marked `#[controller]`, not on {}",
            items::kind(&item)
        ),
    );
    item.to_token_stream()
}

fn on_method(name: &str, item: TokenStream, errors: &mut Errors) -> TokenStream {
    errors.push_at(
        Span::call_site(),
        format!(
            "no `#[controller]` has read this `#[{name}]`: it stands on a method of an impl that is marked so, and is written \
             `#[{name}]` or `#[oriole::{name}]`, because under another name it is not seen"
        ),
    );
    match syn::parse2::<ImplItem>(item.clone()) {
        Ok(ImplItem::Fn(mut method)) => {
            without_markers(&mut method.attrs);
            method.to_token_stream()
        }
        _ => item,
    }
}

/// The other markers would complain again.
fn without_markers(attributes: &mut Vec<Attribute>) {
    attributes.retain(|attr| !attrs::is_any(attr.path(), ROUTES) && !attrs::is_any(attr.path(), DETAILS));
}
