//! Refuses what the container cannot build.

use super::model::Injectable;
use crate::errors::Errors;
use crate::{attrs, identity};

/// What cannot stand beside `#[injectable]`.
const BESIDE: &[(&str, &str)] = &[
    ("injectable", "`#[injectable]` is given twice"),
    ("token", "`#[injectable]` makes the struct a token already: leave `#[token]` out"),
    ("module", "a module is not a provider: leave `#[injectable]` out, a module may have needs of its own"),
    ("controller", "`#[controller]` stands on the impl that has the routes, `#[injectable]` on the struct"),
];

/// Complains about the struct as a whole; its fields' types are left to traits.
pub(crate) fn check(model: &mut Injectable, errors: &mut Errors) {
    identity::check_generics(&model.item.generics, "a provider", errors);
    attrs::refuse_beside(&mut model.item.attrs, BESIDE, errors);
}
