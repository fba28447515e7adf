//! Refuses impls that cannot be listed and methods that cannot be handlers.

use super::model::Controller;
use crate::attrs;
use crate::errors::Errors;
use syn::{FnArg, GenericParam, ImplItem, ImplItemFn, ReceiverKind, Safety, Type};

/// What cannot stand beside `#[controller]`.
const BESIDE: &[(&str, &str)] = &[
    ("controller", "`#[controller]` is given twice"),
    ("injectable", "`#[injectable]` stands on the struct"),
    ("module", "`#[module]` stands on a struct of its own"),
];

/// Complains about what the macro can see; what arguments and replies are, traits say.
pub(crate) fn check(model: &mut Controller, errors: &mut Errors) {
    attrs::refuse_beside(&mut model.item.attrs, BESIDE, errors);
    if let Some((path, _)) = &model.item.trait_ {
        errors.push(path, "`#[controller]` stands on an impl of the struct itself, not of a trait");
    }
    if !model.item.generics.params.is_empty() {
        errors.push(&model.item.generics, "a controller cannot be generic: its routes are listed once, for one type");
    }
    for item in &model.item.items {
        if let ImplItem::Fn(method) = item
            && model.routes.iter().any(|route| route.name == method.sig.ident)
        {
            handler(method, errors);
        }
    }
}

fn handler(method: &ImplItemFn, errors: &mut Errors) {
    let signature = &method.sig;
    for parameter in &signature.generics.params {
        match parameter {
            GenericParam::Lifetime(_) => {}
            GenericParam::Type(_) | GenericParam::Const(_) => {
                errors.push(parameter, "a handler cannot be generic: nothing says which types it is called with");
            }
        }
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        errors.push(unsafety, "a handler cannot be unsafe: requests call it");
    }
    for input in &signature.inputs {
        match input {
            FnArg::Receiver(receiver) => {
                let shared = match &receiver.kind {
                    ReceiverKind::Reference(_, _, mutability) => mutability.is_none(),
                    ReceiverKind::Typed(_, ty) => matches!(&**ty, Type::Reference(ty) if ty.mutability.is_none()),
                    _ => false,
                };
                if !shared {
                    errors.push(receiver, "a handler takes `&self`: many requests share the one controller");
                }
            }
            FnArg::Typed(argument) => {
                if let Type::ImplTrait(ty) = &*argument.ty {
                    errors.push(ty, "an argument is extracted by its type: name it");
                }
            }
        }
    }
}
