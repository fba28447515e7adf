//! How one provider is made.

use super::Location;
use crate::inject::{BoxError, Instance, Needs};
use crate::lifecycle::Hooks;
use crate::token::TokenDescriptor;
use futures_util::future::BoxFuture;

/// One provider: a struct marked `#[injectable]`, a `#[provider]` function, or a value.
#[derive(Debug)]
pub struct ProviderDescriptor {
    /// What it is known by where a module lists it bare.
    pub token: TokenDescriptor,
    /// What it needs, in the order in which [`Needs`] hands it out.
    pub needs: &'static [NeedDescriptor],
    /// Makes the one instance.
    pub build: Build,
    /// The lifecycle hooks that its type implements.
    pub hooks: Hooks,
    /// Where it was written.
    pub at: Location,
}

/// One need of a provider: a field, or a parameter of a factory.
#[derive(Clone, Copy, Debug)]
pub struct NeedDescriptor {
    /// What is needed.
    pub token: TokenDescriptor,
    /// Whether the provider can do without (`Option<Arc<T>>`).
    pub optional: bool,
    /// The field or parameter.
    pub member: &'static str,
    /// Where the field or parameter was written.
    pub at: Location,
}

/// Makes an instance out of its needs.
#[derive(Clone, Copy, Debug)]
pub enum Build {
    /// A struct's fields, a value, or a plain function.
    Sync(fn(&mut Needs) -> Result<Instance, BoxError>),
    /// An `async fn`; awaited before anything that needs it is built.
    Async(fn(Needs) -> BoxFuture<'static, Result<Instance, BoxError>>),
}
