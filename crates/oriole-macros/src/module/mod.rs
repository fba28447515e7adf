//! `#[module]`: who sees whom.
//!
//! Parse reads the lists, check refuses what no list may hold, expand writes the module's part of the graph.

mod check;
mod expand;
mod model;
mod parse;

pub(crate) use check::check;
pub(crate) use expand::expand;
pub(crate) use parse::parse;
