//! Which events of a topic a subscriber wants.

mod error;
mod parse;
mod term;
#[cfg(test)]
mod tests;

pub use error::FilterError;
pub use parse::Filter;
