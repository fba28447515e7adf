//! The kernel of Oriole: one static graph, its check, the container that is built from it, and the lifecycle.
//!
//! Nothing here knows HTTP, JSON or a runtime. Macros describe an application as static data
//! ([`ModuleDescriptor`] and what hangs below it); [`graph::check`] walks that data in a constant, so that a missing
//! provider is an error of `cargo check`; [`Container::build`] walks it again at boot with what only run time knows
//! and builds every provider once.
//!
//! Applications use this crate through `oriole`. Depend on it directly to write another transport.

pub mod container;
pub mod descriptor;
pub mod dynamic;
#[doc(hidden)]
pub mod generated;
pub mod graph;
pub mod inject;
pub mod lifecycle;
pub mod overrides;
pub mod token;

pub use container::{
    ApplicationContext, BootError, Container, ContextId, Discovered, Discovery, Held, HookLimit, LazyModules,
    ModuleRef, ResolveError, Scoped, panic_text,
};
pub use descriptor::{
    Binding, Build, ControllerDescriptor, Entry, Export, ExportTarget, Import, Location, MethodDescriptor, Methods,
    ModuleDescriptor, ModulePath, NeedDescriptor, NeedKind, ProviderDescriptor, Scope,
};
pub use dynamic::{DynamicModule, OptionsFactory, OptionsSource, UseClass, UseExisting};
pub use inject::{
    BoxError, Controller, Dependents, Inject, Injectable, Inquirer, Instance, Lazy, Module, Needs, Payload,
    WeakInstance,
};
pub use lifecycle::{
    BeforeApplicationShutdown, Hooks, OnApplicationBootstrap, OnApplicationShutdown, OnModuleDestroy, OnModuleInit,
    Signal,
};
pub use overrides::{Missing, Mock, Overrides, Reach, Replacement};
pub use token::{InjectionToken, Key, NamedToken, Token, TokenDescriptor};
