//! What all of them share: a value is a text of a path, a query or a form, or a value of a body in JSON.

/// Gives a type of one field `FromStr` and `Deserialize` by its function `from_value`, and access to the field.
macro_rules! parses {
    ($name:ident [$($generics:tt)*] [$($arguments:tt)*] $inner:ty) => {
        impl<$($generics)*> std::str::FromStr for $name<$($arguments)*> {
            type Err = crate::HttpException;

            /// Parses as the extractor does.
            ///
            /// # Errors
            ///
            /// 400 with Nest's message.
            fn from_str(text: &str) -> Result<Self, crate::HttpException> {
                Self::from_value(serde_json::Value::String(text.to_owned())).map_err(crate::HttpException::bad_request)
            }
        }

        impl<'de, $($generics)*> serde::Deserialize<'de> for $name<$($arguments)*> {
            fn deserialize<D: serde::Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
                let value = serde_json::Value::deserialize(deserializer)?;
                Self::from_value(value).map_err(serde::de::Error::custom)
            }
        }

        impl<$($generics)*> std::ops::Deref for $name<$($arguments)*> {
            type Target = $inner;

            fn deref(&self) -> &$inner {
                &self.0
            }
        }
    };
}

pub(super) use parses;
