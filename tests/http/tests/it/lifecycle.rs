//! Hooks in Nest's order, and the end in good order.

use crate::exceptions::Errors;
use futures_util::stream;
use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::prelude::*;
use oriole::{Error, Oriole};
use std::sync::Arc;
use std::time::Duration;
use tokio::sync::Notify;
use tokio::time::Instant;
use tracing_subscriber::layer::SubscriberExt as _;

/// Shared by all modules; global, hence first and last (`LCE.8`).
#[injectable]
pub struct Log {
    #[inject(default)]
    pub recorder: Recorder,
    #[inject(default)]
    pub go: Notify,
    #[inject(default)]
    gate: std::sync::Mutex<()>,
}

#[module(providers = [Log], exports = [Log], global)]
pub struct LogModule;

/// Records each hook of a type that has the log.
macro_rules! hooked {
    ($type:ty, $name:literal) => {
        impl OnModuleInit for $type {
            async fn on_module_init(&self) -> Result<(), BoxError> {
                self.log.recorder.record(concat!("init ", $name));
                Ok(())
            }
        }
        impl OnApplicationBootstrap for $type {
            async fn on_application_bootstrap(&self) -> Result<(), BoxError> {
                self.log.recorder.record(concat!("bootstrap ", $name));
                Ok(())
            }
        }
        impl OnModuleDestroy for $type {
            async fn on_module_destroy(&self) -> Result<(), BoxError> {
                self.log.recorder.record(concat!("destroy ", $name));
                Ok(())
            }
        }
        impl BeforeApplicationShutdown for $type {
            async fn before_application_shutdown(&self, signal: Option<Signal>) -> Result<(), BoxError> {
                assert_eq!(signal, None);
                self.log.recorder.record(concat!("before ", $name));
                Ok(())
            }
        }
        impl OnApplicationShutdown for $type {
            async fn on_application_shutdown(&self, signal: Option<Signal>) -> Result<(), BoxError> {
                assert_eq!(signal, None);
                self.log.recorder.record(concat!("shutdown ", $name));
                Ok(())
            }
        }
    };
}

pub(crate) use hooked;

#[injectable]
pub struct Service {
    log: Arc<Log>,
}
hooked!(Service, "C.service");

#[module(providers = [Service])]
pub struct C {
    log: Arc<Log>,
}
hooked!(C, "C");

#[module(imports = [C])]
pub struct B {
    log: Arc<Log>,
}
hooked!(B, "B");

#[injectable]
pub struct Site {
    log: Arc<Log>,
}

#[controller]
impl Site {
    #[get]
    async fn root(&self) -> &'static str {
        "here"
    }

    #[get("slow")]
    async fn slow(&self) -> &'static str {
        self.log.recorder.record("slow begun");
        self.log.go.notified().await;
        "slow"
    }

    #[get("stuck")]
    async fn stuck(&self) {
        self.log.recorder.record("stuck begun");
        std::future::pending().await
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        let recorder = self.log.recorder.clone();
        stream::iter([MessageEvent::new("first")])
            .chain(stream::pending())
            .finalize(move || recorder.record("stream over"))
    }
}

#[module(imports = [LogModule, B], controllers = [Site])]
pub struct A {
    log: Arc<Log>,
}
hooked!(A, "A");

async fn serve<M: oriole::Module>(
    configure: impl FnOnce(oriole::Application) -> oriole::Application,
) -> (App, Arc<Log>) {
    let mut log = None;
    let app = App::serve_with::<M>(|app| {
        log = app.get::<Log>();
        configure(app)
    })
    .await;
    (app, log.expect("the module provides it"))
}

/// LCE.1, 3, 6, 7, 15.
/// Parity: LCE.1, LCE.3, LCE.6, LCE.7, LCE.15.
#[tokio::test]
async fn hooks_run_in_nests_order() {
    let (app, log) = serve::<A>(|app| app).await;
    app.get("/").await;
    app.end().await;
    let expected = [
        "init C.service",
        "init C",
        "init B",
        "init A",
        "bootstrap C.service",
        "bootstrap C",
        "bootstrap B",
        "bootstrap A",
        "destroy A",
        "destroy B",
        "destroy C.service",
        "destroy C",
        "before A",
        "before B",
        "before C.service",
        "before C",
        "shutdown A",
        "shutdown B",
        "shutdown C.service",
        "shutdown C",
    ];
    assert_eq!(log.recorder.lines(), expected);
}

