//! Look-ups by key.

use super::files;
use super::tree::{Tree, at};
use crate::dotted::{joined, keys};
use crate::namespace::{Declared, Known, Namespace, read, screaming};
use crate::secret::showing_no_secrets;
use crate::{ConfigError, ConfigOptions, Env, Origin, Problem};
use oriole_collect::{How, Segment, collect};
use oriole_core::Instance;
use serde::de::DeserializeOwned;
use serde_json::Value;
use std::any::TypeId;
use std::collections::HashMap;
use std::fmt;
use std::sync::Arc;

/// All that was read, by key: variables by their names, everything else by dotted paths (`CFG.8`).
///
/// [`ConfigModule`](crate::ConfigModule) provides it everywhere. Use it for what is asked for by a name that only run time
/// knows, and in `main`; what is known before belongs into a namespace, whose fields the compiler knows. It was read once, at
/// the start: nothing that changes later is seen (`CFG.14`). `Debug` shows keys, and no values.
///
/// # Examples
///
/// ```
/// use oriole::config::{ConfigModule, ConfigOptions, ConfigService};
/// use oriole::prelude::*;
///
/// #[module(root, imports = [ConfigModule::for_root(ConfigOptions::new())])]
/// pub struct AppModule;
///
/// # #[oriole::main]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = Oriole::create::<AppModule>().await?;
/// let port = app.get::<ConfigService>().expect("provided").get_or("PORT", 3000)?;
/// # let port: u16 = port;
/// let server = app.bind(format!("127.0.0.1:{port}")).await;
/// # Ok(())
/// # }
/// ```
pub struct ConfigService {
    /// As it was before the validation.
    pub(crate) env: Env,
    /// What the validation gave; `None` without one.
    validated: Option<Env>,
    /// What files and factories say.
    pub(crate) custom: Tree,
    pub(crate) skip_process_env: bool,
    pub(crate) problems_max: usize,
    /// Of all namespaces that are known.
    prefixes: Vec<&'static str>,
    /// What files and factories say, with the variables of namespaces over it.
    seen: Tree,
    namespaces: HashMap<TypeId, Instance>,
}

impl ConfigService {
    /// Reads a configuration where there is no application (`CFG.19`).
    ///
    /// # Errors
    ///
    /// Every problem that is found.
    pub fn read(options: &ConfigOptions) -> Result<Self, ConfigError> {
        Self::load(options, &[])
    }

