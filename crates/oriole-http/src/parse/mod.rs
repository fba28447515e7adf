//! Nest's parse pipes, as types.

mod date;
mod items;
mod number;
mod options;
mod parsed;
#[cfg(test)]
mod tests;
mod uuid;
mod value;
mod word;

pub use date::ParseDate;
pub use items::{ParseArray, ParseItem};
pub use number::{ParseFloat, ParseInt};
pub use options::ParseOptions;
pub use parsed::{Parsed, ParsedBy};
pub use uuid::ParseUuid;
pub use word::{ParseBool, ParseEnum};
