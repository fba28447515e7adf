//! `#[token]`: a trait, a type or a constant that the compiler's check shall know.
//!
//! Parse sorts the items, check refuses what cannot be one token, expand writes the identity beside the item.

mod check;
mod expand;
mod model;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use check::{check, only_for_sized};
pub(crate) use expand::{expand, hidden};
pub(crate) use parse::parse;