/// LCE.2: nothing runs before the application starts.
/// Parity: LCE.2.
#[tokio::test]
async fn create_runs_no_hook() {
    let app = Oriole::create::<A>().await.expect("it is sound");
    assert!(app.get::<Log>().expect("it is provided").recorder.lines().is_empty());
    let service = app.into_service().await.expect("no hook fails");
    service.close().await.expect("no hook fails");
}

#[injectable]
pub struct Broken {
    log: Arc<Log>,
}
impl OnModuleInit for Broken {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.log.recorder.record("broken");
        Err("the disk is full".into())
    }
}

#[module(imports = [LogModule, B], providers = [Broken])]
pub struct BrokenModule;

/// Parity: FST.8.
#[tokio::test]
async fn a_hook_that_fails_ends_the_start() {
    let app = Oriole::create::<BrokenModule>().await.expect("it is sound");
    let log = app.get::<Log>().expect("it is provided");
    let error = app.listen("127.0.0.1:0").await.expect_err("it cannot start");
    assert!(matches!(error, Error::Boot(_)));
    let text = error.to_string();
    assert!(
        text.starts_with("ORI011: `on_module_init` of `Broken` in `BrokenModule` failed: the disk is full\n  --> "),
        "{text}"
    );
    // `main` prints it with `Debug`.
    assert_eq!(format!("{error:?}"), text);
    assert_eq!(log.recorder.lines(), ["init C.service", "init C", "init B", "broken"]);
}

#[tokio::test]
async fn an_address_that_is_taken_is_an_error_with_its_name() {
    let taken = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let addr = taken.local_addr().expect("it is bound");
    let app = Oriole::create::<A>().await.expect("it is sound");
    let error = app.listen(addr).await.expect_err("it is taken");
    assert!(error.to_string().starts_with(&format!("cannot listen on {addr}: ")), "{error}");
}

#[injectable]
pub struct Slow;

impl OnApplicationBootstrap for Slow {
    async fn on_application_bootstrap(&self) -> Result<(), BoxError> {
        tokio::time::sleep(Duration::from_secs(30)).await;
        Ok(())
    }
}

#[module(providers = [Slow])]
pub struct SlowModule;

/// Each hook of the start has a deadline, and what is told names it.
#[tokio::test(start_paused = true)]
async fn a_hook_that_hangs_ends_the_start() {
    let start = |timeout| async move {
        let app = Oriole::create::<SlowModule>().await.expect("it is sound");
        app.hook_timeout(Duration::from_secs(timeout)).into_service().await
    };
    assert!(start(31).await.is_ok());
    let error = start(29).await.expect_err("it is late").to_string();
    let text = "ORI011: `on_application_bootstrap` of `Slow` in `SlowModule` failed: it was not done in time\n  --> ";
    assert!(error.starts_with(text), "{error}");
}

#[injectable]
pub struct Held {
    log: Arc<Log>,
}
impl OnModuleDestroy for Held {
    async fn on_module_destroy(&self) -> Result<(), BoxError> {
        self.log.recorder.record("destroy begun");
        self.log.go.notified().await;
        Ok(())
    }
}

#[module(imports = [LogModule], controllers = [Site], providers = [Held])]
pub struct HeldModule;

/// LCE.17: the first hooks of the end run while everything is served, new connections included.
/// Parity: LCE.5, LCE.17.
#[tokio::test]
async fn the_first_hooks_run_while_serving() {
    let (mut app, log) = serve::<HeldModule>(|app| app).await;
    app.shutdown.shutdown();
    within(PATIENCE, log.recorder.wait_for("destroy begun")).await;
    assert_eq!(app.get("/").await.body, "here");
    log.go.notify_one();
    app.ended().await;
    assert!(tokio::net::TcpStream::connect(app.addr).await.is_err(), "the listener is closed");
}

