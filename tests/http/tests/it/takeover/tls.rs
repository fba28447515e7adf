//! Streams over TLS are carried as others are.

use super::stage::RoomsModule;
use crate::listeners::{Tls, certificate, https};
use http_tests::{Carrier, PATIENCE, within};
use oriole::prelude::*;
use oriole::sse::Hub;
use oriole::{Listen, Shutdown};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::AsyncReadExt;
use tokio::runtime::Handle;
use tokio::task::JoinSet;

struct Stage {
    addr: SocketAddr,
    hub: Arc<Hub>,
    shutdown: Shutdown,
    running: JoinSet<oriole::Result<()>>,
    certificate: rcgen::CertifiedKey<rcgen::KeyPair>,
}

impl Stage {
    async fn new(carrier: Carrier) -> Self {
        let certificate = certificate();
        let app = carrier.set(Oriole::create::<RoomsModule>().await.expect("the module is sound"));
        let hub = app.get::<Hub>().expect("it is provided");
        let addrs = [Listen::https("127.0.0.1:0", https(&certificate))];
        let server = app.shutdown_on_signals(false).bind_all(addrs).await.expect("it can be bound");
        let (addr, shutdown) = (server.local_addr(), server.shutdown_handle());
        let mut running = JoinSet::new();
        running.spawn(server.serve());
        Self { addr, hub, shutdown, running, certificate }
    }

    /// A client that has read its hello.
    async fn reader(&self, target: &str) -> Tls {
        let mut tls = Tls::open(self.addr, &self.certificate, &["http/1.1"]).await;
        asks(&mut tls, target).await;
        tls
    }

    async fn publish(&self, text: &str) {
        self.hub.publish("room", MessageEvent::new(text)).await.expect("published");
    }

    async fn end(mut self) {
        self.shutdown.shutdown();
        within(PATIENCE, self.running.join_next()).await.expect("it runs").expect("no panic").expect("it ends well");
    }
}

async fn asks(tls: &mut Tls, target: &str) {
    tls.ask(target).await;
    assert!(tls.until("\r\n\r\n").await.starts_with("HTTP/1.1 200"));
    assert!(tls.until("\n\n\r\n").await.contains("\"live\""));
}

/// Reads one chunk.
async fn next(tls: &mut Tls) -> String {
    let size = tls.until("\r\n").await;
    let size = usize::from_str_radix(size.trim_end(), 16).expect("the size of a chunk");
    let mut chunk = vec![0; size + 2];
    within(PATIENCE, tls.0.read_exact(&mut chunk)).await.expect("a whole chunk");
    String::from_utf8(chunk).expect("text")
}

const STREAMS: usize = 20;

#[tokio::test]
async fn shards_carry_streams_over_tls() {
    for (carrier, least, most) in [(Carrier::Shards, 0, 10), (Carrier::Hyper, STREAMS, STREAMS + 10)] {
        let stage = Stage::new(carrier).await;
        let before = Handle::current().metrics().num_alive_tasks();
        let mut readers = vec![];
        for number in 0..STREAMS {
            readers.push(stage.reader(if number % 2 == 0 { "/events" } else { "/mine" }).await);
        }
        for text in ["one", "two"] {
            stage.publish(text).await;
            for reader in &mut readers {
                assert!(next(reader).await.ends_with(&format!("data: {text}\n\n\r\n")));
            }
        }
        let tasks = Handle::current().metrics().num_alive_tasks() - before;
        assert!((least..=most).contains(&tasks), "{carrier:?}: {tasks} tasks");

        stage.shutdown.shutdown();
        for reader in &mut readers {
            assert!(reader.until("0\r\n\r\n").await.contains("drain"));
            // Without TLS's good-bye this is an error.
            within(PATIENCE, reader.0.read_to_end(&mut vec![])).await.expect("it is closed in good order");
        }
        stage.end().await;
    }
}

/// A stream that is over leaves its connection as any other answer does, and one that its client leaves is over.
#[tokio::test]
async fn a_connection_serves_on_over_tls() {
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let mut tls = stage.reader("/mine").await;
        for _ in 0..2 {
            stage.publish("one").await;
            assert!(next(&mut tls).await.ends_with("data: one\n\n\r\n"));
            assert_eq!(stage.hub.revoke(&"ann".into()), 1);
            assert!(tls.until("0\r\n\r\n").await.contains("revoked"));
            tls.ask("/hello").await;
            assert!(tls.until("hello").await.starts_with("HTTP/1.1 200"));
            asks(&mut tls, "/mine").await;
        }
        drop(tls);
        let left = async {
            while stage.hub.subscriptions() > 0 {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        within(PATIENCE, left).await;
        stage.end().await;
    }
}

/// What a socket takes of a record is no whole event: the rest of it, and all that follows, comes when the client goes on.
#[tokio::test]
async fn a_reader_that_pauses_over_tls_loses_nothing_and_costs_the_others_nothing() {
    // More than sockets hold, and less than what the store keeps of a topic.
    const EVENTS: usize = 220;
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let (mut pauses, mut reads) = (stage.reader("/events").await, stage.reader("/events").await);
        let filler = "-".repeat(64 * 1024);
        let is_event = |event: &str, number: usize| event.contains(&format!("data: {number}-"));
        for number in 0..EVENTS {
            stage.publish(&format!("{number}{filler}")).await;
            assert!(is_event(&next(&mut reads).await, number), "{carrier:?}: {number}");
        }
        let mut number = 0;
        while number < EVENTS {
            // Some may share a chunk.
            for event in next(&mut pauses).await.split_inclusive("\n\n").filter(|part| part.contains("data: ")) {
                assert!(is_event(event, number), "{carrier:?}: {number}: {}", &event[..event.len().min(100)]);
                number += 1;
            }
        }
        stage.end().await;
    }
}
