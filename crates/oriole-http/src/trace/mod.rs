//! Spans, with the names of OpenTelemetry's conventions for HTTP servers: one for a connection, one for a request.
//!
//! Names: <https://opentelemetry.io/docs/specs/semconv/http/http-spans/>. A span that no subscriber wants costs the look at a
//! static.

mod body;
mod connection;
mod request;
#[cfg(test)]
mod tests;

pub(crate) use connection::{Peer, connection};
pub(crate) use request::{RequestSpan, answered, request, routed};
