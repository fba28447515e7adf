//! How configuration is read.

use crate::namespace::Declared;
use crate::{Env, Namespace};
use oriole_core::{BoxError, InjectionToken, Key};
use serde::Serialize;
use serde_json::Value;
use std::fmt;
use std::path::{Path, PathBuf};
use std::sync::Arc;

/// How configuration is read; see [`ConfigModule::for_root`](crate::ConfigModule::for_root).
///
/// # Examples
///
/// ```
/// use oriole::config::{ConfigOptions, ConfigService};
///
/// let options = ConfigOptions::new()
///     .ignore_env_file(true)
///     .process_env([("GREETING", "Hello")])
///     .load("cats", |env| Ok::<_, oriole::BoxError>(serde_json::json!({ "greeting": env.get("GREETING"), "max": 9 })));
/// let config = ConfigService::read(&options)?;
/// assert_eq!(config.get::<String>("cats.greeting")?.as_deref(), Some("Hello"));
/// assert_eq!(config.require::<u8>("cats.max")?, 9);
/// # Ok::<(), oriole::config::ConfigError>(())
/// ```
#[derive(Clone)]
pub struct ConfigOptions {
    env_files: Vec<PathBuf>,
    ignore_env_file: bool,
    process_env: Option<Vec<(String, String)>>,
    pub(crate) expand: bool,
    pub(crate) skip_process_env: bool,
    pub(crate) validate_predefined: bool,
    pub(crate) files: Vec<PathBuf>,
    pub(crate) factories: Vec<(String, Arc<Factory>)>,
    pub(crate) validate: Option<Arc<Validate>>,
    pub(crate) schema: Option<Schema>,
    pub(crate) loaded: Vec<Declared>,
    pub(crate) file_bytes_max: u64,
    pub(crate) value_bytes_max: usize,
    pub(crate) problems_max: usize,
}

pub(crate) type Factory = dyn Fn(&Env) -> Result<Value, BoxError> + Send + Sync;
pub(crate) type Validate = dyn Fn(Env) -> Result<Env, BoxError> + Send + Sync;

/// The type that the environment has to fit, and how its fields become variables again.
#[derive(Clone)]
pub(crate) struct Schema {
    pub(crate) check: Declared,
    pub(crate) prefix: &'static str,
    pub(crate) fields: fn(&oriole_core::Instance) -> Option<Value>,
}

const FILE_BYTES_MAX: u64 = 1 << 20;
const VALUE_BYTES_MAX: usize = 64 << 10;
const PROBLEMS_MAX: usize = 100;

impl ConfigOptions {
    /// Reads `.env` in the current folder if it is there, and the environment of the process.
    #[must_use]
    pub fn new() -> Self {
        Self {
            env_files: Vec::new(),
            ignore_env_file: false,
            process_env: None,
            expand: false,
            skip_process_env: false,
            validate_predefined: true,
            files: Vec::new(),
            factories: Vec::new(),
            validate: None,
            schema: None,
            loaded: Vec::new(),
            file_bytes_max: FILE_BYTES_MAX,
            value_bytes_max: VALUE_BYTES_MAX,
            problems_max: PROBLEMS_MAX,
        }
    }

    /// Reads this file instead of `.env`. Called several times, the first file that has a variable wins (`CFG.3`). A file
    /// that is not there is left out.
    #[must_use]
    pub fn env_file(mut self, path: impl Into<PathBuf>) -> Self {
        self.env_files.push(path.into());
        self
    }

    /// Reads no `.env` file at all (`CFG.4`). Off by default.
    #[must_use]
    pub fn ignore_env_file(mut self, ignore: bool) -> Self {
        self.ignore_env_file = ignore;
        self
    }

    /// Takes these variables for the environment of the process: in tests, where several applications share one process.
    #[must_use]
    pub fn process_env<N: Into<String>, V: Into<String>>(
        mut self,
        variables: impl IntoIterator<Item = (N, V)>,
    ) -> Self {
        let variables = variables.into_iter().map(|(name, value)| (name.into(), value.into()));
        self.process_env = Some(variables.collect());
        self
    }

    /// Resolves references in what `.env` files say: `URL=https://${HOST}/` (`CFG.21`). Off by default.
    #[must_use]
    pub fn expand_variables(mut self, expand: bool) -> Self {
        self.expand = expand;
        self
    }

