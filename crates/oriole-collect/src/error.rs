//! What one reading failed with.

use super::path::{Link, Segment};
use serde::de::{Expected, Unexpected};
use std::fmt;

/// A fault, with the path of the innermost value that it came through.
#[derive(Debug)]
pub(crate) struct ReadError {
    pub(crate) path: Option<Vec<Segment>>,
    pub(crate) cause: Cause,
}

#[derive(Debug)]
pub(crate) enum Cause {
    Missing(&'static str),
    Unknown(String),
    /// What follows the path in a message: `must be a string`.
    Text(String),
    /// What a type said itself.
    Custom(String),
}

impl ReadError {
    pub(crate) fn text(text: impl Into<String>) -> Self {
        Self { path: None, cause: Cause::Text(text.into()) }
    }

    pub(crate) fn at(mut self, link: &Link<'_>) -> Self {
        self.path.get_or_insert_with(|| link.path());
        self
    }
}

/// What class-validator says of an enumeration.
pub(crate) fn one_of(values: &[&str]) -> String {
    format!("must be one of the following values: {}", values.join(", "))
}

impl fmt::Display for ReadError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.cause {
            Cause::Missing(field) => write!(f, "missing {field}"),
            Cause::Unknown(field) => write!(f, "unknown {field}"),
            Cause::Text(text) | Cause::Custom(text) => f.write_str(text),
        }
    }
}

impl std::error::Error for ReadError {}

impl serde::de::Error for ReadError {
    fn custom<T: fmt::Display>(text: T) -> Self {
        Self { path: None, cause: Cause::Custom(text.to_string()) }
    }

    fn invalid_type(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::text(format!("must be {expected}"))
    }

    fn invalid_value(_: Unexpected<'_>, expected: &dyn Expected) -> Self {
        Self::text(format!("must be {expected}"))
    }

    fn invalid_length(_: usize, expected: &dyn Expected) -> Self {
        Self::text(format!("must be {expected}"))
    }

    fn unknown_variant(_: &str, expected: &'static [&'static str]) -> Self {
        Self::text(one_of(expected))
    }

    fn unknown_field(field: &str, _: &'static [&'static str]) -> Self {
        Self { path: None, cause: Cause::Unknown(field.to_owned()) }
    }

    fn missing_field(field: &'static str) -> Self {
        Self { path: None, cause: Cause::Missing(field) }
    }
}
