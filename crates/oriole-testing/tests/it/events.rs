//! Event streams: the client, virtual time, reconnection.

use oriole::prelude::*;
use oriole::sse::{EventId, Hub, HubOptions, MemoryStore, SseOptions, Start, Subscription, event_name};
use oriole::{SseModule, SseModuleOptions};
use oriole_testing::{Error, Result, Test, TestApp, TestClock};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

const HEARTBEAT: Duration = Duration::from_secs(15);

/// Counts the streams that are open.
#[injectable]
struct Feed {
    #[inject(default)]
    open: Arc<AtomicUsize>,
}

struct Leaves(Arc<AtomicUsize>);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.fetch_sub(1, Ordering::SeqCst);
    }
}

#[controller]
impl Feed {
    /// Numbers from behind the last, one each minute.
    #[sse("feed")]
    fn feed(&self, last: LastEventId) -> impl Stream<Item = MessageEvent> + use<> {
        self.open.fetch_add(1, Ordering::SeqCst);
        let leaves = Leaves(Arc::clone(&self.open));
        let from = last.as_str().and_then(|last| last.parse::<u64>().ok()).map_or(0, |last| last + 1);
        interval(Duration::from_secs(60)).map(move |n| {
            let _ = &leaves;
            let id = EventId::try_from((from + n).to_string()).expect("a number is an id");
            MessageEvent::json(&json!({"n": from + n}))
                .event_type(event_name!("tick"))
                .id(id)
                .retry(Duration::from_secs(2))
        })
    }

    #[sse("two")]
    fn two(&self) -> impl Stream<Item = MessageEvent> + use<> {
        futures_util::stream::iter([MessageEvent::new("one"), MessageEvent::new("two\nlines")])
    }

    #[sse("broken")]
    async fn broken(&self) -> Result<futures_util::stream::Empty<MessageEvent>, HttpException> {
        Err(HttpException::forbidden("not for you"))
    }

    /// Never rests, and says nothing.
    #[sse("restless")]
    fn restless(&self) -> impl Stream<Item = MessageEvent> + use<> {
        futures_util::stream::repeat_with(|| MessageEvent::default().comment("still here"))
    }

    #[get("open")]
    async fn open(&self) -> Json<usize> {
        Json(self.open.load(Ordering::SeqCst))
    }
}

#[module(root, controllers = [Feed])]
struct FeedModule;

async fn app() -> Result<TestApp> {
    let app = Test::module::<FeedModule>().compile().await?.create_application();
    // Longer than the moments that these tests wait for.
    app.patience(Duration::from_secs(3600)).init().await
}

#[tokio::test(start_paused = true)]
async fn events_have_data_type_and_id() -> Result {
    let app = app().await?;
    let mut events = app.sse("/feed").await?;
    assert_eq!(events.headers()["content-type"], "text/event-stream");
    events.next().await?.assert_json(json!({"n": 0})).assert_type("tick").assert_id("0").assert_data("{\"n\":0}");
    assert_eq!((events.last_event_id(), events.retry()), ("0", Some(Duration::from_secs(2))));
    let two = events.take(2).await?;
    assert_eq!([two[0].id(), two[1].id()], ["1", "2"]);
    drop(events);
    app.close().await
}

/// A stream that is left has been left: in process at once.
#[tokio::test(start_paused = true)]
async fn to_drop_a_stream_is_to_leave() -> Result {
    let app = app().await?;
    let events = app.sse("/feed").await?;
    app.get("/open").await?.assert_json(1);
    drop(events);
    app.get("/open").await?.assert_json(0);
    app.close().await
}

#[tokio::test(start_paused = true)]
async fn heartbeats_pass_in_no_time() -> Result {
    let app = app().await?;
    let mut events = app.sse("/feed").await?;
    let begun = std::time::Instant::now();
    events.heartbeat().await?;
    events.advance(HEARTBEAT * 2 + Duration::from_secs(1)).await?;
    assert_eq!((events.heartbeats(), events.try_next()), (3, None));
    events.advance(Duration::from_secs(3600)).await?;
    let mut count = 0;
    while events.try_next().is_some() {
        count += 1;
    }
    assert_eq!(count, 60);
    assert!(begun.elapsed() < Duration::from_secs(600), "nothing sleeps");
    app.close().await
}

/// Who does not read meanwhile finds one heartbeat, not three: they are not stored up.
#[tokio::test(start_paused = true)]
async fn three_heartbeats_are_missed_by_who_does_not_read() -> Result {
    let app = app().await?;
    let mut events = app.sse("/feed").await?;
    app.advance(HEARTBEAT * 3).await;
    let chunk = events.chunk().await?;
    assert_eq!(chunk.as_deref(), Some(b":\n\n".as_slice()));
    assert_eq!(events.heartbeats(), 1);
    app.close().await
}

