//! Whether an application lives, and whether it is ready: what balancers ask.

use crate::hub::reader::{DRAIN, Reader};
use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::logger::{Log, LoggerService, Record};
use oriole::prelude::*;
use oriole::sse::{Hub, Subscription};
use oriole::{ApplicationContext, Health, HealthIndicator, HealthModule, HealthOptions, HealthStatus};
use oriole::{SseModule, SseModuleOptions};
use oriole_core::Module;
use serde_json::json;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};
use tokio::sync::Notify;
use tracing_subscriber::layer::SubscriberExt as _;

/// A queue of a changing length.
#[derive(Clone, Default)]
struct Queue {
    is_long: Arc<AtomicBool>,
    asked: Arc<AtomicUsize>,
}

impl HealthIndicator for Queue {
    async fn check(&self) -> HealthStatus {
        self.asked.fetch_add(1, Ordering::SeqCst);
        tokio::task::yield_now().await;
        HealthStatus::from(!self.is_long.load(Ordering::SeqCst)).with("limit", 7)
    }
}

/// What a test holds in its hands.
#[derive(Clone, Default)]
#[token]
pub struct Stage {
    queue: Queue,
    /// Lets the end go on.
    released: Arc<Notify>,
}

/// Holds up the end, while it is still served.
#[injectable]
pub struct Slow {
    stage: Arc<Stage>,
    has_begun: Arc<Begun>,
}

#[derive(Default)]
#[injectable]
pub struct Begun {
    #[inject(default)]
    notify: Notify,
}

impl OnModuleDestroy for Slow {
    async fn on_module_destroy(&self) -> Result<(), BoxError> {
        self.has_begun.notify.notify_one();
        self.stage.released.notified().await;
        Ok(())
    }
}

#[injectable]
pub struct Site {
    health: Arc<Health>,
}

#[controller]
impl Site {
    #[get]
    async fn root(&self) -> &'static str {
        "here"
    }

    #[get("own")]
    async fn own(&self) -> bool {
        self.health.ready().await.is_ok()
    }
}

fn options() -> HealthOptions {
    HealthOptions::default().check_interval(Duration::ZERO)
}

#[module(providers = [Stage = Stage::default()], exports = [Stage])]
pub struct StageModule;

#[provider]
fn staged(stage: Arc<Stage>) -> HealthOptions {
    options().indicator("queue", stage.queue.clone()).indicator("database", async || Ok::<_, BoxError>(()))
}

#[module(
    imports = [StageModule, HealthModule::for_root_async::<staged>().import::<StageModule>()],
    controllers = [Site],
    providers = [Slow, Begun],
)]
pub struct StagedModule;

#[tokio::test]
async fn what_is_up_and_what_is_down_is_told_and_is_kept_by_nobody() {
    let app = Oriole::create::<StagedModule>().await.expect("the module is sound");
    let stage = app.get::<Stage>().expect("it is provided");
    stage.released.notify_one();
    let app = App::run(app).await;
    let (queue, database) = (json!({"status": "up", "limit": 7}), json!({"status": "up"}));
    let answer = app.get("/readyz").await;
    assert_eq!(answer.status, 200);
    assert_eq!(answer.header("cache-control"), Some("no-cache, no-store, must-revalidate"));
    let both = json!({"queue": queue, "database": database});
    assert_eq!(answer.json(), json!({"status": "ok", "info": both, "error": {}, "details": both}));
    assert_eq!(app.get("/own").await.body, "true");

    stage.queue.is_long.store(true, Ordering::SeqCst);
    let answer = app.get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.header("cache-control"), Some("no-cache, no-store, must-revalidate"));
    let queue = json!({"status": "down", "limit": 7});
    assert_eq!(
        answer.json(),
        json!({
            "status": "error", "info": {"database": database}, "error": {"queue": queue},
            "details": {"queue": queue, "database": database},
        })
    );
    assert_eq!(app.get("/own").await.body, "false");
    // What it depends on is nothing that a new start would mend.
    let answer = app.get("/livez").await;
    assert_eq!((answer.status, answer.json()["status"].as_str()), (200, Some("ok")));

    stage.queue.is_long.store(false, Ordering::SeqCst);
    assert_eq!(app.get("/readyz").await.status, 200);
    app.end().await;
}

