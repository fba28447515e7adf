//! The server: accepting connections, serving them, and ending them in good order.

mod accept;
mod common;
mod connection;
mod connections;
mod door;
mod listener;
mod options;
mod peer;
mod protocol;
mod signals;
mod socket;
mod stream;
mod takeover;
#[cfg(feature = "sse-hub")]
mod unasked;
#[cfg(unix)]
mod unix;

pub use accept::Server;
pub use listener::Listen;
pub use peer::PeerAddr;
#[cfg(feature = "sse-console")]
pub use peer::console_peer;
#[cfg(feature = "sse-hub")]
pub use takeover::EventStreamShards;

pub(crate) use listener::{Listener, bind};
pub(crate) use options::ServerOptions;
pub(crate) use signals::die_of;
