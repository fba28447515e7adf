//! Event streams of a hub, whose connections are taken over from hyper once their head is written.
//!
//! hyper writes the head and whatever the stream has to say at once; when the stream waits for the first time and nothing is left
//! in hyper's buffers, the connection's task gives the socket and the body to a shard, and ends. A shard is one task that
//! carries many connections: it is woken once for an event, not once for each of its clients, and a connection holds neither
//! a task nor buffers of its own. When the stream is over, the socket goes back to hyper for the next request.
//!
//! Those of a shard that wait for the same event of the same topic sail in a convoy: one place for all of them, one look at the
//! topic, the same bytes to each socket. Whatever concerns one of them alone, a heartbeat or an end, takes it out, and its
//! subscription is asked as ever.

#[cfg(feature = "sse-hub")]
mod budget;
#[cfg(feature = "sse-hub")]
mod carried;
#[cfg(feature = "sse-hub")]
mod counts;
#[cfg(feature = "sse-hub")]
mod fleet;
#[cfg(feature = "sse-hub")]
mod gathered;
#[cfg(feature = "sse-hub")]
mod handover;
#[cfg(not(feature = "sse-hub"))]
mod none;
mod observed;
#[cfg(feature = "sse-hub")]
mod shard;
#[cfg(feature = "sse-hub")]
mod shards;
#[cfg(all(test, feature = "sse-hub"))]
mod tests;

#[cfg(feature = "sse-hub")]
pub(super) use carried::Arrival;
#[cfg(feature = "sse-hub")]
pub use counts::EventStreamShards;
#[cfg(feature = "sse-hub")]
pub(super) use handover::{Handover, Held, Offer};
#[cfg(not(feature = "sse-hub"))]
pub(super) use none::{Arrival, Handover, Held, Offer, Seat, Shards};
pub(super) use observed::Observed;
#[cfg(feature = "sse-hub")]
pub(super) use shard::Seat;
#[cfg(feature = "sse-hub")]
pub(super) use shards::Shards;
