//! Needs: fields and parameters.

use crate::descriptor::{Location, NeedDescriptor};
use crate::inject::{BoxError, HoldsToken, Inject, Lazy, Needs};
use crate::token::{InjectionToken, Known, NamedToken, TokenDescriptor};
use std::marker::PhantomData;
use std::sync::Arc;

/// `NeedProbe::<Arc<T>>::KNOWN` is `Some` where `T` is known to the compiler, else `None`.
///
/// It looks at the field's type as a whole, so that a type that cannot be injected is reported by [`need`] alone.
#[derive(Debug)]
pub struct NeedProbe<F>(PhantomData<fn() -> F>);

/// The fall-back of [`NeedProbe`].
pub trait UnknownNeed {
    /// Not known to the compiler.
    const KNOWN: Option<Known> = None;
}
impl<F> UnknownNeed for NeedProbe<F> {}

impl<T: ?Sized + InjectionToken> NeedProbe<Arc<T>> {
    /// Known to the compiler.
    pub const KNOWN: Option<Known> = Some(Known::of::<T>());
}

impl<T: ?Sized + InjectionToken> NeedProbe<Option<Arc<T>>> {
    /// Known to the compiler.
    pub const KNOWN: Option<Known> = Some(Known::of::<T>());
}

impl<T: ?Sized + InjectionToken> NeedProbe<Lazy<T>> {
    /// Known to the compiler.
    pub const KNOWN: Option<Known> = Some(Known::of::<T>());
}

impl<T: ?Sized + InjectionToken> NeedProbe<Option<Lazy<T>>> {
    /// Known to the compiler.
    pub const KNOWN: Option<Known> = Some(Known::of::<T>());
}

/// Describes a need that is found by its type.
#[must_use]
pub const fn need<F: Inject>(
    known: Option<Known>,
    name: &'static str,
    member: &'static str,
    at: Location,
) -> NeedDescriptor {
    let (key, stand_in) = match known {
        Some(known) => (Some(known.key), known.stand_in),
        None => (F::KEY, None),
    };
    let token = TokenDescriptor::of::<F::Target>(key, name);
    NeedDescriptor { optional: F::OPTIONAL, kind: F::KIND, stand_in, ..NeedDescriptor::new(token, member, at) }
}

/// Describes a need that is found by a named token.
#[must_use]
pub const fn need_named<N: NamedToken, F: HoldsToken<N::Target>>(member: &'static str, at: Location) -> NeedDescriptor {
    NeedDescriptor { optional: F::OPTIONAL, kind: F::KIND, ..NeedDescriptor::new(N::TOKEN, member, at) }
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
