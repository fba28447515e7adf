//! What listens, and how generated code says so.

mod call;
mod descriptor;
mod pattern;

pub use call::{FromEvent, Heard, Listened, Mismatch, event_name, listened, listening, payload};
pub use descriptor::{Listener, ListenerChange};
pub(crate) use pattern::{Pattern, has_wildcards};