    /// Keeps the environment of the process from [`ConfigService::get`](crate::ConfigService::get) and from namespaces
    /// (`CFG.11`). Off by default.
    #[must_use]
    pub fn skip_process_env(mut self, skip: bool) -> Self {
        self.skip_process_env = skip;
        self
    }

    /// Reads a file in TOML, JSON or YAML, as its extension says. What is in a later file wins over what is in one before.
    /// A file that is not there is a problem.
    #[must_use]
    pub fn file(mut self, path: impl Into<PathBuf>) -> Self {
        self.files.push(path.into());
        self
    }

    /// Adds what a function makes of the environment, under a name or, if that is empty, at the top (`CFG.6`). It wins over
    /// files. What it fails with ends the start.
    #[must_use]
    pub fn load<V: Serialize, E: Into<BoxError>>(
        mut self,
        name: impl Into<String>,
        factory: impl Fn(&Env) -> Result<V, E> + Send + Sync + 'static,
    ) -> Self {
        let factory = move |env: &Env| Ok(serde_json::to_value(factory(env).map_err(Into::into)?)?);
        self.factories.push((name.into(), Arc::new(factory)));
        self
    }

    /// Checks a namespace at the start, though no provider that is built then needs it: one of a module that is loaded later.
    #[must_use]
    pub fn check<N: Namespace>(mut self) -> Self {
        self.loaded.push(Declared::of::<N>());
        self
    }

    /// Passes the environment to a function that checks it, changes it and gives it back (`CFG.18`). What it fails with ends
    /// the start.
    #[must_use]
    pub fn validate<E: Into<BoxError>>(
        mut self,
        validate: impl Fn(Env) -> Result<Env, E> + Send + Sync + 'static,
    ) -> Self {
        self.validate = Some(Arc::new(move |env| validate(env).map_err(Into::into)));
        self
    }

    /// Has the environment fit a namespace, whose defaults are values from then on (`CFG.16`).
    ///
    /// The namespace may be one without a name, so that its field `port` is the variable `PORT`. Variables that it does not know
    /// are none of its concern.
    #[must_use]
    pub fn schema<N: Namespace + Serialize>(mut self) -> Self {
        let fields = |instance: &oriole_core::Instance| serde_json::to_value(&**instance.get::<N>()?).ok();
        self.schema = Some(Schema { check: Declared::of::<N>(), prefix: N::PREFIX, fields });
        self
    }

    /// Whether [`validate`](Self::validate) and [`schema`](Self::schema) see what the process had before (`CFG.17`). On by
    /// default; without it they see what `.env` files say, and nothing else.
    #[must_use]
    pub fn validate_predefined(mut self, validate: bool) -> Self {
        self.validate_predefined = validate;
        self
    }

    /// How long a file may be, in bytes; 1 MiB by default. A longer one is a problem.
    #[must_use]
    pub fn file_bytes_max(mut self, bytes: u64) -> Self {
        self.file_bytes_max = bytes;
        self
    }

    /// How long a variable may become when its references are resolved, in bytes; 64 KiB by default.
    #[must_use]
    pub fn value_bytes_max(mut self, bytes: usize) -> Self {
        self.value_bytes_max = bytes;
        self
    }

    /// How many problems of one namespace are told; 100 by default, at least one.
    #[must_use]
    pub fn problems_max(mut self, problems: usize) -> Self {
        self.problems_max = problems.max(1);
        self
    }

    pub(crate) fn env_files(&self) -> Vec<PathBuf> {
        match (self.ignore_env_file, self.env_files.as_slice()) {
            (true, _) => Vec::new(),
            (false, []) => vec![Path::new(".env").to_owned()],
            (false, files) => files.to_owned(),
        }
    }

    /// What is not text cannot be asked for, and is left out.
    pub(crate) fn process(&self) -> Vec<(String, String)> {
        match &self.process_env {
            Some(given) => given.clone(),
            None => std::env::vars_os()
                .filter_map(|(name, value)| Some((name.into_string().ok()?, value.into_string().ok()?)))
                .collect(),
        }
    }
}

impl Default for ConfigOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl InjectionToken for ConfigOptions {
    const KEY: Key = Key::of(concat!(module_path!(), "::ConfigOptions"));
}

impl fmt::Debug for ConfigOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConfigOptions")
            .field("env_files", &self.env_files())
            .field("files", &self.files)
            .field("expand_variables", &self.expand)
            .field("skip_process_env", &self.skip_process_env)
            .finish_non_exhaustive()
    }
}
