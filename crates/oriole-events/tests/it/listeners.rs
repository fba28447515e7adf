//! Where listeners are found, and when.

use crate::support::{Notes, OrderCreated, start};
use oriole::events::{EmitError, EventBus, EventsModule, EventsOptions, ListenError, ListenerChange};
use oriole::prelude::*;
use oriole::{ApplicationContext, BootError, LazyModules};
use std::sync::{Arc, Mutex};
use tokio::sync::oneshot;

/// Emits in each of its hooks.
#[injectable]
struct Early {
    bus: Arc<EventBus>,
    #[inject(default)]
    heard: Notes,
    #[inject(default)]
    emitted: Notes,
}

struct TooEarly;

#[provider]
fn too_early(bus: Arc<EventBus>) -> TooEarly {
    assert!(matches!(bus.emit_named("early", "a factory"), Err(EmitError::NotReady)), "nothing is lost in silence");
    TooEarly
}

impl OnModuleInit for Early {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.bus.ready().await?;
        self.bus.emit_named("early", "on_module_init")?;
        Ok(())
    }
}

impl OnApplicationBootstrap for Early {
    async fn on_application_bootstrap(&self) -> Result<(), BoxError> {
        self.bus.emit_named("early", "on_application_bootstrap")?;
        Ok(())
    }
}

#[listeners]
impl Early {
    #[on_event("early")]
    fn heard(&self, when: &&'static str) {
        self.heard.add(*when);
    }
}

/// A controller listens as well.
#[injectable]
struct Routes {
    early: Arc<Early>,
}

#[controller("routes")]
impl Routes {
    #[get]
    async fn get(&self) {}
}

#[listeners]
impl Routes {
    #[on_event("early")]
    fn heard(&self) {
        self.early.emitted.add("heard");
    }
}

#[module(root, imports = [EventsModule], providers = [Early, too_early], controllers = [Routes])]
struct EarlyModule {
    _too_early: Arc<TooEarly>,
}

/// Parity: EVT.1, EVT.7.
#[tokio::test]
async fn listeners_are_there_before_any_hook() {
    let (app, bus) = start::<EarlyModule>().await;
    let early = app.get::<Early>().unwrap();
    assert_eq!(early.heard.take(), ["on_module_init", "on_application_bootstrap"]);
    assert_eq!(early.emitted.take(), ["heard", "heard"]);
    bus.ready().await.unwrap();
    app.close().await.unwrap();
    assert!(matches!(bus.ready().await, Err(EmitError::Closed)));
}

#[injectable]
struct Fails {
    bus: Arc<EventBus>,
}

/// Whom to tell how it ended for one who waited.
static WAITED: Mutex<Option<oneshot::Sender<bool>>> = Mutex::new(None);

struct Waiter;

#[provider]
fn waiter(bus: Arc<EventBus>) -> Waiter {
    let told = WAITED.lock().expect("nobody panics with it").take().expect("there is one start");
    #[allow(clippy::disallowed_methods, reason = "it outlives the application that does not start")]
    tokio::spawn(async move { told.send(bus.ready().await.is_err()) });
    Waiter
}

impl OnModuleInit for Fails {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.bus.emit_named("early", "a hook before")?;
        Ok(())
    }
}

#[module(imports = [EventsModule], providers = [WildLog])]
struct WildModule;

#[injectable]
struct WildLog;

#[listeners]
impl WildLog {
    #[on_event("order.*")]
    fn order(&self) {}

    #[on_event("")]
    fn empty(&self) {}
}

/// Parity: EVT.2.
#[tokio::test]
async fn a_pattern_needs_wildcards() {
    let error = ApplicationContext::create::<WildModule>().await.unwrap_err();
    let BootError::Hook { hook, provider, source, .. } = &error else { panic!("{error}") };
    assert_eq!((*hook, *provider), ("on_module_init", "EventsModule"));
    let text = source.to_string();
    assert!(
        text.contains("`WildLog::order` (")
            && text.contains("`EventsOptions::wildcard(true)` turns on; `WildLog::empty`"),
        "{text}"
    );
    assert!(text.ends_with("an event has a name"), "{text}");
}

/// It is global as well and stands before the bus, so that its hook is too early.
#[module(global, providers = [Fails])]
struct FailsModule;

#[module(imports = [FailsModule, EventsModule], providers = [waiter])]
struct FailingModule {
    _waiter: Arc<Waiter>,
}

#[tokio::test]
async fn whoever_waits_for_a_start_that_fails_is_told() {
    let (told, waited) = oneshot::channel();
    *WAITED.lock().unwrap() = Some(told);
    let error = ApplicationContext::create::<FailingModule>().await.unwrap_err();
    assert!(error.to_string().contains("nobody can listen before modules are initialised"), "{error}");
    assert!(waited.await.unwrap());
}

#[module(root, imports = [EventsModule::for_root(EventsOptions::new().wildcard(true).delimiter(":").announce_listeners(true))])]
struct AnnouncingModule;

