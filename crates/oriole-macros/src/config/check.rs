//! Refuses what is not one part of a configuration.

use super::model::Config;
use crate::attrs;
use crate::errors::Errors;
use syn::LitStr;

/// What cannot stand beside `#[config]`.
const BESIDE: &[(&str, &str)] = &[
    ("config", "`#[config]` is given twice"),
    ("injectable", "`#[config]` says how the struct is made: leave `#[injectable]` out"),
    ("token", "`#[config]` makes the struct a token already: leave `#[token]` out"),
    ("module", "a module is no part of the configuration: leave `#[module]` out"),
];

/// Complains about what the macro can see; that the struct can be read, serde says.
pub(crate) fn check(model: &mut Config, errors: &mut Errors) {
    if !model.item.generics.params.is_empty() {
        errors.push(&model.item.generics, "a part of the configuration cannot be generic: it has one name");
    }
    let is_word = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '-');
    let is_path = |name: &str| name.split('.').all(|part| !part.is_empty() && part.chars().all(is_word));
    if let Some(name) = model.name.as_ref().filter(|name| !is_path(&name.value())) {
        errors.push(name, "a name is of letters, digits, `_` and `-`, with dots between parts: `\"database.pool\"`");
    }
    let is_bad = |prefix: &&LitStr| prefix.value().is_empty() || !prefix.value().chars().all(is_word);
    if let Some(prefix) = model.prefix.as_ref().filter(is_bad) {
        errors.push(prefix, "a prefix is of letters, digits and `_`: `\"DB_\"`");
    }
    attrs::refuse_beside(&mut model.item.attrs, BESIDE, errors);
}
