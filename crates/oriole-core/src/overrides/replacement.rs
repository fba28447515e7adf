//! What stands in the place of something.

use crate::descriptor::{Build, Location, ProviderDescriptor};
use crate::inject::{Injectable, Instance};
use crate::token::TokenDescriptor;
use std::any::{TypeId, type_name};
use std::marker::PhantomData;

/// What stands in the place of a provider: a value, or another provider.
#[derive(Clone, Debug)]
pub struct Replacement {
    pub(crate) provider: &'static ProviderDescriptor,
    pub(crate) value: Option<Instance>,
    pub(crate) convert: Option<fn(Instance) -> Instance>,
    /// Which replacements share an instance within a module.
    pub(super) source: &'static str,
}

/// What an override reaches.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Reach {
    /// Whatever is provided under the token, what shares its instance, and what is named by that type around handlers.
    Provided,
    /// What is named by that type around handlers, and what makes one of it for the whole application: a provider that is
    /// listed under a token of this type, which any number may be listed under.
    Around(TypeId),
}

/// Stands for what a test supplies instead of a `T`: around handlers, or anywhere.
struct Instead<T: ?Sized, const AROUND: bool>(PhantomData<fn() -> Box<T>>);

impl<T: ?Sized + 'static, const AROUND: bool> Instead<T, AROUND> {
    const GIVEN: &'static ProviderDescriptor = &ProviderDescriptor::new(
        TokenDescriptor::of::<Self>(None, "what a test supplies"),
        Build::Given,
        Location { file: file!(), line: line!(), column: column!() },
    );
}

impl Replacement {
    /// A value in the place of `T`, the type of the token. Its hooks do not run: who made it is in charge of it.
    #[must_use]
    pub fn value<T: ?Sized + 'static>(value: Instance) -> Self {
        Self::given::<T, false>(value)
    }

    /// A value in the place of a `T` that stands around handlers: what it is there, a guard for example.
    #[must_use]
    pub fn value_around<T: ?Sized + 'static>(value: Instance) -> Self {
        Self::given::<T, true>(value)
    }

    fn given<T: ?Sized + 'static, const AROUND: bool>(value: Instance) -> Self {
        let provider = Instead::<T, AROUND>::GIVEN;
        Self { provider, value: Some(value), convert: None, source: type_name::<Instead<T, AROUND>>() }
    }

    /// Another provider, which is built where the first was, with what that module sees.
    #[must_use]
    pub fn class<P: Injectable>() -> Self {
        Self { provider: P::PROVIDER, value: None, convert: None, source: type_name::<Instead<P, false>>() }
    }

    /// The same for one whose instance is not yet what the token stands for.
    #[must_use]
    pub fn class_as<P: Injectable>(convert: fn(Instance) -> Instance) -> Self {
        Self { convert: Some(convert), ..Self::class::<P>() }
    }
}
