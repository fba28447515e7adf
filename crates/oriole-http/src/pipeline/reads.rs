//! What an enhancer declares of metadata.

use super::MetaValue;
use std::any::{TypeId, type_name};
use std::fmt;

/// The types of `#[meta(..)]` that a guard, an interceptor or a filter reads.
///
/// In development the start warns of metadata that nobody around its handler reads. What
/// [`ExecutionContext::meta`](super::ExecutionContext::meta) asks for is known only when it runs, so an enhancer that does not
/// declare it may read [anything](Self::anything), and nothing is told of a handler that it stands around. It changes
/// nothing but that warning.
///
/// # Examples
///
/// ```
/// use oriole_http::{ExecutionContext, Guard, HttpException, Reads};
///
/// struct Roles(&'static [&'static str]);
///
/// struct RolesGuard;
///
/// impl Guard for RolesGuard {
///     fn reads(&self) -> Reads {
///         Reads::of::<Roles>()
///     }
///
///     async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
///         Ok(ctx.meta::<Roles>().is_none_or(|roles| roles.0.contains(&"user")))
///     }
/// }
///
/// assert!(RolesGuard.reads().includes::<Roles>());
/// assert!(!RolesGuard.reads().includes::<&str>());
/// ```
#[derive(Clone)]
#[must_use]
pub struct Reads(Option<Vec<(TypeId, &'static str)>>);

impl Reads {
    /// Any type; what an enhancer reads that does not say it.
    pub fn anything() -> Self {
        Self(None)
    }

    /// No metadata at all.
    pub fn nothing() -> Self {
        Self(Some(Vec::new()))
    }

    /// One type.
    pub fn of<T: MetaValue>() -> Self {
        Self(Some(vec![(TypeId::of::<T>(), type_name::<T>())]))
    }

    /// What both read.
    pub fn and(self, other: Self) -> Self {
        let (Some(mut all), Some(others)) = (self.0, other.0) else { return Self::anything() };
        all.extend(others);
        Self(Some(all))
    }

    /// Whether a type is among them.
    #[must_use]
    pub fn includes<T: MetaValue>(&self) -> bool {
        self.has(TypeId::of::<T>())
    }

    pub(super) fn has(&self, id: TypeId) -> bool {
        self.0.as_ref().is_none_or(|all| all.iter().any(|(known, _)| *known == id))
    }
}

impl fmt::Debug for Reads {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.0 {
            None => f.write_str("Reads(anything)"),
            Some(all) => f.debug_tuple("Reads").field(&all.iter().map(|(_, name)| name).collect::<Vec<_>>()).finish(),
        }
    }
}
