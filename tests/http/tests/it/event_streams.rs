//! What Nest's chapter on event streams says, where no other test shows it.

use futures_util::stream;
use http_tests::{App, Connection, Recorder, within};
use oriole::prelude::*;
use oriole::sse::SseOptions;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

const PATIENCE: Duration = Duration::from_secs(10);

/// What the tests see and steer from outside.
#[injectable]
pub struct Stage {
    #[inject(default)]
    log: Recorder,
    #[inject(default)]
    go: Notify,
}

#[injectable]
pub struct Feed {
    stage: Arc<Stage>,
}

#[controller("feed")]
impl Feed {
    #[sse("late")]
    fn late(&self) -> impl Stream<Item = MessageEvent> {
        stream::once(async {
            self.stage.go.notified().await;
            MessageEvent::new("late")
        })
    }

    #[sse("fails")]
    fn fails(&self) -> impl Stream<Item = Result<MessageEvent, HttpException>> {
        let log = self.stage.log.clone();
        let events = [Ok(MessageEvent::new("1")), Err(HttpException::not_found("out of cats"))];
        stream::iter(events).chain(stream::pending()).finalize(move || log.record("finalized"))
    }
}

#[module(controllers = [Feed], providers = [Stage])]
pub struct FeedModule;

async fn serve(configure: impl FnOnce(oriole::Application) -> oriole::Application) -> (App, Arc<Stage>) {
    let mut stage = None;
    let app = App::serve_with::<FeedModule>(|app| {
        stage = app.get::<Stage>();
        configure(app)
    })
    .await;
    (app, stage.expect("it is provided"))
}

/// No clock cuts a stream off on which nothing happens.
///
/// Parity: SSE.6, SSE.13.
#[tokio::test(start_paused = true)]
async fn a_silent_stream_stays_open() {
    let options = SseOptions::default().heartbeat_interval(None);
    let (app, stage) = serve(|app| app.sse(options).header_read_timeout(Duration::from_secs(5))).await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("GET", "/feed/late").await;
    assert_eq!(connection.head().await.status, 200);
    tokio::time::sleep(Duration::from_secs(24 * 60 * 60)).await;
    assert!(connection.is_silent());
    stage.go.notify_one();
    assert_eq!(connection.rest().await, "data: late\n\n");
    app.end().await;
}

/// Parity: SSE.8.
#[tokio::test]
async fn a_finaliser_runs_after_an_error() {
    let (app, stage) = serve(|app| app).await;
    assert_eq!(app.get("/feed/fails").await.body, "data: 1\n\nevent: error\ndata: out of cats\n\n");
    within(PATIENCE, stage.log.wait_for("finalized")).await;
    app.end().await;
}
