//! Events as values of the application's types.

mod error;
mod read;
#[cfg(feature = "decode")]
mod stream;
#[cfg(test)]
mod tests;
// serde_json's serializer is the standard library's.
#[cfg(feature = "std")]
mod write;

pub use error::EventReadError;
#[cfg(feature = "decode")]
pub use stream::{Json, ReceivedEventStreamExt, Typed, TypedError, UntilData};
