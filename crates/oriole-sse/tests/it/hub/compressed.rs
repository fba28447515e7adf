//! Streams that are compressed, once for all who read them.

use std::io::{Read, Write};

use bytes::Bytes;
use flate2::read::GzDecoder;
use flate2::write::GzDecoder as LiveDecoder;
use futures_util::stream;
use http::header::{ACCEPT_ENCODING, CONTENT_ENCODING, VARY};
use http::{HeaderMap, HeaderValue, Response};
use http_body::Body;
use http_body_util::BodyExt;
use oriole_sse::{
    EventBody, EventCompression, EventId, EventStreams, Hub, HubOptions, LastEventId, MessageEvent, SseOptions,
    Subscription, Tether,
};

use super::support::publish;
use crate::support::{frame, frame_now};

const COMPRESSION: fn() -> SseOptions = || SseOptions::default().compression(EventCompression::default());

fn accepting(streams: &EventStreams, encodings: &'static str) -> EventStreams {
    let mut headers = HeaderMap::new();
    headers.insert(ACCEPT_ENCODING, HeaderValue::from_static(encodings));
    streams.accepting(&headers)
}

/// What a client has of a stream so far.
struct Reader {
    body: EventBody,
    decoder: LiveDecoder<Vec<u8>>,
    wire: Vec<u8>,
}

impl Reader {
    async fn open(streams: &EventStreams, subscription: Subscription) -> Self {
        let response = accepting(streams, "gzip").open_events(subscription).await;
        assert_eq!(response.headers()[CONTENT_ENCODING], "gzip");
        let mut this = Self { body: response.into_body(), decoder: LiveDecoder::new(vec![]), wire: vec![] };
        assert!(this.next().await.0.contains("event: hello\n"));
        this
    }

    /// Gives what the next frame alone means, and the frame.
    async fn next(&mut self) -> (String, Bytes) {
        let frame = frame(&mut self.body).await.expect("a frame");
        self.wire.extend_from_slice(&frame);
        self.decoder.write_all(&frame).expect("valid");
        self.decoder.flush().expect("valid");
        let text = std::mem::take(self.decoder.get_mut());
        (String::from_utf8(text).expect("text"), frame)
    }

    /// Reads the rest, and gives everything that ever came, which must have its sums.
    async fn rest(mut self) -> String {
        while let Some(frame) = frame(&mut self.body).await {
            self.wire.extend_from_slice(&frame);
        }
        assert!(self.body.is_end_stream());
        whole(&self.wire)
    }
}

/// Undoes what there is of a stream that goes on.
fn whole_so_far(wire: &[u8]) -> String {
    let mut decoder = LiveDecoder::new(vec![]);
    decoder.write_all(wire).expect("valid");
    decoder.flush().expect("valid");
    String::from_utf8(std::mem::take(decoder.get_mut())).expect("text")
}

fn last_id(text: &str) -> String {
    text.lines().filter_map(|line| line.strip_prefix("id: ")).next_back().expect("an id").to_owned()
}

/// Undoes a stream that is over.
fn whole(wire: &[u8]) -> String {
    let (mut text, mut rest) = (String::new(), wire);
    let mut decoder = GzDecoder::new(&mut rest);
    decoder.read_to_string(&mut text).expect("valid to its end");
    drop(decoder);
    assert!(rest.is_empty(), "nothing follows the end");
    text
}

async fn subscribe(hub: &Hub) -> Subscription {
    hub.subscribe("a").await.expect("room")
}

#[tokio::test(start_paused = true)]
async fn an_event_is_compressed_once_and_readable_at_once() {
    let (hub, streams) = (Hub::default(), EventStreams::new(COMPRESSION()));
    let mut readers = vec![];
    for _ in 0..100 {
        readers.push(Reader::open(&streams, subscribe(&hub).await).await);
    }
    assert_eq!(streams.compressions(), 100, "a hello is everybody's own");
    // An event alone, several that come together, and one that shrinks.
    for (events, made) in [(1..=1, 101), (2..=40, 102)] {
        publish(&hub, "a", events.clone());
        let last = format!("data: {}\n\n", events.end());
        let mut frames = vec![];
        for reader in &mut readers {
            let (text, frame) = reader.next().await;
            assert!(text.ends_with(&last), "{text}");
            frames.push(frame);
        }
        assert!(frames.iter().all(|frame| frame.as_ptr() == frames[0].as_ptr()), "the very same bytes");
        assert_eq!(streams.compressions(), made);
    }
    let _published = hub.publish("a", MessageEvent::new("x".repeat(5000))).await.expect("published");
    for reader in &mut readers {
        let (text, frame) = reader.next().await;
        assert_eq!(text.len(), 5000 + 36 + 8);
        assert!(frame.len() < 200, "{}", frame.len());
        assert!(frame_now(&mut reader.body).await.is_pending());
    }
    assert_eq!(streams.compressions(), 103);
}

