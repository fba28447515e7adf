//! Whether an application lives, and whether it is ready: what balancers ask.

use http_tests::{App, PATIENCE, within};
use oriole::prelude::*;
use oriole::{Health, HealthIndicator, HealthModule, HealthOptions, HealthStatus};
use serde_json::json;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::{Duration, Instant};
use tokio::sync::Notify;

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

const DELAY: Duration = Duration::from_millis(300);

#[module(imports = [HealthModule::for_root(options().shutdown_delay(DELAY))])]
pub struct DelayedModule;

#[tokio::test]
async fn the_end_waits_for_balancers_if_it_is_told_to() {
    let app = App::serve::<DelayedModule>().await;
    let begin = Instant::now();
    app.end().await;
    assert!(begin.elapsed() >= DELAY, "{:?}", begin.elapsed());
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
