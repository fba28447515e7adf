//! Streams as HTTP responses: the deferred head, frames, heartbeats, and an end that clients understand.

mod adaptive;
mod body;
#[cfg(feature = "compression")]
mod compression;
mod head;
#[cfg(feature = "hub")]
mod hub;
#[cfg(feature = "hub")]
mod line;
mod network;
mod options;
mod registry;
mod source;
mod streams;
#[cfg(test)]
mod tests;
#[cfg(feature = "hub")]
mod tether;
mod vitals;

pub use adaptive::AdaptiveHeartbeat;
pub use body::{EventBody, StreamCut};
#[cfg(feature = "compression")]
pub use compression::EventCompression;
#[cfg(feature = "hub")]
pub(crate) use line::Line;
#[cfg(feature = "hub")]
pub(crate) use network::household;
pub use options::SseOptions;
#[cfg(feature = "hub")]
pub(crate) use options::spread;
pub use streams::EventStreams;
#[cfg(feature = "hub")]
pub(crate) use tether::Pulse;
#[cfg(feature = "hub")]
#[doc(hidden)]
pub use tether::Tether;
#[cfg(feature = "hub")]
pub(crate) use vitals::Vitals;
