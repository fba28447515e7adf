//! The variables, and where each comes from.

use super::expand::expand;
use super::parse::{self, parse};
use crate::options::ConfigOptions;
use crate::{ConfigError, Origin, Problem};
use std::collections::BTreeMap;
use std::fmt;
use std::path::Path;
use std::sync::Arc;

/// The environment of the process, and below it what `.env` files say (`CFG.1`, `CFG.2`).
///
/// Factories and validations of [`ConfigOptions`] get it. `Debug` shows names, and no values.
#[derive(Clone, Default)]
pub struct Env {
    pub(crate) process: BTreeMap<String, Variable>,
    pub(crate) files: BTreeMap<String, Variable>,
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
        let mut env = Self { process: options.process().into_iter().map(variable).collect(), files: BTreeMap::new() };
        for path in options.env_files() {
            env.add(&path, options.file_bytes_max, problems);
        }
        if options.expand {
            expand(&mut env, options.value_bytes_max, problems);
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
        let only_in_files = self.files.keys().filter(|name| !self.process.contains_key(*name));
        let mut names: Vec<_> = self.process.keys().chain(only_in_files).map(String::as_str).collect();
        names.sort_unstable();
        names.into_iter()
    }

    /// Gives a variable another value, or adds it: for a validation that fills in defaults.
    pub fn set(&mut self, name: impl Into<String>, value: impl Into<String>) {
        let (name, value) = (name.into(), value.into());
        self.process.remove(&name);
        self.files.insert(name, Variable { value, origin: Origin::Validation });
    }

    pub(crate) fn variable(&self, name: &str) -> Option<&Variable> {
        self.process.get(name).or_else(|| self.files.get(name))
    }

    /// What files say, without the process.
    pub(crate) fn without_process(&self) -> Self {
        Self { process: BTreeMap::new(), files: self.files.clone() }
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
    match std::fs::metadata(path) {
        Ok(metadata) if metadata.len() > bytes_max => return Err(format!("is longer than {bytes_max} bytes")),
        Ok(_) => {}
        Err(error) if error.kind() == std::io::ErrorKind::NotFound => return Ok(None),
        Err(error) => return Err(format!("cannot be read: {error}")),
    }
    match std::fs::read(path).map(String::from_utf8) {
        Ok(Ok(text)) => Ok(Some(text)),
        Ok(Err(_)) => Err("is not text in UTF-8".to_owned()),
        Err(error) => Err(format!("cannot be read: {error}")),
    }
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
