//! `oriole doctor`: streams through the user's own address, and says which hop buffers, compresses or cuts.
//!
//! | file | what |
//! |---|---|
//! | `order` | what to look at, for how long |
//! | `listen` | one answer, as it arrives |
//! | `undo` | its compression |
//! | `hop` | all that is asked of one address |
//! | `timing`, `cuts` | what the arrivals mean |
//! | `proxy` | who answers, and how it is mended |
//! | `finding`, `judge` | what is wrong, and where |
//! | `report` | how it is told |
//! | `run` | from the order to the exit code |

mod cuts;
mod finding;
mod hop;
mod judge;
mod listen;
mod order;
mod proxy;
mod report;
mod run;
#[cfg(test)]
mod tests;
mod timing;
mod undo;

pub(crate) use order::{Order, parse};
pub(crate) use run::run;
