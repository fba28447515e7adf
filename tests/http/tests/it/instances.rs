//! What Nest's chapters on modules, providers and lifecycle events say, where no other test shows it.

use crate::lifecycle::{Log, LogModule, hooked};
use futures_util::FutureExt;
use http_tests::{App, PATIENCE, Recorder, within};
use oriole::Oriole;
use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};
use tokio::sync::Barrier;

/// Counts its instances' lives from outside.
#[injectable]
pub struct Lives {
    #[inject(default)]
    born: AtomicU32,
    #[inject(default)]
    over: Recorder,
}

#[module(providers = [Lives], exports = [Lives])]
pub struct LivesModule;

pub struct Cache(Arc<Lives>);

impl Drop for Cache {
    fn drop(&mut self) {
        self.0.over.record("dropped");
    }
}

#[provider]
fn cache(lives: Arc<Lives>) -> Cache {
    lives.born.fetch_add(1, Ordering::Relaxed);
    Cache(lives)
}

#[module(imports = [LivesModule], providers = [cache], exports = [cache])]
pub struct CacheModule;

#[injectable]
pub struct Cats {
    cache: Arc<Cache>,
}

#[module(imports = [CacheModule], providers = [Cats], exports = [Cats])]
pub struct CatsModule;

#[injectable]
pub struct Dogs {
    cache: Arc<Cache>,
}

#[module(imports = [CacheModule], providers = [Dogs], exports = [Dogs])]
pub struct DogsModule;

/// Lists the provider that `CacheModule` has.
#[injectable]
pub struct Birds {
    cache: Arc<Cache>,
}

#[module(imports = [LivesModule], providers = [cache, Birds], exports = [Birds])]
pub struct BirdsModule;

#[injectable]
pub struct Zoo {
    cats: Arc<Cats>,
    dogs: Arc<Dogs>,
    birds: Arc<Birds>,
}

#[controller("zoo")]
impl Zoo {
    /// Whether cats and dogs, and whether cats and birds share a cache.
    #[get]
    async fn shared(&self) -> (StatusCode, String) {
        let with = |other: &Arc<Cache>| Arc::ptr_eq(&self.cats.cache, other);
        (StatusCode::OK, format!("{} {}", with(&self.dogs.cache), with(&self.birds.cache)))
    }
}

#[module(imports = [CatsModule, DogsModule, BirdsModule, LivesModule], controllers = [Zoo])]
pub struct ZooModule;

/// One root, four lists.
///
/// Parity: MOD.1, MOD.4, MOD.5, PRV.2, PRV.5.
#[tokio::test]
async fn importers_share_instances_and_a_second_listing_makes_a_second() {
    let app = App::serve::<ZooModule>().await;
    assert_eq!(app.get("/zoo").await.body, "true false");
    app.end().await;
}

/// Nobody needs the caches of a `CacheModule` alone.
///
/// Parity: PRV.4.
#[tokio::test]
async fn providers_live_as_long_as_the_application() {
    #[module(imports = [CacheModule, LivesModule])]
    pub struct IdleModule;

    let app = Oriole::create::<IdleModule>().await.expect("it is sound");
    let lives = app.get::<Lives>().expect("it is exported");
    assert_eq!(lives.born.load(Ordering::Relaxed), 1, "built at the start");
    let service = app.into_service().await.expect("no hook fails");
    assert!(lives.over.lines().is_empty());
    service.close().await.expect("no hook fails");
    drop(service);
    assert_eq!(lives.over.lines(), ["dropped"]);
}

#[module(imports = [LogModule])]
pub struct FirstModule {
    log: Arc<Log>,
}
hooked!(FirstModule, "first");

#[module(global, imports = [LogModule])]
pub struct GlobalModule {
    log: Arc<Log>,
}
hooked!(GlobalModule, "global");

#[module(imports = [FirstModule, GlobalModule, LogModule])]
pub struct AppModule {
    log: Arc<Log>,
}
hooked!(AppModule, "app");

