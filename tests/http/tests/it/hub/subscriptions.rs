//! A hub in an application.

use super::reader::{DRAIN, Reader};
use futures_util::StreamExt as _;
use http_tests::{App, PATIENCE, within};
use oriole::prelude::*;
use oriole::sse::{EventId, Hub, HubOptions, MemoryStore, Start, Subscription};
use oriole::{SseModule, SseModuleOptions};
use serde_json::json;
use std::sync::Arc;
use std::time::Duration;

#[injectable]
pub struct Rooms {
    hub: Arc<Hub>,
}

#[controller("rooms/{room}")]
#[use_guards(Members)]
impl Rooms {
    #[post]
    async fn say(&self, Path(room): Path<String>, text: String) -> Result<(), HttpException> {
        self.hub.publish(room, MessageEvent::new(text)).await?;
        Ok(())
    }

    #[sse("events")]
    async fn events(&self, Path(room): Path<String>, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe(room).principal("ann").from(start).await?)
    }

    #[sse("posted", method = POST)]
    async fn posted(&self, Path(room): Path<String>, resume: LastEventId) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe(room).from(resume).await?)
    }

    #[sse("loud")]
    #[use_interceptors(Loud)]
    async fn loud(&self, Path(room): Path<String>) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe(room).await?)
    }
}

#[injectable]
pub struct Members;

impl Guard for Members {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(!ctx.http().uri.path().contains("secret"))
    }
}

#[injectable]
pub struct Loud;

impl Interceptor for Loud {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        Ok(next.run(ctx).await?.map_events(|event| match event.fields() {
            fields if fields.event_type.is_none() => {
                let text = fields.data.unwrap_or_default().to_uppercase();
                event.text(text)
            }
            _ => event,
        }))
    }
}

fn options() -> SseModuleOptions {
    SseModuleOptions::default().hub(HubOptions::default().principal_subscriptions_max(2)).drain_window(DRAIN)
}

#[module(imports = [SseModule::for_root(options())], controllers = [Rooms], providers = [Members, Loud])]
pub struct RoomsModule;

/// The header of a client that comes back.
fn resume(id: &str) -> String {
    format!("Last-Event-ID: {id}\r\n")
}

