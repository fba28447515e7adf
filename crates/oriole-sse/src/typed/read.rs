//! From events to values, through serde.

use core::cell::Cell;

use serde::Deserialize;
use serde::de::{DeserializeSeed, Deserializer, EnumAccess, IntoDeserializer, VariantAccess, Visitor};
use serde_json::Error;
use serde_json::de::StrRead;

use super::EventReadError;
use crate::codec::ReceivedEvent;

impl ReceivedEvent {
    /// Reads the data as JSON.
    ///
    /// # Errors
    ///
    /// [`EventReadError::Data`] if the data is no JSON, or not of this type.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::Decoder;
    ///
    /// let mut decoder = Decoder::default();
    /// let event = decoder.feed(b"data: [1, 2]\n\n").next().ok_or("an event")??;
    /// assert_eq!(event.json::<Vec<u8>>()?, [1, 2]);
    /// assert!(event.json::<String>().is_err());
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn json<'e, T: Deserialize<'e>>(&'e self) -> Result<T, EventReadError> {
        serde_json::from_str(self.data()).map_err(|error| EventReadError::new(self.event_type(), &error))
    }

    /// Reads the event as an enum: the event's type says which variant, the data is its content as JSON.
    ///
    /// The names are serde's, so the enum that a server writes is the enum that a client reads. A variant without
    /// content takes any data. An event of a type that the enum does not know goes to its variant that is
    /// `#[serde(other)]`, if it has one. What is no enum, or one that is tagged otherwise (`#[serde(tag = ..)]`,
    /// `untagged`), is read from the data alone. Not for an enum of which single variants are `untagged`: which of them
    /// it is would have to be in the data.
    ///
    /// # Errors
    ///
    /// [`EventReadError::Unknown`] if the enum has no such variant, [`EventReadError::Data`] if the data is not its
    /// content.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::Decoder;
    /// use serde::Deserialize;
    ///
    /// #[derive(Debug, PartialEq, Deserialize)]
    /// #[serde(rename_all = "kebab-case")]
    /// enum Market {
    ///     PriceChanged { symbol: String, price: u32 },
    ///     Closed,
    ///     #[serde(other)]
    ///     Unknown,
    /// }
    ///
    /// let mut decoder = Decoder::default();
    /// let body = "event: price-changed\ndata: {\"symbol\": \"ORI\", \"price\": 7}\n\nevent: closed\ndata\n\ndata: ?\n\n";
    /// let read: Result<Vec<Market>, Box<dyn std::error::Error>> =
    ///     decoder.feed(body.as_bytes()).map(|event| Ok(event?.typed()?)).collect();
    /// let price_changed = Market::PriceChanged { symbol: "ORI".into(), price: 7 };
    /// assert_eq!(read?, [price_changed, Market::Closed, Market::Unknown]);
    /// # Ok::<(), Box<dyn std::error::Error>>(())
    /// ```
    pub fn typed<'e, T: Deserialize<'e>>(&'e self) -> Result<T, EventReadError> {
        let is_unknown = Cell::new(false);
        let read = T::deserialize(Event { received: self, is_unknown: &is_unknown });
        read.map_err(|error| {
            if is_unknown.get() {
                EventReadError::Unknown { event_type: self.event_type().into() }
            } else {
                EventReadError::new(self.event_type(), &error)
            }
        })
    }
}

/// An event as an externally tagged enum, which is serde's way to write one without a tag in the content.
#[derive(Clone, Copy)]
struct Event<'e, 'u> {
    received: &'e ReceivedEvent,
    /// Whether the enum has no variant of this name.
    is_unknown: &'u Cell<bool>,
}

impl<'e> Event<'e, '_> {
    /// Reads the data, all of it, with one of serde_json's own methods.
    fn content<T>(
        self,
        read: impl FnOnce(&mut serde_json::Deserializer<StrRead<'e>>) -> Result<T, Error>,
    ) -> Result<T, Error> {
        let mut json = serde_json::Deserializer::from_str(self.received.data());
        let value = read(&mut json)?;
        json.end()?;
        Ok(value)
    }
}

impl<'e> Deserializer<'e> for Event<'e, '_> {
    type Error = Error;

    /// A type that is no enum reads the data, whatever the event's type is.
    fn deserialize_any<V: Visitor<'e>>(self, visitor: V) -> Result<V::Value, Error> {
        self.content(|json| json.deserialize_any(visitor))
    }

    fn deserialize_enum<V: Visitor<'e>>(
        self,
        _: &'static str,
        _: &'static [&'static str],
        visitor: V,
    ) -> Result<V::Value, Error> {
        visitor.visit_enum(self)
    }

    fn deserialize_option<V: Visitor<'e>>(self, visitor: V) -> Result<V::Value, Error> {
        self.content(|json| json.deserialize_option(visitor))
    }

    fn deserialize_newtype_struct<V: Visitor<'e>>(self, _: &'static str, visitor: V) -> Result<V::Value, Error> {
        visitor.visit_newtype_struct(self)
    }

    serde::forward_to_deserialize_any! {
        <V: Visitor<'e>>
        bool i8 i16 i32 i64 i128 u8 u16 u32 u64 u128 f32 f64 char str string bytes byte_buf unit unit_struct seq tuple
        tuple_struct map struct identifier ignored_any
    }
}

impl<'e> EnumAccess<'e> for Event<'e, '_> {
    type Error = Error;
    type Variant = Self;

    fn variant_seed<V: DeserializeSeed<'e>>(self, seed: V) -> Result<(V::Value, Self), Error> {
        let name: serde::de::value::StrDeserializer<'_, Error> = self.received.event_type().into_deserializer();
        let variant = seed.deserialize(name);
        self.is_unknown.set(variant.is_err());
        Ok((variant?, self))
    }
}

impl<'e> VariantAccess<'e> for Event<'e, '_> {
    type Error = Error;

    /// An event without content still has data, or nobody would have seen it: what it is means nothing.
    fn unit_variant(self) -> Result<(), Error> {
        Ok(())
    }

    fn newtype_variant_seed<T: DeserializeSeed<'e>>(self, seed: T) -> Result<T::Value, Error> {
        self.content(|json| seed.deserialize(json))
    }

    fn tuple_variant<V: Visitor<'e>>(self, len: usize, visitor: V) -> Result<V::Value, Error> {
        self.content(|json| json.deserialize_tuple(len, visitor))
    }

    fn struct_variant<V: Visitor<'e>>(self, fields: &'static [&'static str], visitor: V) -> Result<V::Value, Error> {
        self.content(|json| json.deserialize_struct("", fields, visitor))
    }
}