fn failing() -> HealthOptions {
    options()
        .indicator_timeout(Duration::from_millis(10))
        .indicator("slow", std::future::pending::<bool>)
        .indicator("broken", async || Err::<(), _>("the password is secret"))
        .indicator("mad", async || -> bool { panic!("as it should") })
        .indicator("down", async || false)
        .indicator("up", async || true)
}

#[module(imports = [HealthModule::for_root(failing())])]
pub struct FailingModule;

#[tokio::test]
async fn an_indicator_that_hangs_fails_or_panics_is_down_and_the_rest_is_told() {
    let app = App::serve::<FailingModule>().await;
    let answer = app.get("/readyz").await;
    assert_eq!(answer.status, 503);
    let down = json!({"status": "down"});
    assert_eq!(
        answer.json()["error"],
        json!({"slow": {"status": "down", "message": "took too long"}, "broken": down, "mad": down, "down": down})
    );
    assert_eq!(answer.json()["info"], json!({"up": {"status": "up"}}));
    app.end().await;
}

/// What the log says of indicators.
#[derive(Clone, Default)]
struct Heard(Recorder);

impl LoggerService for Heard {
    fn warn(&self, record: &Record) {
        if record.context == "HealthModule" {
            let fields: Vec<_> = record.fields.iter().map(|(name, value)| format!("{name}={value}")).collect();
            self.0.record(format!("{} {}", record.message, fields.join(" ")));
        }
    }

    fn log(&self, _: &Record) {}
    fn fatal(&self, _: &Record) {}
    fn error(&self, _: &Record) {}
}

/// A database that does not answer until it fails.
#[derive(Clone, Default)]
#[token]
pub struct Stuck {
    asked: Arc<Notify>,
    fails: Arc<Notify>,
}

#[module(providers = [Stuck = Stuck::default()], exports = [Stuck])]
pub struct StuckStageModule;

#[provider]
fn stuck(stuck: Arc<Stuck>) -> HealthOptions {
    options().indicator_timeout(PATIENCE).indicator("database", move || {
        let stuck = Arc::clone(&stuck);
        async move {
            stuck.asked.notify_one();
            stuck.fails.notified().await;
            let refused = std::io::Error::other("refused");
            Err::<(), _>(HttpException::service_unavailable("it cannot be reached").with_source(refused))
        }
    })
}

#[module(imports = [StuckStageModule, HealthModule::for_root_async::<stuck>().import::<StuckStageModule>()])]
pub struct StuckModule;

/// A probe's patience may end before an indicator's.
#[tokio::test]
async fn what_hangs_is_named_with_its_cause_though_whoever_asked_has_left() {
    let heard = Heard::default();
    let subscriber = tracing_subscriber::registry().with(Log::new(heard.clone()));
    let _guard = tracing::subscriber::set_default(subscriber);
    let app = Oriole::create::<StuckModule>().await.expect("the module is sound");
    let stuck = app.get::<Stuck>().expect("it is provided");
    let app = App::run(app).await;
    let mut probe = Connection::open(app.addr).await;
    probe.ask("GET", "/readyz").await;
    within(PATIENCE, stuck.asked.notified()).await;
    drop(probe);
    // Another client is served meanwhile, so the server knows of the first.
    assert_eq!(app.get("/livez").await.status, 200);
    stuck.fails.notify_one();
    within(PATIENCE, async {
        while heard.0.lines().is_empty() {
            tokio::task::yield_now().await;
        }
    })
    .await;
    let expected = r#"is down indicator="database" cause="503 it cannot be reached: refused""#;
    assert_eq!(heard.0.lines(), [expected]);
    app.end().await;
}

/// From the first moment of the end on, while everything is still served.
#[tokio::test]
async fn who_ends_is_not_ready_and_serves() {
    let app = Oriole::create::<StagedModule>().await.expect("the module is sound");
    let (stage, begun) = (app.get::<Stage>().expect("provided"), app.get::<Begun>().expect("provided"));
    let mut app = App::run(app).await;
    assert_eq!(app.get("/readyz").await.status, 200);
    let asked = stage.queue.asked.load(Ordering::SeqCst);

    app.shutdown.shutdown();
    within(PATIENCE, begun.notify.notified()).await;
    let answer = app.get("/readyz").await;
    assert_eq!(answer.status, 503);
    assert_eq!(answer.json(), json!({"status": "shutting_down", "info": {}, "error": {}, "details": {}}));
    assert_eq!(stage.queue.asked.load(Ordering::SeqCst), asked, "what may be closed by now is not asked");
    assert_eq!((app.get("/livez").await.status, app.get("/").await.status), (200, 200));

    stage.released.notify_one();
    app.ended().await;
}

