//! Where values that clients send come from, and how they are read: with every fault at once.

mod source;

#[cfg(feature = "validation")]
pub(crate) use oriole_collect::{Collected, Fault, Segment, dotted};
pub(crate) use oriole_collect::{FaultKind, How};
pub(crate) use source::{Tree, form, is_json, json, not_json, path, query};
