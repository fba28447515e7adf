//! Rust's source as far as the generators read it: tokens, the items of a file, and edits that leave all else as it is.

mod edit;
mod items;
mod module;
#[cfg(test)]
mod tests;
mod tokens;

pub(super) use edit::{add_mod, add_reexport, add_use};
pub(super) use items::Items;
pub(super) use module::{Module, add_entry, modules};
