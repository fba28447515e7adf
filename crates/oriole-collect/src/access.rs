//! The parts of a value, or of a stand-in, as serde reads them: items, entries, variants.

use super::error::ReadError;
use super::node::{Node, OBJECT, Result, STRING, Source};
use super::path::{Link, Segment, Step};
use super::reading::State;
use serde::de::value::StrDeserializer;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, MapAccess, SeqAccess, VariantAccess, Visitor};
use serde::forward_to_deserialize_any;
use serde_json::{Map, Value};

/// The items of an array; of a stand-in as many as its type has.
pub(super) struct Items<'a> {
    pub(super) node: Node<'a>,
    pub(super) values: Option<&'a [Value]>,
    pub(super) len: usize,
    pub(super) next: usize,
}

impl<'de> SeqAccess<'de> for Items<'_> {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        if self.next >= self.len {
            return Ok(None);
        }
        let at = self.next;
        self.next += 1;
        let value = self.values.and_then(|values| values.get(at));
        self.node.child(value, Step::Index(at), |node| seed.deserialize(node)).map(Some)
    }
}

/// The entries of an object: what its struct declares first and in that order, then those that only the object has.
pub(super) struct Entries<'a> {
    node: Node<'a>,
    pending: std::vec::IntoIter<(&'a str, Option<&'a Value>)>,
    current: Option<(&'a str, Option<&'a Value>)>,
}

impl<'a> Entries<'a> {
    pub(super) fn new(node: Node<'a>, map: Option<&'a Map<String, Value>>, fields: &'static [&'static str]) -> Self {
        let mut entries: Vec<(&'a str, Option<&'a Value>)> = Vec::new();
        match map {
            None => entries.extend(fields.iter().map(|field| (*field, None))),
            Some(map) => {
                entries.extend(fields.iter().filter_map(|field| Some((*field, Some(map.get(*field)?)))));
                let others = map.iter().filter(|(key, _)| !fields.contains(&key.as_str()));
                entries.extend(others.map(|(key, value)| (key.as_str(), Some(value))));
            }
        }
        if map.is_some() && !node.state.stand_ins.is_empty() {
            // Missing fields that got a stand-in; the path is asked for once per field.
            for segment in missing(node.state, &node.at.path()) {
                if !entries.iter().any(|(key, _)| *key == segment) {
                    entries.push((segment, None));
                }
            }
        }
        if !node.state.dropped.is_empty() {
            entries.retain(|(key, _)| {
                let link = Link { parent: Some(node.at), step: Step::Key(key) };
                !node.state.dropped.contains(&link.path())
            });
        }
        Self { node, pending: entries.into_iter(), current: None }
    }
}

/// The keys right below a path that have stand-ins.
fn missing<'a>(state: &'a State, path: &[Segment]) -> Vec<&'a str> {
    let depth = path.len();
    let below = state.stand_ins.range(path.to_vec()..).take_while(|(at, _)| at.starts_with(path));
    below
        .filter(|(at, _)| at.len() == depth + 1)
        .filter_map(|(at, _)| match at.last() {
            Some(Segment::Key(key)) => Some(key.as_str()),
            _ => None,
        })
        .collect()
}

impl<'de> MapAccess<'de> for Entries<'_> {
    type Error = ReadError;

    fn next_key_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        self.current = self.pending.next();
        let Some((key, _)) = self.current else { return Ok(None) };
        seed.deserialize(Key(key)).map(Some)
    }

    fn next_value_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<S::Value> {
        let Some((key, value)) = self.current.take() else {
            return Err(ReadError::text("has no value"));
        };
        self.node.child(value, Step::Key(key), |node| seed.deserialize(node))
    }
}

/// A key of an object, which may be meant as a number.
struct Key<'a>(&'a str);

macro_rules! numeric_keys {
    ($($method:ident $visit:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            match self.0.parse() {
                Ok(number) => visitor.$visit(number),
                Err(_) => visitor.visit_str(self.0),
            }
        }
    )*};
}

impl<'de> Deserializer<'de> for Key<'_> {
    type Error = ReadError;

    fn deserialize_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_str(self.0)
    }

    numeric_keys! {
        deserialize_i8 visit_i8
        deserialize_i16 visit_i16
        deserialize_i32 visit_i32
        deserialize_i64 visit_i64
        deserialize_u8 visit_u8
        deserialize_u16 visit_u16
        deserialize_u32 visit_u32
        deserialize_u64 visit_u64
        deserialize_bool visit_bool
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        StrDeserializer::new(self.0).deserialize_enum(name, variants, visitor)
    }

    forward_to_deserialize_any! {
        i128 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple tuple_struct map struct identifier
        ignored_any
    }
}

/// The variant of an enum, and what it holds.
pub(super) struct Variant<'a> {
    pub(super) node: Node<'a>,
    pub(super) variant: &'a str,
    pub(super) content: Option<&'a Value>,
}

impl<'de, 'a> EnumAccess<'de> for Variant<'a> {
    type Error = ReadError;
    type Variant = Self;

    fn variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<(S::Value, Self)> {
        let variant = seed.deserialize(StrDeserializer::new(self.variant))?;
        Ok((variant, self))
    }
}

impl<'a> Variant<'a> {
    fn content<T>(self, what: &str, read: impl FnOnce(Node<'_>) -> Result<T>) -> Result<T> {
        let is_stand_in = matches!(self.node.source, Source::StandIn(..));
        if self.content.is_none() && !is_stand_in {
            return self.node.refuse(what);
        }
        self.node.child(self.content, Step::Key(self.variant), read)
    }
}

impl<'de> VariantAccess<'de> for Variant<'_> {
    type Error = ReadError;

    fn unit_variant(self) -> Result<()> {
        match self.content {
            None | Some(Value::Null) => Ok(()),
            Some(_) => self.node.refuse(STRING),
        }
    }

    fn newtype_variant_seed<S: DeserializeSeed<'de>>(self, seed: S) -> Result<S::Value> {
        self.content(OBJECT, |node| seed.deserialize(node))
    }

    fn tuple_variant<V: Visitor<'de>>(self, len: usize, visitor: V) -> Result<V::Value> {
        self.content(OBJECT, |node| node.seq(visitor, Some(len)))
    }

    fn struct_variant<V: Visitor<'de>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value> {
        self.content(OBJECT, |node| node.deserialize_struct("", fields, visitor))
    }
}
