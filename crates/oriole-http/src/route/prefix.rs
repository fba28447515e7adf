//! The prefix of every route: the one path that only the boot knows.

use super::pattern::{Pattern, PatternError};
use crate::Error;
use oriole_core::Location;
use std::fmt;

/// What [`Application::global_prefix`](crate::Application::global_prefix) was given, and where.
#[derive(Clone, Default)]
pub(crate) struct GlobalPrefix(Option<(String, Location)>);

impl GlobalPrefix {
    pub(crate) fn new(path: String, at: Location) -> Self {
        Self(Some((path, at)))
    }

    pub(crate) fn path(&self) -> &str {
        self.0.as_ref().map_or("", |(path, _)| path)
    }

    /// The rules of `ORI008`, and no `{*rest}`: something follows.
    pub(super) fn check(&self) -> Result<(), Error> {
        let Some((path, at)) = &self.0 else { return Ok(()) };
        let pattern = Pattern::new("", path);
        let fault = pattern.check().or_else(|| pattern.has_rest().then_some(PatternError::NotLast));
        fault.map_or(Ok(()), |fault| Err(invalid("the global prefix", fault, path, *at)))
    }

    /// The rules of `ORI008` over a whole path, which may repeat a name of the prefix.
    pub(super) fn check_path(&self, handler: &str, path: &str, at: Location) -> Result<(), Error> {
        if self.0.is_none() {
            // The check of the routes has seen it.
            return Ok(());
        }
        let fault = Pattern::new("", path).check();
        fault.map_or(Ok(()), |fault| Err(invalid(&format!("the path of `{handler}`"), fault, path, at)))
    }
}

fn invalid(whose: &str, fault: PatternError, path: &str, at: Location) -> Error {
    let (what, instead) = fault.words();
    Error::Route { reason: format!("ORI008: {whose} {what}: `{path}`; {instead}"), at }
}

impl fmt::Debug for GlobalPrefix {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        fmt::Debug::fmt(self.path(), f)
    }
}
