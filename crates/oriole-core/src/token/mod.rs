//! What a provider is known by: a type, a trait object, or a named constant.

mod key;
mod named;
mod probe;

pub use key::Key;
pub use named::{NamedToken, Token};
pub use probe::{InjectionToken, Known, Probe, StandIn, TokenDescriptor, Unknown};
