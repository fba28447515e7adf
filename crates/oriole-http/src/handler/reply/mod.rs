//! What a handler gives, before it is a response.

mod content;
mod given;
mod out;

pub use content::Events;
pub(crate) use content::Source;
pub use given::Reply;
