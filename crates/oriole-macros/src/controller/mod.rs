//! `#[controller]`: an impl says what it serves.
//!
//! Parse takes the markers off the methods (`markers` reads each, `address` what a controller is asked by), check refuses methods that cannot be handlers, expand
//! writes the table of routes and one function per handler.

mod address;
mod check;
mod enhancers;
mod expand;
mod handler;
mod markers;
mod model;
mod parse;
#[cfg(test)]
mod tests;

pub(crate) use check::check;
pub(crate) use expand::expand;
pub(crate) use parse::parse;
