//! What an indicator has found.

use crate::exception::with_causes;
use oriole_core::BoxError;
use serde_json::{Map, Value};

/// Whether something is well, with what clients may read about it.
///
/// A [`HealthIndicator`](super::HealthIndicator) that is a closure may also give a `bool`, or a `Result<(), E>`, whose error is
/// for the log alone.
///
/// # Examples
///
/// ```
/// use oriole_http::HealthStatus;
///
/// fn of_queue(waiting: usize) -> HealthStatus {
///     let status = if waiting < 1_000 { HealthStatus::up() } else { HealthStatus::down() };
///     status.with("waiting", waiting)
/// }
/// assert!(of_queue(7).is_up() && !of_queue(7_000).is_up());
/// ```
#[derive(Clone, Debug, PartialEq)]
#[must_use]
pub struct HealthStatus {
    is_up: bool,
    details: Map<String, Value>,
    cause: Option<String>,
}

impl HealthStatus {
    /// Well.
    pub fn up() -> Self {
        Self { is_up: true, details: Map::new(), cause: None }
    }

    /// Not well: the application shall get no requests.
    pub fn down() -> Self {
        Self { is_up: false, ..Self::up() }
    }

    /// Adds what whoever asks may read; `status` is taken.
    pub fn with(mut self, key: impl Into<String>, value: impl Into<Value>) -> Self {
        self.details.insert(key.into(), value.into());
        self
    }

    /// Adds what the log shall say, with all its sources, and no client reads.
    pub fn because(mut self, error: impl Into<BoxError>) -> Self {
        self.cause = Some(with_causes(&*error.into()));
        self
    }

    /// Whether it is well.
    #[must_use]
    pub fn is_up(&self) -> bool {
        self.is_up
    }

    pub(super) fn cause(&self) -> Option<&str> {
        self.cause.as_deref()
    }

    pub(super) fn into_json(self) -> Value {
        let mut details = self.details;
        details.insert("status".to_owned(), if self.is_up { "up" } else { "down" }.into());
        Value::Object(details)
    }
}

impl From<bool> for HealthStatus {
    fn from(is_up: bool) -> Self {
        if is_up { Self::up() } else { Self::down() }
    }
}

impl<E: Into<BoxError>> From<Result<(), E>> for HealthStatus {
    fn from(result: Result<(), E>) -> Self {
        match result {
            Ok(()) => Self::up(),
            Err(error) => Self::down().because(error),
        }
    }
}