/// Though it is imported last.
///
/// Parity: LCE.8.
#[tokio::test]
async fn a_global_module_is_first_and_at_the_end_last() {
    let app = Oriole::create::<AppModule>().await.expect("it is sound");
    let log = app.get::<Log>().expect("it is exported");
    app.into_service().await.expect("no hook fails").close().await.expect("no hook fails");
    let (start, end) = (["global", "first", "app"], ["app", "first", "global"]);
    let hooks = [("init", start), ("bootstrap", start), ("destroy", end), ("before", end), ("shutdown", end)];
    let expected: Vec<_> =
        hooks.iter().flat_map(|(hook, modules)| modules.map(|module| format!("{hook} {module}"))).collect();
    assert_eq!(log.recorder.lines(), expected);
}

pub struct Meeting(Barrier);

#[provider]
fn meeting() -> Meeting {
    Meeting(Barrier::new(3))
}

macro_rules! meets {
    ($type:ty) => {
        impl OnModuleInit for $type {
            async fn on_module_init(&self) -> Result<(), BoxError> {
                self.meeting.0.wait().await;
                Ok(())
            }
        }
    };
}

#[injectable]
pub struct Left {
    meeting: Arc<Meeting>,
}
meets!(Left);

#[injectable]
pub struct Right {
    meeting: Arc<Meeting>,
}
meets!(Right);

#[injectable]
pub struct Site {
    meeting: Arc<Meeting>,
}
meets!(Site);

#[controller]
impl Site {}

#[module(providers = [meeting, Left, Right], controllers = [Site])]
pub struct MeetingModule;

/// Each waits for the others.
///
/// Parity: LCE.5, LCE.15.
#[tokio::test]
async fn within_a_module_hooks_run_at_once() {
    let app = Oriole::create::<MeetingModule>().await.expect("it is sound");
    let service = within(PATIENCE, app.into_service()).await.expect("they meet");
    service.close().await.expect("no hook fails");
}

#[injectable]
pub struct Held {
    log: Arc<Log>,
}

impl BeforeApplicationShutdown for Held {
    async fn before_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.log.recorder.record("before begun");
        self.log.go.notified().await;
        Ok(())
    }
}

#[controller]
impl Held {
    #[get]
    async fn root(&self) -> &'static str {
        "here"
    }
}

#[module(imports = [LogModule], controllers = [Held])]
pub struct HeldModule;

/// Parity: LCE.17.
#[tokio::test]
async fn the_second_hook_of_the_end_runs_while_serving() {
    let mut log = None;
    let mut app = App::serve_with::<HeldModule>(|app| {
        log = app.get::<Log>();
        app
    })
    .await;
    let log = log.expect("it is exported");
    app.shutdown.shutdown();
    within(PATIENCE, log.recorder.wait_for("before begun")).await;
    assert_eq!(app.get("/").await.body, "here");
    log.go.notify_one();
    app.ended().await;
}

/// Waits for the test's word.
static OPENED: tokio::sync::Semaphore = tokio::sync::Semaphore::const_new(0);

pub struct Door;

#[provider]
async fn door() -> Result<Door, String> {
    OPENED.acquire().await.map_err(|closed| closed.to_string())?.forget();
    Ok(Door)
}

#[injectable]
pub struct House {
    door: Arc<Door>,
}

#[controller("house")]
impl House {
    #[get]
    async fn enter(&self) -> String {
        Arc::strong_count(&self.door).to_string()
    }
}

#[module(providers = [door], controllers = [House])]
pub struct HouseModule;

/// Parity: APR.1, APR.2.
#[tokio::test]
async fn nothing_is_served_before_all_factories_are_ready() {
    let mut serving = std::pin::pin!(App::serve::<HouseModule>());
    assert!(serving.as_mut().now_or_never().is_none(), "the factory waits");
    tokio::task::yield_now().await;
    assert!(serving.as_mut().now_or_never().is_none(), "and waits");
    OPENED.add_permits(1);
    let app = within(PATIENCE, serving).await;
    assert_eq!(app.get("/house").await.status, 200);
    app.end().await;
}
