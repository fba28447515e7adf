//! Compressed answers; event streams are left alone.

mod enable;
mod encoding;
mod layer;
mod options;
mod predicate;

pub use encoding::Encoding;
pub use options::CompressionOptions;
