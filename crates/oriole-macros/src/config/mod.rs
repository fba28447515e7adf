//! `#[config]`: a struct is a part of the configuration.
//!
//! Parse reads the struct and what it is called, check refuses what has no one identity, expand writes the token and the names.

mod check;
mod expand;
mod model;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use check::check;
pub(crate) use expand::expand;
pub(crate) use parse::parse;
