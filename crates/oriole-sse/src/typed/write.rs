//! From values to events, through serde.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::Serialize;
use serde::ser::{
    Error as _, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTupleVariant, Serializer,
};
use serde_json::Error;

use crate::event::{EventName, MessageEvent};

impl MessageEvent {
    /// Makes an event of an enum's value: the variant's name is the event's type, its content is the data as JSON.
    ///
    /// The names are serde's, and [`ReceivedEvent::typed`](crate::ReceivedEvent::typed) reads the same enum back. A
    /// variant without content has empty data, so that browsers dispatch it. What is no enum becomes data alone, as
    /// with [`MessageEvent::json`]; so does an enum that is tagged otherwise (`#[serde(tag = ..)]`, `untagged`), whose
    /// name is then not to be seen.
    ///
    /// A value that fails to serialise, or whose name is none, never becomes an empty frame: the event keeps the error,
    /// and [`encode`](crate::encode) reports it.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::{Decoder, MessageEvent, encode};
    /// use serde::{Deserialize, Serialize};
    ///
    /// #[derive(Debug, PartialEq, Serialize, Deserialize)]
    /// #[serde(rename_all = "kebab-case")]
    /// enum Market {
    ///     PriceChanged { symbol: String, price: u32 },
    ///     Closed,
    /// }
    ///
    /// let sent = Market::PriceChanged { symbol: "ORI".into(), price: 7 };
    /// let mut wire = Vec::new();
    /// encode(&MessageEvent::typed(&sent), &mut wire)?;
    /// assert_eq!(wire, b"event: price-changed\ndata: {\"symbol\":\"ORI\",\"price\":7}\n\n");
    ///
    /// let event = Decoder::default().feed(&wire).next().ok_or("an event")??;
    /// assert_eq!(event.typed::<Market>()?, sent);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    #[must_use]
    pub fn typed<T: Serialize + ?Sized>(value: &T) -> Self {
        let mut data = Vec::new();
        let mut name = None;
        let mut json = serde_json::Serializer::new(&mut data);
        let written = value.serialize(Event { json: &mut json, name: &mut name });
        let event = written.and_then(|()| {
            let name = name.map(EventName::new).transpose().map_err(|error| Error::custom(error.to_string()))?;
            Ok((name, String::from_utf8(data).map_err(Error::custom)?))
        });
        match event {
            Ok((Some(name), data)) => Self::of_json(Ok(data)).event_type(name),
            Ok((None, data)) => Self::of_json(Ok(data)),
            Err(error) => Self::of_json(Err(error)),
        }
    }
}

type Json<'j, 'd> = &'j mut serde_json::Serializer<&'d mut Vec<u8>>;

/// Takes an enum's name aside and writes the rest.
struct Event<'j, 'd> {
    json: Json<'j, 'd>,
    name: &'j mut Option<&'static str>,
}

macro_rules! data_alone {
    ($($method:ident: $type:ty),* $(,)?) => {
        $(fn $method(self, value: $type) -> Result<(), Error> {
            self.json.$method(value)
        })*
    };
}

impl<'j, 'd> Serializer for Event<'j, 'd> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = <Json<'j, 'd> as Serializer>::SerializeSeq;
    type SerializeTuple = <Json<'j, 'd> as Serializer>::SerializeTuple;
    type SerializeTupleStruct = <Json<'j, 'd> as Serializer>::SerializeTupleStruct;
    type SerializeTupleVariant = TupleContent<'j, 'd>;
    type SerializeMap = <Json<'j, 'd> as Serializer>::SerializeMap;
    type SerializeStruct = <Json<'j, 'd> as Serializer>::SerializeStruct;
    type SerializeStructVariant = StructContent<'j, 'd>;

    data_alone! {
        serialize_bool: bool,
        serialize_i8: i8,
        serialize_i16: i16,
        serialize_i32: i32,
        serialize_i64: i64,
        serialize_i128: i128,
        serialize_u8: u8,
        serialize_u16: u16,
        serialize_u32: u32,
        serialize_u64: u64,
        serialize_u128: u128,
        serialize_f32: f32,
        serialize_f64: f64,
        serialize_char: char,
        serialize_str: &str,
        serialize_bytes: &[u8],
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.json.serialize_none()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.json.serialize_some(value)
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.json.serialize_unit()
    }

    fn serialize_unit_struct(self, name: &'static str) -> Result<(), Error> {
        self.json.serialize_unit_struct(name)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        *self.name = Some(variant);
        Ok(())
    }

    /// A type that wraps an enum is that enum.
    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        *self.name = Some(variant);
        value.serialize(self.json)
    }

    fn serialize_seq(self, len: Option<usize>) -> Result<Self::SerializeSeq, Error> {
        self.json.serialize_seq(len)
    }

    fn serialize_tuple(self, len: usize) -> Result<Self::SerializeTuple, Error> {
        self.json.serialize_tuple(len)
    }

    fn serialize_tuple_struct(self, name: &'static str, len: usize) -> Result<Self::SerializeTupleStruct, Error> {
        self.json.serialize_tuple_struct(name, len)
    }

    fn serialize_tuple_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<TupleContent<'j, 'd>, Error> {
        *self.name = Some(variant);
        self.json.serialize_seq(Some(len)).map(TupleContent)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, Error> {
        self.json.serialize_map(len)
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Self::SerializeStruct, Error> {
        self.json.serialize_struct(name, len)
    }

    fn serialize_struct_variant(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<StructContent<'j, 'd>, Error> {
        *self.name = Some(variant);
        self.json.serialize_struct(variant, len).map(StructContent)
    }
}

/// Writes a tuple variant's content as an array, without the variant around it.
struct TupleContent<'j, 'd>(<Json<'j, 'd> as Serializer>::SerializeSeq);

impl SerializeTupleVariant for TupleContent<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        self.0.serialize_element(value)
    }

    fn end(self) -> Result<(), Error> {
        SerializeSeq::end(self.0)
    }
}

/// Writes a struct variant's content as an object, without the variant around it.
struct StructContent<'j, 'd>(<Json<'j, 'd> as Serializer>::SerializeStruct);

impl SerializeStructVariant for StructContent<'_, '_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        SerializeStruct::serialize_field(&mut self.0, key, value)
    }

    fn end(self) -> Result<(), Error> {
        SerializeStruct::end(self.0)
    }
}
