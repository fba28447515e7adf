//! What a client says when it asks for a stream.

mod accept_encoding;
#[cfg(feature = "axum")]
mod axum;
mod cross_site;
mod last_event_id;
#[cfg(test)]
mod tests;

#[doc(hidden)]
pub use accept_encoding::encoding_weight;
#[cfg(feature = "axum")]
pub use axum::SameOrigin;
pub use cross_site::{CrossSite, CrossSiteRejection};
pub use last_event_id::{LastEventId, LastEventIdRejection};
