//! What a controller serves.

use super::{Location, ProviderDescriptor};
use std::any::Any;

/// One controller: a provider that nothing can inject, and what it serves.
#[derive(Debug)]
pub struct ControllerDescriptor {
    /// How it is made.
    pub provider: &'static ProviderDescriptor,
    /// As the user wrote it.
    pub name: &'static str,
    /// What stands around its handlers and is named by type: the graph supplies each as it supplies a provider of the
    /// controller's module, with the instance that the module sees already, or with one of its own.
    pub enhancers: &'static [&'static ProviderDescriptor],
    /// What must be unique among all controllers of an application.
    pub entries: &'static [Entry],
    /// The transport's own table (for HTTP, its routes); the transport downcasts it.
    pub transport: &'static (dyn Any + Send + Sync),
    /// Where it was written.
    pub at: Location,
}

/// The address of one handler, in the transport's words. The transport parses and compares entries; the graph carries
/// them.
#[derive(Clone, Copy, Debug)]
pub struct Entry {
    /// HTTP's method, or `*` for all.
    pub method: &'static str,
    /// The version that it serves, or nothing.
    pub version: &'static str,
    /// The host that it serves, or nothing.
    pub host: &'static str,
    /// The controller's part of the path.
    pub prefix: &'static str,
    /// The handler's part of the path.
    pub path: &'static str,
    /// The handler's name.
    pub handler: &'static str,
    /// Where the path was written.
    pub at: Location,
}

impl ControllerDescriptor {
    /// One that has no enhancers named by type.
    #[must_use]
    pub const fn new(
        provider: &'static ProviderDescriptor,
        name: &'static str,
        entries: &'static [Entry],
        transport: &'static (dyn Any + Send + Sync),
        at: Location,
    ) -> Self {
        Self { provider, name, enhancers: &[], entries, transport, at }
    }
}

impl Entry {
    /// One of any version and host.
    #[must_use]
    pub const fn new(
        method: &'static str,
        prefix: &'static str,
        path: &'static str,
        handler: &'static str,
        at: Location,
    ) -> Self {
        Self { method, version: "", host: "", prefix, path, handler, at }
    }
}
