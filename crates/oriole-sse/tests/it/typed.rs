//! The enum that a server sends is the enum that a client reads: every shape of a variant, under serde's attributes.

use std::borrow::Cow;
use std::collections::BTreeMap;
use std::convert::Infallible;
use std::fmt::Debug;

use futures_util::{StreamExt, stream};
use oriole_sse::{DecodeStream, EventReadError, MessageEvent, ReceivedEventStreamExt, TypedError, encode};
use proptest::collection::{btree_map, vec};
use proptest::option;
use proptest::prelude::*;
use serde::de::DeserializeOwned;
use serde::{Deserialize, Serialize};

type Map = BTreeMap<String, i64>;

/// Variants of every shape.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case", rename_all_fields = "camelCase")]
enum Shape<T> {
    UnitVariant,
    NewType(T),
    #[serde(rename = "message")]
    Nothing(Option<u8>),
    JustUnit(()),
    NoFields(),
    NoNames {},
    TwoOfThem(i64, String),
    #[serde(rename = "Ünicode name")]
    NamedFields {
        first_field: String,
        #[serde(rename = "2nd")]
        second: Option<bool>,
        #[serde(default, skip_serializing_if = "Vec::is_empty")]
        third: Vec<f64>,
        #[serde(flatten)]
        others: Map,
    },
    Nested(Inner),
    Tagged(Tagged),
    #[serde(with = "as_text")]
    AsText(u64),
    Struct(Struct),
    #[serde(alias = "new-name")]
    OldName(Cow<'static, str>),
    OneField {
        #[serde(skip)]
        skipped: u8,
        kept: char,
    },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
enum Inner {
    A,
    B(u8),
    C { d: Box<Option<Inner>> },
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", content = "content", deny_unknown_fields)]
enum Tagged {
    Yes(String),
    No,
}

#[derive(Clone, Debug, Default, PartialEq, Serialize, Deserialize)]
#[serde(default, rename_all = "SCREAMING-KEBAB-CASE")]
struct Struct {
    map_of_all: Map,
    unit: (),
}

/// A type that wraps the enum is the enum.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(transparent)]
struct Wrapped(Shape<Inner>);

/// Enums that are tagged in their content are read from it.
#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(tag = "type", rename_all = "lowercase")]
enum InContent {
    One { n: u8 },
    Two(Struct),
    Three,
}

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(untagged)]
enum Untagged {
    Number(u32),
    Text(String),
}

mod as_text {
    use serde::{Deserialize, Deserializer, Serializer};

    pub(super) fn serialize<S: Serializer>(value: &u64, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(value)
    }

    pub(super) fn deserialize<'d, D: Deserializer<'d>>(deserializer: D) -> Result<u64, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// Any text, with all that could end a line or a field.
fn text() -> impl Strategy<Value = String> {
    prop_oneof![any::<String>(), "[\r\n: \\x00\u{FEFF}a]{0,8}"]
}

fn map() -> impl Strategy<Value = Map> {
    // Names that are no field of the variant's.
    btree_map("x[a-z]{1,4}", any::<i64>(), 0..3)
}

fn inner() -> impl Strategy<Value = Inner> {
    let leaf = prop_oneof![Just(Inner::A), any::<u8>().prop_map(Inner::B)];
    leaf.prop_recursive(3, 8, 1, |inner| option::of(inner).prop_map(|d| Inner::C { d: Box::new(d) }))
}

fn shape() -> impl Strategy<Value = Shape<Inner>> {
    // Numbers that JSON can hold.
    let floats = vec(any::<i32>().prop_map(|number| f64::from(number) / 16.0), 0..3);
    prop_oneof![
        Just(Shape::UnitVariant),
        inner().prop_map(Shape::NewType),
        any::<Option<u8>>().prop_map(Shape::Nothing),
        Just(Shape::JustUnit(())),
        Just(Shape::NoFields()),
        Just(Shape::NoNames {}),
        (any::<i64>(), text()).prop_map(|(number, text)| Shape::TwoOfThem(number, text)),
        (text(), any::<Option<bool>>(), floats, map()).prop_map(|(first_field, second, third, others)| {
            Shape::NamedFields { first_field, second, third, others }
        }),
        inner().prop_map(Shape::Nested),
        option::of(text()).prop_map(|text| Shape::Tagged(text.map_or(Tagged::No, Tagged::Yes))),
        any::<u64>().prop_map(Shape::AsText),
        map().prop_map(|map_of_all| Shape::Struct(Struct { map_of_all, unit: () })),
        text().prop_map(|text| Shape::OldName(text.into())),
        any::<char>().prop_map(|kept| Shape::OneField { skipped: 0, kept }),
    ]
}

/// The values, sent by the server's side in one body that is cut after so many bytes each time, and read by the client's.
fn there_and_back<T: Serialize + DeserializeOwned>(sent: &[T], cut: usize) -> Vec<(String, T)> {
    let mut wire = Vec::new();
    for (number, value) in sent.iter().enumerate() {
        encode(&MessageEvent::typed(value).id(number as u64), &mut wire).expect("a value");
    }
    let chunks: Vec<Result<_, Infallible>> = wire.chunks(cut).map(|chunk| Ok(chunk.to_vec())).collect();
    let items = DecodeStream::new(stream::iter(chunks)).typed_with_id::<T>().collect::<Vec<_>>();
    let items = tokio::runtime::Builder::new_current_thread().build().expect("a runtime").block_on(items);
    items.into_iter().map(|item| item.map(|item| (item.id, item.value)).expect("a value")).collect()
}

fn check<T: Clone + Debug + PartialEq + Serialize + DeserializeOwned>(sent: &[T], cut: usize) {
    let expected: Vec<_> =
        sent.iter().cloned().enumerate().map(|(number, value)| (number.to_string(), value)).collect();
    assert_eq!(there_and_back(sent, cut), expected);
}

proptest! {
    #[test]
    fn what_is_sent_is_what_is_read(sent in vec(shape(), 0..8), cut in 1_usize..64) {
        check(&sent, cut);
        check(&sent.into_iter().map(Wrapped).collect::<Vec<_>>(), cut);
    }

    #[test]
    fn so_is_what_is_tagged_in_its_content(n: u8, map in map(), number: u32, text in text(), cut in 1_usize..64) {
        check(&[InContent::One { n }, InContent::Two(Struct { map_of_all: map, unit: () }), InContent::Three], cut);
        check(&[Untagged::Number(number), Untagged::Text(text)], cut);
    }
}

/// Every variant is made by the strategy, so that none is left out above.
#[test]
fn every_shape_is_tried() {
    use proptest::strategy::ValueTree;
    use proptest::test_runner::TestRunner;

    let mut runner = TestRunner::deterministic();
    let mut seen = std::collections::BTreeSet::new();
    for _ in 0..500 {
        let value = shape().new_tree(&mut runner).expect("a value").current();
        let mut wire = Vec::new();
        encode(&MessageEvent::typed(&value), &mut wire).expect("a value");
        let first = String::from_utf8(wire).expect("text").lines().next().unwrap_or_default().to_owned();
        seen.insert(first);
    }
    let expected = [
        "unit-variant",
        "new-type",
        "message",
        "just-unit",
        "no-fields",
        "no-names",
        "two-of-them",
        "Ünicode name",
        "nested",
        "tagged",
        "as-text",
        "struct",
        "old-name",
        "one-field",
    ];
    assert_eq!(seen, expected.map(|name| format!("event: {name}")).into());
}

/// A reader that is older than its server: what it does not know is an error of its own, is left out, or has a variant.
#[tokio::test]
async fn what_the_reader_does_not_know_does_not_end_the_stream() {
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Older {
        UnitVariant,
        AsText(String),
    }
    #[derive(Debug, PartialEq, Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Wary {
        UnitVariant,
        #[serde(other)]
        Else,
    }
    let mut wire = Vec::new();
    for value in [Shape::UnitVariant, Shape::NewType(1), Shape::AsText(7), Shape::NewType(2), Shape::UnitVariant] {
        encode(&MessageEvent::typed(&value), &mut wire).expect("a value");
    }
    encode(&MessageEvent::new("7").try_event_type("as-text").expect("a name"), &mut wire).expect("a value");
    let events = || DecodeStream::new(stream::iter([Ok::<_, Infallible>(wire.clone())]));

    let items: Vec<_> = events().typed::<Older>().collect().await;
    let [Ok(Older::UnitVariant), Err(first), Ok(Older::AsText(text)), Err(_), Ok(_), Err(last)] = &items[..] else {
        panic!("{items:?}");
    };
    assert_eq!(text, "7");
    assert!(matches!(first, TypedError::Event { error: EventReadError::Unknown { event_type, .. }, event, .. }
        if &**event_type == "new-type" && event.data() == "1"));
    assert!(matches!(last, TypedError::Event { error: EventReadError::Data { .. }, .. }), "7 is no text");

    let known: Vec<_> = events().typed::<Older>().skip_unknown().map(Result::ok).collect().await;
    assert_eq!(known, [Some(Older::UnitVariant), Some(Older::AsText("7".into())), Some(Older::UnitVariant), None]);
    let wary: Vec<_> = events().typed::<Wary>().map(|item| item.expect("a variant")).collect().await;
    assert_eq!(wary, [Wary::UnitVariant, Wary::Else, Wary::Else, Wary::Else, Wary::UnitVariant, Wary::Else]);
}
