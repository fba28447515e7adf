//! Clients that leave before they are answered.

use crate::listeners::{Tls, certificate, https};
use axum::body::{Body, Bytes};
use futures_util::stream;
use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::Listen;
use oriole::prelude::*;
use std::convert::Infallible;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;
use tokio::io::AsyncWriteExt;
use tokio::net::TcpStream;
use tokio::sync::Semaphore;
use tokio::task::JoinSet;
use tower::timeout::TimeoutLayer;

/// What handlers do, and when they may end.
#[injectable]
pub struct Work {
    #[inject(default)]
    log: Recorder,
    #[inject(default)]
    may_end: Gate,
    /// How many pieces of an endless answer were taken.
    #[inject(default)]
    taken: AtomicUsize,
}

/// Closed at first.
struct Gate(Semaphore);

impl Default for Gate {
    fn default() -> Self {
        Self(Semaphore::new(0))
    }
}

/// Says when it is dropped.
struct Leaves(Recorder);

impl Drop for Leaves {
    fn drop(&mut self) {
        self.0.record("left");
    }
}

impl Work {
    async fn run(&self) {
        let _leaves = Leaves(self.log.clone());
        self.log.record("begun");
        self.may_end.0.acquire().await.expect("nobody closes it").forget();
        self.log.record("done");
    }
}

#[injectable]
pub struct Plain {
    work: Arc<Work>,
}

#[controller("plain")]
impl Plain {
    #[get]
    async fn plain(&self) {
        self.work.run().await;
    }

    #[get("endless")]
    async fn endless(&self) -> Body {
        let work = Arc::clone(&self.work);
        let pieces = stream::unfold((), move |()| {
            work.taken.fetch_add(1, Ordering::Relaxed);
            std::future::ready(Some((Ok::<_, Infallible>(Bytes::from_static(&[b'.'; 16 * 1024])), ())))
        });
        let leaves = Leaves(self.work.log.clone());
        Body::from_stream(futures_util::StreamExt::inspect(pieces, move |_| {
            let _here = &leaves;
        }))
    }

    #[get("to-end")]
    #[run_to_end]
    async fn to_end(&self) {
        self.work.run().await;
    }
}

#[injectable]
pub struct Around {
    work: Arc<Work>,
}

impl Interceptor for Around {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        let reply = next.run(ctx).await;
        self.work.log.record("after");
        reply
    }
}

impl ExceptionFilter for Around {
    async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
        self.work.log.record(exception.message());
        Ok(exception.into())
    }
}

#[injectable]
pub struct Whole {
    work: Arc<Work>,
}

#[controller("whole")]
#[run_to_end]
#[use_interceptors(Around)]
#[use_filters(Around)]
impl Whole {
    #[post]
    async fn failing(&self, body: String) -> Result<(), HttpException> {
        self.work.run().await;
        Err(HttpException::conflict(body))
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        let work = Arc::clone(&self.work);
        futures_util::stream::once(async move {
            work.run().await;
            MessageEvent::new("1")
        })
    }
}

impl OnApplicationShutdown for Work {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.log.record("the end");
        Ok(())
    }
}

#[module(controllers = [Plain, Whole], providers = [Work])]
pub struct LeavingModule;

/// The application, its work, and a client whose request is with its handler.
async fn begun(
    request: &str,
    configure: impl FnOnce(oriole::Application) -> oriole::Application,
) -> (App, Arc<Work>, Connection) {
    let app = Oriole::create::<LeavingModule>().await.expect("it is sound");
    let work = app.get::<Work>().expect("it is provided");
    let app = App::run(configure(app)).await;
    let mut client = Connection::open(app.addr).await;
    client.send(format!("{request}Host: test\r\nContent-Length: 4\r\n\r\nbody")).await;
    wait(&work, "begun").await;
    (app, work, client)
}

async fn wait(work: &Work, line: &str) {
    within(PATIENCE, work.log.wait_for(line)).await;
}

