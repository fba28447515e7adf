//! How a failed validation answers.

use super::Violations;
use crate::{Application, HttpException};
use http::StatusCode;
use serde_json::json;
use std::fmt;
use std::sync::Arc;

/// How arguments are validated and how a failure answers.
///
/// Give it to [`Application::validation`] for all routes; a [`ValidationProfile`](super::ValidationProfile) changes it for one
/// argument. Nest's `whitelist` has no switch: properties that a type does not have never arrive.
///
/// # Examples
///
/// ```
/// use oriole_http::StatusCode;
/// use oriole_http::validation::{ValidationOptions, Violations};
///
/// let options = ValidationOptions::new().status(StatusCode::UNPROCESSABLE_ENTITY);
/// let mut violations = Violations::default();
/// violations.add("email", "must be an email");
/// assert_eq!(
///     options.exception(&violations).body_text(),
///     r#"{"message":["email must be an email"],"error":"Unprocessable Entity","statusCode":422}"#
/// );
/// ```
#[derive(Clone)]
pub struct ValidationOptions {
    pub(super) forbid_unknown: bool,
    pub(super) stop_at_first_error: bool,
    pub(super) errors_max: usize,
    is_silent: bool,
    format: ErrorFormat,
    status: StatusCode,
    factory: Option<Factory>,
}

type Factory = Arc<dyn Fn(&Violations) -> HttpException + Send + Sync>;

/// The shape of `message` (`VAL.10`).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum ErrorFormat {
    /// An array of texts, each with the path before it.
    #[default]
    List,
    /// An object of arrays, by path.
    Grouped,
}

impl ValidationOptions {
    /// How many errors one answer names, by default.
    pub const ERRORS_MAX: usize = 32;

    /// Nest's defaults: 400, an array of texts, all errors.
    #[must_use]
    pub fn new() -> Self {
        Self {
            forbid_unknown: false,
            stop_at_first_error: false,
            errors_max: Self::ERRORS_MAX,
            is_silent: false,
            format: ErrorFormat::List,
            status: StatusCode::BAD_REQUEST,
            factory: None,
        }
    }

    /// Refuses properties that the type does not have: `property x should not exist` (`VAL.5`).
    ///
    /// Fields with `#[serde(flatten)]` and untagged or internally tagged enums take everything, so nothing in them is
    /// unknown.
    #[must_use]
    pub fn forbid_unknown(mut self, forbids: bool) -> Self {
        self.forbid_unknown = forbids;
        self
    }

    /// Names one error for each property (`VAL.12`).
    #[must_use]
    pub fn stop_at_first_error(mut self, stops: bool) -> Self {
        self.stop_at_first_error = stops;
        self
    }

    /// Answers the bare exception of the status, without saying what was wrong (`VAL.8`).
    #[must_use]
    pub fn disable_error_messages(mut self, disables: bool) -> Self {
        self.is_silent = disables;
        self
    }

    /// The shape of `message`.
    #[must_use]
    pub fn error_format(mut self, format: ErrorFormat) -> Self {
        self.format = format;
        self
    }

    /// The status of a failure; 400 by default (`VAL.9`).
    #[must_use]
    pub fn status(mut self, status: StatusCode) -> Self {
        self.status = status;
        self
    }

    /// How many errors one answer names; 32 by default, and at least one. The search for further ones ends there.
    #[must_use]
    pub fn errors_max(mut self, max: usize) -> Self {
        self.errors_max = max.max(1);
        self
    }

    /// Makes the exception of a failure; status, format and silence are then the factory's own affair (`VAL.9`).
    #[must_use]
    pub fn exception_factory(mut self, factory: impl Fn(&Violations) -> HttpException + Send + Sync + 'static) -> Self {
        self.factory = Some(Arc::new(factory));
        self
    }

    /// What a failure answers.
    #[must_use]
    pub fn exception(&self, violations: &Violations) -> HttpException {
        if let Some(factory) = &self.factory {
            return factory(violations);
        }
        let bare = HttpException::from(self.status);
        if self.is_silent {
            return bare;
        }
        let reason = bare.message().into_owned();
        match self.format {
            ErrorFormat::List => HttpException::new(self.status, violations.texts()).with_description(reason),
            ErrorFormat::Grouped => {
                let status = self.status.as_u16();
                let body = json!({"message": violations.grouped(), "error": reason, "statusCode": status});
                HttpException::with_body(self.status, &body)
            }
        }
    }
}

impl Default for ValidationOptions {
    fn default() -> Self {
        Self::new()
    }
}

impl fmt::Debug for ValidationOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ValidationOptions")
            .field("forbid_unknown", &self.forbid_unknown)
            .field("stop_at_first_error", &self.stop_at_first_error)
            .field("errors_max", &self.errors_max)
            .field("format", &self.format)
            .field("status", &self.status)
            .finish_non_exhaustive()
    }
}

impl Application {
    /// How `Valid` arguments of all routes are validated; it is a layer, so given twice the first wins.
    pub fn validation(self, options: ValidationOptions) -> Self {
        self.layer(axum::Extension(options))
    }
}
