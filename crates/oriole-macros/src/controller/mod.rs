//! `#[controller]`: an impl says what it serves.
//!
//! Parse takes the markers off the methods (`markers` reads each), check refuses methods that cannot be handlers, expand
//! writes the table of routes and one closure per handler.

mod check;
mod expand;
mod handler;
mod markers;
mod model;
mod parse;

pub(crate) use check::check;
pub(crate) use expand::expand;
pub(crate) use parse::parse;
