//! The client, over a scripted transport and in virtual time; the transport itself, over loopback.

mod compression;
mod limits;
mod object;
mod policies;
mod requests;
mod script;
mod standard;
mod transport;
#[cfg(feature = "hub")]
mod typed;