const PLAIN: &str = "GET /plain HTTP/1.1\r\n";
const TO_END: &str = "GET /plain/to-end HTTP/1.1\r\n";

#[tokio::test]
async fn a_handler_is_dropped_when_its_client_leaves() {
    let (app, work, client) = begun(PLAIN, |app| app).await;
    drop(client);
    wait(&work, "left").await;
    work.may_end.0.add_permits(1);
    app.end().await;
    assert_eq!(work.log.lines(), ["begun", "left", "the end"]);
}

/// As hyper has it: whoever sends nothing more is gone.
#[tokio::test]
async fn a_client_that_closes_its_side_leaves() {
    let (app, work, mut client) = begun(PLAIN, |app| app).await;
    client.finish().await;
    wait(&work, "left").await;
    assert_eq!(client.closed().await, "");
    app.end().await;
}

/// The server learns of it in another way there: it reads.
#[tokio::test]
async fn a_client_over_tls_leaves() {
    let certificate = certificate();
    let app = Oriole::create::<LeavingModule>().await.expect("it is sound");
    let work = app.get::<Work>().expect("it is provided");
    let listen = Listen::https("127.0.0.1:0", https(&certificate));
    let server = app.shutdown_on_signals(false).bind_all([listen]).await.expect("it can be bound");
    let addr = server.local_addr();
    let mut running = JoinSet::new();
    running.spawn(server.serve());
    let mut tls = Tls::open(addr, &certificate, &[]).await;
    tls.ask("/plain").await;
    wait(&work, "begun").await;
    drop(tls);
    wait(&work, "left").await;
}

/// As over TLS.
#[cfg(unix)]
#[tokio::test]
async fn a_client_over_a_socket_of_unix_leaves() {
    let folder = tempfile::tempdir().expect("a folder can be made");
    let path = folder.path().join("site.sock");
    let app = Oriole::create::<LeavingModule>().await.expect("it is sound");
    let work = app.get::<Work>().expect("it is provided");
    let server = app.shutdown_on_signals(false).bind_all([Listen::unix(&path)]).await.expect("it can be bound");
    let mut running = JoinSet::new();
    running.spawn(server.serve());
    let mut stream = tokio::net::UnixStream::connect(&path).await.expect("it listens");
    stream.write_all(b"GET /plain HTTP/1.1\r\nHost: site\r\n\r\n").await.expect("it reads");
    wait(&work, "begun").await;
    drop(stream);
    wait(&work, "left").await;
}

/// What was sent behind a request hides the end until it is read.
#[tokio::test]
async fn a_request_behind_the_first_is_answered_and_then_the_client_has_left() {
    let (app, work, mut client) = begun(PLAIN, |app| app).await;
    client.ask("GET", "/nowhere").await;
    client.ask("GET", "/plain").await;
    work.may_end.0.add_permits(1);
    assert_eq!(client.response_to("GET").await.status, 200);
    assert_eq!(client.response_to("GET").await.status, 404);
    drop(client);
    while work.log.lines().len() < 5 {
        tokio::task::yield_now().await;
    }
    app.end().await;
    assert_eq!(work.log.lines(), ["begun", "done", "left", "begun", "left", "the end"]);
}

/// The server waits for room to write then, and reads nothing.
#[tokio::test]
async fn a_client_that_reads_nothing_leaves() {
    let app = Oriole::create::<LeavingModule>().await.expect("it is sound");
    let work = app.get::<Work>().expect("it is provided");
    // The system would find that nothing is taken, after a minute.
    let app = App::run(app.peer_timeout(None)).await;
    let mut client = Connection::narrow(app.addr).await;
    client.ask("GET", "/plain/endless").await;
    let (mut before, mut taken) = (0, 1);
    while taken != before {
        tokio::time::sleep(Duration::from_millis(100)).await;
        (before, taken) = (taken, work.taken.load(Ordering::Relaxed));
    }
    client.finish().await;
    wait(&work, "left").await;
    app.end().await;
}