/// Parity: EVT.2.
#[tokio::test(start_paused = true)]
async fn listeners_that_come_and_go_can_be_announced() {
    let (app, bus) = start::<AnnouncingModule>().await;
    let notes = Notes::default();
    let noted = notes.clone();
    let watch = bus
        .on("*Listener", |_| async { Ok(()) })
        .map(drop)
        .and_then(|()| {
            bus.on("newListener", move |event| {
                let change = event.get::<ListenerChange>().expect("what it carries");
                noted.add(format!("{} {}", event.name(), change.name));
                async { Ok(()) }
            })
        })
        .unwrap();
    let noted = notes.clone();
    let removed = bus
        .on("removeListener", move |event| {
            noted.add(format!("{} {}", event.name(), event.get::<ListenerChange>().unwrap().name));
            async { Ok(()) }
        })
        .unwrap();
    let order = bus.on("order:*", |_| async { Ok(()) }).unwrap();
    assert_eq!(bus.emit_named("order:created", ()).unwrap(), 1);
    assert_eq!(bus.emit_named("order.created", ()).unwrap(), 0);
    drop(order);
    assert_eq!(bus.emit_named("order:created", ()).unwrap(), 0);
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    let noted = notes.take();
    assert_eq!(
        noted,
        ["newListener newListener", "newListener removeListener", "newListener order:*", "removeListener order:*"]
    );
    drop((watch, removed));
    app.close().await.unwrap();

    let (app, bus) = start::<crate::support::Plain>().await;
    let quiet = bus.on("newListener", |_| async { panic!("nobody announces") }).unwrap();
    let _other = bus.on("other", |_| async { Ok(()) }).unwrap();
    tokio::time::sleep(std::time::Duration::from_millis(1)).await;
    drop(quiet);
    app.close().await.unwrap();
}

#[tokio::test]
async fn a_function_that_cannot_listen_is_refused() {
    let (app, bus) = start::<crate::support::Plain>().await;
    let name = |name| bus.on(name, |_| async { Ok(()) }).unwrap_err();
    assert_eq!(name(""), ListenError::Name { name: String::new() });
    assert_eq!(name("order.*").to_string(), "`order.*` has wildcards, which `EventsOptions::wildcard(true)` turns on");
    let apart = std::thread::spawn({
        let bus = Arc::clone(&bus);
        move || bus.on("order", |_| async { Ok(()) }).unwrap_err()
    });
    assert_eq!(apart.join().unwrap(), ListenError::NoRuntime);
    app.close().await.unwrap();
    assert_eq!(name("order"), ListenError::Closed);
}

/// A listener that is not a provider of the application hears nothing.
#[tokio::test]
async fn what_is_no_provider_does_not_listen() {
    let (app, bus) = start::<crate::support::Plain>().await;
    assert_eq!(bus.emit(OrderCreated(1)).unwrap(), 0);
    app.close().await.unwrap();
}

#[injectable]
struct Late {
    #[inject(default)]
    heard: Notes,
}

#[listeners]
impl Late {
    #[on_event("late")]
    async fn heard(&self, what: &&'static str) {
        self.heard.add(*what);
    }
}

#[injectable]
struct Refused {
    late: Arc<Late>,
}

#[listeners]
impl Refused {
    #[on_event("late")]
    fn heard(&self) {
        self.late.heard.add("by one of a module that is not there");
    }

    // Wildcards are off.
    #[on_event("late.*")]
    fn never(&self) {}
}

#[module(root, providers = [Late], exports = [Late])]
struct LateModule;

#[module(root, imports = [LateModule], providers = [Refused])]
struct RefusedModule;

#[injectable]
struct Loader {
    modules: LazyModules,
}

#[module(root, imports = [EventsModule], providers = [Loader])]
struct LoadingModule;

/// Nobody has what is loaded before it listens, and it listens once, however often it is loaded.
#[tokio::test]
async fn listeners_of_a_module_that_is_loaded_late_listen_from_then_on() {
    let (app, bus) = start::<LoadingModule>().await;
    let modules = app.get::<Loader>().unwrap().modules.clone();
    assert_eq!(bus.emit_named_async("late", "before").await.unwrap(), 0);
    let late = modules.load::<LateModule>().await.unwrap().get::<Late>().unwrap();
    modules.load::<LateModule>().await.unwrap();
    assert_eq!(bus.emit_named_async("late", "after").await.unwrap(), 1);
    assert_eq!(late.heard.take(), ["after"]);
    app.close().await.unwrap();
}

/// A module whose listeners cannot listen is not loaded, and none of them is left behind.
#[tokio::test]
async fn a_module_whose_listeners_are_refused_is_not_loaded() {
    let (app, bus) = start::<LoadingModule>().await;
    let modules = app.get::<Loader>().unwrap().modules.clone();
    for _ in 0..2 {
        let Err(error) = modules.load::<RefusedModule>().await else { panic!("it is not loaded") };
        assert!(matches!(&error, BootError::Import { import: "RefusedModule", .. }), "{error}");
        assert!(error.to_string().contains("`Refused::never`"), "{error}");
    }
    assert_eq!(bus.emit_named_async("late", "after").await.unwrap(), 0);
    // What it imports is sound.
    modules.load::<LateModule>().await.unwrap();
    assert_eq!(bus.emit_named_async("late", "at last").await.unwrap(), 1);
    app.close().await.unwrap();
}
