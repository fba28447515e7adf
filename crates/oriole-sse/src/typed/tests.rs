use alloc::string::{String, ToString};
use alloc::vec::Vec;

use serde::{Deserialize, Serialize};

use super::EventReadError;
use crate::codec::{Decoder, ReceivedEvent};

#[derive(Debug, PartialEq, Serialize, Deserialize)]
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

#[derive(Debug, PartialEq, Serialize, Deserialize)]
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
        ("event: unknown\ndata: 1\n\n", "an event of the type \"unknown\" is not known"),
        ("event: typing\ndata: 1\n\n", "invalid type: integer `1`"),
        ("event: typing\ndata: \"a\" x\n\n", "trailing characters"),
        ("event: typing\ndata\n\n", "EOF while parsing"),
    ] {
        let error = event(body).typed::<Chat>().expect_err(body);
        assert!(error.to_string().contains(expected), "{error}");
    }
    let error = event("event: a\ndata: x\n\n").json::<u8>().expect_err("no number");
    assert!(matches!(&error, EventReadError::Data { event_type, .. } if &**event_type == "a"), "{error:?}");
    assert!(!error.is_unknown());
    // The data is an enum of its own, which has no such variant: the event is known.
    #[derive(Debug, Deserialize)]
    #[serde(rename_all = "snake_case")]
    enum Outer {
        #[expect(dead_code, reason = "never read")]
        Inner(Chat),
    }
    let error = event("event: inner\ndata: {\"unknown\":1}\n\n").typed::<Outer>().expect_err("no variant");
    assert!(!error.is_unknown() && error.to_string().contains("unknown variant `unknown`"), "{error}");
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
    let items: Vec<_> = source().typed::<Chat>().skip_unknown().map(Result::ok).collect().await;
    assert_eq!(items, [Some(Chat::Closed), Some(Chat::Plain(Some(2)))]);
}

/// A source that has always more would otherwise keep the thread.
#[cfg(feature = "decode")]
#[test]
fn leaving_out_what_is_unknown_lets_others_have_a_turn() {
    use std::convert::Infallible;
    use std::sync::Arc;
    use std::sync::atomic::{AtomicBool, Ordering};
    use std::task::{Context, Poll, Wake};

    use futures_util::{StreamExt, stream};

    use super::ReceivedEventStreamExt;
    use super::stream::SKIPPED_PER_POLL_MAX;

    struct Flag(AtomicBool);

    impl Wake for Flag {
        fn wake(self: Arc<Self>) {
            self.0.store(true, Ordering::Relaxed);
        }
    }

    let known = |unknown: usize| {
        let events = (0..unknown).map(|_| event("event: odd\ndata: 1\n\n")).chain([event("event: closed\ndata\n\n")]);
        let events: Vec<_> = events.map(Ok::<_, Infallible>).collect();
        stream::iter(events).typed::<Chat>().skip_unknown()
    };
    for (unknown, waits) in [(SKIPPED_PER_POLL_MAX, false), (SKIPPED_PER_POLL_MAX + 1, true)] {
        let (mut typed, flag) = (known(unknown), Arc::new(Flag(AtomicBool::new(false))));
        let waker = flag.clone().into();
        let mut cx = Context::from_waker(&waker);
        if waits {
            assert!(typed.poll_next_unpin(&mut cx).is_pending() && flag.0.load(Ordering::Relaxed));
        }
        let next = typed.poll_next_unpin(&mut cx);
        assert!(matches!(next, Poll::Ready(Some(Ok(Chat::Closed)))), "{next:?}");
    }
}

#[cfg(feature = "std")]
mod writing {
    use alloc::collections::BTreeMap;
    use alloc::format;
    use alloc::string::{String, ToString};
    use alloc::vec::Vec;
    use core::fmt::Debug;

    use serde::Serialize;
    use serde::de::DeserializeOwned;

    use super::{Chat, Wrapped, event};
    use crate::codec::encode;
    use crate::event::MessageEvent;

    /// What the server's side writes of a value, and the client's side reads back as the same.
    fn there_and_back<T: Serialize + DeserializeOwned + PartialEq + Debug>(value: &T) -> String {
        let mut wire = Vec::new();
        encode(&MessageEvent::typed(value), &mut wire).expect("a value");
        let wire = String::from_utf8(wire).expect("text");
        assert_eq!(event(&wire).typed::<T>().as_ref(), Ok(value), "{wire:?}");
        wire
    }

    #[test]
    fn the_enum_that_is_written_is_the_enum_that_is_read() {
        let said = Chat::Said { who: "a\nb".to_string(), text: "c".to_string() };
        assert_eq!(there_and_back(&said), "event: said\ndata: {\"who\":\"a\\nb\",\"text\":\"c\"}\n\n");
        assert_eq!(there_and_back(&Chat::Typing("a".to_string())), "event: typing\ndata: \"a\"\n\n");
        assert_eq!(there_and_back(&Chat::Moved(1, -2)), "event: moved\ndata: [1,-2]\n\n");
        assert_eq!(there_and_back(&Chat::Closed), "event: closed\ndata: \n\n");
        assert_eq!(there_and_back(&Chat::Plain(None)), "event: message\ndata: null\n\n");
        assert_eq!(there_and_back(&Wrapped(Chat::Closed)), "event: closed\ndata: \n\n");
    }

    #[test]
    fn what_is_no_enum_is_written_as_data_alone() {
        assert_eq!(there_and_back(&Vec::from([1, 2])), "data: [1,2]\n\n");
        assert_eq!(there_and_back(&"a".to_string()), "data: \"a\"\n\n");
        assert_eq!(there_and_back(&(1_u8, true, 'c', 1.5)), "data: [1,true,\"c\",1.5]\n\n");
        assert_eq!(there_and_back(&Some(i128::MIN)), format!("data: {}\n\n", i128::MIN));
        assert_eq!(there_and_back(&()), "data: null\n\n");
        assert_eq!(there_and_back(&BTreeMap::from([("k".to_string(), 1)])), "data: {\"k\":1}\n\n");
    }

    #[test]
    fn a_value_that_is_no_event_is_an_error_and_no_frame() {
        #[derive(Serialize)]
        enum Bad {
            #[serde(rename = "two\nlines")]
            Name,
            #[serde(rename = "")]
            Nameless,
            Map(BTreeMap<(u8, u8), u8>),
        }
        for (bad, expected) in [
            (Bad::Name, "line break"),
            (Bad::Nameless, "empty"),
            (Bad::Map(BTreeMap::from([((1, 2), 3)])), "key must be a string"),
        ] {
            let mut wire = Vec::new();
            let error = encode(&MessageEvent::typed(&bad), &mut wire).expect_err(expected);
            assert!(error.to_string().contains(expected), "{error}");
            assert!(wire.is_empty());
        }
    }
}
