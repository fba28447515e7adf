//! From values to events, through serde.

use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::ser::{Serialize, SerializeSeq, SerializeStruct, SerializeStructVariant, SerializeTupleVariant, Serializer};
use serde_json::Error;
use serde_json::ser::{CompactFormatter, Compound};

use crate::codec::EncodeError;
use crate::event::{EventName, MessageEvent};

type Json = serde_json::Serializer<Vec<u8>>;

impl MessageEvent {
    /// Makes an event of an enum: the variant says the event's type, its content is the data as JSON.
    ///
    /// The names are serde's, so the enum that a server writes is the enum that a client reads, by
    /// [`ReceivedEvent::typed`](crate::ReceivedEvent::typed). A variant without content has `null` as data, so that a page
    /// sees it; one named `message` has no type, which is the same to every client. A value that is no enum is as
    /// [`MessageEvent::json`] makes it.
    ///
    /// A value that fails to serialise, or a variant whose name is none for an event, is reported by
    /// [`encode`](crate::encode).
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::MessageEvent;
    /// use serde::Serialize;
    ///
    /// #[derive(Serialize)]
    /// #[serde(rename_all = "kebab-case")]
    /// enum Market {
    ///     PriceChanged { symbol: &'static str, price: u32 },
    ///     Closed,
    /// }
    ///
    /// let event = MessageEvent::typed(&Market::PriceChanged { symbol: "ORI", price: 7 });
    /// assert_eq!(event.fields().event_type.map(|name| name.as_str()), Some("price-changed"));
    /// assert_eq!(event.fields().data, Some("{\"symbol\":\"ORI\",\"price\":7}"));
    /// assert_eq!(MessageEvent::typed(&Market::Closed).fields().data, Some("null"));
    /// ```
    #[must_use]
    pub fn typed<T: Serialize + ?Sized>(value: &T) -> Self {
        write(value).unwrap_or_else(|message| Self::failed(EncodeError::Json { message: message.into_boxed_str() }))
    }
}

fn write<T: Serialize + ?Sized>(value: &T) -> Result<MessageEvent, String> {
    let (mut json, mut variant) = (Json::new(Vec::new()), None);
    value.serialize(Event { json: &mut json, variant: &mut variant }).map_err(|error| error.to_string())?;
    let data = String::from_utf8(json.into_inner()).map_err(|error| error.to_string())?;
    let event = MessageEvent::new(data);
    match variant.filter(|variant| *variant != "message") {
        Some(variant) => Ok(event.event_type(EventName::new(variant).map_err(|error| error.to_string())?)),
        None => Ok(event),
    }
}

/// An event in the making: serde_json writes the data, and the outermost enum's variant is kept apart.
struct Event<'a> {
    json: &'a mut Json,
    variant: &'a mut Option<&'static str>,
}

/// The content of a variant, without the variant around it.
struct Content<'a>(Compound<'a, Vec<u8>, CompactFormatter>);

macro_rules! forward {
    ($($method:ident($type:ty),)*) => {
        $(
            fn $method(self, value: $type) -> Result<(), Error> {
                self.json.$method(value)
            }
        )*
    };
}

impl<'a> Serializer for Event<'a> {
    type Ok = ();
    type Error = Error;
    type SerializeSeq = Compound<'a, Vec<u8>, CompactFormatter>;
    type SerializeTuple = Compound<'a, Vec<u8>, CompactFormatter>;
    type SerializeTupleStruct = Compound<'a, Vec<u8>, CompactFormatter>;
    type SerializeTupleVariant = Content<'a>;
    type SerializeMap = Compound<'a, Vec<u8>, CompactFormatter>;
    type SerializeStruct = Compound<'a, Vec<u8>, CompactFormatter>;
    type SerializeStructVariant = Content<'a>;

    forward! {
        serialize_bool(bool),
        serialize_i8(i8),
        serialize_i16(i16),
        serialize_i32(i32),
        serialize_i64(i64),
        serialize_i128(i128),
        serialize_u8(u8),
        serialize_u16(u16),
        serialize_u32(u32),
        serialize_u64(u64),
        serialize_u128(u128),
        serialize_f32(f32),
        serialize_f64(f64),
        serialize_char(char),
        serialize_str(&str),
        serialize_bytes(&[u8]),
        serialize_unit_struct(&'static str),
    }

    fn serialize_none(self) -> Result<(), Error> {
        self.json.serialize_none()
    }

    fn serialize_unit(self) -> Result<(), Error> {
        self.json.serialize_unit()
    }

    fn serialize_some<T: Serialize + ?Sized>(self, value: &T) -> Result<(), Error> {
        self.json.serialize_some(value)
    }

    fn serialize_newtype_struct<T: Serialize + ?Sized>(self, _: &'static str, value: &T) -> Result<(), Error> {
        value.serialize(self)
    }

    fn serialize_unit_variant(self, _: &'static str, _: u32, variant: &'static str) -> Result<(), Error> {
        *self.variant = Some(variant);
        self.json.serialize_unit()
    }

    fn serialize_newtype_variant<T: Serialize + ?Sized>(
        self,
        _: &'static str,
        _: u32,
        variant: &'static str,
        value: &T,
    ) -> Result<(), Error> {
        *self.variant = Some(variant);
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
    ) -> Result<Content<'a>, Error> {
        *self.variant = Some(variant);
        self.json.serialize_seq(Some(len)).map(Content)
    }

    fn serialize_map(self, len: Option<usize>) -> Result<Self::SerializeMap, Error> {
        self.json.serialize_map(len)
    }

    fn serialize_struct(self, name: &'static str, len: usize) -> Result<Self::SerializeStruct, Error> {
        self.json.serialize_struct(name, len)
    }

    fn serialize_struct_variant(
        self,
        name: &'static str,
        _: u32,
        variant: &'static str,
        len: usize,
    ) -> Result<Content<'a>, Error> {
        *self.variant = Some(variant);
        self.json.serialize_struct(name, len).map(Content)
    }
}

impl SerializeTupleVariant for Content<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, value: &T) -> Result<(), Error> {
        SerializeSeq::serialize_element(&mut self.0, value)
    }

    fn end(self) -> Result<(), Error> {
        SerializeSeq::end(self.0)
    }
}

impl SerializeStructVariant for Content<'_> {
    type Ok = ();
    type Error = Error;

    fn serialize_field<T: Serialize + ?Sized>(&mut self, key: &'static str, value: &T) -> Result<(), Error> {
        SerializeStruct::serialize_field(&mut self.0, key, value)
    }

    fn end(self) -> Result<(), Error> {
        SerializeStruct::end(self.0)
    }
}
