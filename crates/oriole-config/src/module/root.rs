//! The module that provides the service, written as the macros would write it.

use crate::ConfigOptions;
use crate::service::PROVIDER;
use oriole_core::generated::{dynamic, verify};
use oriole_core::{
    Binding, DynamicModule, Export, InjectionToken, Key, Location, Module, ModuleDescriptor, OptionsSource,
    TokenDescriptor,
};

/// Reads the configuration and provides [`ConfigService`](crate::ConfigService) (`CFG.1`).
///
/// It is global: the root module imports it once. Typed parts come by [`ConfigFeature`](crate::ConfigFeature).
///
/// The start fails with every problem of every namespace at once, before any provider is built that wants one.
///
/// # Examples
///
/// ```
/// use oriole::config::{ConfigModule, ConfigOptions, ConfigService};
/// use oriole::prelude::*;
/// use std::sync::Arc;
///
/// #[injectable]
/// pub struct Greeter {
///     config: Arc<ConfigService>,
/// }
///
/// #[module(root, imports = [ConfigModule::for_root(options())], providers = [Greeter])]
/// pub struct AppModule;
///
/// fn options() -> ConfigOptions {
///     ConfigOptions::new().env_file(".env.local").env_file(".env").process_env([("GREETING", "Hello")])
/// }
///
/// # #[oriole::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let greeter = Oriole::create::<AppModule>().await?.get::<Greeter>().expect("provided");
/// assert_eq!(greeter.config.get_or("GREETING", String::new())?, "Hello");
/// # Ok(())
/// # }
/// ```
#[derive(Debug)]
#[non_exhaustive]
pub struct ConfigModule;

const MODULE: Key = Key::of(concat!(module_path!(), "::ConfigModule"));
const AT: Location = Location { file: file!(), line: line!(), column: column!() };

static DESCRIPTOR: ModuleDescriptor = ModuleDescriptor {
    global: true,
    providers: &[Binding::new(&PROVIDER)],
    exports: &[Export::new(&PROVIDER)],
    dynamic: &[dynamic(TokenDescriptor::of::<ConfigOptions>(Some(ConfigOptions::KEY), "ConfigOptions"), AT)],
    ..ModuleDescriptor::new(MODULE, "ConfigModule", AT)
};

impl ConfigModule {
    /// Imports the module with these options.
    #[track_caller]
    pub fn for_root(options: ConfigOptions) -> DynamicModule<Self> {
        DynamicModule::new().value(options)
    }

    /// Imports the module with options from elsewhere: a `#[provider]` function, `UseClass<T>` or `UseExisting<T>`.
    #[track_caller]
    pub fn for_root_async<S: OptionsSource<ConfigOptions>>() -> DynamicModule<Self> {
        DynamicModule::new().options_from::<ConfigOptions, S>()
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn __oriole_module() -> &'static ModuleDescriptor {
        &DESCRIPTOR
    }
}

impl Module for ConfigModule {
    const CHECKED: () = verify(Self::__oriole_module());

    fn module() -> &'static ModuleDescriptor {
        Self::__oriole_module()
    }
}

impl InjectionToken for ConfigModule {
    const KEY: Key = MODULE;
}
