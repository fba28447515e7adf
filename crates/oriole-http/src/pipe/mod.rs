//! Pipes: what looks at, changes or refuses a handler's arguments before the call.

mod argument;
mod traits;

pub use argument::{ArgMeta, ArgSource};
pub use traits::{DynPipe, Pipe};
