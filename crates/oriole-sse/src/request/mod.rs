//! What a client says when it asks for a stream.

#[cfg(feature = "axum")]
mod axum;
mod last_event_id;
#[cfg(test)]
mod tests;

pub use last_event_id::{LastEventId, LastEventIdRejection};
