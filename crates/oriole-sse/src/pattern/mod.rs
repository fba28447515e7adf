//! Patterns of topics, and finding those that match.

mod error;
mod index;
mod parsed;
#[cfg(test)]
mod tests;

pub use error::PatternError;
pub(crate) use index::PatternIndex;
pub use parsed::Pattern;
