//! The decoder over streams and bodies of bytes: no connection, no runtime.

mod body;
mod error;
mod feed;
mod stream;
#[cfg(test)]
mod tests;

pub use body::DecodeBody;
pub use error::ReadError;
pub use stream::DecodeStream;
