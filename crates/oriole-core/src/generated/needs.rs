//! Needs: fields and parameters.

use crate::descriptor::{Location, NeedDescriptor};
use crate::inject::{BoxError, HoldsToken, Inject, Lazy, Needs};
use crate::token::{InjectionToken, Key, NamedToken, TokenDescriptor};
use std::marker::PhantomData;
use std::sync::Arc;

/// `NeedProbe::<Arc<T>>::KEY` is `Some` where `T` is known to the compiler, else `None`.
///
/// It looks at the field's type as a whole, so that a type that cannot be injected is reported by [`need`] alone.
#[derive(Debug)]
pub struct NeedProbe<F>(PhantomData<fn() -> F>);

/// The fall-back of [`NeedProbe`].
pub trait UnknownNeed {
    /// Not known to the compiler.
    const KEY: Option<Key> = None;
}
impl<F> UnknownNeed for NeedProbe<F> {}

impl<T: ?Sized + InjectionToken> NeedProbe<Arc<T>> {
    /// Known to the compiler.
    pub const KEY: Option<Key> = Some(T::KEY);
}

impl<T: ?Sized + InjectionToken> NeedProbe<Option<Arc<T>>> {
    /// Known to the compiler.
    pub const KEY: Option<Key> = Some(T::KEY);
}

impl<T: ?Sized + InjectionToken> NeedProbe<Lazy<T>> {
    /// Known to the compiler.
    pub const KEY: Option<Key> = Some(T::KEY);
}

impl<T: ?Sized + InjectionToken> NeedProbe<Option<Lazy<T>>> {
    /// Known to the compiler.
    pub const KEY: Option<Key> = Some(T::KEY);
}

/// Describes a need that is found by its type.
#[must_use]
pub const fn need<F: Inject>(
    key: Option<Key>,
    name: &'static str,
    member: &'static str,
    at: Location,
) -> NeedDescriptor {
    let key = match key {
        Some(key) => Some(key),
        None => F::KEY,
    };
    let token = TokenDescriptor::of::<F::Target>(key, name);
    NeedDescriptor { token, optional: F::OPTIONAL, kind: F::KIND, member, at }
}

/// Describes a need that is found by a named token.
#[must_use]
pub const fn need_named<N: NamedToken, F: HoldsToken<N::Target>>(member: &'static str, at: Location) -> NeedDescriptor {
    NeedDescriptor { token: N::TOKEN, optional: F::OPTIONAL, kind: F::KIND, member, at }
}

/// Hands out the next need.
///
/// # Errors
///
/// As [`Needs::take`].
pub fn take<F: Inject>(needs: &mut Needs) -> Result<F, BoxError> {
    needs.take()
}

/// Hands out the next need, which has a named token.
///
/// # Errors
///
/// As [`Needs::take`].
pub fn take_named<N: NamedToken, F: HoldsToken<N::Target>>(needs: &mut Needs) -> Result<F, BoxError> {
    needs.take()
}
