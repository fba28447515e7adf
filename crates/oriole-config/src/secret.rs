//! Values that nobody prints.

use serde::de::{Deserializer, Error, Visitor};
use serde::{Deserialize, Serialize, Serializer};
use std::fmt;
use std::marker::PhantomData;

/// A value that `Debug`, `Display`, logs and problems do not show: a password, a key.
///
/// Use it for fields of namespaces; [`expose`](Self::expose) is the one way to the value. It cannot be compared, since that would
/// tell by the time it takes how much is right; it is not wiped from memory; and what the rest of the program makes of the value
/// is its own concern.
///
/// # Examples
///
/// ```
/// use oriole::config::Secret;
///
/// let password = Secret::new("tiger".to_owned());
/// assert_eq!(format!("{password} {password:?}"), "[redacted] [redacted]");
/// assert_eq!(password.expose(), "tiger");
/// ```
#[derive(Clone, Default)]
pub struct Secret<T>(T);

const REDACTED: &str = "[redacted]";

impl<T> Secret<T> {
    /// Hides a value.
    pub const fn new(value: T) -> Self {
        Self(value)
    }

    /// The value.
    pub const fn expose(&self) -> &T {
        &self.0
    }
}

impl<T> fmt::Debug for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

impl<T> fmt::Display for Secret<T> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(REDACTED)
    }
}

/// What is written down of a secret is not the secret.
impl<T> Serialize for Secret<T> {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.serialize_str(REDACTED)
    }
}

impl<'de, T: Deserialize<'de>> Deserialize<'de> for Secret<T> {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        struct Hidden<T>(PhantomData<T>);
        impl<'de, T: Deserialize<'de>> Visitor<'de> for Hidden<T> {
            type Value = Secret<T>;

            fn expecting(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str("a secret")
            }

            fn visit_newtype_struct<D: Deserializer<'de>>(self, deserializer: D) -> Result<Secret<T>, D::Error> {
                // What a type says of a bad value may quote it.
                T::deserialize(deserializer).map(Secret).map_err(|_| D::Error::custom("is not what it must be"))
            }
        }
        deserializer.deserialize_newtype_struct("Secret", Hidden(PhantomData))
    }
}
