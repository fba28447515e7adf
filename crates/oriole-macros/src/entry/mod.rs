//! `#[oriole::main]`: the entry point, and the place where the compiler checks the graph.
//!
//! Parse reads the function and its arguments, check refuses what cannot be an entry point, roots finds every
//! `create::<T>`, expand starts the runtime.

mod check;
mod expand;
mod model;
mod parse;
mod roots;

pub(crate) use check::check;
pub(crate) use expand::expand;
pub(crate) use parse::parse;
