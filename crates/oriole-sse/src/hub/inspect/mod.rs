//! What goes on in a hub, for whoever looks; and what can be done to a stream to see what happens then.

mod hub;
mod order;
mod probe;
mod stream;
mod topic;

pub use probe::{GapTold, GapsTold};
pub use stream::{OpenStream, StreamTopic};
pub use topic::{OpenTopic, RecentEvent};

pub(super) use probe::Probe;
