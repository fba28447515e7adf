//! Programs that serve the same streams, each in a process of its own, measured in turn from the outside.

mod case;
mod cores;
mod measured;
mod modes;
mod program;
mod report;
mod sample;
mod suite;

pub use case::{Case, full, quick};
pub use measured::{Measured, Metric};
pub use program::{Absent, Place, Program};
pub use report::{Results, Spread, json, pictures, table};
pub use suite::{Outcome, Suite};
