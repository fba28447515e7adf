//! Replies of which a client sees a part, by groups.

mod reply;
mod rules;
#[cfg(test)]
mod tests;

pub use reply::Serialized;
pub use rules::{Exposed, FieldRule, Fields};
