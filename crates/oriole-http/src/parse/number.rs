//! Numbers.

use super::value::parses;
use serde_json::Value;

const MESSAGE: &str = "Validation failed (numeric string is expected)";

/// A whole number of any of Rust's types: an optional minus and digits.
///
/// Use it in [`Parsed`](crate::Parsed) where a client shall read Nest's message (`PIP.6`, `PIP.17`); where it need not, the
/// bare type in `Path` is shorter. A number that the type cannot hold is refused as `12abc` is.
///
/// # Examples
///
/// ```
/// use oriole_http::ParseInt;
///
/// assert_eq!(*"-7".parse::<ParseInt>()?, -7);
/// let refused = "12abc".parse::<ParseInt<u8>>().unwrap_err();
/// assert_eq!(refused.message(), "Validation failed (numeric string is expected)");
/// # Ok::<_, oriole_http::HttpException>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParseInt<T = i64>(pub T);

parses!(ParseInt [T: TryFrom<i128>] [T] T);

impl<T: TryFrom<i128>> ParseInt<T> {
    #[allow(clippy::needless_pass_by_value, reason = "the shape of all of them")]
    fn from_value(value: Value) -> Result<Self, &'static str> {
        let number = match &value {
            Value::String(text) => {
                let digits = text.strip_prefix('-').unwrap_or(text);
                let is_number = !digits.is_empty() && digits.bytes().all(|byte| byte.is_ascii_digit());
                if is_number { text.parse::<i128>().ok() } else { None }
            }
            Value::Number(number) => number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from)),
            _ => None,
        };
        number.and_then(|number| T::try_from(number).ok()).map(Self).ok_or(MESSAGE)
    }
}

/// A finite number with decimals, as `f64` or `f32`. One that is too large for the type is refused.
///
/// Use it as [`ParseInt`]. What JavaScript's `parseFloat` would read of `1.5kg` is refused, as Nest refuses it.
///
/// # Examples
///
/// ```
/// use oriole_http::ParseFloat;
///
/// assert_eq!(*"1.5".parse::<ParseFloat>()?, 1.5);
/// assert!("1.5kg".parse::<ParseFloat>().is_err() && "inf".parse::<ParseFloat>().is_err());
/// # Ok::<_, oriole_http::HttpException>(())
/// ```
#[derive(Clone, Copy, Debug, Default, PartialEq, PartialOrd)]
pub struct ParseFloat<T = f64>(pub T);

parses!(ParseFloat [T: From<f32> + Into<f64> + Copy + std::str::FromStr] [T] T);

impl<T: From<f32> + Into<f64> + Copy + std::str::FromStr> ParseFloat<T> {
    #[allow(clippy::needless_pass_by_value, reason = "the shape of all of them")]
    fn from_value(value: Value) -> Result<Self, &'static str> {
        let text = match &value {
            Value::String(text) => text.clone(),
            Value::Number(number) => number.to_string(),
            _ => return Err(MESSAGE),
        };
        text.parse::<T>().ok().filter(|number| (*number).into().is_finite()).map(Self).ok_or(MESSAGE)
    }
}
