//! Conformance over loopback: one binary.

mod browser;
mod client;
mod connection;
mod contract;
mod pitfalls;
mod server;
