//! Pipes: what looks at, changes or refuses a handler's arguments before the call.

mod argument;
mod rules;
mod traits;

pub use argument::{ArgMeta, ArgSource};
pub use rules::{RuleProbe, Ruleless, Rules};
pub use traits::{DynPipe, Pipe};

pub(crate) use rules::Checked;
