//! One line for programs.

use super::Record;
use serde_json::{Map, Value};

/// Nest's keys, then the fields; a field that bears the name of one of those does not replace it.
pub(super) fn write(out: &mut String, record: &Record, chars_max: usize) {
    let mut object = Map::new();
    object.insert("level".to_owned(), record.level.name().into());
    object.insert("pid".to_owned(), std::process::id().into());
    object.insert("timestamp".to_owned(), record.millis().into());
    object.insert("message".to_owned(), short(&record.message, chars_max).into());
    object.insert("context".to_owned(), short(&record.context, chars_max).into());
    for (name, value) in &record.fields {
        let value = match value {
            Value::String(text) => short(text, chars_max).into(),
            value => value.clone(),
        };
        object.entry(*name).or_insert(value);
    }
    out.push_str(&Value::Object(object).to_string());
}

fn short(text: &str, chars_max: usize) -> &str {
    text.char_indices().nth(chars_max).map_or(text, |(end, _)| &text[..end])
}
