//! `VER`: several versions of one route.

use http_tests::App;
use oriole::http::request::Parts;
use oriole::prelude::*;
use oriole::{Error, GlobalPrefix, VERSION_NEUTRAL, Versioning};

const NEWEST: &str = "3";

#[injectable]
pub struct Cats;

#[controller("cats", version = "1")]
impl Cats {
    #[get]
    fn first(&self) -> &'static str {
        "1"
    }

    #[get]
    #[version("2", NEWEST)]
    fn newer(&self) -> &'static str {
        "2 and 3"
    }

    /// Another name at the same place than in version 2.
    #[get("{id}")]
    fn one(&self, Path(id): Path<u32>) -> String {
        format!("1: {id}")
    }

    #[get("{name}")]
    #[version("2")]
    fn named(&self, Path(name): Path<String>) -> String {
        format!("2: {name}")
    }

    #[post("only")]
    fn only(&self) -> &'static str {
        "only"
    }

    #[get("health")]
    #[version(VERSION_NEUTRAL)]
    fn health(&self) -> &'static str {
        "well"
    }

    #[sse("events")]
    #[version("2")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        futures_util::stream::iter([MessageEvent::new("of 2")])
    }
}

/// The marker on the impl, neutral beside a version.
#[injectable]
pub struct Dogs;

#[controller("dogs")]
#[version("1", VERSION_NEUTRAL)]
impl Dogs {
    #[get]
    fn any(&self) -> &'static str {
        "any dog"
    }

    #[get]
    #[version("2")]
    fn second(&self) -> &'static str {
        "dog 2"
    }
}

/// No version at all.
#[injectable]
pub struct Plain;

#[controller("plain")]
impl Plain {
    #[get]
    fn root(&self) -> &'static str {
        "plain"
    }
}

#[module(controllers = [Cats, Dogs, Plain])]
pub struct Versions;

#[module(controllers = [Plain])]
pub struct Unversioned;

async fn serve(versioning: Versioning) -> App {
    App::serve_with::<Versions>(|app| app.versioning(versioning)).await
}

/// What is answered to `GET`, with a header or without: the body, or the status.
async fn ask(app: &App, target: &str, header: &str) -> String {
    let header = if header.is_empty() { String::new() } else { format!("{header}\r\n") };
    let answer = app.send("GET", target, &header, "").await;
    if answer.status == 200 { answer.body } else { answer.status.to_string() }
}

/// With a global prefix as well, and routes that go without it.
///
/// Parity: VER.1, VER.2, VER.6, VER.7, VER.8, VER.9, GPX.4.
#[tokio::test]
async fn versions_in_the_uri() {
    let prefix = GlobalPrefix::new("api").exclude("plain").exclude("dogs");
    let app = App::serve_with::<Versions>(|app| app.versioning(Versioning::uri()).global_prefix(prefix)).await;
    for (target, expected) in [
        ("/api/v1/cats", "1"),
        ("/api/v2/cats", "2 and 3"),
        ("/api/v3/cats", "2 and 3"),
        ("/api/v4/cats", "404"),
        ("/api/cats", "404"),
        ("/v1/cats", "404"),
        ("/api/v1/cats/7", "1: 7"),
        ("/api/v2/cats/tom", "2: tom"),
        ("/api/cats/health", "well"),
        ("/api/v3/cats/health", "404"),
        ("/v1/dogs", "any dog"),
        ("/v2/dogs", "dog 2"),
        ("/dogs", "any dog"),
        ("/plain", "plain"),
        ("/v1/plain", "404"),
        ("/api/v2/cats/events", "data: of 2\n\n"),
    ] {
        assert_eq!(ask(&app, target, "").await, expected, "{target}");
    }
    assert_eq!(app.request("POST", "/api/v2/cats").await.status, 405);
    app.end().await;
}

#[tokio::test]
async fn the_prefix_of_versions_is_free() {
    let app = serve(Versioning::uri_with_prefix("version-")).await;
    assert_eq!(ask(&app, "/version-2/cats", "").await, "2 and 3");
    app.end().await;
    let app = serve(Versioning::uri_with_prefix("")).await;
    assert_eq!(ask(&app, "/2/cats", "").await, "2 and 3");
    app.end().await;
}

