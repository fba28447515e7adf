//! Who sees whom.

use super::{Build, ControllerDescriptor, Location, ProviderDescriptor};
use crate::dynamic::ModuleParts;
use crate::inject::{BoxError, Instance};
use crate::token::{Key, TokenDescriptor};
use futures_util::future::BoxFuture;
use std::any::Any;
use std::sync::Arc;

/// One module.
///
/// Start from [`new`](Self::new) and name the fields that differ.
#[derive(Debug)]
pub struct ModuleDescriptor {
    /// Identity: the same module imported twice is one module.
    pub key: Key,
    /// As the user wrote it.
    pub name: &'static str,
    /// Whether every module of the application sees its exports.
    pub global: bool,
    /// The modules whose exports it sees, in order.
    pub imports: &'static [Import],
    /// What it provides.
    pub providers: &'static [Binding],
    /// What it serves.
    pub controllers: &'static [&'static ControllerDescriptor],
    /// What its importers see.
    pub exports: &'static [Export],
    /// What only a dynamic import supplies.
    pub dynamic: &'static [Binding],
    /// The paths that it gives to modules below it.
    pub paths: &'static [ModulePath],
    /// What a transport is told by the module itself; the transport downcasts it.
    pub transport: &'static (dyn Any + Send + Sync),
    /// The module's own instance: it may have needs and hooks, but nothing can inject it.
    pub own: &'static ProviderDescriptor,
    /// Where it was written.
    pub at: Location,
}

impl ModuleDescriptor {
    /// A module with empty lists, whose own instance has neither needs nor hooks.
    #[must_use]
    pub const fn new(key: Key, name: &'static str, at: Location) -> Self {
        const OWN: ProviderDescriptor = ProviderDescriptor::new(
            TokenDescriptor::of::<()>(None, "a module"),
            Build::Sync(|_| Ok(Instance::new(Arc::new(())))),
            Location { file: file!(), line: line!(), column: column!() },
        );
        Self {
            key,
            name,
            global: false,
            imports: &[],
            providers: &[],
            controllers: &[],
            exports: &[],
            dynamic: &[],
            paths: &[],
            transport: &(),
            own: &OWN,
            at,
        }
    }
}

impl Binding {
    /// A provider under its own token.
    #[must_use]
    pub const fn new(provider: &'static ProviderDescriptor) -> Self {
        let source = match provider.token.key {
            Some(key) => key,
            None => Key::of(provider.token.name),
        };
        Self { source, provider, token: provider.token, convert: None, at: provider.at }
    }
}

impl Export {
    /// What a provider provides.
    #[must_use]
    pub const fn new(provider: &'static ProviderDescriptor) -> Self {
        Self { target: ExportTarget::Provider(provider.token), at: provider.at }
    }
}

/// One entry of `imports`.
#[derive(Clone, Copy, Debug)]
pub struct Import {
    /// The imported module.
    pub module: &'static ModuleDescriptor,
    /// Whether every module of the application sees the exports, for this import.
    pub global: bool,
    /// Evaluates the entry, if it is a call. Each is a module of its own.
    pub make: Option<MakeModule>,
    /// Where the entry was written.
    pub at: Location,
}

/// One entry of `paths`: what stands before the path of everything that a module serves.
#[derive(Clone, Copy, Debug)]
pub struct ModulePath {
    /// The module's identity.
    pub key: Key,
    /// As the user wrote it.
    pub name: &'static str,
    /// The whole path, those of the modules above it included.
    pub path: &'static str,
    /// Where the entry was written.
    pub at: Location,
}

/// Evaluates an entry of `imports` that is a call.
pub type MakeModule = fn() -> BoxFuture<'static, Result<ModuleParts, BoxError>>;

/// One entry of `providers`: a provider, and the token that it answers to in this module.
#[derive(Clone, Copy, Debug)]
pub struct Binding {
    /// The entry's provider as text, hashed: entries of one module with the same source share one instance, so that
    /// `PgCats` and `PgCats as dyn CatsRepo` are one object.
    pub source: Key,
    /// How the instance is made.
    pub provider: &'static ProviderDescriptor,
    /// What it answers to.
    pub token: TokenDescriptor,
    /// Turns the provider's instance into the token's (`Arc<PgCats>` into `Arc<dyn CatsRepo>`).
    pub convert: Option<fn(Instance) -> Instance>,
    /// Where the entry was written.
    pub at: Location,
}

/// One entry of `exports`.
#[derive(Clone, Copy, Debug)]
pub struct Export {
    /// What is exported.
    pub target: ExportTarget,
    /// Where the entry was written.
    pub at: Location,
}

/// What an entry of `exports` names.
#[derive(Clone, Copy, Debug)]
pub enum ExportTarget {
    /// Something that the module provides.
    Provider(TokenDescriptor),
    /// A module that it imports: all that module's exports pass through.
    Module {
        /// Its identity.
        key: Key,
        /// As the user wrote it.
        name: &'static str,
    },
}