#[tokio::test(start_paused = true)]
async fn a_reader_comes_back_after_the_last_event() -> Result {
    let app = app().await?;
    let mut events = app.sse("/feed").await?;
    events.take(3).await?;
    events.reconnect().await?;
    assert_eq!(events.heartbeats(), 0);
    events.next().await?.assert_id("3");
    app.get("/open").await?.assert_json(1);
    let mut other = app.sse("/feed").last_event_id("9").await?;
    other.next().await?.assert_id("10");
    app.close().await
}

#[tokio::test]
async fn the_end_is_waited_for() -> Result {
    let app = app().await?;
    let mut events = app.sse("/two").await?;
    events.next().await?.assert_data("one");
    events.next().await?.assert_data("two\nlines");
    events.end().await?;
    let error = events.next().await.unwrap_err().to_string();
    assert!(
        error.starts_with("GET /two: the stream ended, an event was expected; received so far: 2 events"),
        "{error}"
    );

    let mut events = app.sse("/two").await?;
    events.next().await?;
    let error = events.end().await.unwrap_err().to_string();
    assert!(error.contains("an event came before the end") && error.contains("two\\nlines"), "{error}");
    app.close().await
}

#[tokio::test]
async fn an_answer_that_is_no_stream_is_an_error() -> Result {
    let app = app().await?;
    let error = app.sse("/broken").await.unwrap_err();
    assert!(matches!(error, Error::Request { .. }));
    let said = error.to_string();
    assert!(said.contains("403 Forbidden") && said.contains("not for you"), "{said}");
    app.close().await
}

/// A wait that would hang ends, and tells what came before.
#[tokio::test(start_paused = true)]
async fn a_wait_without_an_end_tells_what_was_received() -> Result {
    let app = Test::module::<FeedModule>().compile().await?.create_application();
    let app = app.patience(Duration::from_secs(50)).init().await?;
    let mut events = app.sse("/feed").await?;
    let error = events.next().await.unwrap_err().to_string();
    assert_eq!(error, "GET /feed: no event within 50s; received so far: 0 events, 3 heartbeats");
    events.next().await?;
    let error = events.next().await.unwrap_err().to_string();
    assert!(error.contains("1 events, ") && error.contains("\n  tick \"0\" \"{\\\"n\\\":0}\""), "{error}");
    app.close().await
}

/// A stream that never rests would be read for ever, in a time that stands still.
#[tokio::test(start_paused = true)]
async fn a_stream_that_never_rests_is_told() -> Result {
    use oriole::axum::body::{Body, Bytes};
    use oriole::axum::{Router, routing};

    async fn flood(said: &'static [u8]) -> ([(&'static str, &'static str); 1], Body) {
        let all =
            futures_util::stream::repeat_with(move || Ok::<_, std::convert::Infallible>(Bytes::from_static(said)));
        ([("content-type", "text/event-stream")], Body::from_stream(all))
    }

    let router = Router::new()
        .route("/events", routing::get(|| flood(b"data: x\n\n")))
        .route("/nothing", routing::get(|| flood(b":\n")))
        .route("/other", routing::get(|| async { ([("content-type", "text/event-streams")], "data: x\n\n") }))
        .route("/upper", routing::get(|| async { ([("content-type", "Text/Event-Stream; x=y")], "data: x\n\n") }));
    let test = Test::module::<FeedModule>().compile().await?.create_application();
    let app = test.configure(|app| app.mount("/flood", router)).init().await?;
    let error = app.sse("/flood/events").await?.advance(HEARTBEAT).await.unwrap_err().to_string();
    assert!(error.contains("more than 50000 events came that nobody asked for"), "{error}");
    let error = app.sse("/flood/nothing").await?.next().await.unwrap_err().to_string();
    assert!(error.contains("more than 50000 chunks came without an event"), "{error}");
    let error = app.sse("/flood/other").await.unwrap_err().to_string();
    assert!(error.contains("the answer is no event stream"), "{error}");
    app.sse("/flood/upper").await?.next().await?.assert_data("x");
    app.close().await
}

/// A clock ends where platforms can count no further.
#[test]
fn a_clock_does_not_overflow() {
    use oriole::sse::Clock;

    let clock = TestClock::new();
    let begun = (clock.now(), clock.wall());
    clock.advance(Duration::MAX);
    clock.advance(Duration::MAX);
    assert!(clock.now() > begun.0 + HEARTBEAT && clock.wall() > begun.1 + HEARTBEAT);
}

