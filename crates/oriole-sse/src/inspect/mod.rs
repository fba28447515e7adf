//! What can be seen of a response that streams, and done to it.

mod origin;
mod tap;

pub use origin::{StreamOrigin, StreamScope};
pub use tap::Written;

pub(crate) use origin::current;
pub(crate) use tap::{Order, Sleeper, Tap};
