//! The server: accepting connections, serving them, and ending them in good order.

mod accept;
mod connection;
mod listener;
mod options;
mod signals;
mod socket;

pub use accept::Server;
pub use listener::Listen;

pub(crate) use listener::Listener;
pub(crate) use options::ServerOptions;
