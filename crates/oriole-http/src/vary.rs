//! Which headers of a request an answer depends on (RFC 9110, section 12.5.5).

use http::header::VARY;
use http::{HeaderMap, HeaderValue};

/// Adds to what an answer varies by: one list in one field, in which nothing stands twice. Beside `*`, which says that no other request gets
/// this answer, nothing stands at all. A list that has it all is left as it is.
pub(crate) fn vary_by(headers: &mut HeaderMap, added: &HeaderValue) {
    let told: Vec<&[u8]> = headers.get_all(VARY).iter().flat_map(names).collect();
    let mut all = told.clone();
    for name in names(added) {
        if !all.iter().any(|told| told.eq_ignore_ascii_case(name)) {
            all.push(name);
        }
    }
    let has_star = all.contains(&&b"*"[..]);
    let is_as_it_was = if has_star { told == [b"*"] } else { all.len() == told.len() };
    if is_as_it_was {
        return;
    }
    let list = if has_star { b"*".to_vec() } else { all.join(&b", "[..]) };
    // What stood in values can stand in one.
    if let Ok(list) = HeaderValue::from_bytes(&list) {
        headers.insert(VARY, list);
    }
}

fn names(value: &HeaderValue) -> impl Iterator<Item = &[u8]> {
    value.as_bytes().split(|byte| *byte == b',').map(<[u8]>::trim_ascii).filter(|name| !name.is_empty())
}

#[cfg(test)]
mod tests {
    use super::{HeaderMap, HeaderValue, VARY, vary_by};

    fn check(told: &[&'static str], added: &'static str, expected: &[&str]) {
        let mut headers = HeaderMap::new();
        for told in told {
            headers.append(VARY, HeaderValue::from_static(told));
        }
        vary_by(&mut headers, &HeaderValue::from_static(added));
        let all: Vec<_> = headers.get_all(VARY).iter().map(|value| value.to_str().expect("a text")).collect();
        assert_eq!(all, expected, "{told:?} and {added}");
    }

    #[test]
    fn names_are_joined_and_stand_once() {
        check(&[], "accept-encoding", &["accept-encoding"]);
        check(&["Origin"], "accept-encoding", &["Origin, accept-encoding"]);
        check(&["Origin", "Accept"], "accept-encoding", &["Origin, Accept, accept-encoding"]);
        check(&["Origin"], "accept, ACCEPT ,origin", &["Origin, accept"]);
        check(&["Origin ,, "], "accept", &["Origin, accept"]);
        // What has it all stays as it was written, in however many lines.
        check(&["Origin", "Accept-Encoding"], "accept-encoding", &["Origin", "Accept-Encoding"]);
        check(&["Origin"], "", &["Origin"]);
        // A name within another is another.
        check(&["x-accept-encoding"], "accept-encoding", &["x-accept-encoding, accept-encoding"]);
    }

    #[test]
    fn a_star_stands_alone() {
        check(&["*"], "accept-encoding", &["*"]);
        check(&["Origin", "*"], "accept-encoding", &["*"]);
        check(&["Origin, *"], "", &["*"]);
        check(&["Origin"], "*", &["*"]);
        check(&[], "*", &["*"]);
    }
}
