//! The parameters of a path: a struct by name, a tuple by position, or the only one.

use super::error::ReadError;
use super::node::Node;
use super::path::Step;
use serde::de::{DeserializeSeed, Deserializer, SeqAccess, Visitor};
use serde_json::Value;

type Result<T> = std::result::Result<T, ReadError>;

pub(crate) struct PathRoot<'a> {
    node: Node<'a>,
    tree: &'a Value,
    names: &'a [String],
}

impl<'a> PathRoot<'a> {
    pub(crate) fn new(node: Node<'a>, tree: &'a Value, names: &'a [String]) -> Self {
        Self { node, tree, names }
    }

    fn one<T>(self, read: impl FnOnce(Node<'_>) -> Result<T>) -> Result<T> {
        match self.names {
            [name] => self.node.child(self.tree.get(name), Step::Key(name), read),
            _ => Err(ReadError::text("the path does not have one parameter")),
        }
    }

    fn items<'de, V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_seq(PathItems { node: self.node, tree: self.tree, names: self.names.iter() })
    }
}

macro_rules! one {
    ($($method:ident)*) => {$(
        fn $method<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
            self.one(|node| node.$method(visitor))
        }
    )*};
}

impl<'de> Deserializer<'de> for PathRoot<'_> {
    type Error = ReadError;

    one! {
        deserialize_bool deserialize_i8 deserialize_i16 deserialize_i32 deserialize_i64 deserialize_i128 deserialize_u8
        deserialize_u16 deserialize_u32 deserialize_u64 deserialize_u128 deserialize_f32 deserialize_f64 deserialize_char
        deserialize_str deserialize_string deserialize_bytes deserialize_byte_buf deserialize_identifier deserialize_any
    }

    fn deserialize_option<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_some(self)
    }

    fn deserialize_unit<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_unit_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }

    fn deserialize_newtype_struct<V: Visitor<'de>>(self, _: &'static str, visitor: V) -> Result<V::Value> {
        visitor.visit_newtype_struct(self)
    }

    fn deserialize_seq<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.items(visitor)
    }

    fn deserialize_tuple<V: Visitor<'de>>(self, _: usize, visitor: V) -> Result<V::Value> {
        self.items(visitor)
    }

    fn deserialize_tuple_struct<V: Visitor<'de>>(self, _: &'static str, _: usize, visitor: V) -> Result<V::Value> {
        self.items(visitor)
    }

    fn deserialize_map<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        self.node.deserialize_map(visitor)
    }

    fn deserialize_struct<V: Visitor<'de>>(
        self,
        name: &'static str,
        fields: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.node.deserialize_struct(name, fields, visitor)
    }

    fn deserialize_enum<V: Visitor<'de>>(
        self,
        name: &'static str,
        variants: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value> {
        self.one(|node| node.deserialize_enum(name, variants, visitor))
    }

    fn deserialize_ignored_any<V: Visitor<'de>>(self, visitor: V) -> Result<V::Value> {
        visitor.visit_unit()
    }
}

struct PathItems<'a> {
    node: Node<'a>,
    tree: &'a Value,
    names: std::slice::Iter<'a, String>,
}

impl<'de> SeqAccess<'de> for PathItems<'_> {
    type Error = ReadError;

    fn next_element_seed<S: DeserializeSeed<'de>>(&mut self, seed: S) -> Result<Option<S::Value>> {
        let Some(name) = self.names.next() else { return Ok(None) };
        self.node.child(self.tree.get(name), Step::Key(name), |node| seed.deserialize(node)).map(Some)
    }
}
