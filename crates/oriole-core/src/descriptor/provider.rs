//! How one provider is made.

use super::Location;
use crate::inject::{Asking, BoxError, Instance, Needs};
use crate::lifecycle::Hooks;
use crate::token::{StandIn, TokenDescriptor};
use futures_util::future::BoxFuture;
use std::any::Any;
use std::sync::Arc;

/// One provider: a struct marked `#[injectable]`, a `#[provider]` function, or a value.
///
/// Start from [`new`](Self::new) and name the fields that differ.
#[derive(Debug)]
pub struct ProviderDescriptor {
    /// What it is known by where a module lists it bare.
    pub token: TokenDescriptor,
    /// What it needs, in the order in which [`Needs`] hands it out.
    pub needs: &'static [NeedDescriptor],
    /// Makes an instance.
    pub build: Build,
    /// How long an instance lives.
    pub scope: Scope,
    /// Whether what lives for a request is kept for the requests of one key; `None` leaves it to what it needs.
    pub durable: Option<bool>,
    /// What `#[meta(..)]` says of it, for [`Discovery`](crate::Discovery).
    pub meta: &'static [fn() -> Meta],
    /// The lifecycle hooks that its type implements.
    pub hooks: Hooks,
    /// Where it was written.
    pub at: Location,
}

impl ProviderDescriptor {
    /// A singleton without needs and hooks.
    #[must_use]
    pub const fn new(token: TokenDescriptor, build: Build, at: Location) -> Self {
        Self { token, needs: &[], build, scope: Scope::Singleton, durable: None, meta: &[], hooks: Hooks::NONE, at }
    }
}

/// A value of `#[meta(..)]`, with its type taken off.
pub type Meta = Arc<dyn Any + Send + Sync>;

/// How long an instance lives, as its provider says (`SCO.1`).
#[derive(Clone, Copy, PartialEq, Eq, Hash, Debug, Default)]
#[non_exhaustive]
pub enum Scope {
    /// As long as the application: one instance for all.
    #[default]
    Singleton,
    /// As long as the one consumer that it is made for.
    Transient,
    /// As long as a request.
    Request,
}

/// One need of a provider: a field, or a parameter of a factory.
///
/// Start from [`new`](Self::new) and name the fields that differ.
#[derive(Clone, Copy, Debug)]
pub struct NeedDescriptor {
    /// What is needed.
    pub token: TokenDescriptor,
    /// Whether the provider can do without (`Option<Arc<T>>`).
    pub optional: bool,
    /// Who supplies it.
    pub kind: NeedKind,
    /// What stands for it in tests of one class, where the author of its type has said so.
    pub stand_in: Option<StandIn>,
    /// The field or parameter.
    pub member: &'static str,
    /// Where the field or parameter was written.
    pub at: Location,
}

impl NeedDescriptor {
    /// A need that a provider meets.
    #[must_use]
    pub const fn new(token: TokenDescriptor, member: &'static str, at: Location) -> Self {
        Self { token, optional: false, kind: NeedKind::Provider, stand_in: None, member, at }
    }
}

/// Who supplies a need.
#[derive(Clone, Copy, Debug)]
pub enum NeedKind {
    /// A provider, which is built before.
    Provider,
    /// A provider, which is looked up when it is used for the first time: no order follows from it.
    Late,
    /// The container itself.
    Container(fn(&Asking<'_>) -> Instance),
    /// The transport, with each request.
    Request,
    /// The transport, with the key that a durable provider is kept for.
    Payload,
}

/// Makes an instance out of its needs.
#[derive(Clone, Copy, Debug)]
pub enum Build {
    /// A struct's fields, a value, or a plain function.
    Sync(fn(&mut Needs) -> Result<Instance, BoxError>),
    /// An `async fn`; awaited before anything that needs it is built.
    Async(fn(Needs) -> BoxFuture<'static, Result<Instance, BoxError>>),
    /// A value that comes with a dynamic import.
    Given,
}
