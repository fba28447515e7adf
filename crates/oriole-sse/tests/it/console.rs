//! The development console's bounds, each on both its sides.

use std::time::Duration;

use http::{Request, Response};
use http_body_util::{BodyExt, Full};
use oriole_sse::{Console, ConsoleOptions, ConsoleToken, Decoder, EventBody, Hub, MessageEvent, Subscription};
use serde_json::Value;
use tokio::time::Instant;

use crate::hub::support::publish;
use crate::support::frame;

const TOKEN: &str = "0f4c81c7d1d04a2e9b6f3a55";

fn console(hub: &Hub, options: ConsoleOptions) -> Console {
    let token = ConsoleToken::new(TOKEN).expect("long and plain");
    let options = options.peer_by(|_| "127.0.0.1".parse().ok()).token(token);
    Console::new(hub.clone(), options).expect("a build for development")
}

async fn ask(console: &Console, method: &str, path: &str, body: &str) -> Response<EventBody> {
    let request = Request::builder().method(method).uri(path).header("host", "localhost");
    let request = request.header(ConsoleToken::HEADER, TOKEN);
    let request = request.body(Full::<bytes::Bytes>::new(body.to_owned().into())).expect("a request");
    let path = request.uri().path().to_owned();
    console.respond(&path, request).await
}

/// The page's events, one after the other.
struct Watch {
    body: EventBody,
    decoder: Decoder,
    events: Vec<(String, Value)>,
}

impl Watch {
    async fn open(console: &Console) -> Self {
        let response = ask(console, "GET", "/events", "").await;
        assert_eq!(response.status(), 200);
        let mut watch = Self { body: response.into_body(), decoder: Decoder::default(), events: vec![] };
        assert_eq!(watch.next().await.0, "begin");
        watch
    }

    async fn next(&mut self) -> (String, Value) {
        while self.events.is_empty() {
            let frame = frame(&mut self.body).await.expect("an event");
            let events = self.decoder.feed(&frame).map(|event| event.expect("within the limits"));
            let read = |text: &str| serde_json::from_str(text).expect("JSON");
            self.events.extend(events.map(|event| (event.event_type().to_owned(), read(event.data()))));
        }
        self.events.remove(0)
    }

    async fn update(&mut self) -> Value {
        let (name, update) = self.next().await;
        assert_eq!(name, "update");
        update
    }
}

async fn subscribe(hub: &Hub, topics: impl IntoIterator<Item = u64>) -> Vec<Subscription> {
    let mut subscriptions = vec![];
    for topic in topics {
        subscriptions.push(hub.subscribe(format!("topic-{topic}")).await.expect("room"));
    }
    subscriptions
}

fn numbers(rows: &Value, name: &str) -> Vec<String> {
    rows["changed"].as_array().expect("rows").iter().map(|row| row[name].to_string()).collect()
}

#[tokio::test(start_paused = true)]
async fn so_many_streams_are_listed_and_the_furthest_behind_first() {
    let hub = Hub::default();
    let mut kept = subscribe(&hub, 0..3).await;
    publish(&hub, "topic-0", 1..=2);
    publish(&hub, "topic-1", 1..=1);
    let console = console(&hub, ConsoleOptions::default().streams_max(3));
    let streams = Watch::open(&console).await.update().await["streams"].take();
    assert_eq!((streams["all"].as_u64(), numbers(&streams, "number").len()), (Some(3), 3));

    kept.extend(subscribe(&hub, 3..5).await);
    hub.streams()[4].hold();
    let streams = Watch::open(&console).await.update().await["streams"].take();
    assert_eq!(
        (streams["all"].as_u64(), numbers(&streams, "number")),
        (Some(5), ["4", "0", "1"].map(Into::into).into())
    );
}

#[tokio::test(start_paused = true)]
async fn so_many_topics_are_listed_and_the_most_read_first() {
    let hub = Hub::default();
    let _kept = subscribe(&hub, [0, 1, 2, 2]).await;
    for (topics_max, listed) in [(3, 3), (2, 2)] {
        let console = console(&hub, ConsoleOptions::default().topics_max(topics_max));
        let topics = Watch::open(&console).await.update().await["topics"].take();
        assert_eq!((topics["all"].as_u64(), numbers(&topics, "topic").len()), (Some(3), listed));
        assert_eq!(numbers(&topics, "topic")[0], "\"topic-2\"");
    }
}

