//! Reads a typed value out of a tree, and notes every fault of it instead of the first.
//!
//! serde stops at the first fault, since a visitor has no value to go on with. So the value is read again, with a stand-in
//! where the fault was: the type asks for what it wants (a text, a number, a struct of these fields), and the stand-in
//! answers in kind. When a reading succeeds, all faults are known, and what stands at the other places can be checked by
//! rules as well.
//!
//! Requests are read by it, and configuration. Applications use it through `oriole`.
//!
//! ```
//! use oriole_collect::{Fault, How, collect};
//! use std::collections::BTreeMap;
//!
//! let tree = serde_json::json!({"host": 3, "port": "many"});
//! let how = How { from_text: true, forbid_unknown: false, faults_max: 10 };
//! let read = collect::<(BTreeMap<String, u16>,)>(&serde_json::json!([tree]), how);
//! let messages: Vec<_> = read.faults.iter().map(Fault::message).collect();
//! assert_eq!(messages, ["0.port must be an integer number"]);
//! ```

mod access;
mod error;
mod node;
mod params;
mod path;
mod reading;
mod stand_in;
#[cfg(test)]
mod tests;

pub use path::{Segment, dotted};
pub use reading::{Collected, Fault, FaultKind, How, collect, collect_path};
