//! One namespace as a module, written as the macros would write it.

use crate::ConfigService;
use crate::namespace::{Declared, Namespace};
use crate::service::need;
use oriole_core::generated::verify;
use oriole_core::{
    Binding, Build, Export, Injectable, InjectionToken, Instance, Key, Location, Module, ModuleDescriptor,
    NeedDescriptor, ProviderDescriptor, TokenDescriptor,
};
use std::fmt;
use std::marker::PhantomData;
use std::sync::Arc;

/// Provides one part of the configuration to the module that imports it (`forFeature`, `CFG.15`): as
/// [`Config<N>`](crate::Config), or as `Arc<N>`.
///
/// `imports = [ConfigFeature<DatabaseConfig>]`; several modules that import the same share the instance. The value is there
/// in constructors already. See [`Config`](crate::Config).
pub struct ConfigFeature<N>(PhantomData<fn() -> N>);

/// How a namespace is made as a provider.
struct Read<N>(PhantomData<fn() -> N>);

const AT: Location = Location { file: file!(), line: line!(), column: column!() };

impl<N: Namespace> Read<N> {
    const TOKEN: TokenDescriptor = TokenDescriptor::of::<N>(Some(N::KEY), N::TYPE);
    const NEEDS: &'static [NeedDescriptor] = &[need(N::AT)];
}

impl<N: Namespace> Injectable for Read<N> {
    type Output = N;
    const PROVIDER: &'static ProviderDescriptor = &ProviderDescriptor {
        needs: Self::NEEDS,
        meta: &[|| Arc::new(Declared::of::<N>())],
        ..ProviderDescriptor::new(
            Self::TOKEN,
            Build::Sync(|needs| {
                let service: Arc<ConfigService> = needs.take()?;
                Ok(Instance::new(service.namespace::<N>()?))
            }),
            N::AT,
        )
    };
}

impl<N: Namespace> ConfigFeature<N> {
    const MODULE: &'static ModuleDescriptor = &ModuleDescriptor {
        providers: &[Binding::new(Read::<N>::PROVIDER)],
        exports: &[Export::new(Read::<N>::PROVIDER)],
        ..ModuleDescriptor::new(<Self as InjectionToken>::KEY, "ConfigFeature", AT)
    };

    #[doc(hidden)]
    #[must_use]
    pub const fn __oriole_module() -> &'static ModuleDescriptor {
        Self::MODULE
    }
}

impl<N: Namespace> Module for ConfigFeature<N> {
    const CHECKED: () = verify(Self::MODULE);

    fn module() -> &'static ModuleDescriptor {
        Self::MODULE
    }
}

impl<N: Namespace> InjectionToken for ConfigFeature<N> {
    const KEY: Key = Key::of(concat!(module_path!(), "::ConfigFeature")).with(N::KEY);
}

impl<N> fmt::Debug for ConfigFeature<N> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConfigFeature")
    }
}
