//! Refuses what no stand-in can answer or keep.

use super::model::{Automock, Lent, Method};
use crate::errors::Errors;
use crate::{attrs, token};
use proc_macro2::TokenStream;
use quote::ToTokens;
use syn::visit::{self, Visit};
use syn::{GenericParam, Lifetime, Path, TraitItem, TypeImplTrait, TypeReference};

/// What every refusal ends in.
const BY_HAND: &str = "write the stand-in by hand, a struct with a `MockFn` for each method";

/// Complains about what the macro can see; what can be kept and answered, traits say.
pub(crate) fn check(model: &mut Automock, errors: &mut Errors) {
    attrs::refuse_beside(&mut model.item.attrs, &[("automock", "`#[automock]` is given twice")], errors);
    if !model.item.attrs.iter().any(|attr| attrs::is(attr.path(), "token")) {
        errors.push(
            &model.item.ident,
            "`#[automock]` stands above `#[token]`, which tells whoever needs the trait what stands for it",
        );
    }
    if !model.item.generics.params.is_empty() {
        errors.push(
            &model.item.generics,
            format!("a generic trait has a stand-in for each choice of its parameters: {BY_HAND}"),
        );
    }
    if let Some(unsafety) = &model.item.unsafety {
        errors.push(unsafety, format!("what an unsafe trait promises, a macro cannot keep: {BY_HAND}"));
    }
    for item in &model.item.items {
        match item {
            TraitItem::Fn(_) => {}
            other => errors.push(other, format!("a stand-in has methods alone: {BY_HAND}")),
        }
    }
    for method in &model.methods {
        check_method(method, errors);
    }
}

fn check_method(method: &Method, errors: &mut Errors) {
    let signature = &method.signature;
    let not_dyn = "cannot be called through `dyn`";
    if let Some(asyncness) = &signature.asyncness {
        errors.push(
            asyncness,
            format!(
                "an `async fn` {not_dyn}: return a `BoxFuture<'_, T>`, or write `#[automock]` below `#[async_trait]`"
            ),
        );
        return;
    }
    if token::only_for_sized(&signature.generics) {
        errors.push(
            &signature.ident,
            format!("it {not_dyn}, so nobody says what it does: give it a body in the trait, or {BY_HAND}"),
        );
        return;
    }
    if signature.receiver().is_none() {
        errors.push(&signature.ident, format!("a function without `self` {not_dyn}: bound it by `where Self: Sized`"));
        return;
    }
    let generic = signature.generics.params.iter().find(|parameter| !matches!(parameter, GenericParam::Lifetime(_)));
    if let Some(parameter) = generic {
        errors.push(
            parameter,
            format!(
                "a generic method {not_dyn}: take a trait object, or bound the method by `where Self: Sized` and give it a body"
            ),
        );
    }
    for argument in &method.arguments {
        check_argument(argument.lent, &argument.ty, errors);
    }
    if let Some(returns) = &method.returns {
        let parts = Parts::of(returns);
        if let Some(found) = parts.opaque {
            errors.push(found, format!("a method that returns `impl ..` {not_dyn}: return a box of it"));
        } else if let Some(found) = parts.own {
            errors.push(found, format!("a method that returns `Self` {not_dyn}: return a box of the trait object"));
        }
    }
}

fn check_argument(lent: Lent, ty: &syn::Type, errors: &mut Errors) {
    let parts = Parts::of(ty);
    if lent == Lent::Mutable {
        errors.push(
            ty,
            format!("a stand-in keeps what it is called with, and this is only lent to be changed: {BY_HAND}"),
        );
    } else if let Some(found) = parts.opaque {
        errors.push(found, "a generic method cannot be called through `dyn`: take a trait object");
    } else if let Some(found) = parts.own {
        errors.push(found, "a method that takes another `Self` cannot be called through `dyn`: take a trait object");
    } else if let Some(found) = parts.borrowed {
        errors.push(
            found,
            format!("a stand-in keeps what it is called with, and this borrows within: take it by value, or {BY_HAND}"),
        );
    }
}

/// What is in a type, as far as it can be seen.
#[derive(Default)]
struct Parts {
    /// The first thing that borrows.
    borrowed: Option<TokenStream>,
    opaque: Option<TokenStream>,
    /// `Self`.
    own: Option<TokenStream>,
}

impl Parts {
    fn of(ty: &syn::Type) -> Self {
        let mut parts = Self::default();
        parts.visit_type(ty);
        parts
    }
}

impl Visit<'_> for Parts {
    fn visit_type_reference(&mut self, reference: &TypeReference) {
        let is_static = reference.lifetime.as_ref().is_some_and(|lifetime| lifetime.ident == "static");
        if !is_static {
            self.borrowed.get_or_insert_with(|| reference.to_token_stream());
        }
        visit::visit_type_reference(self, reference);
    }

    fn visit_lifetime(&mut self, lifetime: &Lifetime) {
        if lifetime.ident != "static" {
            self.borrowed.get_or_insert_with(|| lifetime.to_token_stream());
        }
    }

    fn visit_path(&mut self, path: &Path) {
        if path.is_ident("Self") {
            self.own.get_or_insert_with(|| path.to_token_stream());
        }
        visit::visit_path(self, path);
    }

    fn visit_type_impl_trait(&mut self, opaque: &TypeImplTrait) {
        self.opaque.get_or_insert_with(|| opaque.to_token_stream());
    }
}
