//! The variables, and where each comes from.

use super::expand::expand;
use super::parse::{self, parse};
use crate::options::ConfigOptions;
use crate::{ConfigError, Origin, Problem};
use std::collections::{BTreeMap, BTreeSet};
use std::fmt;
use std::fs::File;
use std::io::{ErrorKind, Read};
use std::path::Path;
use std::sync::Arc;

/// The environment of the process, and below it what `.env` files say (`CFG.1`, `CFG.2`).
///
/// Factories and validations of [`ConfigOptions`] get it. `Debug` shows names, and no values.
#[derive(Clone, Default)]
pub struct Env {
    pub(crate) process: BTreeMap<String, Variable>,
    /// What files and the validation say.
    pub(crate) files: BTreeMap<String, Variable>,
    /// What a schema says where nothing else does.
    defaults: BTreeMap<String, Variable>,
}

/// One variable.
#[derive(Clone)]
pub(crate) struct Variable {
    pub(crate) value: String,
    pub(crate) origin: Origin,
}

impl Env {
    /// Reads the environment as these options say, for what needs it before there is an application (`CFG.19`).
    ///
    /// # Errors
    ///
    /// Every problem of the files, and of references between variables.
    pub fn read(options: &ConfigOptions) -> Result<Self, ConfigError> {
        let mut problems = Vec::new();
        let env = Self::collect(options, &mut problems);
        ConfigError::unless(problems)?;
        Ok(env)
    }

    pub(crate) fn collect(options: &ConfigOptions, problems: &mut Vec<Problem>) -> Self {
        let variable = |(name, value): (String, String)| (name, Variable { value, origin: Origin::Process });
        let mut env = Self { process: options.process().into_iter().map(variable).collect(), ..Self::default() };
        for path in options.env_files() {
            env.add(&path, options.file_bytes_max, problems);
        }
        if options.expand {
            expand(&mut env, options.skip_process_env, options.value_bytes_max, problems);
        }
        env
    }

    /// The value of a variable: that of the process first.
    #[must_use]
    pub fn get(&self, name: &str) -> Option<&str> {
        self.variable(name).map(|variable| variable.value.as_str())
    }

    /// The names of all variables, in order.
    pub fn names(&self) -> impl Iterator<Item = &str> {
        let names = self.process.keys().chain(self.files.keys()).chain(self.defaults.keys()).map(String::as_str);
        names.collect::<BTreeSet<_>>().into_iter()
    }

    /// Gives a variable another value, or adds it: for a validation that fills in defaults.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        self.process.remove(&name);
        self.files.insert(name, Variable { value, origin: Origin::Validation });
    }

    /// Gives a variable a value for as long as it has none.
    pub(crate) fn set_default(&mut self, name: String, value: String) {
        self.defaults.insert(name, Variable { value, origin: Origin::Validation });
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Variable> {
        self.process.get(name).or_else(|| self.beyond_process(name))
    }

    /// As if the process had none.
    pub(crate) fn beyond_process(&self, name: &str) -> Option<&Variable> {
        self.files.get(name).or_else(|| self.defaults.get(name))
    }

    /// What somebody has said, in order: no defaults, and not the process if that is to be left out.
    pub(crate) fn said(&self, skip_process: bool) -> BTreeMap<&str, &Variable> {
        let process = self.process.iter().filter(|_| !skip_process);
        // What comes later wins.
        self.files.iter().chain(process).map(|(name, variable)| (name.as_str(), variable)).collect()
    }

    /// What files say, without the process.
    pub(crate) fn without_process(&self) -> Self {
        Self { process: BTreeMap::new(), ..self.clone() }
    }

    /// Adds the variables of a file that no file before it has.
    fn add(&mut self, path: &Path, bytes_max: u64, problems: &mut Vec<Problem>) {
        let text = match read_text(path, bytes_max) {
            Ok(Some(text)) => text,
            // There may be a file for each place where the program runs, and here is none.
            Ok(None) => return,
            Err(message) => return problems.push(file_problem(path, message)),
        };
        let path: Arc<Path> = path.into();
        let (assignments, mistakes) = parse(&text);
        // In one file the last assignment holds, in several the first file.
        let mut own = BTreeMap::new();
        for parse::Assignment { name, value, line } in assignments {
            own.insert(name, Variable { value, origin: Origin::EnvFile { path: Arc::clone(&path), line } });
        }
        for (name, variable) in own {
            self.files.entry(name).or_insert(variable);
        }
        problems.extend(mistakes.into_iter().map(|parse::Mistake { line, message }| {
            let origin = Origin::EnvFile { path: Arc::clone(&path), line };
            Problem::new(format!("line {line}"), Some(origin), message)
        }));
    }
}

/// The text of a file; `None` if there is no such file.
pub(crate) fn read_text(path: &Path, bytes_max: u64) -> Result<Option<String>, String> {
    let file = match File::open(path) {
        Ok(file) => file,
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot be read: {error}")),
    };
    // A pipe does not tell how long it will be, and a file may grow: no more is read than is allowed, and one byte.
    let mut bytes = Vec::new();
    file.take(bytes_max.saturating_add(1))
        .read_to_end(&mut bytes)
        .map_err(|error| format!("cannot be read: {error}"))?;
    if bytes.len() as u64 > bytes_max {
        return Err(format!("is longer than {bytes_max} bytes"));
    }
    String::from_utf8(bytes).map(Some).map_err(|_| "is not text in UTF-8".to_owned())
}

/// A file that is wrong as a whole.
pub(crate) fn file_problem(path: &Path, message: impl Into<String>) -> Problem {
    Problem::new(path.display().to_string(), Some(Origin::File(path.into())), message)
}

impl fmt::Debug for Env {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let origins = self.names().filter_map(|name| Some((name, self.variable(name)?.origin.to_string())));
        f.debug_map().entries(origins).finish()
    }
}
