//! What can be checked.

use super::Violations;

/// A value that knows its rules.
///
/// Every type with `#[derive(garde::Validate)]` has it. Implement it by hand where rules are code, or as an adapter to
/// another library of rules; a type cannot have both.
///
/// # Examples
///
/// ```
/// use oriole_http::validation::{Validate, Violations};
///
/// struct Span { from: u32, to: u32 }
///
/// impl Validate for Span {
///     type Context = ();
///
///     fn validate(&self, _: &(), violations: &mut Violations) {
///         if self.to < self.from {
///             violations.add("to", "must not be before from");
///         }
///     }
/// }
///
/// let mut violations = Violations::default();
/// Span { from: 2, to: 1 }.validate(&(), &mut violations);
/// assert_eq!(violations.texts(), ["to must not be before from"]);
/// ```
#[diagnostic::on_unimplemented(
    message = "`{Self}` has no rules",
    label = "cannot be validated",
    note = "derive `garde::Validate` for it, or implement `Validate` by hand"
)]
pub trait Validate {
    /// What rules may ask, such as the groups that apply; `()` where they ask nothing.
    type Context;

    /// Adds what is wrong.
    fn validate(&self, context: &Self::Context, violations: &mut Violations);
}
