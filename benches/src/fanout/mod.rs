//! Programs that serve the same streams, each in a process of its own, measured in turn from the outside.

mod case;
mod certificate;
mod cores;
mod estimate;
mod modes;
mod outcome;
mod program;
mod sample;
mod suite;

pub use case::{Case, Transport, full, quick};
pub use outcome::Outcome;
pub use program::{Absent, Place, Program};
pub use suite::Suite;
