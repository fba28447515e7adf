//! The one error type of an application: a status, a body for the client, and a source for the log.

mod builtin;
mod convert;
mod http_exception;
#[cfg(feature = "sse-hub")]
mod hub;
mod message;
mod rejection;
mod respond;
#[cfg(test)]
mod tests;

pub use http_exception::HttpException;
pub use message::Message;

pub(crate) use convert::{timed_out, too_large};
pub(crate) use rejection::{from_rejection, shaped};
#[cfg(feature = "health")]
pub(crate) use respond::with_causes;
pub(crate) use respond::{Detail, JSON, has_no_body};
