//! The bytes of a body beside what was parsed of them.

mod extract;
mod layer;

pub use extract::RawBody;

pub(crate) use layer::RawBodyLayer;