const LONG: Duration = Duration::from_secs(60);

/// Closes what requests need.
#[derive(Default)]
#[injectable]
pub struct Closing {
    #[inject(default)]
    closed: Mutex<Option<Instant>>,
}

impl OnModuleDestroy for Closing {
    async fn on_module_destroy(&self) -> Result<(), BoxError> {
        *self.closed.lock().expect("nobody panics") = Some(Instant::now());
        Ok(())
    }
}

#[injectable]
pub struct Feed {
    hub: Arc<Hub>,
}

#[controller("feed")]
impl Feed {
    #[sse]
    async fn read(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("feed").await?)
    }
}

fn delayed(delay: Duration) -> HealthOptions {
    options().shutdown_delay(delay)
}

#[module(
    imports = [
        HealthModule::for_root(delayed(LONG)),
        SseModule::for_root(SseModuleOptions::default().drain_window(DRAIN)),
    ],
    controllers = [Site, Feed],
    providers = [Closing],
)]
pub struct LongDelayModule;

/// No hook has run, not even one of the root's, and no stream has ended.
#[tokio::test]
async fn everything_is_served_while_the_end_waits_for_balancers() {
    let app = Oriole::create::<LongDelayModule>().await.expect("the module is sound");
    let (closing, hub) = (app.get::<Closing>().expect("provided"), app.get::<Hub>().expect("provided"));
    let app = App::run(app.shutdown_timeout(PATIENCE)).await;
    let mut reader = Reader::open(app.addr, "GET", "/feed", "").await;
    while !reader.next().await.contains("live") {}

    app.shutdown.shutdown();
    while app.get("/readyz").await.status == 200 {}
    assert_eq!(app.get("/readyz").await.json()["status"], "shutting_down");
    assert_eq!(app.get("/").await.status, 200);
    hub.publish("feed", MessageEvent::new("still")).await.expect("it is open");
    assert_eq!(reader.next().await, "message(still)");
    let mut another = Reader::open(app.addr, "GET", "/feed", "").await;
    while !another.next().await.contains("live") {}
    assert_eq!(*closing.closed.lock().expect("nobody panics"), None);
}

const SHORT: Duration = Duration::from_millis(300);

#[module(
    imports = [
        HealthModule::for_root(delayed(SHORT)),
        SseModule::for_root(SseModuleOptions::default().drain_window(DRAIN)),
    ],
    controllers = [Feed],
    providers = [Closing],
)]
pub struct ShortDelayModule;

#[tokio::test]
async fn hooks_run_and_streams_are_drained_after_the_delay() {
    let app = Oriole::create::<ShortDelayModule>().await.expect("the module is sound");
    let closing = app.get::<Closing>().expect("provided");
    let mut app = App::run(app.shutdown_timeout(PATIENCE)).await;
    let mut reader = Reader::open(app.addr, "GET", "/feed", "").await;
    while !reader.next().await.contains("live") {}

    let begin = Instant::now();
    app.shutdown.shutdown();
    while !reader.next().await.contains("drain") {}
    assert!(begin.elapsed() >= SHORT, "{:?}", begin.elapsed());
    app.ended().await;
    let closed = closing.closed.lock().expect("nobody panics").expect("the hook ran");
    assert!(closed >= begin + SHORT, "{:?}", closed - begin);
}

#[tokio::test]
async fn nobody_waits_where_nothing_is_served() {
    let app = ApplicationContext::create::<LongDelayModule>().await.expect("the module is sound");
    let begin = Instant::now();
    app.close().await.expect("hooks do not fail");
    let service = Oriole::create::<LongDelayModule>().await.expect("the module is sound");
    let service = service.shutdown_timeout(PATIENCE).into_service().await.expect("hooks do not fail");
    service.__close_unserved().await.expect("hooks do not fail");
    assert!(begin.elapsed() < LONG, "{:?}", begin.elapsed());
}

