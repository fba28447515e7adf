//! What clients do: they leave, stop reading, or send what nobody asked for.

use super::stage::{LIVE, REVOKED, Stage, is_whole, serves};
use crate::hub::reader::Reader;
use http_tests::{Carrier, Connection, PATIENCE, within};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::runtime::Handle;

const STREAMS: usize = 40;

/// Otherwise the other tests would show the same way twice.
#[tokio::test]
async fn shards_have_no_task_for_each_stream_and_hyper_has() {
    for (carrier, least, most) in [(Carrier::Shards, 0, 10), (Carrier::Hyper, STREAMS, STREAMS + 10)] {
        let stage = Stage::new(carrier).await;
        // It stays, and so does its task.
        let mut first = Connection::open(stage.app.addr).await;
        serves(&mut first).await;
        let before = Handle::current().metrics().num_alive_tasks();
        let mut readers = vec![];
        for number in 0..STREAMS {
            readers.push(stage.reader(if number % 2 == 0 { "/events" } else { "/mine" }).await);
        }
        stage.publish("one").await;
        for reader in &mut readers {
            assert_eq!(reader.next().await, "message(one)");
        }
        let tasks = Handle::current().metrics().num_alive_tasks().saturating_sub(before);
        assert!((least..=most).contains(&tasks), "{carrier:?}: {tasks} tasks");
        drop(first);
        stage.app.end().await;
    }
}

#[tokio::test]
async fn a_client_that_leaves_ends_its_subscription() {
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let mut stays = stage.reader("/events").await;
        for target in ["/events", "/mine"] {
            // It closes.
            let leaves = stage.reader(target).await;
            stage.comes_to(2).await;
            drop(leaves);
            stage.comes_to(1).await;

            // It says that it has nothing more to say, which counts as leaving.
            let mut closes = open(stage.app.addr, target).await;
            stage.comes_to(2).await;
            closes.shutdown().await.expect("it is open");
            stage.comes_to(1).await;
            within(PATIENCE, closes.read_to_end(&mut vec![])).await.expect("it is closed in turn");

            // It resets the connection.
            let resets = open(stage.app.addr, target).await;
            stage.comes_to(2).await;
            resets.set_zero_linger().expect("a socket can be told");
            drop(resets);
            stage.comes_to(1).await;
        }
        stage.publish("one").await;
        assert_eq!(stays.next().await, "message(one)");
        stage.app.end().await;
    }
}

async fn open(addr: SocketAddr, target: &str) -> TcpStream {
    let mut stream = TcpStream::connect(addr).await.expect("it listens");
    stream.write_all(format!("GET {target} HTTP/1.1\r\nHost: test\r\n\r\n").as_bytes()).await.expect("it reads");
    let mut head = [0; 12];
    within(PATIENCE, stream.read_exact(&mut head)).await.expect("it answers");
    assert_eq!(&head, b"HTTP/1.1 200");
    stream
}

/// A stream that is over leaves its connection as any other answer does.
#[tokio::test]
async fn the_connection_serves_on() {
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let mut connection = Connection::open(stage.app.addr).await;
        for _ in 0..3 {
            serves(&mut connection).await;
            let mut reader = Reader::on(connection, "GET", "/mine", "").await;
            assert_eq!(reader.next().await, LIVE);
            stage.publish("one").await;
            assert_eq!(reader.next().await, "message(one)");
            assert_eq!(stage.hub.revoke(&"ann".into()), 1);
            assert_eq!(reader.next().await, REVOKED);
            is_whole(&mut reader).await;
            connection = reader.connection;
        }
        serves(&mut connection).await;
        stage.app.end().await;
    }
}

#[tokio::test]
async fn a_connection_closes_where_that_was_said() {
    for carrier in Carrier::ALL {
        let without = Stage::with(carrier, |app| app.http1_keep_alive(false)).await;
        let with = Stage::new(carrier).await;
        for (stage, header) in [(&without, ""), (&with, "Connection: close\r\n"), (&with, "Connection: x, Close\r\n")] {
            let mut reader = Reader::open(stage.app.addr, "GET", "/mine", header).await;
            assert_eq!(reader.next().await, LIVE);
            stage.comes_to(1).await;
            assert_eq!(stage.hub.revoke(&"ann".into()), 1);
            assert_eq!(reader.next().await, REVOKED);
            is_whole(&mut reader).await;
            assert_eq!(within(PATIENCE, reader.connection.closed()).await, "");
        }
        without.app.end().await;
        with.app.end().await;
    }
}

/// Requests that come before they are asked for are answered in their order.
#[tokio::test]
async fn requests_may_be_pipelined_around_a_stream() {
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let mut connection = Connection::open(stage.app.addr).await;
        connection.ask("GET", "/hello").await;
        let (ask, hello) = ("GET /mine HTTP/1.1\r\nHost: test\r\n\r\n", "GET /hello HTTP/1.1\r\nHost: test\r\n\r\n");
        connection.send(format!("{hello}{ask}{hello}")).await;
        for _ in 0..2 {
            assert_eq!(within(PATIENCE, connection.response_to("GET")).await.body, "hello");
        }
        assert_eq!(within(PATIENCE, connection.head()).await.status, 200);
        let first = within(PATIENCE, connection.chunk()).await.expect("hello");
        assert!(first.contains("\"live\""), "{first}");
        stage.publish("one").await;
        let event = within(PATIENCE, connection.chunk()).await.expect("an event");
        assert!(event.contains("data: one"), "{event}");
        assert_eq!(stage.hub.revoke(&"ann".into()), 1);
        within(PATIENCE, connection.rest()).await;
        assert_eq!(within(PATIENCE, connection.response_to("GET")).await.body, "hello");
        serves(&mut connection).await;
        stage.app.end().await;
    }
}

/// More than the sockets of both ends hold.
const TOO_MUCH: usize = 64 * 1024 * 1024;

/// What comes behind the request stays where it is, but for a bounded part; the stream goes on.
#[tokio::test]
async fn what_nobody_asked_for_is_not_taken_in() {
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let mut connection = Connection::open(stage.app.addr).await;
        connection.ask("GET", "/events").await;
        assert_eq!(within(PATIENCE, connection.head()).await.status, 200);
        within(PATIENCE, connection.chunk()).await.expect("hello");
        let flood = vec![b'x'; TOO_MUCH];
        let is_taken = tokio::time::timeout(Duration::from_millis(300), connection.send(&flood)).await;
        assert!(is_taken.is_err(), "{carrier:?} reads without end");
        stage.publish("one").await;
        let event = within(PATIENCE, connection.chunk()).await.expect("an event");
        assert!(event.contains("data: one"), "{event}");
        drop(connection);
        stage.publish("two").await;
        stage.app.end().await;
    }
}

/// A reader that pauses holds nobody up, and is given everything when it goes on.
#[tokio::test]
async fn a_reader_that_pauses_loses_nothing_and_costs_the_others_nothing() {
    // More than sockets hold, and less than what the store keeps of a topic.
    const EVENTS: usize = 220;
    for carrier in Carrier::ALL {
        let stage = Stage::new(carrier).await;
        let (mut pauses, mut reads) = (stage.reader("/events").await, stage.reader("/events").await);
        let filler = "-".repeat(64 * 1024);
        for number in 0..EVENTS {
            stage.publish(format!("{number}{filler}")).await;
            assert!(reads.next().await.starts_with(&format!("message({number}-")));
        }
        for number in 0..EVENTS {
            let event = pauses.next().await;
            assert!(event.starts_with(&format!("message({number}-")), "{number}: {}", &event[..event.len().min(100)]);
        }
        stage.app.end().await;
    }
}
