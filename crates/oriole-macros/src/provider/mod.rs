//! `#[provider]`: a function whose parameters are its needs and whose value is what it provides.
//!
//! Parse reads the signature, check refuses what cannot be called once at boot, expand writes the descriptor beside it.

mod check;
mod expand;
mod model;
mod parse;

pub(crate) use check::check;
pub(crate) use expand::expand;
pub(crate) use parse::parse;
