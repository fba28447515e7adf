//! The module that provides the handle, written as the macros would write it.

use super::HttpAdapterHost;
use oriole_core::{
    Binding, Build, Export, Injectable, InjectionToken, Instance, Key, Location, Module, ModuleDescriptor,
    ProviderDescriptor, TokenDescriptor,
};
use std::sync::Arc;

/// Provides the [`HttpAdapterHost`]. It is global: one import is enough for an application.
#[derive(Debug)]
#[non_exhaustive]
pub struct HttpAdapterModule;

const HOST: Key = Key::of(concat!(module_path!(), "::HttpAdapterHost"));
const MODULE: Key = Key::of(concat!(module_path!(), "::HttpAdapterModule"));
const TOKEN: TokenDescriptor = TokenDescriptor::of::<HttpAdapterHost>(Some(HOST), "HttpAdapterHost");
const AT: Location = Location { file: file!(), line: line!(), column: column!() };

static PROVIDER: ProviderDescriptor =
    ProviderDescriptor::new(TOKEN, Build::Sync(|_| Ok(Instance::new(Arc::new(HttpAdapterHost::new())))), AT);

static DESCRIPTOR: ModuleDescriptor = ModuleDescriptor {
    global: true,
    providers: &[Binding::new(&PROVIDER)],
    exports: &[Export::new(&PROVIDER)],
    ..ModuleDescriptor::new(MODULE, "HttpAdapterModule", AT)
};

impl HttpAdapterModule {
    #[doc(hidden)]
    #[must_use]
    pub const fn __oriole_module() -> &'static ModuleDescriptor {
        &DESCRIPTOR
    }
}

impl Module for HttpAdapterModule {
    const CHECKED: () = ();

    fn module() -> &'static ModuleDescriptor {
        Self::__oriole_module()
    }
}

impl InjectionToken for HttpAdapterModule {
    const KEY: Key = MODULE;
}

impl InjectionToken for HttpAdapterHost {
    const KEY: Key = HOST;
}

impl Injectable for HttpAdapterHost {
    type Output = Self;
    const PROVIDER: &'static ProviderDescriptor = &PROVIDER;
}
