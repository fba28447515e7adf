//! The need.

use super::Namespace;
use oriole_core::{BoxError, Inject, Instance, Key};
use std::any::type_name;
use std::fmt;
use std::ops::Deref;
use std::sync::Arc;

/// A part of the configuration as a need (`CFG.12`).
///
/// A field of this type leads to the one instance of the struct; the module imports
/// [`ConfigFeature<T>`](crate::ConfigFeature), or a module that exports it. That it does is checked by the compiler. Where it
/// may be absent, the field is an `Option<Arc<T>>`.
///
/// # Examples
///
/// ```
/// use oriole::config::{Config, ConfigFeature, ConfigModule, ConfigOptions, Secret};
/// use oriole::prelude::*;
/// use serde::Deserialize;
///
/// #[oriole::config("database")]
/// #[derive(Debug, Deserialize)]
/// pub struct DatabaseConfig {
///     host: String,
///     #[serde(default = "port")]
///     port: u16,
///     password: Secret<String>,
/// }
///
/// fn port() -> u16 {
///     5432
/// }
///
/// #[injectable]
/// pub struct Database {
///     config: Config<DatabaseConfig>,
/// }
///
/// #[module(imports = [ConfigFeature<DatabaseConfig>], providers = [Database])]
/// pub struct DatabaseModule;
///
/// #[module(root, imports = [ConfigModule::for_root(options()), DatabaseModule])]
/// pub struct AppModule;
///
/// fn options() -> ConfigOptions {
///     ConfigOptions::new()
///         .ignore_env_file(true)
///         .process_env([("DATABASE_HOST", "db.example.org"), ("DATABASE_PASSWORD", "tiger")])
/// }
///
/// # #[oriole::main]
/// # async fn main() -> oriole::Result<()> {
/// let app = Oriole::create::<AppModule>().await?;
/// let config = app.get::<Database>().expect("provided").config.clone();
/// assert_eq!((config.host.as_str(), config.port), ("db.example.org", 5432));
/// assert!(!format!("{config:?}").contains("tiger"));
/// # Ok(())
/// # }
/// ```
pub struct Config<T: ?Sized>(Arc<T>);

impl<T> Config<T> {
    /// Wraps a value: for a test of one provider.
    #[must_use]
    pub fn new(value: T) -> Self {
        Self(Arc::new(value))
    }
}

impl<T: ?Sized> Clone for Config<T> {
    fn clone(&self) -> Self {
        Self(Arc::clone(&self.0))
    }
}

impl<T: ?Sized> Deref for Config<T> {
    type Target = T;

    fn deref(&self) -> &T {
        &self.0
    }
}

impl<T: ?Sized + fmt::Debug> fmt::Debug for Config<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        self.0.fmt(f)
    }
}

impl<T: Namespace> Inject for Config<T> {
    type Target = T;
    const OPTIONAL: bool = false;
    const KEY: Option<Key> = Some(T::KEY);

    fn from_instance(found: Option<Instance>) -> Result<Self, BoxError> {
        match found.as_ref().and_then(Instance::get::<T>) {
            Some(value) => Ok(Self(Arc::clone(value))),
            None => Err(format!("nothing was built for `{}`", type_name::<T>()).into()),
        }
    }
}
