//! Which requests a middleware is for.

use super::steps::{Step, steps};
use axum::Router;
use axum::routing::get as axum_get;
use futures_util::stream;
use http_tests::App;
use oriole::http::Method;
use oriole::prelude::*;
use oriole::{ConfigureMiddleware, GlobalPrefix, MiddlewareConsumer, RouteMatch, VERSION_NEUTRAL, Versioning};

#[injectable]
pub struct Cats;

#[controller("cats")]
impl Cats {
    #[get]
    fn all(&self) -> &'static str {
        "all"
    }

    #[post]
    fn create(&self) {}

    #[get("{id}")]
    fn one(&self, Path(id): Path<String>) -> String {
        id
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new("an event")])
    }
}

#[injectable]
pub struct Dogs;

#[controller("dogs", host = "dogs.example.com")]
impl Dogs {
    #[get("{id}")]
    fn one(&self) {}

    #[all("any")]
    fn any(&self) {}
}

#[module(controllers = [Cats, Dogs])]
pub struct Chosen;

impl ConfigureMiddleware for Chosen {
    async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
        consumer.apply(Step("all")).exclude("cats/excluded").for_routes(RouteMatch::all());
        consumer.apply(Step("root")).exclude([(Method::GET, "cats/{id}")]).for_routes("/");
        consumer.apply(Step("text")).exclude("cats").for_routes("cats");
        consumer.apply(Step("below")).for_routes("cats/{*rest}");
        consumer.apply(Step("method")).for_routes((Method::GET, "cats"));
        consumer.apply(Step("two")).for_routes([(Method::POST, "cats"), (Method::GET, "dogs/{id}")]);
        consumer.apply(Step("optional")).for_routes((Method::GET, "abcd/{*rest?}"));
        consumer.apply(Step("named")).for_routes((Method::GET, "abcd/{*rest}"));
        consumer.apply(Step("controller")).for_routes(RouteMatch::controller::<Cats>());
        consumer.apply(Step("dogs")).for_routes(RouteMatch::controller::<Dogs>());
        let posts = RouteMatch::controller::<Cats>().method(Method::POST);
        consumer.apply(Step("posts")).for_routes(vec![posts]);
        Ok(())
    }
}

/// Correction 17 as well: a text is for what is below it.
///
/// Parity: MDW.6, MDW.7, MDW.8, MDW.9.
#[tokio::test]
async fn routes_are_chosen() {
    let app = App::serve::<Chosen>().await;
    for (method, target, expected) in [
        ("GET", "/cats", "all root method controller"),
        ("HEAD", "/cats", "all root method controller"),
        ("POST", "/cats", "all root two controller posts"),
        ("DELETE", "/cats", "all root"),
        ("GET", "/cats/7", "all text below controller"),
        ("POST", "/cats/7", "all root text below"),
        ("GET", "/cats/excluded", "text below controller"),
        ("GET", "/cats/7/toys", "all root text below"),
        ("GET", "/cats/", "all root text"),
        ("GET", "/cats/events", "all text below controller"),
        ("GET", "/dogs/7", "all root two"),
        ("GET", "/abcd", "all root optional"),
        ("GET", "/abcd/", "all root optional"),
        ("GET", "/abcd/1", "all root optional named"),
        ("GET", "/catsup", "all root"),
    ] {
        assert_eq!(steps(&app, method, target, "").await, expected, "{method} {target}");
    }
    // A controller's host is part of its routes.
    for (method, target) in [("GET", "/dogs/7"), ("PUT", "/dogs/any"), ("GET", "/dogs/any")] {
        let mut connection = http_tests::Connection::open(app.addr).await;
        connection.send(format!("{method} {target} HTTP/1.1\r\nHost: dogs.example.com\r\n\r\n")).await;
        let answer = connection.response_to(method).await;
        assert!(answer.headers.contains(&("x-step".to_owned(), "dogs".to_owned())), "{method} {target}");
    }
    let events = app.get("/cats/events").await;
    assert_eq!((events.status, &*events.body), (200, "data: an event\n\n"));
    app.end().await;
}

