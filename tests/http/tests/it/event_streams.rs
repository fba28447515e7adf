//! What Nest's chapter on event streams says, where no other test shows it.

use futures_util::stream;
use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::prelude::*;
use oriole::sse::SseOptions;
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;

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

    #[sse("answer", may_finish)]
    fn answer(&self) -> impl Stream<Item = MessageEvent> {
        let last = stream::once(async {
            self.stage.go.notified().await;
            MessageEvent::new("to be")
        });
        stream::iter([MessageEvent::new("to be"), MessageEvent::new("or not")]).chain(last)
    }

    #[sse("asked", method = QUERY)]
    fn asked(&self, question: String) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new(question)])
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

/// One that may finish does so, while one that may not is ended; then the application ends.
#[tokio::test]
async fn an_answer_is_finished_while_the_application_ends() {
    let (app, stage) = serve(|app| app).await;
    let mut connections = vec![];
    for path in ["/feed/answer", "/feed/late"] {
        let mut connection = Connection::open(app.addr).await;
        connection.ask("GET", path).await;
        assert_eq!(within(PATIENCE, connection.head()).await.status, 200);
        connections.push(connection);
    }
    let (mut late, mut answer) = (connections.pop().expect("two"), connections.pop().expect("two"));
    assert_eq!(within(PATIENCE, answer.chunk()).await.as_deref(), Some("data: to be\n\ndata: or not\n\n"));
    app.shutdown.shutdown();
    assert!(within(PATIENCE, late.rest()).await.starts_with("retry: "), "ended where it was");
    stage.go.notify_one();
    let rest = within(PATIENCE, answer.rest()).await;
    assert!(rest.starts_with("data: to be\n\nretry: "), "{rest}");
    app.end().await;
}

#[tokio::test]
async fn a_stream_answers_query_as_well() {
    let (app, _) = serve(|app| app).await;
    let answer = app.send("QUERY", "/feed/asked", "Content-Type: text/plain\r\n", "why?").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "data: why?\n\n"));
    assert_eq!(app.get("/feed/asked").await.header("allow"), Some("QUERY"));
    app.end().await;
}
