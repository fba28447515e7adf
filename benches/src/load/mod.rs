//! A thousand clients on one thread: sockets and epoll, so that the load costs little beside what it measures.

mod client;
mod clients;
mod latency;
mod lines;
mod seen;
mod tally;
mod wire;

pub use clients::{Ask, Load};
pub use latency::Latency;
pub use tally::Tally;
