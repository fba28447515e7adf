//! The traits that the attributes implement. Nobody implements them by hand.

use crate::descriptor::{ControllerDescriptor, ModuleDescriptor, ProviderDescriptor};

/// Something that may stand in `providers`: a struct marked `#[injectable]`, or a function marked `#[provider]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a provider",
    label = "neither `#[injectable]` nor `#[provider]` stands on it",
    note = "put `#[injectable]` on the struct, or `#[provider]` on the function that makes it",
    note = "a value is listed as `TOKEN = value`, with `#[token]` on the constant `TOKEN`"
)]
pub trait Injectable: 'static {
    /// What it provides.
    type Output: ?Sized + Send + Sync + 'static;
    /// How it is made.
    const PROVIDER: &'static ProviderDescriptor;
}

/// Something that may stand in `controllers`: an impl marked `#[controller]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a controller",
    label = "no `#[controller]` stands on an impl of it",
    note = "put `#[injectable]` on the struct and `#[controller]` on the impl that has its routes"
)]
pub trait Controller: 'static {
    /// What it serves.
    const CONTROLLER: &'static ControllerDescriptor;
}

/// Something that may stand in `imports`: a struct marked `#[module]`.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not a module",
    label = "no `#[module]` stands on it",
    note = "put `#[module(..)]` on the struct"
)]
pub trait Module: 'static {
    /// Evaluates the check of the graph below this module.
    const CHECKED: ();
    /// The module's part of the graph.
    fn module() -> &'static ModuleDescriptor;
}
