//! What can be injected, and the traits behind the attributes.

mod asking;
mod instance;
mod lazy;
mod needs;
mod payload;
mod traits;

pub use asking::{Asking, Dependents, Inquirer};
pub use instance::{BoxError, Instance, WeakInstance};
pub(crate) use lazy::LateSource;
pub use lazy::Lazy;
pub use needs::{HoldsToken, Inject, Needs};
pub use payload::Payload;
pub use traits::{Controller, Injectable, Module};
