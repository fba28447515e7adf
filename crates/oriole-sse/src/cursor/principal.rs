//! Whose a cursor is.

use std::fmt;
use std::sync::Arc;

/// Names whoever a subscription is for: a user, a tenant, a session; whatever must not share a place with another.
///
/// A cursor that was given to one principal is worth nothing to another, so an id that leaks opens nothing. The name itself is
/// not in the cursor.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct Principal(Arc<str>);

impl Principal {
    /// Takes any text as a name.
    #[must_use]
    pub fn new(name: impl Into<Arc<str>>) -> Self {
        Self(name.into())
    }

    /// Shows the name.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl<T: Into<Arc<str>>> From<T> for Principal {
    fn from(name: T) -> Self {
        Self::new(name)
    }
}

impl fmt::Display for Principal {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(&self.0)
    }
}
