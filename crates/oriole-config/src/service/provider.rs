//! How the service is made, written as the macros would write it.

use super::ConfigService;
use crate::ConfigOptions;
use crate::namespace::Declared;
use oriole_core::generated;
use oriole_core::inject::Dependents;
use oriole_core::token::Known;
use oriole_core::{
    Build, Injectable, InjectionToken, Instance, Key, Location, NeedDescriptor, ProviderDescriptor, TokenDescriptor,
};
use std::sync::Arc;

const KEY: Key = Key::of(concat!(module_path!(), "::ConfigService"));
const TOKEN: TokenDescriptor = TokenDescriptor::of::<ConfigService>(Some(KEY), "ConfigService");
const AT: Location = Location { file: file!(), line: line!(), column: column!() };

/// It knows which namespaces need it before they are built, so that all problems of all of them are told at once.
pub(crate) static PROVIDER: ProviderDescriptor = ProviderDescriptor {
    needs: &[
        generated::need::<Arc<ConfigOptions>>(Some(Known::of::<ConfigOptions>()), "ConfigOptions", "options", AT),
        generated::need::<Dependents>(None, "Dependents", "dependents", AT),
    ],
    ..ProviderDescriptor::new(
        TOKEN,
        Build::Sync(|needs| {
            let options: Arc<ConfigOptions> = needs.take()?;
            let dependents: Dependents = needs.take()?;
            let declared: Vec<_> = dependents.meta::<Declared>().iter().map(|declared| **declared).collect();
            Ok(Instance::new(Arc::new(ConfigService::load(&options, &declared)?)))
        }),
        AT,
    )
};

/// The need of what is made of the configuration.
pub(crate) const fn need(at: Location) -> NeedDescriptor {
    NeedDescriptor::new(TOKEN, "config", at)
}

impl InjectionToken for ConfigService {
    const KEY: Key = KEY;
}

impl Injectable for ConfigService {
    type Output = Self;
    const PROVIDER: &'static ProviderDescriptor = &PROVIDER;
}
