//! Peers that take nothing, or answer nothing.

use super::frames::{ACK, Client, DATA, END_STREAM, HEADERS, PING};
use http_tests::{App, PATIENCE, within};
use oriole::prelude::*;
use oriole::sse::{Decoder, Hub, HubOptions, SubscribeError, Subscription};
use oriole::{SseModule, SseModuleOptions};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpStream;

const TIMEOUT: Duration = Duration::from_secs(1);

#[injectable]
pub struct Feed {
    hub: Arc<Hub>,
}

#[controller("feed")]
impl Feed {
    #[sse]
    async fn read(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("feed").await?)
    }

    /// Ends when the hub looks after all subscriptions.
    #[sse("short")]
    async fn short(&self) -> Result<Subscription, SubscribeError> {
        self.hub.subscribe("feed").lifetime(TIMEOUT).await
    }
}

fn options() -> SseModuleOptions {
    SseModuleOptions::default().hub(HubOptions::default().write_timeout(TIMEOUT))
}

#[module(imports = [SseModule::for_root(options())], controllers = [Feed])]
pub struct FeedModule;

async fn serve(peer_timeout: Option<Duration>) -> (App, Arc<Hub>) {
    let mut hub = None;
    let app = App::serve_with::<FeedModule>(|app| {
        hub = app.get::<Hub>();
        app.peer_timeout(peer_timeout)
    })
    .await;
    (app, hub.expect("the module provides it"))
}

/// What came of a stream.
#[derive(Default)]
struct Seen {
    decoder: Decoder,
    events: Vec<String>,
    bytes: usize,
    is_over: bool,
}

impl Seen {
    fn take(&mut self, flags: u8, payload: &[u8]) {
        let events = self.decoder.feed(payload).map(|event| event.expect("within the limits"));
        self.events.extend(events.map(|event| format!("{}({})", event.event_type(), event.data())));
        self.bytes += payload.len();
        self.is_over |= flags & END_STREAM != 0;
    }

    fn has(&self, event: &str) -> bool {
        self.events.iter().any(|seen| seen == event)
    }
}

/// Reads the first stream of a connection, and whatever else is asked there, until this is so.
async fn read(client: &mut Client<TcpStream>, seen: &mut [Seen; 2], is_enough: impl Fn(&[Seen; 2]) -> bool) {
    while !is_enough(seen) {
        let (kind, flags, stream, payload) = client.frame(&[DATA, PING]).await;
        match (kind, stream) {
            (PING, _) if flags & ACK == 0 => client.send(PING, ACK, 0, &payload).await,
            (DATA, stream) => seen[usize::from(stream > 1)].take(flags, &payload),
            _ => {}
        }
    }
}

/// The window of RFC 9113, section 6.9.2.
const WINDOW: usize = 65_535;

/// A stream whose window is full ends as `stalled`, and says so when there is room again; others of the connection go on.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_stream_without_a_window_is_stalled_and_the_connection_goes_on() {
    let (app, hub) = serve(None).await;
    let mut client = Client::open(&app).await;
    // Room on the connection is not room on its streams.
    client.widen(0, 16 * 1024 * 1024).await;
    client.get(1, "/feed").await;
    client.frame(&[HEADERS]).await;
    let mut seen = <[Seen; 2]>::default();
    read(&mut client, &mut seen, |seen| seen[0].has("hello({\"verdict\":\"live\"})")).await;

    let padding = "x".repeat(8 * 1024);
    for number in 0..50 {
        hub.publish("feed", MessageEvent::new(format!("{number} {padding}"))).await.expect("published");
    }
    read(&mut client, &mut seen, |seen| seen[0].bytes == WINDOW).await;
    tokio::time::sleep(TIMEOUT).await;
    // It is woken first, and ended if that was no use.
    for stream in [3, 5] {
        client.get(stream, "/feed/short").await;
        seen[1] = Seen::default();
        read(&mut client, &mut seen, |seen| seen[1].is_over).await;
        assert!(seen[1].has("end({\"reason\":\"lifetime\"})"), "{:?}", seen[1].events);
    }
    assert_eq!((seen[0].bytes, seen[0].is_over), (WINDOW, false), "not a byte more than there was room for");
    assert_eq!(hub.subscriptions(), 1, "nobody takes its end");

    client.widen(1, 1024 * 1024).await;
    read(&mut client, &mut seen, |seen| seen[0].is_over).await;
    let (last, events) = seen[0].events.split_last().expect("events");
    assert_eq!(last, "end({\"reason\":\"stalled\"})");
    for (number, event) in events.iter().skip(1).enumerate() {
        assert!(event.starts_with(&format!("message({number} ")), "{number}");
    }
    assert!((8..50).contains(&(events.len() - 1)), "{} of 50", events.len() - 1);
    assert_eq!(hub.subscriptions(), 0);
    // Else the end waits for its answer to the last `PING`.
    drop(client);
    app.end().await;
}

/// A peer that answers no `PING` is gone, and so are its streams; one that answers stays, however silent it is.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn a_peer_that_answers_no_ping_is_gone() {
    // Half of it is time enough to answer on a machine with much to do.
    let (app, hub) = serve(Some(Duration::from_secs(10))).await;
    let mut silent = Client::open(&app).await;
    let mut alive = Client::open(&app).await;
    for client in [&mut silent, &mut alive] {
        client.get(1, "/feed").await;
        client.frame(&[HEADERS]).await;
    }
    assert_eq!(hub.subscriptions(), 2);
    let mut seen = <[Seen; 2]>::default();
    let gone = async {
        silent.frame(&[PING]).await;
        silent.closed().await;
        while hub.subscriptions() > 1 {
            tokio::time::sleep(Duration::from_millis(20)).await;
        }
        hub.publish("feed", MessageEvent::new("still here")).await.expect("published");
    };
    let reads = read(&mut alive, &mut seen, |seen| seen[0].has("message(still here)"));
    within(PATIENCE, async { tokio::join!(gone, reads) }).await;
    assert_eq!(hub.subscriptions(), 1);
    drop(alive);
    app.end().await;
}
