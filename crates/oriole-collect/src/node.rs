//! A value of the tree, or a stand-in, as serde reads it.

use super::access::{Entries, Items, Variant};
use super::error::{ReadError, one_of};
use super::path::{Link, Step};
use super::reading::{STRUCTS_MAX, State};
use super::stand_in::{self, Any};
use serde::de::{Deserializer, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::Value;

pub(super) type Result<T> = std::result::Result<T, ReadError>;

pub(super) const STRING: &str = "must be a string";
const INTEGER: &str = "must be an integer number";
const NUMBER: &str = "must be a number conforming to the specified constraints";
const BOOLEAN: &str = "must be a boolean value";
const ARRAY: &str = "must be an array";
pub(super) const OBJECT: &str = "must be an object";

#[derive(Clone, Copy)]
pub(super) enum Source<'a> {
    Value(&'a Value),
    /// How many were tried, and how deep in stand-ins it is.
    StandIn(usize, usize),
}

#[derive(Clone, Copy)]
pub(crate) struct Node<'a> {
    pub(super) source: Source<'a>,
    pub(super) at: &'a Link<'a>,
    pub(super) state: &'a State,
}

impl<'a> Node<'a> {
    pub(crate) fn root(value: &'a Value, at: &'a Link<'a>, state: &'a State) -> Self {
        Self { source: Source::Value(value), at, state }
    }

    /// A value below this one; a stand-in if the tree has none there, or a bad one.
    pub(crate) fn child<T>(
        &self,
        value: Option<&Value>,
        step: Step<'_>,
        read: impl FnOnce(Node<'_>) -> Result<T>,
    ) -> Result<T> {
        self.state.visited.set(self.state.visited.get() + 1);
        let link = Link { parent: Some(self.at), step };
        let depth = match self.source {
            Source::StandIn(_, depth) => depth + 1,
            Source::Value(_) => 0,
        };
        if depth > stand_in::DEPTH_MAX {
            return Err(ReadError::text("nests too deep").at(&link));
        }
        let tried =
            (!self.state.stand_ins.is_empty()).then(|| self.state.stand_ins.get(&link.path()).copied()).flatten();
        let source = match (tried, value) {
            (Some(tried), _) => Source::StandIn(tried, depth),
            (None, Some(value)) => Source::Value(value),
            (None, None) => Source::StandIn(0, depth),
        };
        // What a type says of a value that it has read already comes from no node.
        read(Node { source, at: &link, state: self.state }).map_err(|error| error.at(&link))
    }

    /// Runs a reading; the innermost node that a fault passes gives it its place.
    fn here<T>(&self, result: Result<T>) -> Result<T> {
        result.map_err(|error| error.at(self.at))
    }

    pub(super) fn refuse<T>(&self, text: impl Into<String>) -> Result<T> {
        Err(ReadError::text(text).at(self.at))
    }

    /// Notes what a missing value should have been.
    fn asked(&self, text: &str) {
        let path = self.at.path();
        if self.state.stand_ins.contains_key(&path) {
            self.state.seen.borrow_mut().asked.entry(path).or_insert_with(|| text.to_owned());
        }
    }

    fn integer<'de, V: Visitor<'de>>(self, visitor: V, min: i128, max: i128) -> Result<V::Value> {
        let number = match self.source {
            Source::StandIn(tried, _) => {
                self.asked(INTEGER);
                Some(i128::from(u8::try_from(tried).unwrap_or(0)))
            }
            Source::Value(Value::Number(number)) => {
                number.as_i64().map(i128::from).or_else(|| number.as_u64().map(i128::from))
            }
            Source::Value(Value::String(text)) if self.state.from_text => text.parse().ok(),
            Source::Value(_) => None,
        };
        match number {
            None => self.refuse(INTEGER),
            Some(number) if number < min => self.refuse(format!("must not be less than {min}")),
            Some(number) if number > max => self.refuse(format!("must not be greater than {max}")),
            Some(number) => self.here(match (i64::try_from(number), u64::try_from(number)) {
                (Ok(number), _) => visitor.visit_i64(number),
                (_, Ok(number)) => visitor.visit_u64(number),
                _ => visitor.visit_i128(number),
            }),
        }
    }

    /// What the type would make infinite is no number.
    fn float<'de, V: Visitor<'de>>(self, visitor: V, max: f64) -> Result<V::Value> {
        let number = match self.source {
            Source::StandIn(..) => {
                self.asked(NUMBER);
                Some(0.0)
            }
            Source::Value(Value::Number(number)) => number.as_f64(),
            Source::Value(Value::String(text)) if self.state.from_text => text.parse::<f64>().ok(),
            Source::Value(_) => None,
        };
        match number.filter(|number| number.abs() <= max) {
            Some(number) => self.here(visitor.visit_f64(number)),
            None => self.refuse(NUMBER),
        }
    }

    pub(super) fn seq<'de, V: Visitor<'de>>(self, visitor: V, len: Option<usize>) -> Result<V::Value> {
        let items = match self.source {
            Source::StandIn(..) => {
                self.asked(ARRAY);
                Items { node: self, values: None, len: len.unwrap_or(0), next: 0 }
            }
            Source::Value(Value::Array(values)) => {
                Items { node: self, values: Some(values), len: values.len(), next: 0 }
            }
            // One value of a query is an array of one.
            Source::Value(value @ Value::String(_)) if self.state.from_text => {
                Items { node: self, values: Some(std::slice::from_ref(value)), len: 1, next: 0 }
            }
            Source::Value(_) => return self.refuse(ARRAY),
        };
        self.here(visitor.visit_seq(items))
    }

    fn map<'de, V: Visitor<'de>>(self, visitor: V, fields: &'static [&'static str]) -> Result<V::Value> {
        let entries = match self.source {
            Source::StandIn(..) => {
                self.asked(OBJECT);
                Entries::new(self, None, fields)
            }
            Source::Value(Value::Object(map)) => Entries::new(self, Some(map), fields),
            Source::Value(_) => return self.refuse(OBJECT),
        };
        self.here(visitor.visit_map(entries))
    }
}

