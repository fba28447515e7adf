//! Dynamic modules: what a call supplies to a module that is imported by it.

mod module;
mod options;
mod parts;

pub use module::DynamicModule;
pub use options::{OptionsFactory, OptionsSource, UseClass, UseExisting};
pub use parts::ModuleParts;
pub(crate) use parts::Parts;
