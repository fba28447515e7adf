//! As one writes it with axum: a broadcast channel into `Sse`.

use axum::extract::{Path, State};
use axum::response::sse::{Event, KeepAlive, Sse};
use axum::routing::get;
use axum::{Json, Router};
use benches_feed::{Burst, publish_as_ordered};
use futures_util::Stream;
use futures_util::stream::{iter, unfold};
use serde::Serialize;
use std::convert::Infallible;
use std::sync::Arc;
use tokio::sync::broadcast::error::RecvError;
use tokio::sync::broadcast::{Sender, channel};
use tokio::task::JoinSet;

/// As many as an Oriole hub keeps in memory of a topic.
const EVENTS_MAX: usize = 1024;

type Message = (u64, Arc<str>);

#[derive(Serialize)]
struct Hello {
    message: &'static str,
}

/// The application, and its publisher, which runs as long as this set of tasks.
pub fn application() -> (Router, JoinSet<()>) {
    let events = channel::<Message>(EVENTS_MAX).0;
    let app = Router::new()
        .route("/events", get(subscribe))
        .route("/burst/{count}", get(burst).with_state(Arc::new(Burst::default())))
        .route("/hello", get(hello))
        .with_state(events.clone());
    let mut tasks = JoinSet::new();
    tasks.spawn(publish_as_ordered(move |seq, text| {
        // An error says that nobody listens.
        let _ = events.send((seq, text.into()));
        std::future::ready(())
    }));
    (app, tasks)
}

async fn subscribe(State(events): State<Sender<Message>>) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    let events = unfold(events.subscribe(), |mut events| async {
        loop {
            match events.recv().await {
                Ok((seq, text)) => return Some((Ok(event(seq, &text)), events)),
                Err(RecvError::Lagged(_)) => {}
                Err(RecvError::Closed) => return None,
            }
        }
    });
    Sse::new(events).keep_alive(KeepAlive::default())
}

async fn burst(
    State(texts): State<Arc<Burst>>,
    Path(count): Path<u64>,
) -> Sse<impl Stream<Item = Result<Event, Infallible>>> {
    Sse::new(iter((1..=count).map(move |seq| Ok(event(seq, texts.text(seq))))))
}

async fn hello() -> Json<Hello> {
    Json(Hello { message: "hello" })
}

fn event(seq: u64, text: &str) -> Event {
    Event::default().id(seq.to_string()).data(text)
}