macro_rules! integers {
    ($($method:ident $type:ty)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.integer(visitor, <$type>::MIN as i128, <$type>::MAX as i128)
        }
    )*};
}

impl<'de> Deserializer<'de> for Node<'_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.source {
            Source::StandIn(tried, _) => match stand_in::any(tried) {
                Any::Unit => self.here(visitor.visit_unit()),
                Any::Text(text) => self.here(visitor.visit_str(text)),
                Any::Number(number) => self.here(visitor.visit_u64(number)),
                Any::Bool => self.here(visitor.visit_bool(false)),
                Any::Seq => self.seq(visitor, None),
                Any::Map => self.map(visitor, &[]),
            },
            Source::Value(value) => match value {
                Value::Null => self.here(visitor.visit_unit()),
                Value::Bool(value) => self.here(visitor.visit_bool(*value)),
                Value::Number(number) => self.here(match (number.as_u64(), number.as_i64(), number.as_f64()) {
                    (Some(number), ..) => visitor.visit_u64(number),
                    (_, Some(number), _) => visitor.visit_i64(number),
                    (.., number) => visitor.visit_f64(number.unwrap_or(f64::NAN)),
                }),
                Value::String(text) => self.here(visitor.visit_str(text)),
                Value::Array(_) => self.seq(visitor, None),
                Value::Object(_) => self.map(visitor, &[]),
            },
        }
    }

    integers! {
        deserialize_i8 i8
        deserialize_i16 i16
        deserialize_i32 i32
        deserialize_i64 i64
        deserialize_u8 u8
        deserialize_u16 u16
        deserialize_u32 u32
        deserialize_u64 u64
        deserialize_i128 i128
    }

    fn deserialize_u128<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.integer(visitor, 0, i128::MAX)
    }

    fn deserialize_f32<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.float(visitor, f64::from(f32::MAX))
    }

    fn deserialize_f64<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.float(visitor, f64::MAX)
    }

    fn deserialize_bool<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        let value = match self.source {
            Source::StandIn(tried, _) => {
                self.asked(BOOLEAN);
                Some(tried % 2 == 1)
            }
            Source::Value(Value::Bool(value)) => Some(*value),
            Source::Value(Value::String(text)) if self.state.from_text => text.parse().ok(),
            Source::Value(_) => None,
        };
        match value {
            Some(value) => self.here(visitor.visit_bool(value)),
            None => self.refuse(BOOLEAN),
        }
    }

    fn deserialize_char<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        if let Source::StandIn(..) = self.source {
            self.asked("must be a character");
            return self.here(visitor.visit_char('a'));
        }
        self.deserialize_str(visitor)
    }

    fn deserialize_str<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.source {
            Source::StandIn(tried, _) => {
                self.asked(STRING);
                self.here(visitor.visit_str(stand_in::text(tried)))
            }
            Source::Value(Value::String(text)) => self.here(visitor.visit_str(text)),
            Source::Value(_) => self.refuse(STRING),
        }
    }

    fn deserialize_string<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.source {
            Source::StandIn(..) | Source::Value(Value::Null) => self.here(visitor.visit_none()),
            Source::Value(_) => self.here(visitor.visit_some(self)),
        }
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        match self.source {
            Source::StandIn(..) | Source::Value(Value::Null) => self.here(visitor.visit_unit()),
            Source::Value(_) => self.refuse("must be null"),
        }
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        self.deserialize_unit(visitor)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        self.here(visitor.visit_newtype_struct(self))
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.seq(visitor, None)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value> {
        self.seq(visitor, Some(len))
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, len: usize, visitor: V) -> Result<V::Value> {
        self.seq(visitor, Some(len))
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.map(visitor, &[])
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        _: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let mut seen = self.state.seen.borrow_mut();
        if seen.order.len() < STRUCTS_MAX {
            seen.order.entry(self.at.path()).or_insert(fields);
        }
        drop(seen);
        self.map(visitor, fields)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        _: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        let (variant, content) = match self.source {
            Source::StandIn(tried, _) => {
                self.asked(&one_of(variants));
                match variants.get(tried) {
                    Some(variant) => (*variant, None),
                    None => return self.refuse("has no variant"),
                }
            }
            Source::Value(Value::String(text)) => (text.as_str(), None),
            Source::Value(Value::Object(map)) if map.len() == 1 => match map.iter().next() {
                Some((variant, content)) => (variant.as_str(), Some(content)),
                None => return self.refuse(one_of(variants)),
            },
            Source::Value(_) => return self.refuse(one_of(variants)),
        };
        self.here(visitor.visit_enum(Variant { node: self, variant, content }))
    }

    fn deserialize_identifier<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.deserialize_str(visitor)
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        // What pollutes prototypes in JavaScript is dropped in silence, as in Nest (`VAL.20`).
        if let Source::Value(_) = self.source
            && !matches!(self.at.step, Step::Key("__proto__"))
        {
            let mut seen = self.state.seen.borrow_mut();
            if seen.ignored.len() < self.state.ignored_max {
                seen.ignored.insert(self.at.path());
            }
        }
        visitor.visit_unit()
    }

    forward_to_deserialize_any! { bytes byte_buf }
}
