//! Refuses what the container cannot build.

use super::model::Injectable;
use crate::errors::Errors;
use crate::{attrs, identity};

/// Complains about the struct as a whole; its fields' types are left to traits.
pub(super) fn check(model: &Injectable, errors: &mut Errors) {
    identity::check_generics(&model.item.generics, "a provider", errors);
    for attr in &model.item.attrs {
        if attrs::is(attr.path(), "injectable") {
            errors.push(attr, "`#[injectable]` is given twice");
        }
        if attrs::is(attr.path(), "token") {
            errors.push(attr, "`#[injectable]` makes the struct a token already: leave `#[token]` out");
        }
        if attrs::is(attr.path(), "module") {
            errors.push(attr, "a module is not a provider: leave `#[injectable]` out, a module may have needs of its own");
        }
        if attrs::is(attr.path(), "controller") {
            errors.push(attr, "`#[controller]` stands on the impl that has the routes, `#[injectable]` on the struct");
        }
    }
    attrs::refuse_conditional(
        &model.item.attrs,
        &["injectable", "token", "module", "controller"],
        "write two `#[cfg]` forms of the item",
        errors,
    );
}