async fn say(app: &App, room: &str, text: &str) {
    let answer = app.send("POST", &format!("/rooms/{room}"), "Content-Type: text/plain\r\n", text).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

/// Parity: SSE.21.
#[tokio::test]
pub async fn a_handler_returns_a_subscription_and_clients_go_on_where_they_left_off() {
    let app = App::serve::<RoomsModule>().await;
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7/events", "").await;
    assert_eq!(reader.next().await, "hello({\"verdict\":\"live\"})");
    say(&app, "7", "one").await;
    assert_eq!(reader.next().await, "message(one)");
    let id = reader.last_event_id.clone();
    drop(reader);

    say(&app, "7", "two").await;
    say(&app, "8", "elsewhere").await;
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7/events", &resume(&id)).await;
    assert_eq!(reader.next().await, "hello({\"verdict\":\"resumed\"})");
    assert_eq!(reader.next().await, "message(two)");
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7/events?rewind=1", "").await;
    assert_eq!(
        (reader.next().await, reader.next().await),
        ("hello({\"verdict\":\"live\"})".into(), "message(two)".into())
    );
    app.end().await;
}

#[tokio::test]
pub async fn another_method_does_the_same() {
    let app = App::serve::<RoomsModule>().await;
    say(&app, "7", "one").await;
    let mut reader = Reader::open(app.addr, "POST", "/rooms/7/posted", &resume("earliest")).await;
    assert_eq!(
        (reader.next().await, reader.next().await),
        ("hello({\"verdict\":\"live\"})".into(), "message(one)".into())
    );
    app.end().await;
}

#[tokio::test]
pub async fn guards_and_interceptors_apply() {
    let app = App::serve::<RoomsModule>().await;
    assert_eq!(app.get("/rooms/secret/events").await.status, 403);
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7/loud", "").await;
    assert_eq!(reader.next().await, "hello({\"verdict\":\"live\"})");
    say(&app, "7", "one").await;
    assert_eq!(reader.next().await, "message(ONE)");
    assert!(!reader.last_event_id.is_empty(), "a changed event keeps its place");
    app.end().await;
}

/// Nothing stands between a handler's subscription and its response, where no interceptor changes the events: the response
/// then knows that it is one, and says farewell as the hub does. A stream that is made of it only ends.
#[tokio::test]
pub async fn a_subscription_is_a_response_by_itself() {
    #[provider]
    fn hub() -> Hub {
        Hub::default()
    }

    #[injectable]
    pub struct Streams {
        hub: Arc<Hub>,
    }

    #[controller]
    impl Streams {
        #[sse("bare")]
        async fn bare(&self) -> Result<Subscription, HttpException> {
            Ok(self.hub.subscribe("a").await?)
        }

        #[sse("guarded")]
        #[use_guards(Members)]
        #[header("x-a", "b")]
        async fn guarded(&self) -> Result<Subscription, HttpException> {
            Ok(self.hub.subscribe("a").await?)
        }

        #[sse("changed")]
        #[use_interceptors(Loud)]
        async fn changed(&self) -> Result<Subscription, HttpException> {
            Ok(self.hub.subscribe("a").await?)
        }
    }

    // Nobody drains this hub: the application's end ends the streams.
    #[module(controllers = [Streams], providers = [hub, Members, Loud])]
    pub struct StreamsModule;

    let app = App::serve::<StreamsModule>().await;
    let mut direct =
        [Reader::open(app.addr, "GET", "/bare", "").await, Reader::open(app.addr, "GET", "/guarded", "").await];
    let mut changed = Reader::open(app.addr, "GET", "/changed", "").await;
    for reader in direct.iter_mut().chain([&mut changed]) {
        assert_eq!(reader.next().await, "hello({\"verdict\":\"live\"})");
    }
    app.shutdown.shutdown();
    for reader in &mut direct {
        assert_eq!(reader.next().await, "end({\"reason\":\"drain\"})");
    }
    for reader in direct.iter_mut().chain([&mut changed]) {
        while let Some(chunk) = within(PATIENCE, reader.connection.chunk()).await {
            assert!(reader.decoder.feed(chunk.as_bytes()).next().is_none(), "no more events");
        }
        assert!(reader.decoder.reconnection_time().is_some(), "and when to come back");
    }
    app.end().await;
}

#[tokio::test]
pub async fn what_a_hub_refuses_is_an_exception() {
    let app = App::serve::<RoomsModule>().await;
    let name = "x".repeat(257);
    let refused = app.get(&format!("/rooms/{name}/events")).await;
    let expected =
        json!({"message": "a topic's name cannot be longer than 256 bytes", "error": "Bad Request", "statusCode": 400});
    assert_eq!((refused.status, refused.json()), (400, expected.clone()));
    assert_eq!(app.send("POST", &format!("/rooms/{name}"), "Content-Type: text/plain\r\n", "x").await.json(), expected);
    let refused = app.get("/rooms/7/events?rewind=x").await;
    assert_eq!((refused.status, &refused.json()["error"]), (400, &json!("Bad Request")));

    let _both = [
        Reader::open(app.addr, "GET", "/rooms/7/events", "").await,
        Reader::open(app.addr, "GET", "/rooms/7/events", "").await,
    ];
    let refused = app.get("/rooms/7/events").await;
    let wait: u64 = refused.header("retry-after").expect("a header").parse().expect("seconds");
    assert!((1..=10).contains(&wait));
    let message = "there are too many subscriptions of the same client";
    let expected = json!({"message": message, "error": "Too Many Requests", "statusCode": 429});
    assert_eq!((refused.status, refused.json()), (429, expected));
    app.end().await;
}

/// The end of the application: an `end`, a `retry`, a complete last chunk; and then the new application goes on.
#[tokio::test]
pub async fn a_client_survives_a_deploy() {
    fn kept() -> MemoryStore {
        // What a store that lasts does between two processes; each run of the test has its own.
        thread_local! {
            static KEPT: MemoryStore = MemoryStore::default();
        }
        KEPT.with(Clone::clone)
    }

    #[module(
        imports = [SseModule::for_root(options().store(kept()))],
        controllers = [Rooms],
        providers = [Members],
    )]
    pub struct KeptModule;

    let app = App::serve::<KeptModule>().await;
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7/events", "").await;
    say(&app, "7", "one").await;
    assert_eq!(
        (reader.next().await, reader.next().await),
        ("hello({\"verdict\":\"live\"})".into(), "message(one)".into())
    );
    app.shutdown.shutdown();
    assert_eq!(reader.next().await, "end({\"reason\":\"drain\"})");
    assert!(reader.decoder.reconnection_time().is_some());
    assert_eq!(within(PATIENCE, reader.connection.chunk()).await, None, "the complete end");
    let id = reader.last_event_id;
    assert!(EventId::new(id.clone()).is_ok() && !id.is_empty());
    app.end().await;

    let app = App::serve::<KeptModule>().await;
    say(&app, "7", "two").await;
    let mut reader = Reader::open(app.addr, "GET", "/rooms/7/events", &resume(&id)).await;
    assert_eq!(
        (reader.next().await, reader.next().await),
        ("hello({\"verdict\":\"resumed\"})".into(), "message(two)".into())
    );
    app.end().await;
}

/// The last of several subscriptions leaves at the end of the window.
#[tokio::test(start_paused = true)]
async fn the_window_of_a_drain_is_two_seconds_unless_it_is_said() {
    async fn took<M: oriole::Module>() -> Duration {
        let app = Oriole::create::<M>().await.expect("it is complete");
        let hub = app.get::<Hub>().expect("provided");
        let mut readers = tokio::task::JoinSet::new();
        for _ in 0..2 {
            let subscription = hub.subscribe("a").await.expect("room");
            readers.spawn(subscription.for_each(|_| std::future::ready(())));
        }
        let begun = tokio::time::Instant::now();
        app.into_service().await.expect("no hook fails").close().await.expect("no hook fails");
        readers.join_all().await;
        begun.elapsed()
    }

    #[module(imports = [SseModule::for_root(SseModuleOptions::default())])]
    pub struct DefaultModule;

    #[module(imports = [SseModule::for_root(SseModuleOptions::default().drain_window(Duration::from_millis(300)))])]
    pub struct ShortModule;

    let about = |millis| Duration::from_millis(millis)..Duration::from_millis(millis + 100);
    let (default, short) = (took::<DefaultModule>().await, took::<ShortModule>().await);
    assert!(about(2_000).contains(&default) && about(300).contains(&short), "{default:?}, {short:?}");
}
