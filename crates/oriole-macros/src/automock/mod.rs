//! `#[automock]`: a stand-in for a trait, which tests of one class find by themselves.
//!
//! Parse reads the trait's methods, check refuses what no stand-in can answer or keep, expand writes the stand-in beside the
//! trait, and has `#[token]` tell of it whoever needs the trait.

mod check;
mod expand;
mod model;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use check::check;
pub(crate) use expand::{expand, says_so, stand_in};
pub(crate) use parse::parse;
