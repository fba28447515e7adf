//! Streams as HTTP responses: the deferred head, frames, heartbeats, and an end that clients understand.

mod adaptive;
mod body;
mod head;
#[cfg(feature = "hub")]
mod hub;
mod network;
mod options;
mod registry;
mod source;
mod streams;
#[cfg(test)]
mod tests;

pub use adaptive::AdaptiveHeartbeat;
pub use body::{EventBody, StreamCut};
#[doc(hidden)]
pub use head::ServedByHub;
pub use options::SseOptions;
#[cfg(feature = "hub")]
pub(crate) use options::spread;
pub use streams::EventStreams;
