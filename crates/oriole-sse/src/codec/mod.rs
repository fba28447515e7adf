//! Events to bytes and back, exact to the WHATWG text: no I/O, no runtime, no clock.

mod block;
mod decode;
mod encode;
mod error;
mod last_id;
mod lines;
mod places;
mod received;
#[cfg(test)]
mod tests;
mod whole;

#[cfg(feature = "decode")]
pub(crate) use block::Held;
#[cfg(feature = "decode")]
pub(crate) use decode::Found;
pub use decode::{Decoder, DecoderOptions, ReceivedEvents};
pub use encode::encode;
pub use error::{DecodeError, EncodeError};
pub use received::{Decoded, EventView, ReceivedEvent};
