//! `ORI006` to `ORI008` for what only the boot knows: the global prefix, versions in the path, mounted routers.

use super::check::share_a_table;
use super::host::HostPattern;
use super::pattern::{Outline, Pattern, PatternError};
use super::place::Placed;
use super::table::blank;
use crate::Error;
use oriole_core::Location;
use std::collections::HashMap;

/// The rules of every path, and no `{*rest}`: something follows.
pub(super) fn check_prefix(prefix: &str, at: Location) -> Result<(), Error> {
    followed(prefix).map_or(Ok(()), |fault| Err(invalid("the global prefix", fault, prefix, at)))
}

/// As a prefix's.
pub(super) fn check_mount(path: &str, at: Location) -> Result<(), Error> {
    followed(path).map_or(Ok(()), |fault| Err(invalid("the path of a mounted router", fault, path, at)))
}

fn followed(path: &str) -> Option<PatternError> {
    Pattern::new("", "", path).check().err().or_else(|| path.contains("{*").then_some(PatternError::NotLast))
}

/// The rules over a whole path, which may repeat a name of the prefix.
pub(super) fn check_path(handler: &str, path: &str, at: Location) -> Result<(), Error> {
    let fault = Pattern::new("", "", path).check().err();
    fault.map_or(Ok(()), |fault| Err(invalid(&format!("the path of `{handler}`"), fault, path, at)))
}

/// What is wrong with a path, and what to write instead.
pub(crate) fn fault_of_path(path: &str) -> Option<(&'static str, &'static str)> {
    Pattern::new("", "", path).check().err().map(PatternError::words)
}

fn invalid(whose: &str, fault: PatternError, path: &str, at: Location) -> Error {
    let (what, instead) = fault.words();
    Error::Route { reason: format!("ORI008: {whose} {what}: `{path}`; {instead}"), at }
}

/// The compiler saw paths without what stands before them: one that lacks it may meet another that has it.
pub(super) fn check_together(placed: &[Placed]) -> Result<(), Error> {
    let mut taken = HashMap::new();
    for one in placed {
        let realm = (one.host.as_ref().map(HostPattern::blank), one.version.named());
        if let Some(other) = taken.insert((realm, one.method, blank(&one.path)), one) {
            return Err(together(
                "ORI006",
                other,
                one,
                "are one address once prefix and versions stand before their paths",
            ));
        }
    }
    for rest in placed {
        let of_rest = Pattern::new("", "", &rest.path);
        let Ok(Outline { rest: Some(rest_at), .. }) = of_rest.check() else { continue };
        let near =
            placed.iter().filter(|other| share_a_table(rest.method, other.method) && rest.realm() == other.realm());
        for other in near {
            let of_other = Pattern::new("", "", &other.path);
            let mut at = 0;
            while at < of_other.len() {
                if of_other.byte(at) == b'{' && !of_other.is_rest(at) && of_other.same(at, &of_rest, rest_at) {
                    let what =
                        "cannot stand side by side: at one place the first takes the rest and the second a segment";
                    return Err(together("ORI007", rest, other, what));
                }
                at = of_other.next(at);
            }
        }
    }
    Ok(())
}

fn together(code: &str, first: &Placed, second: &Placed, what: &str) -> Error {
    let say = |placed: &Placed| {
        let method = if placed.method == "*" { "ALL" } else { placed.method };
        format!("`{method} {}` of `{}::{}`", placed.path, placed.controller.name, placed.route.descriptor().handler)
    };
    let reason = format!("{code}: {} and {} {what}", say(first), say(second));
    Error::Route { reason, at: second.route.descriptor().at }
}
