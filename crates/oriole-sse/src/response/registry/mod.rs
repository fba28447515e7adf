//! The open streams of an application, and the one timer of all their heartbeats.

mod connection;
mod open;
mod ticket;
mod timer;

#[cfg(feature = "hub")]
pub(super) use connection::Connection;
pub(super) use open::Registry;
pub(super) use ticket::Ticket;
pub(super) use timer::PASS_INTERVAL;
