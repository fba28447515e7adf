//! How a request becomes bytes on a wire.

mod connect;
mod connection;
mod error;
mod http;
mod options;
#[cfg(test)]
mod tests;
mod tls;
mod traits;

pub use error::{TransportError, TransportErrorKind};
pub use http::HttpTransport;
pub use options::{HttpTransportOptions, ProxyOptions};
pub use traits::{Transport, TransportBody, TransportFuture};