#[tokio::test(start_paused = true)]
async fn what_several_missed_is_compressed_once() {
    let (hub, streams) = (Hub::default(), EventStreams::new(COMPRESSION()));
    publish(&hub, "a", [1]);
    let mut first =
        Reader::open(&streams, hub.subscribe("a").from(oriole_sse::Start::Events(1)).await.expect("room")).await;
    let id = last_id(&whole_so_far(&first.wire));
    publish(&hub, "a", 2..=50);
    let (missed, _) = first.next().await;
    let before = streams.compressions();
    for again in 1..=10 {
        let id = LastEventId::from(EventId::new(id.clone()).expect("an id"));
        let reader = Reader::open(&streams, hub.subscribe("a").from(id).await.expect("room")).await;
        assert!(whole_so_far(&reader.wire).ends_with(&missed), "behind its hello, in one frame");
        assert_eq!(streams.compressions(), before + again, "its hello");
    }
}

/// With an id of its own, a subscriber shares the rest of an event that is worth a compression.
#[tokio::test(start_paused = true)]
async fn an_event_is_compressed_once_for_subscribers_with_ids_of_their_own() {
    let (hub, streams) = (Hub::default(), EventStreams::new(COMPRESSION()));
    let mut readers = vec![Reader::open(&streams, hub.subscribe("a").and("b").await.expect("room")).await];
    for number in 0..20 {
        let subscription = hub.subscribe("a").principal(format!("user-{number}")).await.expect("room");
        readers.push(Reader::open(&streams, subscription).await);
    }
    let before = streams.compressions();
    let _published = hub.publish("a", MessageEvent::new("x".repeat(5000))).await.expect("published");
    for reader in &mut readers {
        let (text, frame) = reader.next().await;
        assert!(text.starts_with("id: ") && text.ends_with("x\n\n"), "{text}");
        assert!(frame.len() < 300, "{}", frame.len());
        assert!(frame_now(&mut reader.body).await.is_pending());
    }
    assert_eq!(streams.compressions(), before + 21 + 1, "each id, which is too short to be compressed, and one event");
    // The ids are each one's own, and good.
    let ids = readers.iter().map(|reader| whole_so_far(&reader.wire)).map(|text| last_id(&text));
    assert_eq!(ids.collect::<std::collections::HashSet<_>>().len(), 21);
}

/// What is one subscriber's own, and comes together, is compressed together.
#[tokio::test(start_paused = true)]
async fn what_is_one_subscribers_own_is_compressed_for_it_in_whole_frames() {
    let (hub, streams) = (Hub::default(), EventStreams::new(COMPRESSION()));
    let mut ann = Reader::open(&streams, hub.subscribe("a").principal("ann").and("b").await.expect("room")).await;
    let mut bob = Reader::open(&streams, hub.subscribe("a").principal("bob").await.expect("room")).await;
    publish(&hub, "a", 1..=40);
    for reader in [&mut ann, &mut bob] {
        let (text, frame) = reader.next().await;
        assert!(text.contains("data: 1\n\n") && text.ends_with("data: 40\n\n"), "{text}");
        assert!(frame.len() * 3 < text.len() * 2, "{} of {}", frame.len(), text.len());
    }
    assert_eq!(streams.compressions(), 2 + 2);
}

/// What comes from the store, because it is not in memory any more, comes in whole frames.
#[tokio::test(start_paused = true)]
async fn a_catch_up_is_compressed_in_whole_frames() {
    let options = HubOptions::default().ring_events_max(16);
    let (hub, streams) = (Hub::new(options), EventStreams::new(COMPRESSION()));
    publish(&hub, "a", 1..=1000);
    let subscription = hub.subscribe("a").from(oriole_sse::Start::Earliest).await.expect("room");
    let mut reader = Reader::open(&streams, subscription).await;
    let before = streams.compressions();
    let mut text = String::new();
    while !text.ends_with("data: 1000\n\n") {
        text.push_str(&reader.next().await.0);
    }
    assert!(reader.wire.len() * 3 < text.len() * 2, "{} of {}", reader.wire.len(), text.len());
    assert!(streams.compressions() - before < 20, "{}", streams.compressions() - before);
}

