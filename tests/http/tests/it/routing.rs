//! Which handler a request reaches, and what it reads where there is none.

use axum::Router;
use axum::extract::{OriginalUri, RawPathParams, Request};
use axum::http::HeaderMap;
use axum::http::request::Parts;
use axum::routing::get as axum_get;
use http_tests::{App, Connection};
use oriole::prelude::*;
use serde_json::json;
use tower::ServiceExt;

#[injectable]
pub struct Cats;

#[controller("cats")]
impl Cats {
    #[get]
    async fn list(&self) -> &'static str {
        "list"
    }

    #[get("{id}")]
    async fn one(&self, Path(id): Path<u32>) -> String {
        format!("one {id}")
    }

    /// Another name at the same place.
    #[post("{name}")]
    async fn named(&self, Path(name): Path<String>) -> String {
        format!("named {name}")
    }

    #[get("fixed")]
    async fn fixed(&self) -> &'static str {
        "fixed"
    }

    #[get("{id}/toys/{toy}")]
    async fn toys(&self, Path((id, toy)): Path<(u32, String)>) -> String {
        format!("{id} {toy}")
    }

    #[get("slow")]
    async fn slow(&self) {
        std::future::pending().await
    }

    #[put("a", "b")]
    async fn several(&self) -> &'static str {
        "several"
    }

    #[patch("m")]
    async fn patch(&self) -> &'static str {
        "patch"
    }

    #[options("m")]
    async fn options(&self) -> &'static str {
        "options"
    }

    #[head("m")]
    async fn head(&self) -> ([(&'static str, &'static str); 1], ()) {
        ([("x-head", "own")], ())
    }

    #[get("m")]
    async fn get_m(&self) -> &'static str {
        "get"
    }

    #[all("any/{what}")]
    async fn any(&self, request: Request) -> String {
        format!("any {}", request.method())
    }

    #[get("any/{what}")]
    async fn any_get(&self) -> &'static str {
        "get wins"
    }
}

#[injectable]
pub struct Files;

#[controller("/files/")]
impl Files {
    #[get("/{*path}")]
    async fn rest(&self, Path(path): Path<String>) -> String {
        path
    }

    /// No receiver, no async, and a method without a marker beside it.
    #[get]
    fn root() -> String {
        Self::helper().to_owned()
    }

    fn helper() -> &'static str {
        "files"
    }
}

#[module(controllers = [Cats, Files])]
pub struct RoutingModule;

/// Parity: CTL.1, CTL.2, CTL.15.
#[tokio::test]
async fn routes() {
    let app = App::serve::<RoutingModule>().await;
    for (method, path, status, body) in [
        ("GET", "/cats", 200, "list"),
        ("GET", "/cats/7", 200, "one 7"),
        ("POST", "/cats/tom", 201, "named tom"),
        ("GET", "/cats/fixed", 200, "fixed"),
        ("GET", "/cats/7/toys/a%20ball", 200, "7 a ball"),
        ("PUT", "/cats/a", 200, "several"),
        ("PUT", "/cats/b", 200, "several"),
        ("PATCH", "/cats/m", 200, "patch"),
        ("OPTIONS", "/cats/m", 200, "options"),
        ("DELETE", "/cats/any/x", 200, "any DELETE"),
        ("PROPFIND", "/cats/any/x", 200, "any PROPFIND"),
        ("POST", "/cats/any/x", 200, "any POST"),
        ("GET", "/cats/any/x", 200, "get wins"),
        ("GET", "/files/a/b.txt", 200, "a/b.txt"),
        ("GET", "/files", 200, "files"),
    ] {
        let response = app.request(method, path).await;
        assert_eq!((response.status, &*response.body), (status, body), "{method} {path}");
    }
    app.end().await;
}

/// CTL.21; the message has the query, as Nest's.
/// Parity: CTL.21.
#[tokio::test]
async fn unknown_paths_are_404() {
    let app = App::serve::<RoutingModule>().await;
    for (method, target) in [("GET", "/nope?a=1"), ("POST", "/"), ("DELETE", "/cats/1/2/3/4"), ("BREW", "/pot")] {
        let response = app.request(method, target).await;
        assert_eq!(response.status, 404);
        let body = json!({"message": format!("Cannot {method} {target}"), "error": "Not Found", "statusCode": 404});
        assert_eq!(response.json(), body);
    }
    app.end().await;
}

