//! Tells, for a concrete type, whether a macro of ours has seen it.

use super::Key;
use std::any::{Any, TypeId};
use std::marker::PhantomData;

/// A type that the compiler's check knows: marked `#[injectable]`, `#[token]` or `#[module]`.
///
/// A type without it can still be injected; that edge is then checked when the application starts, not by the compiler.
#[diagnostic::on_unimplemented(
    message = "`{Self}` is not an injection token that the compiler knows",
    label = "no macro of Oriole has seen this type",
    note = "mark it `#[injectable]`, or `#[token]` if something else builds it"
)]
pub trait InjectionToken: 'static {
    /// Identity within constants.
    const KEY: Key;
    /// What stands for it in tests of one class, where its author has said so.
    const STAND_IN: Option<StandIn> = None;
}

/// What a test kit makes a stand-in with; the kit downcasts it, and nothing else looks at it.
pub type StandIn = &'static (dyn Any + Send + Sync);

/// What the compiler knows of the type of a need.
#[derive(Clone, Copy, Debug)]
pub struct Known {
    /// Identity within constants.
    pub(crate) key: Key,
    /// What stands for it in tests.
    pub(crate) stand_in: Option<StandIn>,
}

impl Known {
    /// All that is to be known of a token.
    #[must_use]
    pub const fn of<T: ?Sized + InjectionToken>() -> Self {
        Self { key: T::KEY, stand_in: T::STAND_IN }
    }
}

/// `Probe::<T>::KEY` is `Some` where `T` is an [`InjectionToken`], else `None`.
///
/// An inherent constant wins over a trait's where its bound holds. That works only where `T` is concrete, which is
/// why a need `Repo<T>` inside a generic provider is checked at boot.
#[derive(Debug)]
pub struct Probe<T: ?Sized>(PhantomData<fn() -> Box<T>>);

/// The fall-back of [`Probe`]: no bound holds.
pub trait Unknown {
    /// Not known to the compiler.
    const KEY: Option<Key> = None;
}
impl<T: ?Sized> Unknown for Probe<T> {}

impl<T: ?Sized + InjectionToken> Probe<T> {
    /// Known to the compiler.
    pub const KEY: Option<Key> = Some(T::KEY);
}

/// A token as the graph holds it.
#[derive(Clone, Copy, Debug)]
pub struct TokenDescriptor {
    /// Identity within constants, where the compiler knows the type.
    pub key: Option<Key>,
    /// Identity at run time, together with `qualifier`.
    pub type_id: TypeId,
    /// The path of a named constant; `None` where the type alone is the token.
    pub qualifier: Option<&'static str>,
    /// How messages call it, as the user wrote it.
    pub name: &'static str,
    /// Whether a module may provide it any number of times: the framework asks for all of them, nobody injects one.
    pub many: bool,
}

impl TokenDescriptor {
    /// A token that is a type.
    #[must_use]
    pub const fn of<T: ?Sized + 'static>(key: Option<Key>, name: &'static str) -> Self {
        Self { key, type_id: TypeId::of::<T>(), qualifier: None, name, many: false }
    }
}
