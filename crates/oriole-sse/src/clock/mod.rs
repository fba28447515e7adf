//! Time: the one way by which this crate learns it and waits for it.

mod system;
mod time;

pub use system::SystemClock;
pub use time::{Clock, Sleep};

#[cfg(feature = "response")]
pub(crate) use time::nanos;
