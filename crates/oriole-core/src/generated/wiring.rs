//! Entries of a module's lists.

use crate::descriptor::{Location, ModuleDescriptor, ProviderDescriptor};
use crate::graph::{Report, check};
use crate::inject::{Injectable, Instance, Module};
use crate::token::{Key, NamedToken};
use std::sync::Arc;

/// Takes the type off what a provider built.
#[must_use]
pub fn instance<I: Injectable>(value: I::Output) -> Instance {
    Instance::new(Arc::new(value))
}

/// Takes the type off a module's own instance, which nothing can inject.
#[must_use]
pub fn own<M: Module + Send + Sync>(module: M) -> Instance {
    Instance::new(Arc::new(module))
}

/// The default of a field that is no need.
#[must_use]
pub fn default<T: Default>() -> T {
    T::default()
}

/// The check of an application without a transport.
///
/// # Panics
///
/// If the application cannot be wired; that is what makes the compiler say so.
#[track_caller]
pub const fn verify(root: &'static ModuleDescriptor) {
    let mut bytes = [0; TEXT_BYTES_MAX];
    let mut report = Report::new(&mut bytes);
    check(root, &mut report, &mut []);
    if report.problems() > 0 {
        let mut out = [0; TEXT_BYTES_MAX + 1024];
        panic!("{}", report.text(root.name, &mut out));
    }
}

const TEXT_BYTES_MAX: usize = 32 * 1024;

/// The value of a `TOKEN = value` entry.
#[must_use]
pub fn value<N: NamedToken>(value: Arc<N::Target>) -> Instance {
    Instance::new(value)
}

/// Turns what a provider built into what the entry's token stands for.
#[must_use]
pub fn convert<I: Injectable, T: ?Sized + Send + Sync + 'static>(
    instance: Instance,
    convert: fn(Arc<I::Output>) -> Arc<T>,
) -> Instance {
    match instance.get::<I::Output>() {
        Some(value) => Instance::new(convert(Arc::clone(value))),
        None => instance,
    }
}

/// The provider behind a controller.
#[must_use]
pub const fn provider<C: Injectable>() -> &'static ProviderDescriptor {
    C::PROVIDER
}

/// Passes an imported module's descriptor through.
#[must_use]
pub const fn import<M: Module>(module: &'static ModuleDescriptor) -> &'static ModuleDescriptor {
    module
}

/// The identity of a module that is given a path, as [`Probe`](crate::token::Probe) found it.
#[must_use]
pub const fn module_key<M: Module>(key: Option<Key>) -> Key {
    match key {
        Some(key) => key,
        // Every module has one; what has none has been refused by the bound.
        None => Key::of(""),
    }
}

/// Gives everything the function that `#[module]` gives to modules, so that an import that is no module is reported by
/// [`import`] alone. A module's own is inherent and wins; this one is never called.
pub trait NotImported {
    /// Never called: it is not `const`, and [`import`] has refused the type.
    #[must_use]
    fn __oriole_module() -> &'static ModuleDescriptor {
        unreachable!("an import that is no module does not compile")
    }
}
impl<T: ?Sized> NotImported for T {}

/// A place in the user's source.
#[must_use]
pub const fn place(file: &'static str, line: u32, column: u32) -> Location {
    Location { file, line, column }
}
