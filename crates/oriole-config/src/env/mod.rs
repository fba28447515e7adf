//! The environment: that of the process, and `.env` files below it.

mod expand;
mod parse;
#[cfg(test)]
mod tests;
mod variables;

pub use variables::Env;
pub(crate) use variables::{file_problem, read_text};