#[module(imports = [HealthModule::for_root(delayed(Duration::from_secs(6)))])]
pub struct AloneModule;

#[module(imports = [
    HealthModule::for_root(delayed(Duration::from_secs(6))),
    SseModule::for_root(SseModuleOptions::default()),
])]
pub struct BesideHubModule;

#[injectable]
pub struct Answers;

#[controller("answers")]
impl Answers {
    #[sse(may_finish)]
    fn answer(&self) -> impl Stream<Item = MessageEvent> {
        futures_util::stream::empty()
    }
}

#[module(imports = [BesideHubModule], controllers = [Answers])]
pub struct FinishingModule;

#[module(
    imports = [HealthModule::for_root(options()), SseModule::for_root(SseModuleOptions::default())],
    controllers = [Answers],
)]
pub struct HurriedModule;

async fn start<M: Module>(shutdown_timeout: Duration) -> Result<(), String> {
    let app = Oriole::create::<M>().await.expect("the module is sound");
    app.shutdown_timeout(shutdown_timeout).into_service().await.map(drop).map_err(|error| error.to_string())
}

/// Both sides of four fifths of `shutdown_timeout`.
#[tokio::test]
async fn a_delay_that_leaves_no_time_for_what_follows_ends_the_start() {
    let ms = Duration::from_millis;
    assert_eq!(start::<AloneModule>(ms(7_500)).await, Ok(()));
    assert_eq!(start::<BesideHubModule>(ms(10_000)).await, Ok(()));
    assert_eq!(start::<FinishingModule>(ms(15_000)).await, Ok(()));
    assert_eq!(start::<HurriedModule>(ms(1)).await, Ok(()), "without a delay nobody counts");

    let error = start::<AloneModule>(ms(7_499)).await.expect_err("no time for the delay");
    assert!(error.contains("needs 6s (`HealthOptions::shutdown_delay` 6s), and has 5.9992s"), "{error}");
    let error = start::<BesideHubModule>(ms(9_999)).await.expect_err("no time to drain");
    assert!(
        error.contains("needs 8s (`HealthOptions::shutdown_delay` 6s + `SseModuleOptions::drain_window` 2s)"),
        "{error}"
    );
    let error = start::<FinishingModule>(ms(14_999)).await.expect_err("no time to finish");
    assert!(error.contains("needs 12s") && error.contains("2s + `SseOptions::finish_timeout` 4s)"), "{error}");
    assert!(error.contains("`Application::shutdown_timeout` 14.999s: that has to be 15s at least"), "{error}");
}

#[provider]
fn kept(stage: Arc<Stage>) -> HealthOptions {
    HealthOptions::default().indicator("queue", stage.queue.clone()).check_interval(Duration::from_secs(3600))
}

#[module(imports = [StageModule, HealthModule::for_root_async::<kept>().import::<StageModule>()])]
pub struct KeptModule;

/// However many ask, the indicators are asked once in a while.
#[tokio::test]
async fn an_answer_is_good_for_a_while_and_for_all() {
    let app = Oriole::create::<KeptModule>().await.expect("the module is sound");
    let stage = app.get::<Stage>().expect("provided");
    let app = App::run(app).await;
    let answers = futures_util::future::join_all((0..20).map(|_| app.get("/readyz"))).await;
    assert!(answers.iter().all(|answer| answer.status == 200));
    assert_eq!(stage.queue.asked.load(Ordering::SeqCst), 1);
    app.end().await;

    let app = Oriole::create::<StagedModule>().await.expect("the module is sound");
    let stage = app.get::<Stage>().expect("provided");
    stage.released.notify_one();
    let app = App::run(app).await;
    for asked in 1..=3 {
        app.get("/readyz").await;
        assert_eq!(stage.queue.asked.load(Ordering::SeqCst), asked, "nothing is kept");
    }
    app.end().await;
}

#[module(imports = [HealthModule::for_root(options().indicator("a", async || true).indicator("a", async || true))])]
pub struct DoubledModule;

#[tokio::test]
async fn two_indicators_of_one_name_end_the_start() {
    let app = Oriole::create::<DoubledModule>().await.expect("the graph is sound");
    let error = app.into_service().await.map(drop).expect_err("it cannot start").to_string();
    assert!(error.contains("two indicators of health have the name `a`"), "{error}");
}
