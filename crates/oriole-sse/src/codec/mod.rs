//! Events to bytes and back, exact to the WHATWG text: no I/O, no runtime, no clock.

mod decode;
mod encode;
mod error;
mod lines;
#[cfg(test)]
mod tests;

pub use decode::{Decoder, DecoderOptions, ReceivedEvent, ReceivedEvents};
pub use encode::encode;
pub use error::{DecodeError, EncodeError};
