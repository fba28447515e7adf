//! One instance for each request.

use http_tests::App;
use oriole::prelude::*;
use oriole::{CurrentContext, CurrentRequest, ModuleRef};
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

#[injectable]
pub struct Lives {
    #[inject(default)]
    born: AtomicU32,
    #[inject(default)]
    dropped: AtomicU32,
    #[inject(default)]
    hooked: AtomicU32,
}

/// Implicitly of its request.
#[injectable]
pub struct Visitor {
    request: CurrentRequest,
}

impl Visitor {
    fn name(&self) -> &str {
        self.request.headers.get("x-name").and_then(|name| name.to_str().ok()).unwrap_or("nobody")
    }
}

/// A guard's word on the visitor, which comes before what is made for the request.
#[derive(Clone)]
struct Checked;

pub struct Basket {
    number: u32,
    lives: Arc<Lives>,
}

#[provider(request)]
async fn basket(lives: Arc<Lives>) -> Result<Basket, String> {
    tokio::task::yield_now().await;
    let number = lives.born.fetch_add(1, Ordering::Relaxed);
    if number == 13 { Err("no more baskets".to_owned()) } else { Ok(Basket { number, lives }) }
}

impl Drop for Basket {
    fn drop(&mut self) {
        self.lives.dropped.fetch_add(1, Ordering::Relaxed);
    }
}

impl OnModuleInit for Basket {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.lives.hooked.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl OnModuleInit for Shop {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.lives.hooked.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl OnApplicationShutdown for Shop {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.lives.hooked.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

/// The same hook, of an instance that is no request's.
impl OnApplicationShutdown for Plain {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.lives.hooked.fetch_add(100, Ordering::Relaxed);
        Ok(())
    }
}

/// Of the request because of what it needs.
#[injectable]
pub struct Shop {
    basket: Arc<Basket>,
    visitor: Arc<Visitor>,
    module: ModuleRef,
    lives: Arc<Lives>,
    #[inject(default)]
    calls: AtomicU32,
}

#[injectable]
pub struct Check;

impl oriole::Guard for Check {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        ctx.http_mut().extensions.insert(Checked);
        Ok(true)
    }
}

#[injectable]
pub struct OnlyAda {
    visitor: Arc<Visitor>,
    basket: Arc<Basket>,
}

impl oriole::Guard for OnlyAda {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        ctx.http_mut().extensions.insert(self.basket.number);
        Ok(self.visitor.name() == "ada")
    }
}

#[controller("shop")]
impl Shop {
    #[get]
    #[use_guards(Check)]
    async fn enter(&self, context: CurrentContext) -> Result<String, HttpException> {
        let same = self.module.resolve_in::<Basket>(&context).await.map_err(HttpException::internal)?;
        assert!(Arc::ptr_eq(&same, &self.basket), "what the request has is found by its id");
        let other = self.module.create::<Other>().await.map_err(HttpException::internal)?;
        assert!(!Arc::ptr_eq(&other.basket, &self.basket), "another sub-tree");
        assert!(self.visitor.request.extensions.get::<Checked>().is_some(), "guards come before");
        let calls = self.calls.fetch_add(1, Ordering::Relaxed);
        Ok(format!("{} {} {calls}", self.visitor.name(), self.basket.number))
    }

    #[get("guarded")]
    #[use_guards(OnlyAda)]
    async fn guarded(&self, axum: oriole::axum::Extension<u32>) -> String {
        assert_eq!(axum.0, self.basket.number, "guard and controller share the request's instances");
        self.visitor.name().to_owned()
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        let dropped = || self.lives.dropped.load(Ordering::Relaxed);
        futures_util::stream::iter([1, 2])
            .map(move |_| MessageEvent::new(format!("{} {}", self.basket.number, dropped())))
    }

    #[get("lives")]
    async fn lives(&self) -> String {
        let Lives { born, dropped, hooked } = &*self.lives;
        let read = |count: &AtomicU32| count.load(Ordering::Relaxed);
        format!("{} {} {}", read(born), read(dropped), read(hooked))
    }
}

#[injectable]
pub struct Other {
    basket: Arc<Basket>,
}

/// Not touched by any of it.
#[injectable]
pub struct Plain {
    lives: Arc<Lives>,
    #[inject(default)]
    calls: AtomicU32,
}

#[controller("plain")]
impl Plain {
    #[get]
    async fn calls(&self) -> String {
        format!("{} {}", self.calls.fetch_add(1, Ordering::Relaxed), self.lives.born.load(Ordering::Relaxed))
    }
}

/// A controller that says so itself.
#[injectable(request)]
pub struct Turn {
    #[inject(default)]
    calls: AtomicU32,
}

#[controller("turn")]
impl Turn {
    #[get]
    async fn calls(&self) -> String {
        self.calls.fetch_add(1, Ordering::Relaxed).to_string()
    }
}

