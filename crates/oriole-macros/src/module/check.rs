//! Refuses what no list may hold.

use super::model::Module;
use crate::errors::Errors;
use crate::{attrs, identity};

/// What cannot stand beside `#[module]`.
const BESIDE: &[(&str, &str)] = &[
    ("module", "`#[module]` is given twice"),
    ("injectable", "a module is not a provider: leave `#[injectable]` out, a module may have needs of its own"),
    ("token", "a module is no token: leave `#[token]` out"),
    ("controller", "`#[controller]` stands on the impl of another struct, which the module lists in `controllers`"),
];

/// Complains about what the macro can see; what an entry is, traits say.
pub(crate) fn check(model: &mut Module, errors: &mut Errors) {
    identity::check_generics(&model.item.generics, "a module", errors);
    if let Some(root) = model.lists.root
        && !model.item.generics.params.is_empty()
    {
        errors.push_at(
            root,
            "a generic module cannot be a root: name it with its types where the application is created",
        );
    }
    attrs::refuse_beside(&mut model.item.attrs, BESIDE, errors);
}