/// Parity: LCE.3.
#[tokio::test]
async fn requests_in_flight_are_answered_and_streams_end_whole() {
    let (mut app, log) = serve::<A>(|app| app).await;
    let mut slow = Connection::open(app.addr).await;
    slow.ask("GET", "/slow").await;
    within(PATIENCE, log.recorder.wait_for("slow begun")).await;
    let mut events = Connection::open(app.addr).await;
    events.ask("GET", "/events").await;
    assert_eq!(events.head().await.status, 200);
    assert_eq!(events.chunk().await.as_deref(), Some("data: first\n\n"));
    // Connected, and never asked: it is not waited for.
    let mut idle = Connection::open(app.addr).await;
    // Asked before, and idle now.
    let mut kept = Connection::open(app.addr).await;
    kept.ask("GET", "/").await;
    assert_eq!(kept.response_to("GET").await.body, "here");

    app.shutdown.shutdown();
    let rest = events.rest().await;
    assert!(rest.starts_with("retry: ") && rest.ends_with("\n\n"), "{rest}");
    assert_eq!(events.closed().await, "");
    assert_eq!(idle.closed().await, "");
    assert_eq!(kept.closed().await, "");
    log.go.notify_one();
    let answer = slow.response_to("GET").await;
    assert_eq!((answer.status, &*answer.body), (200, "slow"));
    app.ended().await;

    let lines = log.recorder.lines();
    let at = |line: &str| lines.iter().position(|seen| seen == line).unwrap_or_else(|| panic!("{line}: {lines:?}"));
    assert!(at("before C") < at("stream over") && at("stream over") < at("shutdown A"), "{lines:?}");
}

#[tokio::test(start_paused = true)]
async fn one_deadline_lies_over_the_end() {
    let (mut app, log) = serve::<A>(|app| app.shutdown_timeout(Duration::from_secs(5))).await;
    let mut stuck = Connection::open(app.addr).await;
    stuck.ask("GET", "/stuck").await;
    within(PATIENCE, log.recorder.wait_for("stuck begun")).await;
    let begun = Instant::now();
    app.shutdown.shutdown();
    app.ended().await;
    let took = begun.elapsed();
    // A fifth is kept for the last hooks, which have run.
    assert!(took >= Duration::from_secs(4) && took <= Duration::from_secs(5), "{took:?}");
    assert!(log.recorder.lines().contains(&"shutdown C".to_owned()));
    assert_eq!(stuck.closed().await, "");
}

#[tokio::test(start_paused = true)]
async fn hooks_that_hang_are_left_behind() {
    let said = Recorder::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(Errors(said.clone())));
    let (mut app, _log) = serve::<HeldModule>(|app| app.shutdown_timeout(Duration::from_secs(5))).await;
    let begun = Instant::now();
    app.shutdown.shutdown();
    app.ended().await;
    let took = begun.elapsed();
    assert!(took >= Duration::from_secs(4) && took <= Duration::from_secs(5), "{took:?}");
    let text = "ORI011: `on_module_destroy` of `Held` in `HeldModule` failed: it was not done in time";
    assert!(said.lines().iter().any(|line| line.contains(text)), "{:?}", said.lines());
}

#[injectable]
pub struct Blocking {
    log: Arc<Log>,
}

#[controller]
impl Blocking {
    #[get("block")]
    async fn block(&self) {
        self.log.recorder.record("block begun");
        let _open = self.log.gate.lock().expect("nobody panics with it");
    }
}
hooked!(Blocking, "blocking");

#[module(imports = [LogModule], controllers = [Site, Blocking])]
pub struct BlockingModule;

