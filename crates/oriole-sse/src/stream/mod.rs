//! Streams of events: what their items can be, what ends with them, and a steady tick.

mod ext;
mod finalize;
mod interval;
mod into_event;
#[cfg(test)]
mod tests;

pub use ext::EventStreamExt;
pub use finalize::Finalize;
pub use interval::{Interval, interval, interval_with};
pub use into_event::{IntoEvent, IntoEvents};
