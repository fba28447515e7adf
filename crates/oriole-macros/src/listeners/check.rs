//! Refuses impls that cannot be found and methods that cannot be called.

use super::model::{Listeners, Method};
use crate::attrs;
use crate::errors::Errors;
use proc_macro2::Span;
use quote::ToTokens;
use syn::{FnArg, GenericParam, Receiver};

/// What cannot stand beside `#[listeners]`.
const BESIDE: &[(&str, &str)] = &[
    ("listeners", "`#[listeners]` is given twice"),
    ("injectable", "`#[injectable]` stands on the struct"),
    ("controller", "a controller has its listeners in an impl of their own"),
    ("module", "`#[module]` stands on a struct of its own"),
];

/// Complains about what the macro can see; what arguments and results are, traits say.
pub(crate) fn check(model: &mut Listeners, errors: &mut Errors) {
    attrs::refuse_beside(&mut model.item.attrs, BESIDE, errors);
    if let Some((path, _)) = &model.item.trait_ {
        errors.push(path, "`#[listeners]` stands on an impl of the struct itself, not of a trait");
    }
    if !model.item.generics.params.is_empty() {
        errors
            .push(&model.item.generics, "a type with listeners cannot be generic: they are listed once, for one type");
    }
    if model.methods.is_empty() && errors.is_empty() {
        errors.push_at(Span::call_site(), "no method is marked `#[on_event(..)]`");
    }
    for method in &model.methods {
        check_method(method, errors);
    }
}

fn check_method(method: &Method, errors: &mut Errors) {
    let signature = &method.signature.sig;
    let shape = "a listener is a method `fn name(&self, event: &Event)`, `async` or not";
    match signature.inputs.first() {
        Some(FnArg::Receiver(receiver)) if is_shared(receiver) => {}
        Some(first @ FnArg::Receiver(_)) => errors.push(first, format!("{shape}: it takes `&self`")),
        _ => errors.push(&signature.ident, format!("{shape}: it takes `&self`")),
    }
    if let Some(more) = signature.inputs.iter().filter(|argument| matches!(argument, FnArg::Typed(_))).nth(1) {
        errors.push(more, format!("{shape}: there is one event"));
    }
    if let Some(parameter) =
        signature.generics.params.iter().find(|parameter| !matches!(parameter, GenericParam::Lifetime(_)))
    {
        errors.push(parameter, format!("{shape}: it cannot be generic"));
    }
    let names_itself = method.markers.iter().any(|marker| marker.names.is_empty());
    if names_itself && method.event.is_none() {
        errors.push(&signature.ident, "without an argument, `#[on_event(..)]` says the name of the event");
    }
}

fn is_shared(receiver: &Receiver) -> bool {
    receiver.to_token_stream().to_string() == "& self"
}
