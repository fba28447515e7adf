//! Several values in one.

use super::value::parses;
use serde_json::Value;

/// A list: one text with separators, a name that is given several times, or an array of a body (`PIP.19`).
///
/// The text is trimmed as a whole; its items are not, and an empty text is one empty item, as in Nest.
///
/// # Examples
///
/// ```
/// use oriole_http::ParseArray;
///
/// assert_eq!(*"1,2,3".parse::<ParseArray<u32>>()?, [1, 2, 3]);
/// assert_eq!(*"a;b".parse::<ParseArray<String, ';'>>()?, ["a", "b"]);
/// let refused = "1,x".parse::<ParseArray<u32>>().unwrap_err();
/// assert_eq!(refused.message(), "[1] item must be a number");
/// # Ok::<_, oriole_http::HttpException>(())
/// ```
#[derive(Clone, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub struct ParseArray<T, const SEPARATOR: char = ','>(pub Vec<T>);

parses!(ParseArray [T: ParseItem, const SEPARATOR: char] [T, SEPARATOR] [T]);

/// What a [`ParseArray`] may hold: texts, numbers and truth values.
pub trait ParseItem: Sized {
    /// What the message says that an item must be.
    const KIND: &'static str;

    /// Reads one item.
    #[must_use]
    fn item(value: Value) -> Option<Self>;
}

impl<T: ParseItem, const SEPARATOR: char> ParseArray<T, SEPARATOR> {
    fn from_value(value: Value) -> Result<Self, String> {
        let items = match value {
            Value::Array(items) => items,
            Value::String(text) => text.trim().split(SEPARATOR).map(Value::from).collect(),
            _ => return Err("Validation failed (parsable array expected)".to_owned()),
        };
        let read = |(at, item)| T::item(item).ok_or_else(|| format!("[{at}] item must be {}", T::KIND));
        items.into_iter().enumerate().map(read).collect::<Result<_, _>>().map(Self)
    }
}

impl ParseItem for String {
    const KIND: &'static str = "a string";

    fn item(value: Value) -> Option<Self> {
        match value {
            Value::String(text) => Some(text),
            _ => None,
        }
    }
}

impl ParseItem for bool {
    const KIND: &'static str = "a boolean value";

    fn item(value: Value) -> Option<Self> {
        match value {
            Value::Bool(value) => Some(value),
            Value::String(text) => text.parse().ok(),
            _ => None,
        }
    }
}

macro_rules! numbers {
    ($($type:ty)*) => {$(
        impl ParseItem for $type {
            const KIND: &'static str = "a number";

            fn item(value: Value) -> Option<Self> {
                match value {
                    Value::Number(number) => number.to_string().parse().ok(),
                    Value::String(text) => text.parse().ok().filter(|_| text.parse().is_ok_and(f64::is_finite)),
                    _ => None,
                }
            }
        }
    )*};
}
numbers!(i8 i16 i32 i64 isize u8 u16 u32 u64 usize f32 f64);
