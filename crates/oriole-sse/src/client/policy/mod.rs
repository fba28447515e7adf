//! Whether to come back after a connection was lost, and when.

mod backoff;
mod jitter;
mod repeat;
mod retry_after;
#[cfg(test)]
mod tests;

pub(super) use jitter::{JitterSource, lengthened, random_fraction};
pub(super) use repeat::is_idempotent;
pub(super) use retry_after::retry_after;

pub use backoff::Backoff;
