use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::EventReadError;
use crate::codec::{Decoder, ReceivedEvent};

#[derive(Debug, PartialEq, Deserialize, Serialize)]
#[serde(rename_all = "snake_case")]
enum Chat {
    Said {
        who: String,
        text: String,
    },
    Typing(String),
    Moved(i32, i32),
    Closed,
    #[serde(rename = "message")]
    Plain(Option<u8>),
}

#[derive(Debug, PartialEq, Deserialize, Serialize)]
struct Wrapped(Chat);

fn event(body: &str) -> ReceivedEvent {
    Decoder::default().feed(body.as_bytes()).next().expect("an event").expect("within the limits")
}

fn check(body: &str, expected: Chat) {
    assert_eq!(event(body).typed::<Chat>(), Ok(expected), "{body:?}");
}

#[test]
fn an_enum_is_read_by_the_events_type() {
    check(
        "event: said\ndata: {\"who\":\"a\",\ndata: \"text\":\"b\"}\n\n",
        Chat::Said { who: "a".to_string(), text: "b".to_string() },
    );
    check("event: typing\ndata: \"a\"\n\n", Chat::Typing("a".to_string()));
    check("event: moved\ndata: [1, -2]\n\n", Chat::Moved(1, -2));
    check("event: closed\ndata\n\n", Chat::Closed);
    check("event: closed\ndata: anything\n\n", Chat::Closed);
    check("data: null\n\n", Chat::Plain(None));
    check("data: 7\n\n", Chat::Plain(Some(7)));
    assert_eq!(event("event: closed\ndata\n\n").typed(), Ok(Wrapped(Chat::Closed)));
}

#[test]
fn what_is_no_enum_reads_the_data_alone() {
    assert_eq!(event("event: any\ndata: [1,2]\n\n").typed(), Ok(Vec::from([1, 2])));
    assert_eq!(event("event: any\ndata: null\n\n").typed::<Option<u8>>(), Ok(None));
}

#[test]
fn an_event_that_is_no_value_says_which_and_why() {
    for (body, expected) in [
        ("event: unknown\ndata: 1\n\n", "unknown variant `unknown`"),
        ("event: typing\ndata: 1\n\n", "invalid type: integer `1`"),
        ("event: typing\ndata: \"a\" x\n\n", "trailing characters"),
        ("event: typing\ndata\n\n", "EOF while parsing"),
    ] {
        let error = event(body).typed::<Chat>().expect_err(body);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let EventReadError::Data { event_type, .. } = event("event: a\ndata: x\n\n").json::<u8>().expect_err("no number");
    assert_eq!(&*event_type, "a");
}

#[cfg(feature = "decode")]
#[tokio::test]
async fn streams_of_values_go_on_after_an_event_that_is_none() {
    use std::convert::Infallible;

    use futures_util::{StreamExt, stream};

    use super::{ReceivedEventStreamExt, TypedError};
    use crate::DecodeStream;

    let body = "event: closed\ndata\n\nevent: odd\ndata: 1\n\ndata: 2\n\ndata: [DONE]\n\ndata: 3\n\n";
    let source = || DecodeStream::new(stream::iter([Ok::<_, Infallible>(body)])).until_data("[DONE]");
    let items: Vec<_> = source().typed::<Chat>().collect().await;
    let [Ok(Chat::Closed), Err(TypedError::Event { event, .. }), Ok(Chat::Plain(Some(2)))] = &items[..] else {
        panic!("{items:?}");
    };
    assert_eq!(event.event_type(), "odd");
    let items: Vec<_> = source().json::<u8>().map(Result::ok).collect().await;
    assert_eq!(items, [None, Some(1), Some(2)]);
}

#[cfg(feature = "std")]
fn wire<T: Serialize>(value: &T) -> String {
    let mut wire = Vec::new();
    crate::encode(&crate::MessageEvent::typed(value), &mut wire).expect("it serialises");
    String::from_utf8(wire).expect("text")
}

#[cfg(feature = "std")]
#[test]
fn what_is_written_is_what_is_read() {
    for (value, expected) in [
        (Chat::Said { who: "a".into(), text: "b".into() }, "event: said\ndata: {\"who\":\"a\",\"text\":\"b\"}\n\n"),
        (Chat::Typing("a\nb".into()), "event: typing\ndata: \"a\\nb\"\n\n"),
        (Chat::Moved(1, -2), "event: moved\ndata: [1,-2]\n\n"),
        (Chat::Closed, "event: closed\ndata: null\n\n"),
        (Chat::Plain(Some(7)), "data: 7\n\n"),
        (Chat::Plain(None), "data: null\n\n"),
    ] {
        let written = wire(&value);
        assert_eq!(written, expected);
        assert_eq!(event(&written).typed::<Chat>(), Ok(value));
    }
    assert_eq!(wire(&Wrapped(Chat::Closed)), "event: closed\ndata: null\n\n");
}

#[cfg(feature = "std")]
#[test]
fn what_is_no_enum_is_its_json() {
    assert_eq!(wire(&[1, 2]), "data: [1,2]\n\n");
    assert_eq!(wire(&(1, "a")), "data: [1,\"a\"]\n\n");
    assert_eq!(wire(&"a"), "data: \"a\"\n\n");
    assert_eq!(wire(&None::<u8>), "data: null\n\n");
    assert_eq!(wire(&Some(Chat::Closed)), "data: \"closed\"\n\n", "only an enum itself says the type");
    assert_eq!(wire(&alloc::collections::BTreeMap::from([("a", Chat::Closed)])), "data: {\"a\":\"closed\"}\n\n");
}

#[cfg(feature = "std")]
#[test]
fn what_cannot_be_an_event_is_an_error_of_the_encoder() {
    #[derive(Serialize)]
    enum Odd {
        #[serde(rename = "two\nlines")]
        Name,
        Key(alloc::collections::BTreeMap<(u8, u8), u8>),
    }
    let error = |value| {
        let mut wire = Vec::new();
        crate::encode(&crate::MessageEvent::typed(&value), &mut wire).expect_err("refused").to_string()
    };
    assert!(error(Odd::Name).contains("line break"));
    assert!(error(Odd::Key([((1, 2), 3)].into())).contains("key must be a string"));
}
