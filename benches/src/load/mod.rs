//! A thousand clients on one thread: sockets and epoll, so that the load costs little beside what it measures.

mod client;
mod clients;
mod latency;
mod lines;
mod seen;
mod stream;
mod tally;
mod target;
mod wire;

pub use clients::{Ask, Load, Room};
pub use latency::Latency;
pub use tally::Tally;
pub use target::{Protocol, Target};
