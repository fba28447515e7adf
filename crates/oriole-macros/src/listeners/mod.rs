//! `#[listeners]`: an impl says which events its methods listen to.
//!
//! Parse takes `#[on_event(..)]` off the methods, check refuses those that cannot be called, expand writes a function and an entry
//! for each.

mod check;
mod expand;
mod model;
mod parse;
mod stray;
#[cfg(test)]
mod tests;

pub(crate) use check::check;
pub(crate) use expand::expand;
pub(crate) use parse::parse;
pub(crate) use stray::stray;
