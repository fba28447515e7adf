//! Slow readers, over real sockets.

use futures_util::stream;
use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::time::sleep;

const EVENTS: usize = 150_000;
/// More than the sockets of both ends hold.
const AHEAD_BYTES_MAX: usize = 24 * 1024 * 1024;

#[injectable]
pub struct Made {
    #[inject(default)]
    count: AtomicUsize,
    #[inject(default)]
    log: Recorder,
}

#[injectable]
pub struct Feed {
    made: Arc<Made>,
}

#[controller]
impl Feed {
    #[sse("counted")]
    fn counted(&self) -> impl Stream<Item = MessageEvent> {
        let log = self.made.log.clone();
        let events = stream::iter(0..EVENTS).map(|n| {
            self.made.count.fetch_add(1, Ordering::Relaxed);
            MessageEvent::new(text(n))
        });
        events.finalize(move || log.record("over"))
    }
}

#[module(controllers = [Feed], providers = [Made])]
pub struct FeedModule;

fn text(n: usize) -> String {
    format!("{n:0300}")
}

async fn serve(peer_timeout: Duration) -> (App, Arc<Made>) {
    let mut made = None;
    let app = App::serve_with::<FeedModule>(|app| {
        made = app.get::<Made>();
        app.peer_timeout(peer_timeout)
    })
    .await;
    (app, made.expect("the module provides it"))
}

/// Reads events until so many are complete, and checks each.
async fn read_until(connection: &mut Connection, text_so_far: &mut String, read: &mut usize, until: usize) {
    while *read < until {
        let Some(chunk) = connection.chunk().await else { return };
        text_so_far.push_str(&chunk);
        let mut rest = text_so_far.as_str();
        while let Some((event, after)) = rest.split_once("\n\n") {
            assert_eq!(event.strip_prefix("data: "), Some(&*text(*read)));
            *read += 1;
            rest = after;
        }
        let taken = text_so_far.len() - rest.len();
        text_so_far.drain(..taken);
    }
}

/// Row 2: a stream waits for its reader. Nothing is lost, and nothing piles up.
/// Parity: SSE.17.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_reader_that_pauses_loses_nothing() {
    let (app, made) = serve(Duration::from_secs(12)).await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("GET", "/counted").await;
    assert_eq!(connection.head().await.status, 200);
    let (mut text, mut read) = (String::new(), 0);
    // Four pauses, each shorter than the timeout, together longer.
    for pause in 1..=4 {
        read_until(&mut connection, &mut text, &mut read, pause * 10_000).await;
        // The stream stands still while nobody reads: at the latest when both sockets are full.
        sleep(Duration::from_millis(3_500)).await;
        let stopped = made.count.load(Ordering::Relaxed);
        let ahead = (stopped - read) * 308;
        assert!(stopped < EVENTS && ahead < AHEAD_BYTES_MAX, "{ahead} bytes ahead of the reader");
    }
    read_until(&mut connection, &mut text, &mut read, EVENTS).await;
    assert_eq!((read, &*text), (EVENTS, ""));
    assert_eq!(connection.chunk().await, None, "the end is a complete one");
    app.end().await;
}

/// A reader that takes nothing for as long as `peer_timeout` counts as gone, though it lives.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn a_reader_that_takes_nothing_for_longer_is_cut() {
    let (app, made) = serve(Duration::from_secs(1)).await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("GET", "/counted").await;
    assert_eq!(connection.head().await.status, 200);
    within(PATIENCE, made.log.wait_for("over")).await;
    assert!(made.count.load(Ordering::Relaxed) < EVENTS, "the stream was dropped before its end");
    assert!(!connection.closed().await.ends_with("\r\n0\r\n\r\n"), "no complete end is pretended");
    app.end().await;
}