/// Parity: CTL.21.
#[tokio::test]
async fn a_known_path_with_another_method_is_405() {
    let app = App::serve::<RoutingModule>().await;
    for (method, target, allow) in [
        ("DELETE", "/cats", "GET, HEAD"),
        ("DELETE", "/cats/7?x", "GET, HEAD, POST"),
        ("DELETE", "/cats/a", "GET, HEAD, POST, PUT"),
        ("OPTIONS", "/files/x", "GET, HEAD"),
        ("BREW", "/cats/m", "GET, HEAD, POST, PATCH, OPTIONS"),
    ] {
        let response = app.request(method, target).await;
        assert_eq!((response.status, response.header("allow")), (405, Some(allow)), "{method} {target}");
        let message = format!("Cannot {method} {target}");
        assert_eq!(response.json(), json!({"message": message, "error": "Method Not Allowed", "statusCode": 405}));
    }
    app.end().await;
}

/// Parity: CTL.3.
#[tokio::test]
async fn head_is_answered_as_get_without_a_body() {
    let app = App::serve::<RoutingModule>().await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("HEAD", "/cats").await;
    let head = connection.response_to("HEAD").await;
    assert_eq!((head.status, head.header("content-length"), &*head.body), (200, Some("4"), ""));
    // The connection goes on: no byte of a body was sent.
    connection.ask("GET", "/cats").await;
    assert_eq!(connection.response_to("GET").await.body, "list");
    // A route of its own wins over GET's, and the others still answer.
    assert_eq!(app.request("HEAD", "/cats/m").await.header("x-head"), Some("own"));
    assert_eq!(app.request("HEAD", "/cats/any/x").await.header("content-length"), Some("8"));
    assert_eq!(app.request("HEAD", "/nope").await.status, 404);
    app.end().await;
}

/// Parity: GPX.1.
#[tokio::test]
async fn a_global_prefix_is_before_every_route() {
    let app = App::serve_with::<RoutingModule>(|app| app.global_prefix("/api/v1/")).await;
    assert_eq!(app.get("/api/v1/cats/7").await.body, "one 7");
    assert_eq!(app.get("/cats/7").await.status, 404);
    app.end().await;
}

#[tokio::test]
async fn a_global_prefix_may_have_parameters() {
    let app = App::serve_with::<PrefixedModule>(|app| app.global_prefix("v{version}/{tenant}")).await;
    assert_eq!(app.get("/v2/acme/prefixed").await.body, "here");
    // A parameter may be empty behind a text or before a slash, but not alone at the end.
    assert_eq!(app.get("/v/acme/prefixed").await.body, "here");
    assert_eq!(app.get("/v2//prefixed").await.body, "here");
    assert_eq!(app.get("/v2/acme/prefixed/1").await.body, "one");
    assert_eq!(app.get("/v2/acme/prefixed/").await.status, 404);
    app.end().await;
}

#[tokio::test]
async fn a_global_prefix_that_is_no_path_is_an_error() {
    for (prefix, what) in [
        ("a{b", "has a `{` that is not closed in its segment: `a{b`; write a parameter as `{id}`"),
        (":x", "has a segment that begins with `:`"),
        ("{*r}", "has a `{*rest}` that is not at the end"),
        ("api/{*r}/", "has a `{*rest}` that is not at the end"),
        ("a b", "has a space"),
        ("a//b", "has a segment without text"),
        ("{a}/{a}", "has two parameters of one name"),
        ("a?b", "has a `?` or `#`"),
    ] {
        let app = oriole::Oriole::create::<PrefixedModule>().await.expect("it is sound").global_prefix(prefix);
        let line = line!() - 1;
        let error = app.into_service().await.expect_err(prefix).to_string();
        assert!(error.starts_with(&format!("ORI008: the global prefix {what}")), "{prefix}: {error}");
        assert!(error.contains(&format!("routing.rs:{line}:")), "{prefix}: {error}");
    }
    // A name that the prefix and a path share.
    let app = oriole::Oriole::create::<PrefixedModule>().await.expect("it is sound").global_prefix("{id}");
    let error = app.into_service().await.expect_err("axum would panic").to_string();
    let expected = "ORI008: the path of `by_id` has two parameters of one name: `/{id}/prefixed/{id}`";
    assert!(error.starts_with(expected), "{error}");
}