/// Parity: VER.1, VER.3, VER.6, VER.7, VER.8, VER.9.
#[tokio::test]
async fn versions_in_a_header() {
    let app = serve(Versioning::header("X-API-Version")).await;
    for (target, header, expected) in [
        ("/cats", "x-api-version: 1", "1"),
        ("/cats", "X-Api-Version: 2", "2 and 3"),
        ("/cats", "x-api-version: 3", "2 and 3"),
        ("/cats", "x-api-version: 4", "404"),
        ("/cats", "x-api-version: *", "404"),
        ("/cats", "", "404"),
        ("/cats/7", "x-api-version: 1", "1: 7"),
        ("/cats/tom", "x-api-version: 2", "2: tom"),
        // Neutral, and none.
        ("/cats/health", "", "well"),
        ("/cats/health", "x-api-version: 9", "well"),
        ("/dogs", "", "any dog"),
        ("/dogs", "x-api-version: 1", "any dog"),
        ("/dogs", "x-api-version: 2", "dog 2"),
        ("/dogs", "x-api-version: 9", "any dog"),
        ("/plain", "", "plain"),
        ("/plain", "x-api-version: 9", "plain"),
        ("/cats/events", "x-api-version: 2", "data: of 2\n\n"),
        ("/cats/events", "", "404"),
    ] {
        assert_eq!(ask(&app, target, header).await, expected, "{target} {header}");
    }
    app.end().await;
}

/// A path that the version has under another method, and one that only another version has.
#[tokio::test]
async fn refusals_know_the_version() {
    let app = serve(Versioning::header("x-version")).await;
    let refused = app.send("GET", "/cats/only", "x-version: 3\r\n", "").await;
    assert_eq!((refused.status, refused.json()["message"].as_str()), (404, Some("Cannot GET /cats/only")));
    let refused = app.send("DELETE", "/cats", "x-version: 1\r\n", "").await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")));
    let refused = app.send("DELETE", "/cats/only", "x-version: 1\r\n", "").await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD, POST")));
    let refused = app.send("DELETE", "/cats/health", "", "").await;
    assert_eq!((refused.status, refused.header("allow")), (405, Some("GET, HEAD")));
    let head = app.send("HEAD", "/cats", "x-version: 2\r\n", "").await;
    assert_eq!((head.status, head.header("content-length")), (200, Some("7")));
    app.end().await;
}

/// Parity: VER.1, VER.4.
#[tokio::test]
async fn versions_in_the_media_type() {
    let app = serve(Versioning::media_type("v=")).await;
    for (header, expected) in [
        ("Accept: application/json;v=1", "1"),
        ("Accept: application/json; charset=utf-8; v=2", "2 and 3"),
        ("Accept: application/json;v=9", "404"),
        ("Accept: application/json", "404"),
        ("", "404"),
    ] {
        assert_eq!(ask(&app, "/cats", header).await, expected, "{header}");
    }
    app.end().await;
}

/// The versions of a list, the highest first.
fn listed(parts: &Parts) -> Vec<String> {
    let list = parts.headers.get("x-list").and_then(|list| list.to_str().ok()).unwrap_or_default();
    list.split(' ').filter(|version| !version.is_empty()).map(str::to_owned).collect()
}

/// Parity: VER.1, VER.5.
#[tokio::test]
async fn versions_by_a_function() {
    let app = serve(Versioning::custom(listed)).await;
    for (target, header, expected) in [
        ("/cats", "x-list: 9 2 1", "2 and 3"),
        ("/cats", "x-list: 1 2", "1"),
        ("/cats", "x-list: 9 8", "404"),
        ("/cats", "", "404"),
        // Version 3 has no such route: the next one answers.
        ("/cats/tom", "x-list: 3 2 1", "2: tom"),
        ("/cats/7", "x-list: 3 1 2", "1: 7"),
        ("/cats/health", "x-list: 3 2", "2: health"),
        ("/plain", "x-list: 3 2", "plain"),
    ] {
        assert_eq!(ask(&app, target, header).await, expected, "{target} {header}");
    }
    app.end().await;
}