    /// Reads everything, and these namespaces.
    pub(crate) fn load(options: &ConfigOptions, declared: &[Declared]) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let mut service = Self {
            env: Env::collect(options, &mut problems),
            validated: None,
            custom: Tree::new(),
            skip_process_env: options.skip_process_env,
            problems_max: options.problems_max,
            prefixes: options
                .schema
                .iter()
                .map(|schema| &schema.check)
                .chain(&options.loaded)
                .chain(declared)
                .map(|each| each.prefix)
                .collect(),
            seen: Tree::new(),
            namespaces: HashMap::new(),
        };
        for path in &options.files {
            files::add(&mut service.custom, path, options.file_bytes_max, &mut problems);
        }
        service.validate(options, &mut problems);
        // Factories see what the validation gave.
        let env = service.validated.clone().unwrap_or_else(|| service.env.clone());
        for (name, factory) in &options.factories {
            match factory(&env) {
                Ok(value) if name.is_empty() && !value.is_object() => {
                    problems.push(Problem::new("a factory", Some(Origin::Factory), "must give an object"));
                }
                Ok(value) => service.custom.merge(name, value, &Origin::Factory),
                Err(error) => {
                    let key = if name.is_empty() { "a factory" } else { name };
                    problems.push(Problem::new(key, Some(Origin::Factory), format!("failed: {error}")));
                }
            }
        }
        if let Some(validated) = &service.validated {
            service.env = validated.clone();
        }
        service.seen = service.custom.clone();
        for Declared { type_id, name, read, .. } in options.loaded.iter().chain(declared) {
            if service.namespaces.contains_key(type_id) {
                continue;
            }
            match read(&service) {
                Ok(known) => {
                    service.see(name, &known);
                    service.namespaces.insert(*type_id, known.instance);
                }
                Err(more) => {
                    problems.extend(more.into_iter().filter(|more| !problems.contains(more)).collect::<Vec<_>>())
                }
            }
        }
        ConfigError::unless(problems)?;
        Ok(service)
    }

    fn validate(&mut self, options: &ConfigOptions, problems: &mut Vec<Problem>) {
        if options.validate.is_none() && options.schema.is_none() {
            return;
        }
        let seen = if options.validate_predefined { self.env.clone() } else { self.env.without_process() };
        let mut env = match &options.validate {
            Some(validate) => match validate(seen) {
                Ok(env) => env,
                Err(error) => {
                    let message = format!("was refused: {error}");
                    return problems.push(Problem::new("the environment", Some(Origin::Validation), message));
                }
            },
            None => seen,
        };
        if let Some(schema) = &options.schema {
            // It sees the process where it is validated, also where nobody else sees it.
            let skips = std::mem::replace(&mut self.skip_process_env, false);
            let before = std::mem::replace(&mut self.env, env.clone());
            let read = (schema.check.read)(self);
            (self.env, self.skip_process_env) = (before, skips);
            match read {
                Ok(known) => {
                    let fields = showing_no_secrets(|| (schema.fields)(&known.instance));
                    fill(
                        &mut env,
                        schema.check.prefix,
                        fields.unwrap_or_default(),
                        (!known.is_made).then_some(&known.tree),
                    );
                }
                Err(more) => problems.extend(more),
            }
        }
        if !options.validate_predefined {
            // What was not looked at is there as it was.
            env.process = self.env.process.clone();
        }
        self.validated = Some(env);
    }

    /// The value of a variable, or what files and factories have at a dotted path; a whole part of them, if that is what the
    /// path leads to. `None` if there is none.
    ///
    /// A namespace that is known at the start has the same values here as in its struct. What the struct alone knows, its defaults
    /// and what a function made of it, is here if the struct is `Serialize`; a secret among that is not. Otherwise files and factories come first, then variables (`CFG.10`).
    ///
    /// # Errors
    ///
    /// If there is a value, and it is not of the type.
    pub fn get<T: DeserializeOwned>(&self, key: &str) -> Result<Option<T>, ConfigError> {
        let Some((value, origin)) = self.find(key) else { return Ok(None) };
        let how = How { from_text: true, forbid_unknown: false, faults_max: self.problems_max };
        let collected = collect::<T>(&value, how);
        let problems = collected.faults.iter().map(|fault| {
            let key = joined(key, &oriole_collect::dotted(&fault.path));
            Problem::new(key, origin.clone(), fault.text.as_str())
        });
        ConfigError::unless(problems.collect())?;
        Ok(collected.value)
    }

    /// The value, or another where there is none.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get).
    pub fn get_or<T: DeserializeOwned>(&self, key: &str, default: T) -> Result<T, ConfigError> {
        self.get(key).map(|value| value.unwrap_or(default))
    }

    /// The value, which must be there.
    ///
    /// # Errors
    ///
    /// As [`get`](Self::get), and if there is none.
    pub fn require<T: DeserializeOwned>(&self, key: &str) -> Result<T, ConfigError> {
        let missing = || ConfigError::new(vec![Problem::new(key, None, "must be set")]);
        self.get(key)?.ok_or_else(missing)
    }

    /// Whether there is a value.
    #[must_use]
    pub fn has(&self, key: &str) -> bool {
        self.find(key).is_some()
    }

    /// A namespace, whether or not something imports it.
    ///
    /// # Errors
    ///
    /// Every problem of it.
    pub fn namespace<N: Namespace>(&self) -> Result<Arc<N>, ConfigError> {
        if let Some(known) = self.namespaces.get(&TypeId::of::<N>()).and_then(Instance::get::<N>) {
            return Ok(Arc::clone(known));
        }
        read::<N>(self).map(Arc::new).map_err(ConfigError::new)
    }

    /// Has look-ups find what a namespace has found.
    fn see(&mut self, name: &str, known: &Known) {
        if known.is_made && known.shown.is_object() {
            self.seen.merge(name, known.shown.clone(), &Origin::Factory);
        }
        let above: Vec<_> = keys(name).map(|key| Segment::Key(key.to_owned())).collect();
        for (path, (_, origin)) in &known.variables {
            if let Some(Value::String(text)) = at(&known.tree, path) {
                self.seen.put(&[above.as_slice(), path].concat(), text, origin);
            }
        }
        self.seen.fill(name, known.shown.clone());
    }

    /// Whether a variable begins with the prefix of another namespace, which is longer than this one.
    pub(crate) fn is_of_longer_prefix(&self, variable: &str, prefix: &str) -> bool {
        self.prefixes.iter().any(|other| other.len() > prefix.len() && variable.starts_with(other))
    }

    fn find(&self, key: &str) -> Option<(Value, Option<Origin>)> {
        if let Some(found) = self.seen.at(key).filter(|_| !key.is_empty())
            && !found.0.is_null()
        {
            return Some((found.into_value(), self.seen.origin(key).cloned()));
        }
        let variable = match self.skip_process_env {
            true => self.env.beyond_process(key),
            false => self.env.variable(key),
        }?;
        Some((Value::String(variable.value.clone()), Some(variable.origin.clone())))
    }
}

/// Makes variables of defaults: of what neither a file nor a variable has said.
fn fill(env: &mut Env, prefix: &str, fields: Value, said: Option<&Value>) {
    let Value::Object(fields) = fields else { return };
    for (field, value) in fields {
        let said = said.and_then(|said| said.get(&field)).filter(|said| !said.is_null());
        let name = format!("{prefix}{}", screaming(&field));
        match value {
            Value::Object(_) => fill(env, &format!("{name}__"), value, said),
            Value::String(text) if said.is_none() => env.set_default(name, text),
            Value::Bool(_) | Value::Number(_) if said.is_none() => env.set_default(name, value.to_string()),
            _ => {}
        }
    }
}

impl fmt::Debug for ConfigService {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        struct Origins<'a>(&'a Tree);
        impl fmt::Debug for Origins<'_> {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.debug_map().entries(self.0.origins().map(|(path, origin)| (path, origin.to_string()))).finish()
            }
        }
        f.debug_struct("ConfigService").field("env", &self.env).field("files", &Origins(&self.custom)).finish()
    }
}
