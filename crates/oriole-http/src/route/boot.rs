//! `ORI008` for what only the boot knows: the global prefix, and the paths behind it.

use super::pattern::{Pattern, PatternError};
use crate::Error;
use oriole_core::Location;

/// The rules of every path, and no `{*rest}`: something follows.
pub(super) fn check_prefix(prefix: &str, at: Location) -> Result<(), Error> {
    let pattern = Pattern::new("", prefix);
    let fault = pattern.check().err().or_else(|| prefix.contains("{*").then_some(PatternError::NotLast));
    fault.map_or(Ok(()), |fault| Err(invalid("the global prefix", fault, prefix, at)))
}

/// The rules over a whole path, which may repeat a name of the prefix.
pub(super) fn check_path(handler: &str, path: &str, at: Location) -> Result<(), Error> {
    let fault = Pattern::new("", path).check().err();
    fault.map_or(Ok(()), |fault| Err(invalid(&format!("the path of `{handler}`"), fault, path, at)))
}

fn invalid(whose: &str, fault: PatternError, path: &str, at: Location) -> Error {
    let (what, instead) = fault.words();
    Error::Route { reason: format!("ORI008: {whose} {what}: `{path}`; {instead}"), at }
}
