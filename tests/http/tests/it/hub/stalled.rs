//! A client that stops reading, over a real socket.

use super::reader::Reader;
use http_tests::{App, PATIENCE, within};
use oriole::prelude::*;
use oriole::sse::{Hub, HubOptions, MemoryStore, MemoryStoreOptions, Retention, SseOptions, Start, Subscription};
use oriole::{SseModule, SseModuleOptions};
use std::sync::Arc;
use std::time::{Duration, Instant};

/// More than the sockets of both ends hold, and less than the store keeps.
const EVENTS: usize = 500;
const EVENT_BYTES: usize = 64 * 1024;
const TIMEOUT: Duration = Duration::from_secs(2);

#[injectable]
pub struct Feed {
    hub: Arc<Hub>,
}

#[controller("feed")]
impl Feed {
    /// Ends when the hub looks after all subscriptions.
    #[sse("short/{who}")]
    async fn short(&self, Path(who): Path<String>) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("feed").principal(who).lifetime(TIMEOUT).await?)
    }

    #[sse("{who}")]
    async fn read(&self, Path(who): Path<String>, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("feed").principal(who).from(start).await?)
    }
}

fn options() -> SseModuleOptions {
    let retention = Retention::default().bytes_max(64 * 1024 * 1024);
    SseModuleOptions::default()
        .hub(HubOptions::default().principal_subscriptions_max(1).write_timeout(TIMEOUT))
        .store(MemoryStore::new(MemoryStoreOptions::default().retention(retention)))
}

#[module(imports = [SseModule::for_root(options())], controllers = [Feed])]
pub struct FeedModule;

async fn read(reader: &mut Reader, number: usize) {
    let event = reader.next().await;
    assert!(event.starts_with(&format!("message({number} ")), "{}", &event[..event.len().min(100)]);
}

/// Two clients who have read their hello.
async fn ann_and_bob(app: &App) -> (Reader, Reader) {
    let mut ann = Reader::open(app.addr, "GET", "/feed/ann", "").await;
    let mut bob = Reader::open(app.addr, "GET", "/feed/bob", "").await;
    for reader in [&mut ann, &mut bob] {
        assert_eq!(reader.next().await, "hello({\"verdict\":\"live\"})");
    }
    (ann, bob)
}

/// Publishes all events, each when this client has the one before: however slow the machine, no more than one waits for it.
async fn publish(hub: &Hub, other: &mut Reader) {
    let padding = "x".repeat(EVENT_BYTES);
    for number in 0..EVENTS {
        hub.publish("feed", MessageEvent::new(format!("{number} {padding}"))).await.expect("published");
        read(other, number).await;
    }
}

/// Its connection is closed and its place is free, without a word to the others; and when it comes back it has lost nothing.
#[cfg(target_os = "linux")]
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub async fn a_client_that_stops_reading_is_closed_and_makes_room() {
    let mut hub = None;
    let app = App::serve_with::<FeedModule>(|app| {
        hub = app.get::<Hub>();
        app.peer_timeout(TIMEOUT).sse(SseOptions::default().heartbeat_interval(None))
    })
    .await;
    let hub = hub.expect("the module provides it");
    let (mut stalled, mut other) = ann_and_bob(&app).await;
    assert_eq!(app.get("/feed/ann").await.status, 429, "one of each");

    let begun = Instant::now();
    publish(&hub, &mut other).await;

    let freed = async {
        while hub.subscriptions() > 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
    };
    within(PATIENCE, freed).await;
    assert!(begun.elapsed() >= TIMEOUT, "{:?}", begun.elapsed());
    let id = stalled.last_event_id.clone();
    let got = within(PATIENCE, stalled.connection.closed()).await;
    assert!(got.len() < EVENTS * EVENT_BYTES, "its socket was full");
    assert!(!got.ends_with("\r\n0\r\n\r\n"), "no complete end is pretended");

    // Whoever reads is not concerned, and who comes back has the place again.
    assert!(other.connection.is_silent(), "nothing was said to it");
    let mut back = Reader::open(app.addr, "GET", "/feed/ann", &format!("Last-Event-ID: {id}\r\n")).await;
    assert_eq!(back.next().await, "hello({\"verdict\":\"resumed\"})");
    for number in 0..EVENTS {
        read(&mut back, number).await;
    }
    drop((back, other));
    app.end().await;
}

/// Where the server leaves its connection open, it is told that it was stalled when it reads on, and loses nothing either.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
pub async fn a_client_that_stops_reading_is_told_so_when_it_reads_on() {
    let mut hub = None;
    let app = App::serve_with::<FeedModule>(|app| {
        hub = app.get::<Hub>();
        app.peer_timeout(None)
    })
    .await;
    let hub = hub.expect("the module provides it");
    let (mut stalled, mut other) = ann_and_bob(&app).await;
    publish(&hub, &mut other).await;
    tokio::time::sleep(TIMEOUT).await;
    // It is woken first, and ended if that was no use.
    for who in ["cid", "dan"] {
        let mut short = Reader::open(app.addr, "GET", &format!("/feed/short/{who}"), "").await;
        assert_eq!(short.next().await, "hello({\"verdict\":\"live\"})");
        assert_eq!(short.next().await, "end({\"reason\":\"lifetime\"})", "the hub has looked at all of them");
    }
    assert_eq!(app.get("/feed/ann").await.status, 429, "its place is taken as long as its connection is there");

    let mut got = 0;
    let last = loop {
        let event = stalled.next().await;
        if !event.starts_with(&format!("message({got} ")) {
            break event;
        }
        got += 1;
    };
    assert_eq!(last, "end({\"reason\":\"stalled\"})", "after {got}");
    assert!(got < EVENTS, "its socket was full");
    let id = stalled.last_event_id.clone();
    let mut back = Reader::open(app.addr, "GET", "/feed/ann", &format!("Last-Event-ID: {id}\r\n")).await;
    assert_eq!(back.next().await, "hello({\"verdict\":\"resumed\"})");
    for number in got..EVENTS {
        read(&mut back, number).await;
    }
    drop((back, other));
    app.end().await;
}