/// A subscription that is ended between an event and what follows has given the event whole, or nothing of it.
#[tokio::test(start_paused = true)]
async fn an_end_comes_behind_an_event_with_its_id_apart() {
    let (hub, streams) = (Hub::default(), EventStreams::new(COMPRESSION()));
    let mut reader = Reader::open(&streams, hub.subscribe("a").principal("ann").await.expect("room")).await;
    let _published = hub.publish("a", MessageEvent::new("x".repeat(500))).await.expect("published");
    assert!(reader.next().await.0.ends_with("x\n\n"));
    hub.revoke(&"ann".into());
    let all = reader.rest().await;
    let event = all.find("data: xxx").expect("the event");
    assert!(all[event..].contains("event: end\n"), "{all}");
}

#[tokio::test(start_paused = true)]
async fn silence_and_the_end_are_part_of_it() {
    let (hub, streams) = (Hub::default(), EventStreams::new(COMPRESSION()));
    let mut reader = Reader::open(&streams, subscribe(&hub).await).await;
    for _ in 0..3 {
        assert_eq!(reader.next().await.0, ":\n\n");
    }
    publish(&hub, "a", [1]);
    streams.drain();
    let all = reader.rest().await;
    let parts = ["event: hello\n", ":\n\n:\n\n:\n\n", "data: 1\n\n", "event: end\n", "{\"reason\":\"drain\"}"];
    let places: Vec<_> = parts.iter().map(|part| all.find(part).unwrap_or_else(|| panic!("{part} in {all}"))).collect();
    assert!(places.is_sorted(), "{all}");
    // One who comes too late is told so, in the same way.
    let late = accepting(&streams, "gzip").open_events(subscribe(&hub).await).await;
    assert_eq!(late.headers()[CONTENT_ENCODING], "gzip");
    let late = late.into_body().collect().await.expect("no error").to_bytes();
    assert!(whole(&late).contains("retry: "));
}

/// A stream of the application's own, and one that is over before it began.
#[tokio::test(start_paused = true)]
async fn streams_without_a_hub_are_compressed_as_well() {
    let streams = EventStreams::new(COMPRESSION());
    let events: Vec<_> = (0..2000).map(|number| MessageEvent::new(format!("event {number}"))).collect();
    let answer = async |events: Vec<MessageEvent>, accept| {
        let response = accepting(&streams, accept).open_events(stream::iter(events)).await;
        response.into_body().collect().await.expect("no error").to_bytes()
    };
    let plain = answer(events.clone(), "identity").await;
    let compressed = answer(events, "gzip").await;
    assert!(compressed.len() * 3 < plain.len(), "{} of {}", compressed.len(), plain.len());
    assert_eq!(whole(&compressed).as_bytes(), plain);
    assert_eq!(whole(&answer(vec![], "gzip").await), "");
}

/// Neither what the client does not want, nor what the application does not.
#[tokio::test(start_paused = true)]
async fn a_stream_is_plain_unless_both_want_it() {
    let hub = Hub::default();
    let open = async |streams: EventStreams| streams.open_events(subscribe(&hub).await).await;
    let is_tethered = |response: &Response<EventBody>| response.extensions().get::<Tether>().is_some();
    let said = |response: &Response<EventBody>| {
        [CONTENT_ENCODING, VARY]
            .map(|name| response.headers().get(name).map(|value| value.to_str().expect("text").to_owned()))
    };
    let (gzip, vary) = (Some("gzip".to_owned()), Some("accept-encoding".to_owned()));
    let wanted = EventStreams::new(COMPRESSION());
    let of_both = open(accepting(&wanted, "br, gzip")).await;
    assert_eq!(said(&of_both), [gzip, vary.clone()]);
    assert!(!is_tethered(&of_both), "a server would put plain bytes between");
    for plain in [accepting(&wanted, "br"), accepting(&wanted, "gzip;q=0.5, identity"), wanted] {
        let mut plain = open(plain).await;
        assert_eq!(said(&plain), [None, vary.clone()]);
        assert!(is_tethered(&plain));
        assert!(frame(plain.body_mut()).await.expect("a hello").starts_with(b"id: "));
    }
    assert_eq!(said(&open(accepting(&EventStreams::default(), "gzip")).await), [None, None]);
}

/// From 128 bytes on by default: 36 of the id, and 8 of a field and the ends of its lines.
#[tokio::test(start_paused = true)]
async fn what_is_short_is_only_wrapped() {
    let (hub, streams) = (Hub::default(), EventStreams::new(COMPRESSION()));
    let mut reader = Reader::open(&streams, subscribe(&hub).await).await;
    for (length, wire) in [(127, 132..=132), (128, 60..=100)] {
        let _published = hub.publish("a", MessageEvent::new("x".repeat(length - 44))).await.expect("published");
        let (text, frame) = reader.next().await;
        assert_eq!(text.len(), length);
        assert!(wire.contains(&frame.len()), "{}", frame.len());
    }
}
