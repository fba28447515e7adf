//! What the programs that are compared have in common: the orders they take on their standard input, the clock, and the
//! text of an event.
//!
//! A program prints `listening ADDRESS` when it serves. On `publish RATE COUNT` it publishes so many events, and prints
//! `published FIRST LAST`. It ends with its input, so that none outlives whoever started it.

mod event;
mod orders;
#[cfg(feature = "tokio")]
mod publish;
mod schedule;

pub use event::{Burst, event_text, now_nanos};
pub use orders::{Order, listen_to_orders, say_listening, say_published};
#[cfg(feature = "tokio")]
pub use publish::publish_as_ordered;
pub use schedule::Schedule;
