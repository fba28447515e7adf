//! Builds every provider once, in the order of needs, and runs the lifecycle hooks.

mod build;
mod container;
mod error;
mod hooks;
mod layer;

pub use container::Container;
pub use error::BootError;
pub(crate) use layer::Shared;
