//! What can be injected, and the traits behind the attributes.

mod instance;
mod needs;
mod traits;

pub use instance::{BoxError, Instance};
pub use needs::{HoldsToken, Inject, Needs};
pub use traits::{Controller, Injectable, Module};
