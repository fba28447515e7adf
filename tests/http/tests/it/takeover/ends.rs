//! How streams end with the application, whoever carries them.

use super::stage::{DRAINED, Stage, is_whole};
use futures_util::future::join_all;
use http_body_util::BodyExt;
use http_tests::{Carrier, Connection, PATIENCE, within};
use oriole::axum::body::Body;
use oriole::axum::middleware::map_response;
use oriole::axum::response::Response;
use oriole::sse::MessageEvent;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

#[tokio::test]
async fn all_end_whole_and_the_connection_is_closed() {
    for carrier in Carrier::ALL {
        let mut stage = Stage::new(carrier).await;
        let mut readers = vec![];
        for target in ["/events", "/mine", "/events", "/mine"] {
            readers.push(stage.reader(target).await);
        }
        stage.publish("last").await;
        for reader in &mut readers {
            assert_eq!(reader.next().await, "message(last)");
        }
        stage.app.shutdown.shutdown();
        for reader in &mut readers {
            assert_eq!(reader.next().await, DRAINED);
            is_whole(reader).await;
            assert_eq!(within(PATIENCE, reader.connection.closed()).await, "");
        }
        stage.app.ended().await;
        assert_eq!(stage.hub.subscriptions(), 0);
    }
}

/// A client that takes nothing cannot hold up the end for longer than the application lets it. Within that time the others are
/// seen off, on a busy machine too.
#[tokio::test]
async fn a_stalled_client_is_cut_off() {
    let ends = async |carrier| {
        let mut stage = Stage::with(carrier, |app| app.shutdown_timeout(Duration::from_secs(10))).await;
        let (stalled, mut reads) = (stage.reader("/events").await, stage.reader("/events").await);
        let filler = "-".repeat(64 * 1024);
        for number in 0..200 {
            stage.publish(format!("{number}{filler}")).await;
            assert!(reads.next().await.starts_with(&format!("message({number}-")));
        }
        stage.app.shutdown.shutdown();
        assert_eq!(reads.next().await, DRAINED);
        is_whole(&mut reads).await;
        stage.app.ended().await;
        assert_eq!(stage.hub.subscriptions(), 0);
        drop(stalled);
    };
    join_all(Carrier::ALL.map(ends)).await;
}

#[tokio::test]
async fn all_are_cut_off_where_that_was_said() {
    for carrier in Carrier::ALL {
        let mut stage = Stage::with(carrier, |app| app.force_close_connections(true)).await;
        let mut reader = stage.reader("/events").await;
        stage.app.shutdown.shutdown();
        stage.app.ended().await;
        within(PATIENCE, reader.connection.closed()).await;
        assert_eq!(stage.hub.subscriptions(), 0);
    }
}

/// Those that are carried count as well, and room is made when one leaves.
#[tokio::test]
async fn further_connections_wait_for_room() {
    for carrier in Carrier::ALL {
        let stage = Stage::with(carrier, |app| app.connections_max(2)).await;
        let (first, mut second) = (stage.reader("/events").await, stage.reader("/mine").await);
        let mut third = Connection::open(stage.app.addr).await;
        third.ask("GET", "/events").await;
        stage.publish("one").await;
        assert_eq!(second.next().await, "message(one)");
        assert!(third.is_silent());
        drop(first);
        assert_eq!(within(PATIENCE, third.head()).await.status, 200);
        stage.app.end().await;
    }
}

/// Dropped with what holds it.
#[derive(Clone)]
struct Told(Arc<AtomicUsize>);

impl Drop for Told {
    fn drop(&mut self) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

/// What a layer has put around the events goes on: it changes them, and is dropped with the stream.
#[tokio::test]
async fn what_wraps_the_events_is_kept() {
    for carrier in Carrier::ALL {
        let dropped = Arc::new(AtomicUsize::new(0));
        let told = Arc::clone(&dropped);
        let loud = move |response: Response| {
            let told = Told(Arc::clone(&told));
            std::future::ready(response.map(|body| {
                Body::new(body.map_frame(move |frame| {
                    let _ = &told;
                    frame.map_data(|data| data.to_ascii_uppercase().into())
                }))
            }))
        };
        let stage = Stage::with(carrier, |app| app.layer(map_response(loud))).await;
        let mut connection = Connection::open(stage.app.addr).await;
        connection.ask("GET", "/events").await;
        assert_eq!(within(PATIENCE, connection.head()).await.status, 200);
        let hello = within(PATIENCE, connection.chunk()).await.expect("hello");
        assert!(hello.contains("DATA: {\"VERDICT\":\"LIVE\"}"), "{hello}");
        for text in ["one", "two"] {
            stage.publish(text).await;
            let event = within(PATIENCE, connection.chunk()).await.expect("an event");
            assert!(event.contains(&format!("DATA: {}", text.to_uppercase())), "{event}");
        }
        assert_eq!(dropped.load(Ordering::Relaxed), 0);
        drop(connection);
        stage.comes_to(0).await;
        while dropped.load(Ordering::Relaxed) == 0 {
            tokio::task::yield_now().await;
        }
        stage.app.end().await;
    }
}

/// A layer's panic ends the stream that it is around, and no other.
#[tokio::test]
async fn a_panic_around_one_stream_ends_that_one_alone() {
    for carrier in Carrier::ALL {
        let fragile = |response: Response| {
            std::future::ready(response.map(|body| {
                Body::new(body.map_frame(|frame| {
                    let is_bad = frame.data_ref().is_some_and(|data| data.ends_with(b"data: bad\n\n"));
                    assert!(!is_bad, "a frame that nobody likes");
                    frame
                }))
            }))
        };
        let stage = Stage::with(carrier, |app| app.layer(map_response(fragile))).await;
        let mut healthy = stage.reader("/elsewhere").await;
        let mut ends = stage.reader("/events").await;
        stage.publish("good").await;
        assert_eq!(ends.next().await, "message(good)");
        stage.publish("bad").await;
        within(PATIENCE, ends.connection.closed()).await;
        stage.comes_to(1).await;
        stage.hub.publish("elsewhere", MessageEvent::new("on")).await.expect("published");
        assert_eq!(healthy.next().await, "message(on)");
        stage.app.end().await;
    }
}
