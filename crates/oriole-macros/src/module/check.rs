//! Refuses what no list may hold.

use super::model::Module;
use crate::errors::Errors;
use crate::{attrs, identity};

/// Complains about what the macro can see; what an entry is, traits say.
pub(super) fn check(model: &Module, errors: &mut Errors) {
    identity::check_generics(&model.item.generics, "a module", errors);
    if let Some(root) = model.lists.root
        && !model.item.generics.params.is_empty()
    {
        errors.push_at(root, "a generic module cannot be a root: name it with its types where the application is created");
    }
    for attr in &model.item.attrs {
        if attrs::is(attr.path(), "module") {
            errors.push(attr, "`#[module]` is given twice");
        }
        if attrs::is(attr.path(), "injectable") {
            errors.push(attr, "a module is not a provider: leave `#[injectable]` out, a module may have needs of its own");
        }
        if attrs::is(attr.path(), "token") {
            errors.push(attr, "a module is no token: leave `#[token]` out");
        }
    }
}
