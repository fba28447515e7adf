//! Builds every provider, in the order of needs, and runs the lifecycle hooks.

mod build;
mod context;
mod discovery;
mod error;
mod hooks;
mod instances;
mod layer;
mod lazy_modules;
mod make;
mod module_ref;
mod panic;
mod standalone;

pub use context::ContextId;
pub use discovery::{Discovered, Discovery};
pub use error::{BootError, ResolveError};
pub use hooks::HookLimit;
pub use instances::Container;
pub(crate) use layer::Shared;
pub use layer::{Held, Scoped};
pub use lazy_modules::LazyModules;
pub use module_ref::ModuleRef;
pub use panic::panic_text;
pub use standalone::ApplicationContext;
