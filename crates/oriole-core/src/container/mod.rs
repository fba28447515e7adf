//! Builds every provider, in the order of needs, and runs the lifecycle hooks.

mod build;
mod container;
mod context;
mod discovery;
mod error;
mod hooks;
mod layer;
mod make;
mod module_ref;
mod standalone;

pub use container::Container;
pub use context::ContextId;
pub use discovery::{Discovered, Discovery};
pub use error::{BootError, ResolveError};
pub(crate) use layer::Shared;
pub use layer::{Held, Scoped};
pub use module_ref::{LazyModules, ModuleRef};
pub use standalone::ApplicationContext;
