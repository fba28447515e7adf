//! The server: accepting connections, serving them, and ending them in good order.

mod accept;
mod connection;
mod options;
mod signals;
mod socket;

pub use accept::Server;

pub(crate) use options::ServerOptions;
