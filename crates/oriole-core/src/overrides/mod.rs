//! What a test puts in the place of what modules list, before the graph is resolved.
//!
//! Test kits use this; applications do not. What is replaced goes through the check, the container and the lifecycle as
//! everything else does.

mod list;
mod missing;
mod replaced;
mod replacement;

pub use list::Overrides;
pub use missing::{Missing, Mock};
pub(crate) use replaced::Replaced;
pub use replacement::{Reach, Replacement};
