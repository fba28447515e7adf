//! What generated code names. Not public API: it changes in any release.

pub use core::option::Option::{None, Some};
pub use core::result::Result::Ok;
pub use core::{column, concat, file, line, module_path};
pub use std::boxed::Box;
pub use std::sync::Arc;

pub use oriole_core::generated::*;
pub use oriole_core::lifecycle::{HookProbe, Hooks, Unhooked};
pub use oriole_core::token::{Probe, Unknown};
pub use oriole_core::{
    Binding, Build, Controller, ControllerDescriptor, Entry, Export, Import, InjectionToken, Injectable, Key, Location,
    Module, ModuleDescriptor, NamedToken, ProviderDescriptor, TokenDescriptor,
};

/// The default of a field that is no need.
#[must_use]
pub fn default<T: Default>() -> T {
    T::default()
}

/// TEMP
#[track_caller]
pub const fn verify(root: &'static ModuleDescriptor) {
    let mut bytes = [0u8; 8192];
    let mut report = oriole_core::graph::Report::new(&mut bytes);
    let mut controllers = [None; 512];
    oriole_core::graph::check(root, &mut report, &mut controllers);
    if report.problems() > 0 {
        let mut out = [0u8; 9000];
        panic!("{}", report.text(root.name, &mut out));
    }
}

/// TEMP
pub fn run<F: Future>(_threads: Option<usize>, _future: F) {}
/// TEMP
#[derive(Debug)]
pub struct Oriole;
impl Oriole {
    /// TEMP
    pub async fn create<M: Module>() -> crate::Result<Self> { Ok(Self) }
    /// TEMP
    pub async fn listen(self, _: &str) -> crate::Result<()> { Ok(()) }
}