#[injectable]
pub struct Prefixed;

#[controller("prefixed")]
impl Prefixed {
    #[get]
    async fn root(&self) -> &'static str {
        "here"
    }

    #[get("{id}")]
    async fn by_id(&self) -> &'static str {
        "one"
    }
}

#[module(controllers = [Prefixed])]
pub struct PrefixedModule;

#[injectable]
pub struct Seen;

#[controller("seen")]
impl Seen {
    #[get("uri")]
    async fn uri(&self, uri: OriginalUri) -> String {
        uri.path().to_owned()
    }

    #[get("parameters")]
    async fn parameters(&self, parameters: RawPathParams) -> String {
        parameters.iter().count().to_string()
    }

    #[get("extension")]
    async fn extension(&self, #[extract(has_uri)] has_uri: bool) -> String {
        has_uri.to_string()
    }

    #[get("nothing")]
    async fn nothing(&self) -> &'static str {
        "nothing"
    }
}

fn has_uri(parts: &Parts) -> bool {
    parts.extensions.get::<OriginalUri>().is_some()
}

/// Lets those in whose request the router has seen.
struct WasRouted;

impl Guard for WasRouted {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(has_uri(ctx.http()))
    }
}

#[module(controllers = [Seen])]
pub struct SeenModule;

/// A path that is the same for all is found without the router, unless somebody could tell by the request.
#[tokio::test]
async fn what_the_router_says_of_a_request_is_there_for_all_who_look() {
    for is_guarded in [false, true] {
        let app = App::serve_with::<SeenModule>(|app| if is_guarded { app.use_global_guard(WasRouted) } else { app });
        let app = app.await;
        for (path, body) in [
            ("uri", "/seen/uri"),
            ("parameters", "0"),
            ("extension", "true"),
            ("nothing", "nothing"),
            ("nothing?a=1", "nothing"),
        ] {
            let answer = app.get(&format!("/seen/{path}")).await;
            assert_eq!((answer.status, &*answer.body), (200, body), "{path}, {is_guarded}");
        }
        for path in ["nothing/", "Nothing", "no%74hing", "/nothing"] {
            assert_eq!(app.get(&format!("/seen/{path}")).await.status, 404, "{path}");
        }
        app.end().await;
    }
}

#[tokio::test]
async fn an_axum_router_is_mounted() {
    let router = Router::new()
        .route(
            "/hello/{name}",
            axum_get(|Path(name): Path<String>, uri: OriginalUri| async move { format!("{name} {}", uri.path()) }),
        )
        .route("/only-get", axum_get(|| async { "" }));
    let app = App::serve_with::<RoutingModule>(|app| app.mount("/legacy", router)).await;
    assert_eq!(app.get("/legacy/hello/tom").await.body, "tom /legacy/hello/tom");
    assert_eq!(app.get("/cats/7").await.body, "one 7");
    // What the mounted router does not know is answered as everything else.
    assert_eq!(app.get("/legacy/nope").await.json()["message"], "Cannot GET /legacy/nope");
    assert_eq!(app.get("/nope").await.json()["message"], "Cannot GET /nope");
    assert_eq!(app.request("POST", "/cats").await.status, 405);
    app.end().await;
}

#[tokio::test]
async fn a_router_at_the_root_comes_after_the_routes() {
    let router =
        Router::new().route("/cats", axum_get(|| async { "shadowed" })).route("/pages", axum_get(|| async { "pages" }));
    let app = App::serve_with::<RoutingModule>(|app| app.mount("/", router)).await;
    assert_eq!(app.get("/cats").await.body, "list");
    assert_eq!(app.get("/pages").await.body, "pages");
    assert_eq!(app.get("/nope").await.json()["message"], "Cannot GET /nope");
    app.end().await;
}

