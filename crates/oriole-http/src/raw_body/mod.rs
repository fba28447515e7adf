//! The bytes of a body beside what was parsed of them.

mod extract;
mod layer;
mod limits;

pub use extract::RawBody;

pub(crate) use layer::kept;
pub(crate) use limits::BodyLimits;
