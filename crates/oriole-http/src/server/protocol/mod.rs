//! What is spoken on a connection: HTTP/1.1, or HTTP/2 where the client says so first.

#[cfg(feature = "http2")]
mod alarm;
mod connection;
#[cfg(feature = "http2")]
mod either;
mod http1;
#[cfg(feature = "http2")]
mod http2;
#[cfg(feature = "http2")]
mod muffled;

pub(super) use connection::{Connection, Stream};
#[cfg(feature = "http2")]
pub(super) use either::open;
pub(super) use http1::builder as http1_builder;
#[cfg(not(feature = "http2"))]
pub(super) use http1::open;