/// Parity: VER.10.
#[tokio::test]
async fn a_default_version_holds_for_what_has_none() {
    let app = serve(Versioning::uri().default_versions(["1", "2"])).await;
    for (target, expected) in [("/v1/plain", "plain"), ("/v2/plain", "plain"), ("/plain", "404"), ("/dogs", "any dog")]
    {
        assert_eq!(ask(&app, target, "").await, expected, "{target}");
    }
    app.end().await;
    let app = serve(Versioning::header("x-version").default_version("1")).await;
    assert_eq!(ask(&app, "/plain", "x-version: 1").await, "plain");
    assert_eq!(ask(&app, "/plain", "").await, "404");
    app.end().await;
    let app = serve(Versioning::uri().default_version(VERSION_NEUTRAL)).await;
    assert_eq!(ask(&app, "/plain", "").await, "plain");
    app.end().await;
}

async fn error<M: oriole::Module>(configure: impl FnOnce(oriole::Application) -> oriole::Application) -> Error {
    let app = Oriole::create::<M>().await.expect("the module is sound");
    configure(app).bind("127.0.0.1:0").await.expect_err("it does not start")
}

/// A version that nobody reads would be a route for everybody.
#[tokio::test]
async fn a_version_needs_versioning() {
    let error = error::<Versions>(|app| app).await.to_string();
    let expected = "`first` is of version `1`, and the application has no versions: tell it how requests name them";
    assert!(error.starts_with(expected) && error.contains("versions.rs:"), "{error}");
    let app = App::serve_with::<Unversioned>(|app| app.versioning(Versioning::header("x-version"))).await;
    assert_eq!(ask(&app, "/plain", "x-version: 1").await, "plain");
    app.end().await;
}

#[tokio::test]
async fn what_cannot_name_a_version_is_told() {
    for (versioning, expected) in [
        (Versioning::header("x version"), "`x version` is no header that could name a version"),
        (Versioning::media_type(""), "the key of versions in `Accept` has no text: `Versioning::media_type(\"v=\")`"),
        (Versioning::uri().default_version(""), "the default version has no text"),
    ] {
        assert_eq!(error::<Versions>(|app| app.versioning(versioning)).await.to_string(), expected);
    }
    let spaced = error::<Versions>(|app| app.versioning(Versioning::uri_with_prefix("v "))).await.to_string();
    assert!(spaced.starts_with("ORI008: the path of `first` has a space: `/v 1/cats`"), "{spaced}");
}

#[injectable]
pub struct Literal;

#[controller]
impl Literal {
    #[get("v1/cats")]
    fn by_hand(&self) -> &'static str {
        "by hand"
    }
}

#[module(controllers = [Cats, Literal])]
pub struct Collision;

#[injectable]
pub struct Rest;

#[controller("{*rest}", version = "1")]
impl Rest {
    #[get]
    fn rest(&self) {}
}

#[injectable]
pub struct Segment;

#[controller]
impl Segment {
    #[get("v1/{id}")]
    fn segment(&self) {}
}

#[module(controllers = [Rest, Segment])]
pub struct RestCollision;

/// The compiler cannot know what the path will be; the start does.
#[tokio::test]
async fn versions_that_meet_other_paths_are_told() {
    let text = error::<Collision>(|app| app.versioning(Versioning::uri())).await.to_string();
    let expected = "ORI006: `GET /v1/cats` of `Cats::first` and `GET /v1/cats` of `Literal::by_hand` are one address";
    assert!(text.starts_with(expected), "{text}");
    let text = error::<RestCollision>(|app| app.versioning(Versioning::uri())).await.to_string();
    let expected = "ORI007: `GET /v1/{*rest}` of `Rest::rest` and `GET /v1/{id}` of `Segment::segment` cannot stand";
    assert!(text.starts_with(expected), "{text}");
    // Without a segment they never meet.
    let app = App::serve_with::<RestCollision>(|app| app.versioning(Versioning::header("x-version"))).await;
    assert_eq!(app.send("GET", "/v1/x", "x-version: 1\r\n", "").await.status, 200);
    app.end().await;
}
