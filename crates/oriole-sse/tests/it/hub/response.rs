//! Subscriptions as responses.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use oriole_sse::{Decoder, EventStreams, Hub, HubOptions, MessageEvent, SlowReader, SlowReaderPolicy, SseOptions};
use tokio::io::AsyncReadExt;
use tokio::task::JoinSet;
use tokio::time::timeout;

use super::server::Server;
use super::support::{now, publish};
use crate::support::{frame, is_end, rest};

fn types_and_data(bytes: &[u8]) -> Vec<(String, String)> {
    let mut decoder = Decoder::default();
    let events = decoder.feed(bytes).map(|event| event.expect("within the limits"));
    events.map(|event| (event.event_type().to_owned(), event.data().to_owned())).collect()
}

fn data(bytes: &[u8]) -> Vec<String> {
    types_and_data(bytes).into_iter().map(|(_, data)| data).collect()
}

#[tokio::test(start_paused = true)]
async fn bytes_of_events_are_shared_and_not_copied() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let mut bodies = vec![];
    for _ in 0..3 {
        let mut body = streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
        assert_eq!(data(&frame(&mut body).await.expect("hello")), ["{\"verdict\":\"live\"}"]);
        bodies.push(body);
    }
    // An event alone, and several that come together.
    for events in [1..=1, 2..=4] {
        publish(&hub, "a", events.clone());
        let mut frames: Vec<Bytes> = vec![];
        for body in &mut bodies {
            frames.push(frame(body).await.expect("events"));
        }
        let expected: Vec<_> = events.map(|number| number.to_string()).collect();
        assert_eq!(data(&frames[0]), expected, "in one frame");
        assert!(frames.iter().all(|frame| frame.as_ptr() == frames[0].as_ptr()), "the very same bytes");
    }
}

/// A stream that was mapped goes the long way, with the same result.
#[tokio::test(start_paused = true)]
async fn a_subscription_can_be_mapped_as_any_stream() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let mapped = hub.subscribe("a").await.expect("room").map(|event| match event.fields().data {
        Some("2") => event.text("two"),
        _ => event,
    });
    publish(&hub, "a", 1..=3);
    let mut body = streams.open_events(mapped).await.into_body();
    let mut all = vec![];
    while data(&all).len() < 4 {
        all.extend_from_slice(&frame(&mut body).await.expect("a frame"));
    }
    assert_eq!(data(&all), ["{\"verdict\":\"live\"}", "1", "two", "3"]);

    publish(&hub, "a", [4]);
    let untouched = frame(&mut body).await.expect("a frame");
    let mut other =
        streams.open_events(hub.subscribe("a").from(oriole_sse::Start::Events(1)).await.expect("room")).await;
    let fresh = frame(other.body_mut()).await.expect("a frame");
    assert!(fresh.ends_with(&untouched), "{fresh:?} {untouched:?}");
}

#[tokio::test(start_paused = true)]
async fn frames_keep_their_limit() {
    let hub = Hub::default();
    // Each event is 45 bytes.
    let streams = EventStreams::new(SseOptions::default().frame_bytes_max(100));
    let mut body = streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
    let _ = frame(&mut body).await;
    publish(&hub, "a", 1..=5);
    for expected in [&["1", "2"][..], &["3", "4"], &["5"]] {
        let frame = frame(&mut body).await.expect("a frame");
        assert_eq!(data(&frame), expected);
        assert!(frame.len() <= 100);
    }
    now(hub.publish("a", MessageEvent::new("x".repeat(500)))).expect("published");
    assert_eq!(frame(&mut body).await.expect("a frame").len(), 36 + 8 + 500, "a large event is a frame alone");
}

#[tokio::test(start_paused = true)]
async fn a_drain_says_why_and_ends() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let body = streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
    publish(&hub, "a", [1]);
    streams.drain();
    let text = rest(body).await;
    let all = types_and_data(text.as_bytes());
    assert_eq!(all[1..], [("message".into(), "1".into()), ("end".into(), "{\"reason\":\"drain\"}".into())]);
    assert_eq!(text.matches("retry: ").count(), 1, "{text}");
}

/// Also where the streams drain first, when to come back is the hub's to say, and is said once.
#[tokio::test(start_paused = true)]
async fn one_who_comes_while_the_streams_drain_is_told_when_to_come_back() {
    let seven = Duration::from_secs(7);
    let (hub, streams) = (Hub::new(HubOptions::default().drain_retry(seven..=seven)), EventStreams::default());
    publish(&hub, "a", [1]);
    let open = async || streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
    let mut early = open().await;
    assert_eq!(types_and_data(&frame(&mut early).await.expect("a frame")).len(), 1, "a hello");
    streams.drain();
    for (mut body, events) in [(early, 1), (open().await, 2)] {
        let text = frame(&mut body).await.expect("a frame");
        let told = types_and_data(&text);
        assert_eq!((told.len(), &told[events - 1]), (events, &("end".into(), "{\"reason\":\"drain\"}".into())));
        let text = String::from_utf8_lossy(&text);
        assert_eq!((text.matches("retry: ").count(), text.matches("retry: 7000\n").count()), (1, 1), "{text}");
        assert!(frame(&mut body).await.is_none());
    }
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_is_too_slow_ends_with_its_reason() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let slow = SlowReader::new(SlowReaderPolicy::Disconnect).events_max(2);
    let mut body = streams.open_events(hub.subscribe("a").slow_reader(slow).await.expect("room")).await.into_body();
    publish(&hub, "a", 1..=3);
    let all = types_and_data(&frame(&mut body).await.expect("a frame"));
    assert_eq!(all[1..], [("end".into(), "{\"reason\":\"slow\"}".into())]);
    assert!(frame(&mut body).await.is_none() && is_end(&body));
    assert_eq!(streams.active(), 1, "until the server drops the body");
    drop(body);
    assert_eq!(streams.active(), 0);
}

