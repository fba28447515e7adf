//! Reads a typed value out of a tree, and notes every fault of it instead of the first.
//!
//! serde stops at the first fault, since a visitor has no value to go on with. So the value is read again, with a stand-in
//! where the fault was: the type asks for what it wants (a text, a number, a struct of these fields), and the stand-in
//! answers in kind. When a reading succeeds, all faults are known, and what stands at the other places can be checked by
//! rules as well.

mod error;
mod node;
mod params;
mod path;
mod reading;
mod source;
mod stand_in;
#[cfg(test)]
mod tests;

pub(crate) use path::Segment;
#[cfg(feature = "validation")]
pub(crate) use path::dotted;
#[cfg(test)]
pub(crate) use reading::collect;
#[cfg(any(test, feature = "validation"))]
pub(crate) use reading::{Collected, Fault};
pub(crate) use reading::{FaultKind, How};
pub(crate) use source::{Tree, form, is_json, json, not_json, path, query};
