//! Lists in one variable.

use serde::Deserialize;
use serde::de::{DeserializeOwned, Deserializer, Error};
use serde_json::Value;

/// Reads a list that is one text in a variable, `HOSTS=a, b`, and an array in a file.
///
/// # Errors
///
/// If an item is not of the type.
///
/// # Examples
///
/// ```
/// #[derive(serde::Deserialize)]
/// struct Origins {
///     #[serde(deserialize_with = "oriole::config::comma_separated")]
///     allowed: Vec<u16>,
/// }
///
/// let origins: Origins = serde_json::from_str(r#"{ "allowed": "1, 2" }"#)?;
/// assert_eq!(origins.allowed, [1, 2]);
/// # Ok::<(), serde_json::Error>(())
/// ```
pub fn comma_separated<'de, T: DeserializeOwned, D: Deserializer<'de>>(deserializer: D) -> Result<Vec<T>, D::Error> {
    let item = |value: Value| -> Result<T, D::Error> {
        // A number that is written as a text is one, and a text that looks like a number is a text where one is wanted.
        let text = match &value {
            Value::String(text) => serde_json::from_str(text).ok().and_then(|value| serde_json::from_value(value).ok()),
            _ => None,
        };
        match (serde_json::from_value(value), text) {
            (Ok(item), _) | (Err(_), Some(item)) => Ok(item),
            (Err(_), None) => Err(D::Error::custom("has an item that is not what it must be")),
        }
    };
    match Value::deserialize(deserializer)? {
        Value::Array(items) => items.into_iter().map(item).collect(),
        Value::String(text) => {
            let items = text.split(',').map(str::trim).filter(|item| !item.is_empty());
            items.map(|text| item(Value::String(text.to_owned()))).collect()
        }
        _ => Err(D::Error::custom("must be a list, or a text with commas")),
    }
}
