//! What the common extractors refuse, in axum's words, which tell the place of a fault.

use super::place;
use crate::HttpException;
use crate::exception::shaped;
use http::StatusCode;
use serde_json::error::Category;

/// Why pairs of names and values do not make the type.
pub(super) type PairsError = serde::de::value::Error;

/// Pairs beyond so many are not searched for the one that is at fault: each costs a reading.
const PAIRS_SEARCHED_MAX: usize = 64;

/// A body that is no JSON, or not that of the type.
pub(super) fn json(body: &[u8], error: &serde_json::Error) -> HttpException {
    let (status, text) = match error.classify() {
        Category::Data => {
            (StatusCode::UNPROCESSABLE_ENTITY, "Failed to deserialize the JSON body into the target type")
        }
        Category::Syntax | Category::Eof | Category::Io => {
            (StatusCode::BAD_REQUEST, "Failed to parse the request body as JSON")
        }
    };
    shaped(status, located(text, &place::of(body, error), error))
}

/// A query that is not that of the type.
pub(super) fn query<T>(
    pairs: &[u8],
    error: &PairsError,
    read: impl Fn(&[u8]) -> Result<T, PairsError>,
) -> HttpException {
    refused(StatusCode::BAD_REQUEST, "Failed to deserialize query string", pairs, error, read)
}

/// A form that is not that of the type.
pub(super) fn form<T>(
    is_query: bool,
    pairs: &[u8],
    error: &PairsError,
    read: impl Fn(&[u8]) -> Result<T, PairsError>,
) -> HttpException {
    let (status, text) = if is_query {
        (StatusCode::BAD_REQUEST, "Failed to deserialize form")
    } else {
        (StatusCode::UNPROCESSABLE_ENTITY, "Failed to deserialize form body")
    };
    refused(status, text, pairs, error, read)
}

fn refused<T>(
    status: StatusCode,
    text: &str,
    pairs: &[u8],
    error: &PairsError,
    read: impl Fn(&[u8]) -> Result<T, PairsError>,
) -> HttpException {
    shaped(status, located(text, &at_fault(pairs, &error.to_string(), read), error))
}

fn located(text: &str, place: &str, error: &dyn std::fmt::Display) -> String {
    if place.is_empty() { format!("{text}: {error}") } else { format!("{text}: {place}: {error}") }
}

/// The name of the pair with which the fault begins, if it is the fault of one.
///
/// A type takes its pairs in turn, so the first so many that fail with the same words end with it.
fn at_fault<T>(pairs: &[u8], error: &str, read: impl Fn(&[u8]) -> Result<T, PairsError>) -> String {
    if error.starts_with("missing field") {
        return String::new();
    }
    let fails_so = |pairs: &[u8]| read(pairs).is_err_and(|other| other.to_string() == error);
    if fails_so(&[]) {
        return String::new();
    }
    let ends = pairs.iter().enumerate().filter(|(_, byte)| **byte == b'&').map(|(at, _)| at).chain([pairs.len()]);
    let Some(end) = ends.take(PAIRS_SEARCHED_MAX).find(|end| fails_so(&pairs[..*end])) else { return String::new() };
    let pair = pairs[..end].rsplit(|byte| *byte == b'&').next().unwrap_or_default();
    match serde_urlencoded::from_bytes::<Vec<(String, String)>>(pair) {
        Ok(pair) => pair.into_iter().next().map(|(name, _)| name).unwrap_or_default(),
        Err(_) => String::new(),
    }
}

#[cfg(test)]
mod tests {
    use super::{PAIRS_SEARCHED_MAX, PairsError, query};
    use axum::extract::Query;
    use http::Uri;
    use serde::Deserialize;
    use std::collections::HashMap;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "read by serde alone")]
    struct Page {
        #[serde(rename = "per page")]
        size: u8,
        all: Option<bool>,
        order: Option<Order>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "lowercase")]
    enum Order {
        Up,
    }

    fn ours<T: for<'de> Deserialize<'de>>(pairs: &str) -> String {
        let read = |pairs: &[u8]| serde_urlencoded::from_bytes::<T>(pairs);
        let error: PairsError = read(pairs.as_bytes()).err().unwrap_or_else(|| panic!("{pairs} is read"));
        query(pairs.as_bytes(), &error, read).message().to_string()
    }

    fn axums<T: for<'de> Deserialize<'de>>(pairs: &str) -> String {
        let uri = format!("/?{pairs}").parse::<Uri>().unwrap_or_else(|error| panic!("{error}"));
        Query::<T>::try_from_uri(&uri).err().unwrap_or_else(|| panic!("{pairs} is read")).body_text()
    }

    /// What the text of a rejection is for a program, too, stays as axum has it.
    #[test]
    fn a_query_is_refused_in_axums_words() {
        for pairs in [
            "",
            "all=true",
            "per+page=1&all=perhaps",
            "per%20page=x",
            "per+page=300",
            "all=true&per+page=-1&order=up",
            "order=down&per+page=1",
            "per+page",
        ] {
            assert_eq!(ours::<Page>(pairs), axums::<Page>(pairs), "{pairs}");
        }
        for pairs in ["a=1&b=x", "a=1&&b=", "x=%"] {
            assert_eq!(ours::<HashMap<String, u8>>(pairs), axums::<HashMap<String, u8>>(pairs), "{pairs}");
        }
    }

    #[test]
    fn the_search_for_the_pair_is_bounded() {
        let pairs = |good: usize| "b=1&".repeat(good) + "b=x";
        let named = "Failed to deserialize query string: b: invalid digit found in string";
        assert_eq!(ours::<Vec<(String, u8)>>(&pairs(PAIRS_SEARCHED_MAX - 1)), named);
        assert!(!ours::<Vec<(String, u8)>>(&pairs(PAIRS_SEARCHED_MAX)).contains("b:"));
    }
}