/// A thread that a handler blocks cannot be taken back; the end comes in time all the same.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn a_handler_that_blocks_its_thread_is_left_behind() {
    let (mut app, log) = serve::<BlockingModule>(|app| app.shutdown_timeout(Duration::from_secs(2))).await;
    let gate = Arc::clone(&log);
    // The guard is held by a thread of its own, since this task waits.
    let (release, released) = std::sync::mpsc::channel::<()>();
    let (held, is_held) = std::sync::mpsc::channel();
    let keeper = std::thread::spawn(move || {
        let _closed = gate.gate.lock().expect("nobody panics with it");
        held.send(()).expect("the test waits");
        let _ = released.recv();
    });
    is_held.recv().expect("the keeper runs");
    let mut blocked = Connection::open(app.addr).await;
    blocked.ask("GET", "/block").await;
    within(PATIENCE, log.recorder.wait_for("block begun")).await;
    let begun = Instant::now();
    app.shutdown.shutdown();
    // The thread is blocked until after that.
    app.ended().await;
    let took = begun.elapsed();
    assert!(took >= Duration::from_millis(1600), "{took:?}");
    let lines = log.recorder.lines();
    assert!(lines.contains(&"shutdown blocking".to_owned()), "{lines:?}");
    release.send(()).expect("the keeper waits");
    keeper.join().expect("it does not panic");
}

/// Under another server the same end is a method.
/// Parity: LCE.2, LCE.4, LCE.12.
#[tokio::test]
async fn close_runs_the_hooks_and_ends_the_streams() {
    use http_body_util::BodyExt;
    use tower::ServiceExt;

    let app = Oriole::create::<A>().await.expect("it is sound");
    let log = app.get::<Log>().expect("it is provided");
    let service = app.into_service().await.expect("no hook fails");
    let request = http::Request::get("/events").body(oriole::axum::body::Body::empty()).expect("a request");
    let response = service.clone().oneshot(request).await.expect("it never fails");
    let (closed, body) = tokio::join!(service.close(), response.into_body().collect());
    closed.expect("no hook fails");
    let body = body.expect("it ends whole").to_bytes();
    assert!(body.starts_with(b"data: first\n\nretry: "), "{body:?}");
    let lines = log.recorder.lines();
    assert_eq!(lines.last().map(String::as_str), Some("shutdown C"));
}

#[injectable]
pub struct Sore {
    log: Arc<Log>,
}

impl OnModuleDestroy for Sore {
    async fn on_module_destroy(&self) -> Result<(), BoxError> {
        self.log.recorder.record("destroy");
        Err("the cache is lost".into())
    }
}

impl BeforeApplicationShutdown for Sore {
    async fn before_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.log.recorder.record("before");
        Ok(())
    }
}

impl OnApplicationShutdown for Sore {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.log.recorder.record("shutdown");
        Err("the disk is full".into())
    }
}

#[module(providers = [Log, Sore])]
pub struct SoreModule;

/// Every hook runs, and all that failed are named; with a server and without.
/// Parity: LCE.4, LCE.5, STA.5.
#[tokio::test]
async fn close_gives_the_hooks_that_failed() {
    let check = |error: &dyn std::fmt::Display, lines: Vec<String>| {
        let error = error.to_string();
        for part in [
            "ORI011: `on_module_destroy` of `Sore` in `SoreModule` failed: the cache is lost\n  --> ",
            "ORI011: `on_application_shutdown` of `Sore` in `SoreModule` failed: the disk is full\n  --> ",
        ] {
            assert!(error.contains(part), "{error}");
        }
        assert_eq!(lines, ["destroy", "before", "shutdown"]);
    };
    let app = Oriole::create::<SoreModule>().await.expect("it is sound");
    let log = app.get::<Log>().expect("it is provided");
    let service = app.into_service().await.expect("no hook of the start fails");
    check(&service.close().await.expect_err("two hooks fail"), log.recorder.lines());

    let app = oriole::ApplicationContext::create::<SoreModule>().await.expect("it is sound");
    let log = app.get::<Log>().expect("it is provided");
    check(&app.close().await.expect_err("two hooks fail"), log.recorder.lines());
}

/// Two applications share nothing.
#[tokio::test]
async fn two_applications_in_one_process() {
    let ((left, left_log), (right, right_log)) = (serve::<A>(|app| app).await, serve::<A>(|app| app).await);
    assert!(!Arc::ptr_eq(&left_log, &right_log));
    left.end().await;
    assert_eq!(right.get("/").await.body, "here");
    assert!(!right_log.recorder.lines().iter().any(|line| line.starts_with("destroy")));
    right.end().await;
}
