//! Who may come in, and which instance is asked.

use axum::Extension;
use http_tests::App;
use oriole::prelude::*;
use std::sync::Arc;
use std::sync::atomic::{AtomicU32, Ordering};

/// Counts its calls and its start.
#[injectable]
pub struct Counting {
    #[inject(default)]
    calls: AtomicU32,
    #[inject(default)]
    starts: AtomicU32,
    total: Arc<Total>,
}

#[injectable]
pub struct Total {
    #[inject(default)]
    instances: AtomicU32,
    #[inject(default)]
    calls: AtomicU32,
}

impl OnModuleInit for Counting {
    async fn on_module_init(&self) -> Result<(), BoxError> {
        self.starts.fetch_add(1, Ordering::Relaxed);
        self.total.instances.fetch_add(1, Ordering::Relaxed);
        Ok(())
    }
}

impl Guard for Counting {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        self.calls.fetch_add(1, Ordering::Relaxed);
        self.total.calls.fetch_add(1, Ordering::Relaxed);
        Ok(self.starts.load(Ordering::Relaxed) == 1)
    }
}

#[derive(Clone)]
struct User(String);

/// Says who it is, or that nobody knows.
struct Auth;

impl Guard for Auth {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        let name = match ctx.http().headers.get("x-user").map(|name| name.to_str()) {
            None => return Err(HttpException::unauthorized("who are you?")),
            Some(Err(_)) => return Ok(false),
            Some(Ok("nobody")) => return Ok(false),
            Some(Ok(name)) => name.to_owned(),
        };
        ctx.http_mut().extensions.insert(User(name));
        Ok(true)
    }
}

#[injectable]
pub struct Rooms;

#[controller("rooms")]
#[use_guards(Counting)]
impl Rooms {
    #[get]
    #[use_guards(Auth {})]
    async fn all(&self, Extension(user): Extension<User>) -> String {
        format!("for {}", user.0)
    }

    #[post]
    #[use_guards(Auth {})]
    async fn create(&self, Extension(user): Extension<User>, Json(name): Json<String>) -> String {
        format!("{name} of {}", user.0)
    }
}

#[injectable]
pub struct Doors;

#[controller("doors")]
#[use_guards(Counting)]
impl Doors {
    #[get]
    async fn all(&self) {}
}

/// Has none of its own, and one for both controllers then.
#[module(controllers = [Rooms, Doors], imports = [TotalModule])]
pub struct OwnModule;

#[module(providers = [Total], exports = [Total])]
pub struct TotalModule;

/// Sees that of another module.
#[module(controllers = [Rooms, Doors], imports = [CountingModule])]
pub struct SharedModule;

#[module(providers = [Counting], exports = [Counting], imports = [TotalModule])]
pub struct CountingModule;

/// Parity: GRD.1, GRD.3, GRD.4.
#[tokio::test]
async fn refusals() {
    let app = App::serve::<OwnModule>().await;
    let ask = |user: &'static str| app.send("GET", "/rooms", user, "");
    let answer = ask("X-User: ada\r\n").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "for ada"));
    let answer = ask("X-User: nobody\r\n").await;
    let body = r#"{"message":"Forbidden resource","error":"Forbidden","statusCode":403}"#;
    assert_eq!((answer.status, answer.body.as_str()), (403, body));
    let answer = ask("").await;
    let body = r#"{"message":"who are you?","error":"Unauthorized","statusCode":401}"#;
    assert_eq!((answer.status, answer.body.as_str()), (401, body));
    // The body is still the handler's.
    let headers = "X-User: ada\r\nContent-Type: application/json\r\n";
    assert_eq!(app.send("POST", "/rooms", headers, "\"attic\"").await.body, "attic of ada");
    app.end().await;
}

/// Parity: GRD.6, PRV.10.
#[tokio::test]
async fn the_container_builds_what_nobody_provides() {
    let app = Oriole::create::<OwnModule>().await.expect("it is sound");
    let total = app.get::<Total>().expect("it is provided");
    assert!(app.get::<Counting>().is_none(), "nothing provides it");
    let service = app.into_service().await.expect("hooks do not fail");
    for _ in 0..2 {
        assert_eq!(get(&service, "/doors").await, 200);
    }
    assert_eq!(get(&service, "/rooms").await, 401);
    assert_eq!(total.instances.load(Ordering::Relaxed), 1, "its hook ran, once for both controllers");
    assert_eq!(total.calls.load(Ordering::Relaxed), 3);
}

/// Parity: GRD.6.
#[tokio::test]
async fn what_the_module_sees_is_used() {
    let app = Oriole::create::<SharedModule>().await.expect("it is sound");
    let counting = app.get::<Counting>().expect("it is provided");
    let service = app.into_service().await.expect("hooks do not fail");
    assert_eq!(get(&service, "/doors").await, 200);
    assert_eq!(counting.calls.load(Ordering::Relaxed), 1);
}

/// Lets a number of requests pass.
struct AtMost(AtomicU32);

impl Guard for AtMost {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(self.0.fetch_sub(1, Ordering::Relaxed) > 0)
    }
}

#[injectable]
pub struct Limited;

#[controller("limited")]
#[use_guards(AtMost(AtomicU32::new(2)))]
impl Limited {
    #[get("a")]
    async fn a(&self) {}

    #[get("b")]
    async fn b(&self) {}
}

#[module(controllers = [Limited])]
pub struct LimitedModule;

/// An instance is one for all handlers of its controller, and for one application.
///
/// Parity: GRD.6.
#[tokio::test]
async fn an_instance_is_evaluated_once() {
    for _ in 0..2 {
        let app = Oriole::create::<LimitedModule>().await.expect("it is sound");
        let service = app.into_service().await.expect("hooks do not fail");
        assert_eq!(get(&service, "/limited/a").await, 200);
        assert_eq!(get(&service, "/limited/b").await, 200);
        assert_eq!(get(&service, "/limited/a").await, 403);
    }
}

/// Any number, from any module, built with what that module sees.
#[module(controllers = [Doors], providers = [Counting as APP_GUARD, Named as APP_GUARD], imports = [TotalModule, DeepModule])]
pub struct TokensModule;

#[module(providers = [Named as APP_GUARD])]
pub struct DeepModule;

#[injectable]
pub struct Named;

impl Guard for Named {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        let seen = ctx.http().extensions.get::<Times>().map_or(0, |times| times.0);
        ctx.http_mut().extensions.insert(Times(seen + 1));
        if seen == 1 { Err(HttpException::im_a_teapot("the second of two")) } else { Ok(true) }
    }
}

#[derive(Clone)]
struct Times(u32);

/// Parity: GRD.7.
#[tokio::test]
async fn guards_by_token_come_from_any_module() {
    let app = Oriole::create::<TokensModule>().await.expect("it is sound");
    let total = app.get::<Total>().expect("it is provided");
    let service = app.into_service().await.expect("hooks do not fail");
    assert_eq!(get(&service, "/doors").await, 418);
    assert_eq!(total.calls.load(Ordering::Relaxed), 1, "the controller's came to nothing");
}

async fn get(service: &oriole::AppService, path: &str) -> u16 {
    use tower::ServiceExt;
    let request = http::Request::get(path).body(axum::body::Body::empty()).expect("a request");
    service.clone().oneshot(request).await.expect("it never fails").status().as_u16()
}
