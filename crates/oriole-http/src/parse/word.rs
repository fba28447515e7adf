//! Words: a truth value, one of several.

use super::value::parses;
use serde::de::DeserializeOwned;
use serde_json::Value;

/// `true` or `false`, and nothing else (`PIP.17`).
///
/// # Examples
///
/// ```
/// use oriole_http::ParseBool;
///
/// assert!(*"true".parse::<ParseBool>()?);
/// let refused = "yes".parse::<ParseBool>().unwrap_err();
/// assert_eq!(refused.message(), "Validation failed (boolean string is expected)");
/// # Ok::<_, oriole_http::HttpException>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParseBool(pub bool);

parses!(ParseBool [] [] bool);

impl ParseBool {
    #[allow(clippy::needless_pass_by_value, reason = "the shape of all of them")]
    fn from_value(value: Value) -> Result<Self, &'static str> {
        match &value {
            Value::Bool(value) => Ok(Self(*value)),
            Value::String(text) if text == "true" => Ok(Self(true)),
            Value::String(text) if text == "false" => Ok(Self(false)),
            _ => Err("Validation failed (boolean string is expected)"),
        }
    }
}

/// One of an enum's values, by the names that serde gives them (`PIP.18`).
///
/// A text of digits is also tried as a number, for enums that serialise as numbers: `"0"` becomes `0`, as in Nest.
///
/// # Examples
///
/// ```
/// use oriole_http::ParseEnum;
///
/// #[derive(Debug, PartialEq, serde::Deserialize)]
/// #[serde(rename_all = "lowercase")]
/// enum Sort { Asc, Desc }
///
/// assert_eq!(*"asc".parse::<ParseEnum<Sort>>()?, Sort::Asc);
/// let refused = "up".parse::<ParseEnum<Sort>>().unwrap_err();
/// assert_eq!(refused.message(), "Validation failed (enum string is expected)");
/// # Ok::<_, oriole_http::HttpException>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParseEnum<T>(pub T);

parses!(ParseEnum [T: DeserializeOwned] [T] T);

impl<T: DeserializeOwned> ParseEnum<T> {
    fn from_value(value: Value) -> Result<Self, &'static str> {
        let number = match &value {
            Value::String(text) => text.parse::<i64>().ok(),
            Value::Null => return Err("Validation failed (enum string is expected)"),
            _ => None,
        };
        T::deserialize(value)
            .or_else(|error| number.map_or(Err(error), |number| T::deserialize(Value::from(number))))
            .map(Self)
            .map_err(|_| "Validation failed (enum string is expected)")
    }
}
