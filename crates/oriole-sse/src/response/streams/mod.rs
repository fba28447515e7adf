//! The event streams of an application.

mod open;
mod set;

pub use set::EventStreams;