/// Over real sockets: one reader of a thousand takes nothing. It reads what the others read, and so much beside it that its
/// socket is full. The others are given everything as without it.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn one_stalled_reader_among_a_thousand_changes_nothing_for_the_others() {
    // Whoever waited for the one that stalls would wait for ever, or until it is cut off.
    let limit = Duration::from_secs(180);
    for stalled in [None, Some(SlowReaderPolicy::Replay), Some(SlowReaderPolicy::DropOldest)] {
        timeout(limit, a_thousand_readers(stalled)).await.expect("everything arrives");
    }
}

/// Waits until a thousand readers have everything, one of which may stall.
async fn a_thousand_readers(stalled: Option<SlowReaderPolicy>) {
    const READERS: usize = 1000;
    const EVENTS: usize = 300;
    // All of it is more than the buffers of two sockets hold, and less than the store keeps of a topic.
    const PADDING: usize = 48 * 1024;

    let hub = Hub::new(HubOptions::default().ring_bytes_max(256 * 1024).slow_reader(stalled.unwrap_or_default()));
    let streams = EventStreams::default();
    let mut server = Server::start(hub.clone(), streams.clone()).await;

    let mut reader = server.connect_narrowly(if stalled.is_some() { "large,small" } else { "small" }).await;
    let mut readers = JoinSet::new();
    for _ in 1..READERS {
        let mut reader = server.connect("small", None).await;
        readers.spawn(async move {
            let (mut decoder, mut buffer, mut next) = (Decoder::default(), vec![0; 4096], 0);
            while next < EVENTS {
                let read = reader.read(&mut buffer).await.expect("a connection");
                assert!(read > 0, "cut off at {next}");
                // The lines of chunks are no fields that mean anything.
                for event in decoder.feed(&buffer[..read]) {
                    let event = event.expect("within the limits");
                    if event.event_type() == "message" {
                        assert_eq!(event.data(), next.to_string(), "once and in order");
                        next += 1;
                    }
                }
            }
        });
    }
    while streams.active() < READERS {
        tokio::task::yield_now().await;
    }

    let padding = "x".repeat(PADDING);
    for number in 0..EVENTS {
        hub.publish("small", MessageEvent::new(number.to_string())).await.expect("published");
        hub.publish("large", MessageEvent::new(format!("{number} {padding}"))).await.expect("published");
        tokio::task::yield_now().await;
    }
    readers.join_all().await;
    assert_eq!(streams.active(), READERS, "nobody was cut off");
    let Some(policy) = stalled else { return };

    // Its socket was full. Who drops what is old may be at the end nevertheless; that it has lost something shows below.
    if policy == SlowReaderPolicy::Replay {
        let behind = hub.furthest_behind(10);
        assert!(behind.iter().any(|lag| lag.topic.as_str() == "large" && lag.events >= 10), "{behind:?}");
    }
    // What it is given when it reads again is what its policy says: everything, or what is told as lost.
    let (mut decoder, mut buffer, mut small, mut large) = (Decoder::default(), vec![0; 65_536], 0, 0);
    let mut gaps = 0;
    while small < EVENTS || large < EVENTS {
        let read = reader.read(&mut buffer).await.expect("a connection");
        assert!(read > 0, "cut off at {small} and {large}");
        for event in decoder.feed(&buffer[..read]) {
            let event = event.expect("within the limits");
            match event.event_type() {
                "message" => {
                    let next = if event.data().ends_with('x') { &mut large } else { &mut small };
                    let number = event.data().split(' ').next().expect("a number");
                    assert_eq!(number, next.to_string(), "once and in order");
                    *next += 1;
                }
                "gap" => {
                    gaps += 1;
                    let gap: serde_json::Value = serde_json::from_str(event.data()).expect("JSON");
                    assert_eq!((&gap["topic"], &gap["after"]), (&"large".into(), &large.into()), "{gap}");
                    large = usize::try_from(gap["through"].as_u64().expect("a number")).expect("small");
                }
                other => assert_eq!(other, "hello"),
            }
        }
    }
    assert_eq!(gaps > 0, policy == SlowReaderPolicy::DropOldest, "{gaps}");
    server.stop();
}
