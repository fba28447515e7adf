//! How often a body is polled: what it costs to look at one in vain is paid for each event of each stream.

use super::frames::{Client, DATA, END_STREAM, HEADERS};
use axum::body::Body;
use axum::response::Response;
use futures_util::stream::{self, StreamExt};
use http_tests::App;
use oriole::prelude::*;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use tokio::sync::{Mutex, mpsc};

const PIECES: usize = 10;

#[injectable]
pub struct Stage {
    #[inject(default)]
    polls: AtomicUsize,
    #[inject(default)]
    pieces: Mutex<Option<mpsc::Receiver<&'static str>>>,
}

#[injectable]
pub struct Site {
    stage: Arc<Stage>,
}

#[controller]
impl Site {
    /// What comes, as it comes.
    #[get("fed")]
    async fn fed(&self) -> Response {
        let (stage, mut pieces) = (Arc::clone(&self.stage), self.stage.pieces.lock().await.take().expect("asked once"));
        let counted = stream::poll_fn(move |cx| {
            stage.polls.fetch_add(1, Ordering::Relaxed);
            pieces.poll_recv(cx).map(|piece| piece.map(Ok::<_, Infallible>))
        });
        Response::new(Body::from_stream(counted))
    }

    /// A body that gives way before each piece, and wakes itself.
    #[get("yield")]
    async fn yielding(&self) -> Response {
        let mut is_due = false;
        let pieces = stream::poll_fn(move |cx| {
            is_due = !is_due;
            if is_due {
                cx.waker().wake_by_ref();
                return Poll::Pending;
            }
            Poll::Ready(Some(Ok::<_, Infallible>("piece")))
        });
        Response::new(Body::from_stream(pieces.take(PIECES)))
    }
}

#[module(controllers = [Site], providers = [Stage])]
pub struct SiteModule;

/// Once for the piece, and once to learn that there is no other: h2's word that there is room wakes nobody a third time.
#[tokio::test]
async fn a_piece_that_comes_has_its_body_polled_twice() {
    let mut stage = None;
    let app = App::serve_with::<SiteModule>(|app| {
        stage = app.get::<Stage>();
        app
    })
    .await;
    let stage = stage.expect("the module provides it");
    let (feed, pieces) = mpsc::channel(PIECES);
    *stage.pieces.lock().await = Some(pieces);
    let mut client = Client::open(&app).await;
    client.get(1, "/fed").await;
    client.frame(&[HEADERS]).await;
    for _ in 0..PIECES {
        feed.send("piece").await.expect("somebody waits");
        assert_eq!(client.frame(&[DATA]).await.3, b"piece");
    }
    // The first poll found nothing.
    assert_eq!(stage.polls.load(Ordering::Relaxed), 1 + 2 * PIECES);
    drop(feed);
    assert_eq!(client.frame(&[DATA]).await.1, END_STREAM);
    drop(client);
    app.end().await;
}

#[tokio::test]
async fn a_body_that_wakes_itself_is_polled_again() {
    let app = App::serve::<SiteModule>().await;
    let mut client = Client::open(&app).await;
    client.get(1, "/yield").await;
    let mut bytes = 0;
    loop {
        let (_, flags, _, payload) = client.frame(&[DATA]).await;
        bytes += payload.len();
        if flags == END_STREAM {
            break;
        }
    }
    assert_eq!(bytes, "piece".len() * PIECES);
    drop(client);
    app.end().await;
}
