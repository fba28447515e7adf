//! The answers of one connection, as far as a client of event streams has to know them.

mod http1;
mod http2;
mod language;

pub(super) use language::{Mark, Part, Wire};
