//! One range of bytes (RFC 9110, section 14).

use http::HeaderMap;
use http::header::{IF_RANGE, RANGE};

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Asked {
    /// Everything: no range, several of them, or one that we need not understand.
    All,
    /// From the first byte to the last, both included.
    Part(u64, u64),
    Unsatisfiable,
}

/// What a request asks of a file of a length. A range under a condition is answered whole: there is no validator to compare.
pub(super) fn asked(headers: &HeaderMap, length: u64) -> Asked {
    let range = headers.get(RANGE).and_then(|range| range.to_str().ok());
    let Some(range) = range.and_then(|range| range.strip_prefix("bytes=")) else { return Asked::All };
    if headers.contains_key(IF_RANGE) {
        return Asked::All;
    }
    let Some((first, last)) = range.trim().split_once('-') else { return Asked::All };
    let (first, last) = match (first, last) {
        ("", suffix) => match suffix.parse::<u64>() {
            Ok(0) => return Asked::Unsatisfiable,
            Ok(suffix) => (length.saturating_sub(suffix), length.saturating_sub(1)),
            Err(_) => return Asked::All,
        },
        (first, "") => match first.parse() {
            Ok(first) => (first, length.saturating_sub(1)),
            Err(_) => return Asked::All,
        },
        (first, last) => match (first.parse::<u64>(), last.parse::<u64>()) {
            (Ok(first), Ok(last)) if first <= last => (first, last.min(length.saturating_sub(1))),
            _ => return Asked::All,
        },
    };
    if first >= length { Asked::Unsatisfiable } else { Asked::Part(first, last) }
}

#[cfg(test)]
mod tests {
    use super::{Asked, asked};
    use http::HeaderMap;
    use http::header::{IF_RANGE, RANGE};

    #[test]
    fn ranges() {
        for (range, expected) in [
            ("bytes=0-3", Asked::Part(0, 3)),
            ("bytes=5-", Asked::Part(5, 9)),
            ("bytes=-3", Asked::Part(7, 9)),
            ("bytes=-30", Asked::Part(0, 9)),
            ("bytes=8-100", Asked::Part(8, 9)),
            ("bytes=9-9", Asked::Part(9, 9)),
            ("bytes=10-", Asked::Unsatisfiable),
            ("bytes=-0", Asked::Unsatisfiable),
            ("bytes=3-1", Asked::All),
            ("bytes=0-1,3-4", Asked::All),
            ("lines=0-1", Asked::All),
            ("bytes=a-b", Asked::All),
            ("bytes=99999999999999999999-", Asked::All),
        ] {
            let mut headers = HeaderMap::new();
            headers.insert(RANGE, range.parse().unwrap());
            assert_eq!(asked(&headers, 10), expected, "{range}");
            headers.insert(IF_RANGE, "\"a\"".parse().unwrap());
            assert_eq!(asked(&headers, 10), Asked::All, "{range}");
        }
        assert_eq!(asked(&HeaderMap::new(), 10), Asked::All);
    }
}