#[tokio::test]
async fn the_prefix_stands_before_texts() {
    let prefix = || GlobalPrefix::new("api/{tenant}");
    let app = App::serve_with::<Chosen>(|app| app.global_prefix(prefix())).await;
    for (method, target, expected) in [
        ("GET", "/api/acme/cats", "all root method controller"),
        ("GET", "/api/acme/cats/7", "all text below controller"),
        ("GET", "/cats", "all"),
        ("GET", "/api/acme/cats/excluded", "text below controller"),
    ] {
        assert_eq!(steps(&app, method, target, "").await, expected, "{method} {target}");
    }
    app.end().await;
    // A route without the prefix does not lose what is for it.
    let app = App::serve_with::<Chosen>(|app| app.global_prefix(prefix().exclude("cats/{id}"))).await;
    for (method, target, expected) in [
        ("GET", "/api/acme/cats", "all root method controller"),
        ("GET", "/cats/7", "all text below controller"),
        ("GET", "/cats/excluded", "text below controller"),
    ] {
        assert_eq!(steps(&app, method, target, "").await, expected, "{method} {target}");
    }
    app.end().await;
}

/// A mounted router is behind it as well.
#[tokio::test]
async fn mounted_routers_are_chosen_by_path() {
    let router = Router::new().route("/x", axum_get(|| async {}));
    let app = App::serve_with::<Chosen>(|app| app.mount("/cats/legacy", router)).await;
    assert_eq!(steps(&app, "GET", "/cats/legacy/x", "").await, "all root text below");
    app.end().await;
}

#[injectable]
pub struct Versioned;

#[controller("cats", version = "1")]
impl Versioned {
    #[get]
    fn first(&self) {}

    #[get]
    #[version("2")]
    fn second(&self) {}

    #[get("plain")]
    #[version(VERSION_NEUTRAL)]
    fn plain(&self) {}
}

#[module(controllers = [Versioned])]
pub struct VersionedModule;

impl ConfigureMiddleware for VersionedModule {
    async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
        let text = || RouteMatch::path("cats");
        consumer.apply(Step("any")).for_routes("cats");
        consumer.apply(Step("2")).for_routes(text().version("2"));
        consumer.apply(Step("not-2")).exclude(text().version("2")).for_routes("cats");
        consumer.apply(Step("all-2")).for_routes(RouteMatch::all().version("2"));
        consumer.apply(Step("of-2")).for_routes(RouteMatch::controller::<Versioned>().version("2"));
        consumer.apply(Step("of")).for_routes(RouteMatch::controller::<Versioned>());
        consumer.apply(Step("neutral")).for_routes(RouteMatch::controller::<Versioned>().version(VERSION_NEUTRAL));
        Ok(())
    }
}

/// Parity: VER.11, MDW.6.
#[tokio::test]
async fn a_version_is_chosen() {
    let app = App::serve_with::<VersionedModule>(|app| app.versioning(Versioning::uri())).await;
    for (target, expected) in [
        ("/v1/cats", "any not-2 of"),
        ("/v2/cats", "any 2 all-2 of-2 of"),
        ("/cats/plain", "any not-2 of neutral"),
        ("/v3/cats", ""),
    ] {
        assert_eq!(steps(&app, "GET", target, "").await, expected, "{target}");
    }
    app.end().await;
    let app = App::serve_with::<VersionedModule>(|app| app.versioning(Versioning::header("x-version"))).await;
    for (target, version, expected) in [
        ("/cats", "1", "any not-2 of"),
        ("/cats", "2", "any 2 all-2 of-2 of"),
        ("/cats/plain", "", "any not-2 of neutral"),
        ("/cats/plain", "2", "any 2 not-2 all-2 of neutral"),
        ("/cats", "3", "any not-2"),
    ] {
        let header = format!("x-version: {version}\r\n");
        assert_eq!(steps(&app, "GET", target, &header).await, expected, "{target} {version}");
    }
    app.end().await;
}
