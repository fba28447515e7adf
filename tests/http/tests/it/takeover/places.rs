//! How many connections there are, and when one is over.

use super::stage::{DRAINED, REVOKED, Stage, is_whole, serves};
use crate::hub::reader::Reader;
use http_tests::{Carrier, Connection, PATIENCE, within};
use oriole::EventStreamShards;
use oriole::axum::middleware::map_response;
use oriole::axum::response::Response;
use oriole::http::Version;
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;

/// A place that is given up at whatever moment is given to the next who waits.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn no_place_is_lost() {
    let stage = Stage::with(Carrier::Shards, |app| app.connections_max(1)).await;
    for _ in 0..2_000 {
        let mut leaves = within(PATIENCE, TcpStream::connect(stage.app.addr)).await.expect("it listens");
        leaves.write_all(b"GET /events HTTP/1.1\r\nHost: test\r\n\r\n").await.expect("it reads");
    }
    serves(&mut Connection::open(stage.app.addr).await).await;
    stage.app.end().await;
}

/// A connection whose stream is over keeps its place for what is asked next.
#[tokio::test]
async fn those_that_come_back_keep_their_places() {
    const PLACES: usize = 8;
    for carrier in Carrier::ALL {
        let stage = Stage::with(carrier, |app| app.connections_max(PLACES)).await;
        let (mut first, mut later) = (vec![], vec![]);
        for _ in 0..PLACES {
            first.push(stage.reader("/mine").await);
        }
        for _ in 0..PLACES {
            let mut connection = Connection::open(stage.app.addr).await;
            connection.ask("GET", "/hello").await;
            later.push(connection);
        }
        assert_eq!(stage.hub.revoke(&"ann".into()), PLACES);
        for reader in &mut first {
            assert_eq!(reader.next().await, REVOKED);
            is_whole(reader).await;
            serves(&mut reader.connection).await;
        }
        assert!(later.iter().all(Connection::is_silent), "{carrier:?}: more than there are places");
        drop(first);
        for connection in &mut later {
            assert_eq!(within(PATIENCE, connection.response_to("GET")).await.body, "hello");
        }
        drop(later);
        stage.app.end().await;
    }
}

/// A client that sent a little more than it should, and left, has left. hyper sees that when it writes.
#[tokio::test]
async fn who_leaves_behind_stray_bytes_is_seen() {
    let stage = Stage::new(Carrier::Shards).await;
    let mut reader = stage.reader("/events").await;
    reader.connection.send("\r\n").await;
    stage.publish("one").await;
    assert_eq!(reader.next().await, "message(one)");
    stage.comes_to(1).await;
    drop(reader);
    stage.comes_to(0).await;
    stage.app.end().await;
}

/// Many who sail together are parted in several steps: nobody misses anything, and nobody is given anything twice.
#[tokio::test]
async fn a_large_convoy_disperses_step_by_step() {
    const READERS: usize = 200;
    let stage = Stage::new(Carrier::Shards).await;
    let mut readers = vec![];
    for _ in 0..READERS {
        readers.push(stage.reader("/events").await);
    }
    stage.publish("together").await;
    for reader in &mut readers {
        assert_eq!(reader.next().await, "message(together)");
    }
    // From here on each is asked by itself.
    assert_eq!(stage.hub.streams().len(), READERS);
    for text in ["one", "two"] {
        stage.publish(text).await;
    }
    for reader in &mut readers {
        assert_eq!([reader.next().await, reader.next().await], ["message(one)", "message(two)"]);
    }
    stage.app.end().await;
}

/// An answer that a layer made one of HTTP/1.0 has no chunks.
#[tokio::test]
async fn what_is_not_sent_in_chunks_stays_with_hyper() {
    for carrier in Carrier::ALL {
        let old = |mut response: Response| {
            *response.version_mut() = Version::HTTP_10;
            std::future::ready(response)
        };
        let stage = Stage::with(carrier, |app| app.layer(map_response(old))).await;
        let mut connection = Connection::open(stage.app.addr).await;
        connection.ask("GET", "/brief").await;
        assert!(within(PATIENCE, connection.head()).await.header("transfer-encoding").is_none());
        let body = within(PATIENCE, connection.closed()).await;
        assert!(body.starts_with("retry: ") || body.starts_with("event: ") || body.starts_with("id: "), "{body:?}");
        assert!(body.contains(r#"{"reason":"lifetime"}"#) && !body.contains('\r'), "{body:?}");
        stage.app.end().await;
    }
}

/// A place is worth nothing to a client that says what it speaks, and asks nothing.
#[cfg(feature = "http2")]
#[tokio::test]
async fn who_asks_nothing_over_http2_is_let_go_of() {
    let stage = Stage::with(Carrier::Shards, |app| app.header_read_timeout(Duration::from_secs(3))).await;
    let mut asks_nothing = Connection::open(stage.app.addr).await;
    asks_nothing.send("PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await;
    // `GET /hello`, complete, and with a name of the static table for each field.
    let mut idle = Connection::open(stage.app.addr).await;
    let fields = b"\x82\x86\x41\x04test\x44\x06/hello";
    let mut request = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0\0\0".to_vec();
    request.extend([fields.len() as u8, 1, 5, 0, 0, 0, 1]);
    request.extend(fields);
    idle.send(request).await;
    for (connection, is_answered) in [(&mut asks_nothing, false), (&mut idle, true)] {
        let said = within(PATIENCE, connection.closed()).await;
        assert_eq!(said.contains("hello"), is_answered, "{said:?}");
    }
    stage.app.end().await;
}

/// Without shards hyper carries all.
#[tokio::test]
async fn of_no_shards_none_carries_anything() {
    let stage = Stage::with(Carrier::Shards, |app| app.event_stream_shards(0)).await;
    let mut reader = stage.reader("/events").await;
    stage.publish("one").await;
    assert_eq!(reader.next().await, "message(one)");
    assert_eq!(stage.app.shards.connections(), [0; 0]);
    stage.app.shutdown.shutdown();
    assert_eq!(reader.next().await, DRAINED);
    stage.app.end().await;
}

/// Of two shards each carries its part, also when most have left and others have come; what hyper carries is in none.
#[tokio::test]
async fn shards_carry_as_many_each() {
    const READERS: usize = 300;
    for carrier in Carrier::ALL {
        let stage = Stage::with(carrier, |app| app.event_stream_shards(2)).await;
        let shards = stage.app.shards.clone();
        let mut readers: Vec<Reader> = vec![];
        for _ in 0..2 {
            while readers.len() < READERS {
                let target = ["/events", "/mine", "/both"][readers.len() % 3];
                readers.push(stage.reader(target).await);
            }
            if carrier == Carrier::Hyper {
                assert_eq!(shards.connections(), [0; 0]);
                break;
            }
            let each = carried(&shards, READERS).await;
            let even = READERS * 45 / 100..=READERS * 55 / 100;
            assert!(each.len() == 2 && each.iter().all(|connections| even.contains(connections)), "{each:?}");
            readers.truncate(READERS / 3);
            carried(&shards, READERS / 3).await;
        }
        stage.app.end().await;
        assert_eq!(shards.connections(), [0; 0], "there are no shards any more");
    }
}

/// Waits until so many are carried in all, and tells where.
async fn carried(shards: &EventStreamShards, all: usize) -> Vec<usize> {
    let waits = async {
        loop {
            let connections = shards.connections();
            if connections.iter().sum::<usize>() == all {
                break connections;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(PATIENCE, waits).await
}
