//! `FHA`: what providers learn of the server.

use http_tests::{App, PATIENCE, Recorder, within};
use oriole::prelude::*;
use oriole::{HttpAdapterHost, HttpAdapterModule};
use std::sync::Arc;
use tower::ServiceExt;

#[injectable]
pub struct Registration {
    host: Arc<HttpAdapterHost>,
    #[inject(default)]
    log: Recorder,
}

impl Registration {
    fn note(&self, when: &str) {
        let Self { host, log } = self;
        log.record(format!("{when}: {} {}", host.is_listening(), host.local_addrs().len()));
    }
}

impl OnApplicationBootstrap for Registration {
    async fn on_application_bootstrap(&self) -> Result<(), BoxError> {
        self.note("bootstrap");
        Ok(())
    }
}

impl BeforeApplicationShutdown for Registration {
    async fn before_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.note("before the end");
        Ok(())
    }
}

impl OnApplicationShutdown for Registration {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.note("at the end");
        Ok(())
    }
}

#[injectable]
pub struct Port {
    host: Arc<HttpAdapterHost>,
}

#[controller]
impl Port {
    #[get("port")]
    fn port(&self) -> String {
        self.host.local_addrs().iter().map(|addr| addr.port().to_string()).collect()
    }
}

#[module(providers = [Registration], exports = [Registration])]
pub struct Below;

/// The module is global: who imports it does not matter.
#[module(imports = [Below, HttpAdapterModule], controllers = [Port])]
pub struct Site;

/// Parity: FHA.2, FHA.4, FHA.5.
#[tokio::test]
async fn the_host_tells_when_listening_begins() {
    let app = Oriole::create::<Site>().await.expect("the module is sound");
    let registration = app.get::<Registration>().expect("it is provided");
    let host = Arc::clone(&registration.host);
    let mut waiting = tokio::task::JoinSet::new();
    waiting.spawn({
        let host = Arc::clone(&host);
        async move {
            host.listening().await;
            host.local_addrs()
        }
    });
    tokio::task::yield_now().await;
    assert!(!host.is_listening() && waiting.try_join_next().is_none());
    let app = App::run(app).await;
    let told = within(PATIENCE, waiting.join_next()).await.expect("it waits").expect("it does not panic");
    assert_eq!(told, [app.addr]);
    assert_eq!(app.get("/port").await.body, app.addr.port().to_string());
    app.end().await;
    assert!(!host.is_listening());
    assert_eq!(registration.log.lines(), ["bootstrap: false 0", "before the end: true 1", "at the end: false 0"]);
}

/// The application is a tower service, and a server with its addresses; axum, which it stands on, needs no adapter.
///
/// Parity: FHA.1, FHA.3.
#[tokio::test]
async fn the_application_gives_service_and_server() {
    let app = Oriole::create::<Site>().await.expect("the module is sound");
    let service = app.into_service().await.expect("no hook fails");
    let router = axum::Router::new().fallback_service(service);
    let request = http::Request::get("/port").body(axum::body::Body::empty()).expect("a request");
    assert_eq!(router.oneshot(request).await.expect("it never fails").status(), 200);

    let app = Oriole::create::<Site>().await.expect("the module is sound");
    let server = app.shutdown_on_signals(false).bind("127.0.0.1:0").await.expect("no hook fails");
    assert_ne!(server.local_addr().port(), 0);
    let shutdown = server.shutdown_handle();
    let mut running = tokio::task::JoinSet::new();
    running.spawn(server.serve());
    shutdown.shutdown();
    within(PATIENCE, running.join_next()).await.expect("it runs").expect("no panic").expect("it ends well");
}
