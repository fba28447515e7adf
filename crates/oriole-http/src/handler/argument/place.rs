//! Where in a body in JSON something is wrong.

use serde_json::error::Category;
use std::fmt::Write as _;
use std::ops::Range;

/// What encloses the place.
enum Around {
    /// An object, and its key as it stands there, with its quotes.
    Object(Option<Range<usize>>),
    /// An array, and the item's number.
    Array(usize),
}

/// The path to an error, such as `address.lines[2]`; empty if that is the value itself.
///
/// serde_json tells line and column; what is open there is found without the type, for which no further code is made.
pub(super) fn of(body: &[u8], error: &serde_json::Error) -> String {
    let lines = body.split_inclusive(|byte| *byte == b'\n');
    let before: usize = lines.take(error.line().saturating_sub(1)).map(<[u8]>::len).sum();
    let column = match error.classify() {
        // The byte at fault is counted.
        Category::Syntax => error.column().saturating_sub(1),
        _ => error.column(),
    };
    let read = body.get(..before + column).unwrap_or(body);
    let mut path = String::new();
    for around in open(read) {
        match around {
            Around::Array(item) => {
                let _ = write!(path, "[{item}]");
            }
            Around::Object(None) => {}
            Around::Object(Some(key)) => {
                if !path.is_empty() {
                    path.push('.');
                }
                path += &read.get(key).and_then(|key| serde_json::from_slice::<String>(key).ok()).unwrap_or_default();
            }
        }
    }
    path
}

/// What is open at the end of a part of a body.
fn open(read: &[u8]) -> Vec<Around> {
    let mut open = Vec::new();
    let mut at = 0;
    while let Some(byte) = read.get(at) {
        let start = at;
        at += 1;
        match byte {
            b'{' => open.push(Around::Object(None)),
            b'[' => open.push(Around::Array(0)),
            b'}' | b']' => {
                open.pop();
            }
            b',' => match open.last_mut() {
                Some(Around::Object(key)) => *key = None,
                Some(Around::Array(item)) => *item += 1,
                None => {}
            },
            b'"' => {
                at = end_of_text(read, at);
                if let Some(Around::Object(key @ None)) = open.last_mut() {
                    *key = Some(start..at);
                }
            }
            _ => {}
        }
    }
    open
}

/// Behind the closing quote of a text, or the end.
fn end_of_text(read: &[u8], mut at: usize) -> usize {
    while let Some(byte) = read.get(at) {
        at += 1;
        match byte {
            b'"' => break,
            b'\\' => at += 1,
            _ => {}
        }
    }
    at.min(read.len())
}

#[cfg(test)]
mod tests {
    use crate::handler::argument::known::json;
    use axum::Json;
    use proptest::prelude::*;
    use serde::Deserialize;
    use std::collections::BTreeMap;

    #[derive(Debug, Deserialize)]
    #[allow(dead_code, reason = "read by serde alone")]
    struct Cat {
        name: String,
        #[serde(default)]
        age: u8,
        #[serde(default)]
        homes: Vec<Home>,
        #[serde(default)]
        toys: BTreeMap<String, Vec<u8>>,
    }

    #[derive(Debug, Deserialize)]
    #[serde(deny_unknown_fields)]
    #[allow(dead_code, reason = "read by serde alone")]
    struct Home {
        street: String,
        at: Option<(f64, f64)>,
    }

    /// Ours and axum's; `None` if the body is read.
    fn both(body: &[u8]) -> Option<(String, String)> {
        let ours = serde_json::from_slice::<Cat>(body).err();
        let axums = Json::<Cat>::from_bytes(body).err();
        match (ours, axums) {
            (Some(ours), Some(axums)) => Some((json(body, &ours).message().to_string(), axums.body_text())),
            (None, None) => None,
            _ => panic!("one of both reads {}", String::from_utf8_lossy(body)),
        }
    }

    #[test]
    fn a_body_of_another_type_is_refused_in_axums_words() {
        for body in [
            r#"{}"#,
            r#"[]"#,
            r#"7"#,
            r#"{"name":7}"#,
            r#"{"name":null}"#,
            r#"{"name":{"first":"a"}}"#,
            "{\n  \"name\": \"a\",\n  \"age\": 300\n}",
            r#"{"name":"a","age":-1}"#,
            r#"{"name":"a","homes":[{"street":"x"},{"street":1}]}"#,
            r#"{"name":"a","homes":[{"street":"x","at":[1,true]}]}"#,
            r#"{"name":"a","homes":[{}]}"#,
            r#"{"name":"a","homes":[{"street":"x","town":"y"}]}"#,
            r#"{"name":"a","toys":{"a\"b":[1,2,"x"]}}"#,
            r#"{"name":"a","toys":{"a b":7}}"#,
            r#"{"name":"a","toys":{"\u00e4":[256]}}"#,
            r#"{"name":"a"} x"#,
        ] {
            let (ours, axums) = both(body.as_bytes()).unwrap_or_else(|| panic!("{body} is read"));
            assert_eq!(ours, axums, "{body}");
        }
    }

    /// axum does not say which.
    #[test]
    fn a_key_that_is_given_twice_is_named() {
        let (ours, _) = both(br#"{"name":"a","name":"b"}"#).unwrap_or_else(|| panic!("the body is read"));
        assert!(ours.contains(": name: duplicate field `name` at line 1 column 18"), "{ours}");
    }

    proptest! {
        /// Whatever came, and wherever it was cut.
        #[test]
        fn nothing_panics_and_what_is_wrong_is_told(body in r#"[{}\[\],:"\\a1 \n]{0,40}"#, cut in 0..60_usize) {
            let whole = br#"{"name":"a","homes":[{"street":"x","at":[1,2]}],"toys":{"b":[1,2]}}"#;
            let _ = both(&whole[..cut.min(whole.len())]);
            if let Some((ours, axums)) = both(body.as_bytes()) {
                let told = |text: &str| text.rsplit(": ").next().map(str::to_owned);
                prop_assert_eq!(told(&ours), told(&axums));
            }
        }
    }
}
