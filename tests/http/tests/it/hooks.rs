//! Hooks of the end that panic.

use futures_util::stream;
use http_tests::{App, Connection, Recorder};
use oriole::prelude::*;
use std::sync::Arc;

#[injectable]
pub struct Log {
    #[inject(default)]
    recorder: Recorder,
}

#[module(providers = [Log], exports = [Log], global)]
pub struct LogModule;

/// Panics in each hook of the end.
#[injectable]
pub struct Faulty;

impl OnModuleDestroy for Faulty {
    async fn on_module_destroy(&self) -> Result<(), BoxError> {
        panic!("on_module_destroy");
    }
}

impl BeforeApplicationShutdown for Faulty {
    async fn before_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        panic!("before_application_shutdown");
    }
}

impl OnApplicationShutdown for Faulty {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        panic!("on_application_shutdown");
    }
}

#[injectable]
pub struct Sound {
    log: Arc<Log>,
}

impl OnModuleDestroy for Sound {
    async fn on_module_destroy(&self) -> Result<(), BoxError> {
        self.log.recorder.record("destroy");
        Ok(())
    }
}

impl BeforeApplicationShutdown for Sound {
    async fn before_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        self.log.recorder.record("before");
        Ok(())
    }
}

impl OnApplicationShutdown for Sound {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        self.log.recorder.record("shutdown");
        Ok(())
    }
}

#[injectable]
pub struct Site {
    log: Arc<Log>,
}

#[controller]
impl Site {
    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        let recorder = self.log.recorder.clone();
        stream::iter([MessageEvent::new("1")]).chain(stream::pending()).finalize(move || recorder.record("stream over"))
    }
}

#[module(imports = [LogModule], providers = [Sound])]
pub struct Inner;

/// The faulty module comes before the sound one at the end, and a sound provider stands beside the faulty one.
#[module(imports = [LogModule, Inner], providers = [Faulty, Sound], controllers = [Site])]
pub struct FaultyModule;

/// A panic is one hook's failure: every other hook runs, and streams end whole.
#[tokio::test]
async fn a_hook_that_panics_stops_no_other() {
    let mut log = None;
    let mut app = App::serve_with::<FaultyModule>(|app| {
        log = app.get::<Log>();
        app
    })
    .await;
    let log = log.expect("the module provides it");
    let mut events = Connection::open(app.addr).await;
    events.ask("GET", "/events").await;
    assert_eq!(events.head().await.status, 200);
    assert_eq!(events.chunk().await.as_deref(), Some("data: 1\n\n"));
    app.shutdown.shutdown();
    let rest = events.rest().await;
    assert!(rest.starts_with("retry: "), "{rest}");
    let error = app.failed().await;
    assert!(error.contains("ORI011: `on_module_destroy` of `Faulty`"), "{error}");
    let expected = ["destroy", "destroy", "before", "before", "stream over", "shutdown", "shutdown"];
    assert_eq!(log.recorder.lines(), expected);
}
