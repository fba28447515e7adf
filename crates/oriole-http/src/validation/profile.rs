//! Validation that differs from one argument to another.

use super::ValidationOptions;
use http::request::Parts;

/// What [`ValidBy`](super::ValidBy) validates by; implement it for a marker type (`VAL.14`).
///
/// Groups are a garde context: the context says which groups apply, and rules ask it with `#[garde(custom(..))]` or a
/// condition.
///
/// # Examples
///
/// ```
/// use oriole_http::validation::{ValidationOptions, ValidationProfile};
///
/// struct Groups(&'static [&'static str]);
///
/// #[derive(garde::Validate)]
/// #[garde(context(Groups as groups))]
/// struct User {
///     #[garde(if(cond = groups.0.contains(&"create"), length(min = 8)))]
///     password: String,
/// }
///
/// struct Creating;
/// impl ValidationProfile<Groups> for Creating {
///     fn context(_: &oriole_http::http::request::Parts) -> Groups {
///         Groups(&["create"])
///     }
///     fn options(base: ValidationOptions) -> ValidationOptions {
///         base.forbid_unknown(true)
///     }
/// }
///
/// use oriole_http::validation::Validate;
/// let mut violations = oriole_http::validation::Violations::default();
/// Validate::validate(&User { password: "short".to_owned() }, &Groups(&["create"]), &mut violations);
/// assert_eq!(violations.texts(), ["password must be longer than or equal to 8 characters"]);
/// ```
pub trait ValidationProfile<C>: 'static {
    /// What the rules ask; it may depend on the request's head.
    #[must_use]
    fn context(parts: &Parts) -> C;

    /// The options, made from those of the application.
    #[must_use]
    fn options(base: ValidationOptions) -> ValidationOptions {
        base
    }
}
