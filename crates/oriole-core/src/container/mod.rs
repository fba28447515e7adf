//! Builds every provider once, in the order of needs, and runs the lifecycle hooks.

mod build;
mod error;
mod hooks;

pub use build::Container;
pub use error::BootError;
