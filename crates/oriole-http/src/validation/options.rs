//! How a failed validation answers.

use super::{Validate, Violations};
use crate::collect::{How, Tree};
use crate::{Application, HttpException};
use bytes::Bytes;
use http::StatusCode;
use serde::de::DeserializeOwned;
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
    pub(super) exposes_values: bool,
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
            exposes_values: false,
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

    /// Gives the exception factory the values that broke rules ([`Violation::value`](super::Violation::value)); off by
    /// default, since they may be passwords (`VAL.15`).
    #[must_use]
    pub fn expose_values(mut self, exposes: bool) -> Self {
        self.exposes_values = exposes;
        self
    }

    /// Reads and checks JSON that came by other ways than a request: a message of a socket, of a queue (`VAL.19`).
    ///
    /// The options about answers are the caller's affair.
    ///
    /// # Errors
    ///
    /// What is wrong; text that is no JSON is one violation, of the whole.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_http::validation::ValidationOptions;
    ///
    /// #[derive(Debug, serde::Deserialize, garde::Validate)]
    /// struct Move {
    ///     #[garde(range(max = 7))]
    ///     row: u8,
    /// }
    ///
    /// let options = ValidationOptions::new();
    /// assert_eq!(options.read_json::<Move>(br#"{"row": 3}"#, &()).map(|to| to.row), Ok(3));
    /// let refused = options.read_json::<Move>(br#"{"row": 9}"#, &()).unwrap_err();
    /// assert_eq!(refused.texts(), ["row must not be greater than 7"]);
    /// ```
    pub fn read_json<T>(&self, json: &[u8], context: &T::Context) -> Result<T, Violations>
    where
        T: DeserializeOwned + Validate,
    {
        self.read(&Tree::Json(Bytes::copy_from_slice(json)), context).map_err(|refused| match refused {
            Refused::Unread(exception) => Violations::of_whole(&exception.message()),
            Refused::Broken(violations) => violations,
        })
    }

    pub(super) fn read<T>(&self, tree: &Tree, context: &T::Context) -> Result<T, Refused>
    where
        T: DeserializeOwned + Validate,
    {
        let Self { forbid_unknown, stop_at_first_error, errors_max, exposes_values, .. } = *self;
        let how = How { from_text: false, forbid_unknown, faults_max: errors_max };
        let mut collected = tree.read::<T>(how).map_err(Refused::Unread)?;
        let mut violations = Violations::default();
        if let Some(value) = &collected.value {
            value.validate(context, &mut violations);
        }
        if !violations.is_empty() && collected.is_unseen() {
            collected = tree.read_slowly(how).map_err(Refused::Unread)?;
        }
        let mut violations = violations.with_faults(&collected, stop_at_first_error, errors_max);
        match collected.value.take() {
            Some(value) if violations.is_empty() => Ok(value),
            _ => {
                if exposes_values {
                    violations.expose(tree);
                }
                Err(Refused::Broken(violations))
            }
        }
    }

    /// What a failure answers.
    #[must_use]
    pub fn exception(&self, violations: &Violations) -> HttpException {
        if let Some(factory) = &self.factory {
            return factory(violations);
        }
        if self.is_silent {
            return HttpException::from(self.status);
        }
        match self.format {
            ErrorFormat::List => HttpException::builtin(self.status, violations.texts().into()),
            ErrorFormat::Grouped => {
                let reason = HttpException::from(self.status).message().into_owned();
                let status = self.status.as_u16();
                let body = json!({"message": violations.grouped(), "error": reason, "statusCode": status});
                HttpException::with_body(self.status, &body)
            }
        }
    }
}

/// Why a value is not there.
pub(super) enum Refused {
    /// It could not be read as what it should be at all.
    Unread(HttpException),
    Broken(Violations),
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
    /// Validates every argument of every route whose type has rules, and says how (`VAL.1`): Nest's global `ValidationPipe`.
    ///
    /// `Json`, `Query`, `Path` and `Form`, also in an `Option`, are then read as if `Valid` stood around them, and
    /// refused with everything that is wrong; types without rules are read as before, and so are extractors of the
    /// application's own and whatever a `Result` takes. Rules that ask for a context with no default need `ValidBy`. Without
    /// this line only `Valid` and `ValidBy` check.
    ///
    /// Given twice, the last counts. Mounted routers set `Valid`'s options with `axum::Extension(options)`.
    pub fn validation(mut self, options: ValidationOptions) -> Self {
        let mut checking = http::Extensions::new();
        checking.insert(options);
        self.checking = Some(checking);
        self
    }
}
