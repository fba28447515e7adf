//! Programs that serve the same streams, each in a process of its own, measured in turn from the outside.

mod case;
mod certificate;
mod cores;
mod modes;
mod program;
mod sample;
mod suite;

pub use case::{Case, Transport, full, quick};
pub use program::{Absent, Place, Program};
pub use suite::{Outcome, Suite};
