//! What is wrong with a configuration, all of it.

use crate::Origin;
use std::fmt;

/// One thing that is wrong. It tells the key, never the value.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct Problem {
    key: String,
    origin: Option<Origin>,
    /// The variable that holds it, or would.
    variable: Option<String>,
    message: String,
}

impl Problem {
    pub(crate) fn new(key: impl Into<String>, origin: Option<Origin>, message: impl Into<String>) -> Self {
        Self { key: key.into(), origin, variable: None, message: message.into() }
    }

    pub(crate) fn variable(mut self, name: Option<String>) -> Self {
        self.variable = name.filter(|name| *name != self.key);
        self
    }

    /// The key: `database.port`, `PORT`, or the name of a file that is wrong as a whole.
    #[must_use]
    pub fn key(&self) -> &str {
        &self.key
    }

    /// Where its value comes from; `None` if it has none.
    #[must_use]
    pub fn origin(&self) -> Option<&Origin> {
        self.origin.as_ref()
    }

    /// What is wrong: `must be an integer number`.
    #[must_use]
    pub fn message(&self) -> &str {
        &self.message
    }
}

/// `database.port must be an integer number (DATABASE_PORT in .env:3)`.
impl fmt::Display for Problem {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} {}", self.key, self.message)?;
        if self.origin.as_ref().is_some_and(|origin| origin.to_string() == self.key) {
            // A file that is wrong as a whole.
            return Ok(());
        }
        f.write_str(" (")?;
        match (&self.origin, &self.variable) {
            (Some(origin), Some(variable)) => write!(f, "{variable} in {origin}")?,
            (Some(origin), None) => write!(f, "in {origin}")?,
            (None, Some(variable)) => write!(f, "not set; {variable} sets it")?,
            (None, None) => f.write_str("not set")?,
        }
        f.write_str(")")
    }
}

/// Everything that is wrong with a configuration.
#[derive(Clone, PartialEq, Eq, Debug)]
pub struct ConfigError {
    problems: Vec<Problem>,
}

impl ConfigError {
    pub(crate) fn new(problems: Vec<Problem>) -> Self {
        Self { problems }
    }

    /// `Ok` if there are none.
    pub(crate) fn unless(problems: Vec<Problem>) -> Result<(), Self> {
        if problems.is_empty() { Ok(()) } else { Err(Self::new(problems)) }
    }

    /// Every problem, in the order in which it was found.
    #[must_use]
    pub fn problems(&self) -> &[Problem] {
        &self.problems
    }
}

impl fmt::Display for ConfigError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.problems.as_slice() {
            [problem] => write!(f, "{problem}"),
            problems => {
                write!(f, "{} problems in the configuration", problems.len())?;
                problems.iter().try_for_each(|problem| write!(f, "\n  {problem}"))
            }
        }
    }
}

impl std::error::Error for ConfigError {}
