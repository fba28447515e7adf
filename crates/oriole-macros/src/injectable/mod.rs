//! `#[injectable]`: a struct says what it needs.
//!
//! Parse reads the item and its fields, check refuses what cannot be injected, expand writes the descriptor.

mod check;
mod expand;
mod model;
mod parse;

pub(crate) use check::check;
pub(crate) use expand::expand;
pub(crate) use parse::parse;
