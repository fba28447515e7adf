//! Subscriptions that are changed while they go on.

mod asked;
#[cfg(feature = "axum")]
mod axum;
mod begin;
mod changing;
mod error;
mod handle;
mod taking;

pub use asked::TopicChanges;
pub use begin::{Change, Changed};
pub use error::ChangeError;

pub(super) use changing::{Changing, Waiting};
pub(super) use handle::HandleKey;
