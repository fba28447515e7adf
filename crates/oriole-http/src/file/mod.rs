//! Files as replies.

mod range;
mod streamable;

pub use streamable::StreamableFile;
