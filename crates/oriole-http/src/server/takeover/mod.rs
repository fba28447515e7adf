//! Event streams of a hub, whose connections are taken over from hyper once their head is written.
//!
//! hyper writes the head and whatever the stream has to say at once; when the stream waits for the first time and nothing is left
//! in hyper's buffers, the connection's task gives the socket and the body to a shard, and ends. A shard is one task that
//! carries many connections: it is woken once for an event, not once for each of its clients, and a connection holds neither
//! a task nor buffers of its own. When the stream is over, the socket goes back to hyper for the next request.

mod carried;
mod handover;
mod observed;
mod shard;
mod shards;

pub(super) use carried::Arrival;
pub(super) use handover::{Handover, Held, Offer};
pub(super) use observed::Observed;
pub(super) use shards::Shards;