#[tokio::test]
async fn a_marked_handler_runs_to_its_end() {
    let (app, work, client) = begun(TO_END, |app| app).await;
    drop(client);
    // Another client is served meanwhile, so the server knows of the first.
    assert_eq!(app.get("/nowhere").await.status, 404);
    work.may_end.0.add_permits(1);
    wait(&work, "left").await;
    assert_eq!(work.log.lines(), ["begun", "done", "left"]);
    app.end().await;
}

/// Filters and interceptors as well, for all handlers of a class.
#[tokio::test]
async fn what_stands_around_it_runs_to_its_end() {
    let (app, work, client) = begun("POST /whole HTTP/1.1\r\n", |app| app).await;
    drop(client);
    work.may_end.0.add_permits(1);
    wait(&work, "body").await;
    assert_eq!(work.log.lines(), ["begun", "done", "left", "after", "body"]);
    app.end().await;
}

/// Whoever waits is answered as ever.
#[tokio::test]
async fn a_client_that_stays_is_answered() {
    let (app, work, mut client) = begun("POST /whole HTTP/1.1\r\n", |app| app).await;
    work.may_end.0.add_permits(1);
    let answer = client.response_to("POST").await;
    assert_eq!((answer.status, answer.body.contains("body")), (409, true));
    app.end().await;
}

#[tokio::test]
async fn a_stream_of_such_a_class_ends_with_its_client() {
    let (app, work, client) = begun("GET /whole/events HTTP/1.1\r\n", |app| app).await;
    drop(client);
    wait(&work, "left").await;
    assert_eq!(work.log.lines(), ["begun", "after", "left"]);
    app.end().await;
}

/// A layer that gives up is a client that leaves.
#[tokio::test]
async fn a_layer_that_gives_up_leaves_it_running() {
    let (app, work, mut client) = begun(TO_END, |app| app.layer(TimeoutLayer::new(Duration::from_millis(20)))).await;
    assert_eq!(client.response_to("GET").await.status, 500);
    work.may_end.0.add_permits(1);
    wait(&work, "left").await;
    assert_eq!(work.log.lines(), ["begun", "done", "left"]);
    app.end().await;
}

/// As for requests in flight: before the last hook.
#[tokio::test]
async fn the_end_waits_for_handlers_whose_clients_have_left() {
    let (mut app, work, client) = begun(TO_END, |app| app).await;
    drop(client);
    app.shutdown.shutdown();
    // Nothing more is accepted: the end has begun.
    while TcpStream::connect(app.addr).await.is_ok() {
        tokio::task::yield_now().await;
    }
    work.may_end.0.add_permits(1);
    app.ended().await;
    assert_eq!(work.log.lines(), ["begun", "done", "left", "the end"]);
}

#[tokio::test]
async fn the_end_does_not_wait_for_ever() {
    let (app, work, client) = begun(TO_END, |app| app.shutdown_timeout(Duration::from_millis(200))).await;
    drop(client);
    app.end().await;
    assert_eq!(work.log.lines(), ["begun", "left", "the end"]);
}

/// `unattended_max`, on both sides.
#[tokio::test]
async fn so_many_and_no_more_go_on_unattended() {
    let (app, work, first) = begun(TO_END, |app| app.unattended_max(1)).await;
    let mut second = Connection::open(app.addr).await;
    second.ask("GET", "/plain/to-end").await;
    while work.log.lines().len() < 2 {
        tokio::task::yield_now().await;
    }
    drop(first);
    // The server must see it before the second leaves: two clients that leave at once come in any order.
    assert_eq!(app.get("/nowhere").await.status, 404);
    drop(second);
    wait(&work, "left").await;
    work.may_end.0.add_permits(2);
    wait(&work, "done").await;
    app.end().await;
    assert_eq!(work.log.lines(), ["begun", "begun", "left", "done", "left", "the end"]);
}
