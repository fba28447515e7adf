//! The one static graph: what macros emit, and everything else reads.

mod controller;
mod location;
mod method;
mod module;
mod provider;

pub use controller::{ControllerDescriptor, Entry};
pub use location::Location;
pub use method::{MethodDescriptor, Methods};
pub use module::{Binding, Export, ExportTarget, Import, MakeModule, ModuleDescriptor, ModulePath};
pub use provider::{Build, Meta, NeedDescriptor, NeedKind, ProviderDescriptor, Scope};
