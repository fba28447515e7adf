//! A peer that vanishes: run in a network namespace of its own, it takes the network away from an open event stream.
//!
//! Prints `ended` when the server has noticed, and fails if that takes too long, or if a server without a bound noticed
//! as well.
#![allow(clippy::print_stdout, reason = "the test reads what it prints")]

use futures_util::stream;
use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::prelude::*;
use oriole::sse::SseOptions;
use std::process::Command;
use std::sync::Arc;
use std::time::Duration;

#[injectable]
struct Log {
    #[inject(default)]
    recorder: Recorder,
}

#[injectable]
struct Feed {
    log: Arc<Log>,
}

#[controller]
impl Feed {
    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        let recorder = self.log.recorder.clone();
        stream::iter([MessageEvent::new("first")]).chain(stream::pending()).finalize(move || recorder.record("over"))
    }
}

#[module(controllers = [Feed], providers = [Log])]
struct FeedModule;

fn link(state: &str) {
    let status = Command::new("ip").args(["link", "set", "lo", state]).status();
    assert!(status.is_ok_and(|status| status.success()), "`ip link set lo {state}` failed");
}

async fn open(peer_timeout: Option<Duration>) -> (App, Arc<Log>, Connection) {
    let mut log = None;
    let app = App::serve_with::<FeedModule>(|app| {
        log = app.get::<Log>();
        app.sse(SseOptions::default().heartbeat_interval(Duration::from_millis(100))).peer_timeout(peer_timeout)
    })
    .await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("GET", "/events").await;
    assert_eq!(connection.head().await.status, 200);
    assert_eq!(connection.chunk().await.as_deref(), Some("data: first\n\n"));
    (app, log.expect("the module provides it"), connection)
}

#[oriole::main(root = FeedModule)]
async fn main() {
    link("up");
    let (_app, bounded, _peer) = open(Some(Duration::from_secs(1))).await;
    let (_other, unbounded, _other_peer) = open(None).await;
    link("down");
    within(PATIENCE, bounded.recorder.wait_for("over")).await;
    assert_eq!(unbounded.recorder.lines(), [""; 0], "without a bound it is not noticed yet");
    println!("ended");
}