#[tokio::test(start_paused = true)]
async fn so_many_events_are_shown_and_so_much_of_each() {
    let hub = Hub::default();
    let _kept = subscribe(&hub, [0]).await;
    for text in ["first", "äöü"] {
        hub.publish("topic-0", MessageEvent::new(text)).await.expect("published");
    }
    let recent = async |options| {
        let topics = Watch::open(&console(&hub, options)).await.update().await["topics"].take();
        topics["changed"][0]["recent"].as_array().expect("events").clone()
    };
    let shown = |event: &Value| (event["data"].as_str().map(str::to_owned), event["isCut"].as_bool());
    let all = recent(ConsoleOptions::default().events_max(2).preview_bytes_max(6)).await;
    assert_eq!((all.len(), shown(&all[0])), (2, (Some("äöü".into()), Some(false))), "the newest first");
    let few = recent(ConsoleOptions::default().events_max(1).preview_bytes_max(5)).await;
    assert_eq!((few.len(), shown(&few[0])), (1, (Some("äö".into()), Some(true))), "no half of a character");
    let none = recent(ConsoleOptions::default().previews(false)).await;
    assert_eq!((shown(&none[0]), none[0]["bytes"].as_u64() > Some(0)), ((None, Some(false)), true));
    assert!(!format!("{none:?}").contains("first"));
}

#[tokio::test(start_paused = true)]
async fn so_many_pages_are_open() {
    let console = console(&Hub::default(), ConsoleOptions::default().pages_max(2));
    let first = Watch::open(&console).await;
    let _second = Watch::open(&console).await;
    let refused = ask(&console, "GET", "/events", "").await;
    assert_eq!((refused.status().as_u16(), &refused.headers()["retry-after"]), (503, &"5".parse().expect("a value")));
    drop(first);
    Watch::open(&console).await;
}

#[tokio::test(start_paused = true)]
async fn so_much_is_published() {
    let hub = Hub::default();
    let _kept = subscribe(&hub, [0]).await;
    let console = console(&hub, ConsoleOptions::default().publish_bytes_max(4));
    for (data, status) in [("1234", 204), ("12345", 413)] {
        assert_eq!(ask(&console, "POST", "/publish?topic=topic-0", data).await.status(), status);
    }
    assert_eq!(hub.topics()[0].recent(9).len(), 1);
    let request = Request::post("/publish?topic=topic-0").header("host", "localhost");
    let request = request.header(ConsoleToken::HEADER, TOKEN);
    let request = request.body(Full::<&[u8]>::new(b"\xff\xfe")).expect("a request");
    let refused = console.respond("/publish", request).await;
    assert_eq!(refused.status(), 400);
    assert_eq!(refused.into_body().collect().await.expect("whole").to_bytes(), "the data is not in UTF-8");
}

/// What has not changed is not told again, and what has is told with the next beat.
#[tokio::test(start_paused = true)]
async fn a_page_is_told_what_has_changed_and_not_too_often() {
    for (interval, beat) in [(250, 250), (100, 100), (1, 100)] {
        let hub = Hub::default();
        let _kept = subscribe(&hub, 0..2).await;
        let options = ConsoleOptions::default().update_interval(Duration::from_millis(interval));
        let mut watch = Watch::open(&console(&hub, options)).await;
        assert_eq!(watch.update().await["streams"]["all"], 2);
        let begun = Instant::now();
        publish(&hub, "topic-1", [1]);
        let update = watch.update().await;
        assert_eq!(begun.elapsed(), Duration::from_millis(beat));
        assert_eq!(numbers(&update["topics"], "topic"), ["\"topic-1\""]);
        assert_eq!(numbers(&update["streams"], "number"), ["1"], "the other has not moved");
    }
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_told() {
    let hub = Hub::default();
    let kept = subscribe(&hub, [0]).await;
    let mut watch = Watch::open(&console(&hub, ConsoleOptions::default())).await;
    watch.update().await;
    drop(kept);
    let update = watch.update().await;
    assert_eq!((update["streams"]["gone"][0].as_str(), update["streams"]["all"].as_u64()), (Some("0"), Some(0)));
    assert_eq!(update["topics"]["changed"][0]["readers"], 0);
}

/// A page that takes nothing does not hold up the end of a server for longer than is said; one that reads, not at all.
#[tokio::test(start_paused = true)]
async fn a_drain_waits_so_long() {
    for timeout in [1, 7] {
        let options = ConsoleOptions::default().drain_timeout(Duration::from_secs(timeout));
        let console = console(&Hub::default(), options);
        let stuck = Watch::open(&console).await;
        let begun = Instant::now();
        console.drain().await;
        assert_eq!(begun.elapsed(), Duration::from_secs(timeout));
        drop(stuck);
        console.drain().await;
        assert_eq!(begun.elapsed(), Duration::from_secs(timeout), "nobody is there");
    }
    assert_eq!(ConsoleOptions::default().drain_timeout, Duration::from_secs(1));
}

/// Two consoles have two tokens, and neither shows its own.
#[test]
fn a_token_is_of_chance() {
    let make = || Console::new(Hub::default(), ConsoleOptions::default().development(true)).expect("random bytes");
    let (one, other) = (make(), make());
    let link = one.link("http://localhost/c");
    let token = link.strip_prefix("http://localhost/c#token=").expect("the token is in the fragment");
    assert!(ConsoleToken::new(token).is_ok() && token.len() == 32, "{token}");
    assert_ne!(one.link(""), other.link(""));
    assert!(!format!("{one:?}").contains(token));
}
