//! Entries of a module's lists.

use crate::descriptor::{
    Binding, Build, Import, Location, MakeModule, Meta, ModuleDescriptor, NeedDescriptor, ProviderDescriptor,
};
use crate::dynamic::{DynamicModule, ModuleParts};
use crate::graph::{Report, check};
use crate::inject::{BoxError, Injectable, Instance, Module, Needs};
use crate::token::{Key, NamedToken, TokenDescriptor};
use std::marker::PhantomData;
use std::sync::Arc;

/// Takes the type off what a provider built.
#[must_use]
pub fn instance<I: Injectable>(value: I::Output) -> Instance
where
    I::Output: Sized,
{
    Instance::new(Arc::new(value))
}

/// Takes the type off what a factory made.
#[must_use]
pub fn shared_instance<I: Injectable>(value: Arc<I::Output>) -> Instance {
    Instance::new(value)
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

/// What an entry of a list stands for that is a named token or a type: the constants' structs and types share a namespace.
#[derive(Debug)]
pub struct Entry<T: ?Sized>(PhantomData<fn() -> Box<T>>);

/// The fall-back of [`Entry`]: the type is its own token.
pub trait PlainEntry {
    /// What the token stands for.
    type Target: ?Sized;
    /// The value of a `Type = value` entry.
    #[must_use]
    fn __oriole_value(value: Arc<Self::Target>) -> Instance;
    /// The next need.
    ///
    /// # Errors
    ///
    /// As [`Needs::take`].
    fn __oriole_take(needs: &mut Needs) -> Result<Arc<Self::Target>, BoxError>;
}

impl<T: ?Sized + Send + Sync + 'static> PlainEntry for Entry<T> {
    type Target = T;

    fn __oriole_value(value: Arc<T>) -> Instance {
        Instance::new(value)
    }

    fn __oriole_take(needs: &mut Needs) -> Result<Arc<T>, BoxError> {
        needs.take()
    }
}

impl<N: NamedToken> Entry<N> {
    /// The value of a `TOKEN = value` entry.
    #[must_use]
    pub fn __oriole_value(value: Arc<N::Target>) -> Instance {
        Instance::new(value)
    }

    /// The next need.
    ///
    /// # Errors
    ///
    /// As [`Needs::take`].
    pub fn __oriole_take(needs: &mut Needs) -> Result<Arc<N::Target>, BoxError> {
        needs.take()
    }
}

/// The token of such an entry: the named one, if it is one.
#[must_use]
pub const fn entry(named: Option<TokenDescriptor>, bare: TokenDescriptor) -> TokenDescriptor {
    match named {
        Some(token) => token,
        None => bare,
    }
}

/// An entry of `providers` under the provider's own token.
#[must_use]
pub const fn bind(source: &str, provider: &'static ProviderDescriptor, at: Location) -> Binding {
    Binding { source: Key::of(source), provider, token: provider.token, convert: None, at }
}

/// The one need of an alias.
#[must_use]
pub const fn alias(token: TokenDescriptor, at: Location) -> NeedDescriptor {
    NeedDescriptor::new(token, "use", at)
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

/// An entry of `imports` that is a module's name.
#[must_use]
pub const fn import<M: Module>(module: &'static ModuleDescriptor, at: Location) -> Import {
    Import { module, global: false, make: None, at }
}

/// The same for an entry that says `global`.
#[must_use]
pub const fn global(import: Import) -> Import {
    Import { global: true, ..import }
}

/// An entry of `imports` that is a call.
#[must_use]
pub const fn import_call<M: Module>(module: &'static ModuleDescriptor, make: MakeModule, at: Location) -> Import {
    Import { module, global: false, make: Some(make), at }
}

/// What such a call gives.
#[must_use]
pub fn parts<M: Module>(module: DynamicModule<M>) -> ModuleParts {
    module.into_parts()
}

/// An entry of `dynamic`: a token that only a call supplies.
#[must_use]
pub const fn dynamic(token: TokenDescriptor, at: Location) -> Binding {
    const DECLARED: ProviderDescriptor = ProviderDescriptor::new(
        TokenDescriptor::of::<()>(None, "what a call supplies"),
        Build::Given,
        Location { file: file!(), line: line!(), column: column!() },
    );
    let source = match token.key {
        Some(key) => key.with(Key::of("dynamic")),
        None => Key::of(token.name),
    };
    Binding { source, provider: &DECLARED, token, convert: None, at }
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

/// A value of `#[meta(..)]`.
#[must_use]
pub fn meta_of<T: Send + Sync + 'static>(value: T) -> Meta {
    Arc::new(value)
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