/// Bytes as they come: an event of two writes is whole with the second.
#[tokio::test]
async fn partial_frames_are_seen_chunk_by_chunk() -> Result {
    use oriole::axum::body::{Body, Bytes};
    use oriole::axum::{Router, routing};

    async fn halves() -> ([(&'static str, &'static str); 1], Body) {
        let parts = [": hi\nid: 7\nda", "ta: whole\n", "\n", "data: never"];
        let parts = parts.map(|part| Ok::<_, std::convert::Infallible>(Bytes::from_static(part.as_bytes())));
        ([("content-type", "text/event-stream")], Body::from_stream(futures_util::stream::iter(parts)))
    }

    let test = Test::module::<FeedModule>().compile().await?.create_application();
    let app = test.configure(|app| app.mount("/", Router::new().route("/halves", routing::get(halves)))).init().await?;
    let mut events = app.sse("/halves").await?;
    assert_eq!(events.chunk().await?.as_deref(), Some(b": hi\nid: 7\nda".as_slice()));
    assert_eq!((events.try_next(), events.last_event_id()), (None, ""));
    assert_eq!(events.comments().collect::<Vec<_>>(), [" hi"]);
    events.chunk().await?;
    assert_eq!(events.try_next(), None);
    events.chunk().await?;
    events.try_next().expect("it is whole").assert_data("whole").assert_id("7");
    let error = events.end().await.unwrap_err().to_string();
    assert!(
        error.contains("the stream ended within an event") && error.contains("unfinished: \"data: never\""),
        "{error}"
    );
    app.close().await
}

/// The same over a socket, by a clock of the test's own. The head of a stream waits for it as well, and is not waited for.
#[tokio::test]
async fn heartbeats_go_by_the_tests_clock_over_a_socket() -> Result {
    let test = Test::module::<FeedModule>().compile().await?.create_application();
    let app = test.clock(TestClock::new()).listen().await?;
    let mut events = app.sse("/feed").await?;
    for beats in 1..=3 {
        events.advance(HEARTBEAT).await?;
        events.heartbeat().await?;
        assert_eq!((events.heartbeats(), events.try_next()), (beats, None));
    }
    drop(events);
    app.close().await
}

/// A clock that nobody waits for is not moved: what would be due is not there yet.
#[tokio::test(start_paused = true)]
async fn a_clock_that_nobody_waits_for_is_told() -> Result {
    let test = Test::module::<FeedModule>().compile().await?.create_application();
    let options = SseOptions::default().heartbeat_interval(None).head_delay(Duration::ZERO);
    let app = test.configure(|app| app.sse(options)).clock(TestClock::new()).init().await?;
    let mut events = app.sse("/feed").await?;
    let error = events.advance(HEARTBEAT).await.unwrap_err().to_string();
    assert!(error.contains("nobody waited for the test's clock within 30s"), "{error}");
    app.close().await
}

#[injectable]
struct Rooms {
    hub: Arc<Hub>,
}

#[controller("rooms")]
impl Rooms {
    #[post]
    async fn say(&self, text: String) -> Result<(), HttpException> {
        self.hub.publish("room", MessageEvent::new(text)).await?;
        Ok(())
    }

    #[sse("events")]
    async fn events(&self, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("room").from(start).await?)
    }
}

#[module(root, imports = [SseModule::for_root(SseModuleOptions::default())], controllers = [Rooms])]
struct RoomsModule;

/// A hub of the test's own, which goes by its clock; a reader resumes where it left, over a socket and without.
#[tokio::test]
async fn a_reader_of_a_hub_resumes() -> Result {
    for socket in [false, true] {
        let clock = TestClock::new();
        let hub = Hub::with_clock(HubOptions::default(), Arc::new(MemoryStore::default()), clock.clone());
        let test = Test::module::<RoomsModule>().override_provider::<Hub>().use_value(Arc::new(hub)).compile().await?;
        let app = test.create_application().clock(clock);
        let app = if socket { app.listen().await? } else { app.init().await? };

        let mut events = app.sse("/rooms/events").await?;
        app.post("/rooms").body("one").await?.assert_status(201);
        loop {
            let event = events.next().await?;
            if event.event_type() == "message" {
                event.assert_data("one");
                break;
            }
        }
        app.post("/rooms").body("two").await?.assert_status(201);
        events.reconnect().await?;
        loop {
            let event = events.next().await?;
            if event.event_type() == "message" {
                event.assert_data("two");
                break;
            }
        }
        drop(events);
        app.close().await?;
    }
    Ok(())
}

/// Whatever else runs goes on, and so does time.
#[tokio::test(start_paused = true)]
async fn a_stream_that_never_rests_does_not_stop_the_clock() -> Result {
    let app = app().await?;
    let mut events = app.sse("/restless").await?;
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(tokio::time::advance(Duration::from_secs(2 * 3600)));
    let error = events.next().await.unwrap_err().to_string();
    assert!(error.contains("no event within 3600s"), "{error}");
    Ok(())
}

#[tokio::test(start_paused = true)]
async fn patience_may_have_no_end() -> Result {
    let app = Test::module::<FeedModule>().compile().await?.create_application().patience(Duration::MAX).init().await?;
    let mut events = app.sse("/two").await?;
    assert_eq!(events.next().await?.data(), "one");
    assert_eq!(events.next().await?.data(), "two\nlines");
    events.end().await?;
    assert!(app.sse("/two").await?.chunk().await?.is_some());
    app.sse("/feed").await?.heartbeat().await
}