#[module(providers = [Lives, Visitor, basket], controllers = [Shop, Plain, Turn])]
pub struct ShopModule;

async fn enter(app: &App, path: &str, name: &str) -> http_tests::Response {
    app.send("GET", path, &format!("x-name: {name}\r\n"), "").await
}

/// Parity: CTL.23, SCO.1, SCO.2, SCO.4, SCO.5, SCO.7, SCO.15, LCE.9, MRF.5, MRF.7.
#[tokio::test]
async fn what_depends_on_the_request_is_made_for_each() {
    let mut lives = None;
    let app = App::serve_with::<ShopModule>(|app| {
        lives = app.get::<Lives>();
        app
    })
    .await;
    assert_eq!(enter(&app, "/shop", "ada").await.body, "ada 0 0");
    // 1 was made by `create`.
    assert_eq!(enter(&app, "/shop", "bob").await.body, "bob 2 0");
    assert_eq!(app.get("/shop/lives").await.body, "5 4 0", "gone with their requests; no hook ran");
    assert_eq!(app.get("/plain").await.body, "0 5");
    assert_eq!(app.get("/plain").await.body, "1 5");
    assert_eq!((app.get("/turn").await.body, app.get("/turn").await.body), ("0".to_owned(), "0".to_owned()));
    app.end().await;
    let hooked = lives.expect("the module provides it").hooked.load(Ordering::Relaxed);
    assert_eq!(hooked, 100, "the singleton's alone, at the end as well");
}

/// Parity: SCO.5.
#[tokio::test]
async fn a_guard_may_live_for_the_request_as_well() {
    let app = App::serve::<ShopModule>().await;
    assert_eq!(enter(&app, "/shop/guarded", "ada").await.body, "ada");
    assert_eq!(enter(&app, "/shop/guarded", "bob").await.status, 403);
    app.end().await;
}

/// A stream holds what it was made of until it ends.
///
/// Parity: SCO.2.
#[tokio::test]
async fn an_event_stream_keeps_the_instances_of_its_request() {
    let app = App::serve::<ShopModule>().await;
    let body = app.get("/shop/events").await.body;
    assert_eq!(body.matches("data: 0 0\n").count(), 2, "{body}");
    assert_eq!(app.get("/shop/lives").await.body, "2 1 0");
    app.end().await;
}

#[tokio::test]
async fn a_factory_that_fails_fails_its_request_alone() {
    let app = App::serve::<ShopModule>().await;
    for number in 0..13 {
        assert_eq!(app.get("/shop/lives").await.body, format!("{} {number} 0", number + 1));
    }
    let failed = app.get("/shop/lives").await;
    assert_eq!((failed.status, failed.body.contains("baskets")), (500, false), "{}", failed.body);
    assert_eq!(app.get("/shop/lives").await.body, "15 13 0");
    app.end().await;
}

#[injectable(request)]
pub struct Trim;

impl oriole::Pipe for Trim {
    async fn transform(&self, _: &mut (dyn std::any::Any + Send), _: &oriole::ArgMeta) -> Result<(), HttpException> {
        Ok(())
    }
}

#[injectable]
pub struct Trimmed;

#[controller]
impl Trimmed {
    #[get]
    #[use_pipes(Trim)]
    async fn get(&self) {}
}

#[module(controllers = [Trimmed])]
pub struct TrimModule;

#[module(providers = [Trim as APP_PIPE])]
pub struct TrimEverywhereModule;

#[tokio::test]
async fn a_pipe_cannot_live_for_the_request() {
    let refused = |error: oriole::Error| error.to_string().contains("`Trim` lives for one request");
    let app = Oriole::create::<TrimModule>().await.expect("the graph is sound");
    assert!(app.into_service().await.is_err_and(refused));
    let app = Oriole::create::<TrimEverywhereModule>().await.expect("the graph is sound");
    assert!(app.into_service().await.is_err_and(refused));
}

/// An interceptor of the whole application may.
#[injectable]
pub struct Stamp {
    basket: Arc<Basket>,
}

impl Interceptor for Stamp {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        ctx.http_mut().extensions.insert(self.basket.number);
        next.run(ctx).await
    }
}

#[injectable]
pub struct Stamped;

#[controller("stamped")]
impl Stamped {
    #[get]
    async fn get(&self, stamp: oriole::axum::Extension<u32>) -> String {
        stamp.0.to_string()
    }
}

#[module(providers = [Lives, basket, Stamp as APP_INTERCEPTOR], controllers = [Stamped])]
pub struct StampModule;

#[tokio::test]
async fn an_interceptor_of_the_application_may_live_for_the_request() {
    let app = App::serve::<StampModule>().await;
    assert_eq!(app.get("/stamped").await.body, "0");
    assert_eq!(app.get("/stamped").await.body, "1");
    app.end().await;
}