/// Axum would panic.
#[tokio::test]
async fn a_mount_that_cannot_be_is_an_error() {
    let router = || Router::new().route("/x", axum_get(|| async {}));
    let error = async |paths: [&str; 2]| {
        let app = Oriole::create::<PrefixedModule>().await.expect("it is sound");
        let app = app.mount(paths[0], router()).mount(paths[1], router());
        (line!() - 1, app.into_service().await.expect_err("axum would panic").to_string())
    };
    for (path, what) in [
        (":x", "has a segment that begins with `:`: `:x`"),
        ("a{b", "has a `{` that is not closed"),
        ("files/{*rest}", "has a `{*rest}` that is not at the end"),
        ("a//b", "has a segment without text"),
        ("a b", "has a space"),
    ] {
        let (line, text) = error([path, "fine"]).await;
        assert!(text.starts_with(&format!("ORI008: the path of a mounted router {what}")), "{path}: {text}");
        assert!(text.contains(&format!("routing.rs:{line}:")), "{path}: {text}");
    }
    let (_, text) = error(["same", "/same/"]).await;
    assert!(text.starts_with("the mounted routers cannot stand together: "), "{text}");
}

/// Parity: MDW.1.
#[tokio::test]
async fn layers_wrap_everything() {
    let app = App::serve_with::<RoutingModule>(|app| {
        app.layer(axum::middleware::map_response(|mut response: axum::response::Response| async move {
            response.headers_mut().append("x-layer", "inner".parse().expect("a value"));
            response
        }))
        .layer(axum::middleware::from_fn(
            |headers: HeaderMap, request: Request, next: axum::middleware::Next| async move {
                if headers.contains_key("x-stop") {
                    return axum::response::IntoResponse::into_response(StatusCode::IM_A_TEAPOT);
                }
                let mut response = next.run(request).await;
                response.headers_mut().append("x-layer", "outer".parse().expect("a value"));
                response
            },
        ))
    })
    .await;
    for path in ["/cats", "/nope"] {
        let response = app.get(path).await;
        let layers: Vec<_> =
            response.headers.iter().filter(|(name, _)| name == "x-layer").map(|(_, value)| &**value).collect();
        assert_eq!(layers, ["inner", "outer"], "{path}");
    }
    assert_eq!(app.send("GET", "/cats", "x-stop: 1\r\n", "").await.status, 418);
    app.end().await;
}

/// Its error is boxed: 500, and the log knows why.
#[tokio::test]
async fn a_layer_may_fail() {
    let app =
        App::serve_with::<RoutingModule>(|app| app.layer(tower::timeout::TimeoutLayer::new(std::time::Duration::ZERO)))
            .await;
    let response = app.get("/cats/slow").await;
    assert_eq!((response.status, response.json()["message"].as_str()), (500, Some("Internal server error")));
    app.end().await;
}

#[tokio::test]
async fn the_application_is_a_tower_service() {
    let app = Oriole::create::<RoutingModule>().await.expect("it is sound");
    let service = app.into_service().await.expect("no hook fails");
    let request = http::Request::get("/cats/7").body(axum::body::Body::empty()).expect("a request");
    let response = service.clone().oneshot(request).await.expect("it never fails");
    assert_eq!(response.status(), StatusCode::OK);
    let body = http_body_util::BodyExt::collect(response.into_body()).await.expect("it is whole").to_bytes();
    assert_eq!(body, "one 7");
    // Any body will do.
    let request = http::Request::get("/nope").body(http_body_util::Empty::new()).expect("a request");
    assert_eq!(service.oneshot(request).await.expect("it never fails").status(), StatusCode::NOT_FOUND);
}

#[tokio::test]
async fn it_runs_under_another_server() {
    let app = Oriole::create::<RoutingModule>().await.expect("it is sound");
    let service = app.into_service().await.expect("no hook fails");
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
    let addr = listener.local_addr().expect("it is bound");
    let mut server = tokio::task::JoinSet::new();
    server.spawn(async move { axum::serve(listener, tower::make::Shared::new(service)).await });
    let mut connection = Connection::open(addr).await;
    connection.ask("GET", "/cats/7").await;
    assert_eq!(connection.response_to("GET").await.body, "one 7");
    server.shutdown().await;
}
