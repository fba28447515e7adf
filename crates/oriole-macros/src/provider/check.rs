//! Refuses what cannot be called once at boot.

use super::model::Provider;
use crate::attrs;
use crate::errors::Errors;
use syn::{FnArg, Safety, Type};

/// What cannot stand beside `#[provider]`.
const BESIDE: &[(&str, &str)] = &[("provider", "`#[provider]` is given twice")];

/// Complains about the signature; what its types are, traits say.
pub(crate) fn check(model: &mut Provider, errors: &mut Errors) {
    let signature = &model.item.sig;
    if !signature.generics.params.is_empty() {
        errors.push(
            &signature.generics,
            "a `#[provider]` function cannot be generic: the container calls it once, with one set of types",
        );
    }
    if let Safety::Unsafe(unsafety) = &signature.safety {
        errors.push(unsafety, "a `#[provider]` function cannot be unsafe: the container calls it");
    }
    if let Some(abi) = &signature.abi {
        errors.push(abi, "a `#[provider]` function is a plain Rust function");
    }
    if let Some(variadic) = &signature.variadic {
        errors.push(variadic, "a `#[provider]` function has a fixed number of needs");
    }
    match &model.returns {
        None => errors.push_at(
            signature.ident.span(),
            "a `#[provider]` function returns what it provides: add `-> Type` or `-> Result<Type, Error>`",
        ),
        Some(Type::ImplTrait(ty)) => {
            errors.push(ty, "a provider is known by its type: return a named one, or list it `as dyn Trait`");
        }
        Some(Type::Reference(ty)) => {
            errors.push(ty, "a provider is owned by the container: return a value instead of a reference");
        }
        Some(Type::Never(ty)) => errors.push(ty, "a `#[provider]` function returns what it provides"),
        Some(_) => {}
    }
    for parameter in &signature.inputs {
        if let FnArg::Typed(parameter) = parameter
            && let Type::ImplTrait(ty) = &*parameter.ty
        {
            errors.push(ty, "a need is found by its type: write `Arc<T>` or `Arc<dyn Trait>`");
        }
    }
    attrs::refuse_beside(&mut model.item.attrs, BESIDE, errors);
}
