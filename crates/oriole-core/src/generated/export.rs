//! What an entry of `exports` names: a module, a named token, a provider, or a type.

use crate::descriptor::ExportTarget;
use crate::inject::{Injectable, Module};
use crate::token::{InjectionToken, Key, NamedToken, TokenDescriptor};
use std::marker::PhantomData;

/// `AsModule::<T>::KEY` is `Some` where `T` is a module.
#[derive(Debug)]
pub struct AsModule<T: ?Sized>(PhantomData<fn() -> Box<T>>);

/// The fall-back of [`AsModule`].
pub trait NotModule {
    /// Not a module.
    const KEY: Option<Key> = None;
}
impl<T: ?Sized> NotModule for AsModule<T> {}

impl<T: Module + InjectionToken> AsModule<T> {
    /// The module's identity.
    pub const KEY: Option<Key> = Some(T::KEY);
}

/// `AsNamed::<T>::TOKEN` is `Some` where `T` is a named token.
#[derive(Debug)]
pub struct AsNamed<T: ?Sized>(PhantomData<fn() -> Box<T>>);

/// The fall-back of [`AsNamed`].
pub trait NotNamed {
    /// Not a named token.
    const TOKEN: Option<TokenDescriptor> = None;
}
impl<T: ?Sized> NotNamed for AsNamed<T> {}

impl<T: NamedToken> AsNamed<T> {
    /// The token.
    pub const TOKEN: Option<TokenDescriptor> = Some(T::TOKEN);
}

/// `AsProvider::<T>::TOKEN` is `Some` where `T` is a provider.
#[derive(Debug)]
pub struct AsProvider<T: ?Sized>(PhantomData<fn() -> Box<T>>);

/// The fall-back of [`AsProvider`].
pub trait NotProvider {
    /// Not a provider.
    const TOKEN: Option<TokenDescriptor> = None;
}
impl<T: ?Sized> NotProvider for AsProvider<T> {}

impl<T: Injectable> AsProvider<T> {
    /// What it provides.
    pub const TOKEN: Option<TokenDescriptor> = Some(T::PROVIDER.token);
}

/// Decides by what the probes found.
#[must_use]
pub const fn export(
    module: Option<Key>,
    named: Option<TokenDescriptor>,
    provider: Option<TokenDescriptor>,
    bare: TokenDescriptor,
) -> ExportTarget {
    if let Some(key) = module {
        return ExportTarget::Module { key, name: bare.name };
    }
    if let Some(token) = named {
        return ExportTarget::Provider(token);
    }
    match provider {
        Some(token) => ExportTarget::Provider(token),
        None => ExportTarget::Provider(bare),
    }
}
