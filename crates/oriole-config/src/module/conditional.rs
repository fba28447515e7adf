//! Modules that are imported or not, as the environment says.

use crate::{ConfigError, ConfigOptions, Env};
use oriole_core::{DynamicModule, InjectionToken, Key, Location, Module, ModuleDescriptor};
use std::fmt;
use std::marker::PhantomData;

/// Imports `M` if a variable says so, and passes on what it exports (`CFG.20`).
///
/// The compiler cannot know whether it will be there: who needs something of it says `Option<Arc<T>>`. Mark `M` as `root` to
/// have the compiler check `M` itself.
///
/// # Examples
///
/// ```
/// use oriole::config::{ConditionalModule, ConfigOptions};
/// use oriole::prelude::*;
/// use std::sync::Arc;
///
/// #[injectable]
/// pub struct Mail;
///
/// #[module(root, providers = [Mail], exports = [Mail])]
/// pub struct MailModule;
///
/// #[injectable]
/// pub struct Orders {
///     mail: Option<Arc<Mail>>,
/// }
///
/// fn options() -> ConfigOptions {
///     ConfigOptions::new().ignore_env_file(true).process_env([("USE_MAIL", "false")])
/// }
///
/// #[module(
///     root,
///     imports = [ConditionalModule::<MailModule>::register_when(&options(), "USE_MAIL")?],
///     providers = [Orders],
/// )]
/// pub struct AppModule;
///
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// let app = Oriole::create::<AppModule>().await?;
/// assert!(app.get::<Orders>().expect("provided").mail.is_none());
/// # Ok(())
/// # }
/// ```
pub struct ConditionalModule<M>(PhantomData<fn() -> M>);

const AT: Location = Location { file: file!(), line: line!(), column: column!() };

impl<M: Module + InjectionToken> ConditionalModule<M> {
    const MODULE: &'static ModuleDescriptor =
        &ModuleDescriptor::new(<Self as InjectionToken>::KEY, "ConditionalModule", AT);

    /// Imports `M` unless the variable is `false`, however that is written. One that is not set does not keep it out.
    ///
    /// The options say where variables are: give those that [`ConfigModule`](crate::ConfigModule) gets.
    ///
    /// # Errors
    ///
    /// Every problem of the environment.
    #[track_caller]
    pub fn register_when(options: &ConfigOptions, variable: &str) -> Result<DynamicModule<Self>, ConfigError> {
        Self::register_if(options, |env| !env.get(variable).is_some_and(|value| value.eq_ignore_ascii_case("false")))
    }

    /// Imports `M` if a function of the environment says so.
    ///
    /// # Errors
    ///
    /// Every problem of the environment.
    #[track_caller]
    pub fn register_if(
        options: &ConfigOptions,
        wanted: impl FnOnce(&Env) -> bool,
    ) -> Result<DynamicModule<Self>, ConfigError> {
        let module = DynamicModule::new();
        Ok(if wanted(&Env::read(options)?) { module.import::<M>().export_module::<M>() } else { module })
    }

    #[doc(hidden)]
    #[must_use]
    pub const fn __oriole_module() -> &'static ModuleDescriptor {
        Self::MODULE
    }
}

impl<M: Module + InjectionToken> Module for ConditionalModule<M> {
    const CHECKED: () = ();

    fn module() -> &'static ModuleDescriptor {
        Self::MODULE
    }
}

impl<M: Module + InjectionToken> InjectionToken for ConditionalModule<M> {
    const KEY: Key = Key::of(concat!(module_path!(), "::ConditionalModule")).with(M::KEY);
}

impl<M> fmt::Debug for ConditionalModule<M> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("ConditionalModule")
    }
}
