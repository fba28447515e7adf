//! `COR`: which pages of other origins may read answers.

use futures_util::stream;
use http_tests::{App, Connection, Response};
use oriole::http::Method;
use oriole::prelude::*;
use oriole::{Application, CorsOptions, CorsOrigin};
use std::time::Duration;

#[injectable]
pub struct Site;

#[controller]
impl Site {
    #[get("cats")]
    async fn cats(&self) -> &'static str {
        "cats"
    }

    #[options("asked")]
    async fn asked(&self) -> &'static str {
        "the route's own"
    }

    #[get("broken")]
    async fn broken(&self) -> Result<(), HttpException> {
        Err(HttpException::internal("private"))
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new("first")]).chain(stream::pending())
    }
}

#[module(controllers = [Site])]
pub struct SiteModule;

const SHOP: &str = "Origin: https://shop.example\r\n";
const EVIL: &str = "Origin: https://evil.example\r\n";

async fn serve(options: CorsOptions) -> App {
    App::serve_with::<SiteModule>(|app: Application| app.enable_cors(options)).await
}

async fn ask(app: &App, method: &str, target: &str, headers: &str) -> Response {
    let mut connection = Connection::open(app.addr).await;
    connection.send(format!("{method} {target} HTTP/1.1\r\nHost: test\r\n{headers}\r\n")).await;
    connection.response_to(method).await
}

fn origin(response: &Response) -> Option<&str> {
    response.header("access-control-allow-origin")
}

fn vary(response: &Response) -> Vec<&str> {
    response.headers.iter().filter(|(name, _)| name == "vary").map(|(_, value)| value.as_str()).collect()
}

/// Parity: COR.1.
#[tokio::test]
async fn off_by_default() {
    let app = App::serve::<SiteModule>().await;
    let answer = ask(&app, "GET", "/cats", SHOP).await;
    assert_eq!((answer.status, origin(&answer)), (200, None));
    assert_eq!(ask(&app, "OPTIONS", "/cats", SHOP).await.status, 405);
    app.end().await;
}

/// The method, or `true`; by correction 22 every OPTIONS is answered.
/// Parity: COR.2.
#[tokio::test]
async fn the_defaults_are_nests() {
    assert_eq!(format!("{:?}", CorsOptions::from(true)), format!("{:?}", CorsOptions::default()));
    let app = App::serve_with::<SiteModule>(|app| app.enable_cors(false)).await;
    assert_eq!(origin(&ask(&app, "GET", "/cats", SHOP).await), None);
    app.end().await;

    let app = App::serve_with::<SiteModule>(|app| app.enable_cors(true)).await;
    let preflight = "Access-Control-Request-Method: PUT\r\nAccess-Control-Request-Headers: x-a, x-b\r\n";
    let answer = ask(&app, "OPTIONS", "/cats", &format!("{SHOP}{preflight}")).await;
    assert_eq!((answer.status, origin(&answer)), (204, Some("*")));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET,HEAD,PUT,PATCH,POST,DELETE"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("x-a, x-b"));
    assert_eq!(answer.header("access-control-allow-credentials"), None);
    assert_eq!(answer.header("access-control-max-age"), None);
    assert_eq!(vary(&answer), ["Access-Control-Request-Headers"]);
    for (target, headers) in [("/cats", ""), ("/nowhere", SHOP), ("/asked", SHOP)] {
        assert_eq!(ask(&app, "OPTIONS", target, headers).await.status, 204, "{target}");
    }
    app.end().await;
}

/// Errors and event streams are read by pages as well.
#[tokio::test]
async fn every_answer_is_marked() {
    let app = serve(CorsOptions::default()).await;
    for (method, target, status) in [
        ("GET", "/cats", 200),
        ("HEAD", "/cats", 200),
        ("GET", "/nowhere", 404),
        ("PUT", "/cats", 405),
        ("GET", "/broken", 500),
    ] {
        let answer = ask(&app, method, target, SHOP).await;
        assert_eq!((answer.status, origin(&answer)), (status, Some("*")), "{method} {target}");
        assert_eq!(answer.header("access-control-allow-methods"), None, "of preflights only");
    }
    let mut stream = Connection::open(app.addr).await;
    stream.ask("GET", "/events").await;
    assert_eq!(origin(&stream.head().await), Some("*"));
    assert_eq!(stream.chunk().await.as_deref(), Some("data: first\n\n"));
    app.end().await;
}

/// Parity: COR.3.
#[tokio::test]
async fn options_have_nests_names() {
    let options = CorsOptions::default()
        .origin(["https://shop.example", "https://other.example"])
        .methods([Method::GET, Method::POST])
        .allowed_headers(["Content-Type"])
        .exposed_headers(["X-Total", "X-Page"])
        .credentials(true)
        .max_age(Duration::from_secs(600))
        .options_success_status(StatusCode::OK);
    let app = serve(options).await;
    let answer = ask(&app, "OPTIONS", "/cats", &format!("{SHOP}Access-Control-Request-Headers: x-a\r\n")).await;
    assert_eq!((answer.status, origin(&answer)), (200, Some("https://shop.example")));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET,POST"));
    assert_eq!(answer.header("access-control-allow-headers"), Some("Content-Type"));
    assert_eq!(answer.header("access-control-allow-credentials"), Some("true"));
    assert_eq!(answer.header("access-control-expose-headers"), Some("X-Total,X-Page"));
    assert_eq!(answer.header("access-control-max-age"), Some("600"));
    assert_eq!(vary(&answer), ["Origin"]);

    let answer = ask(&app, "GET", "/cats", EVIL).await;
    assert_eq!((answer.status, origin(&answer)), (200, None));
    // A cache must not give one origin's answer to another, whoever asked first.
    assert_eq!(vary(&answer), ["Origin"]);
    app.end().await;
}

/// A page may do what is listed and nothing else; nothing at all is a list as well.
#[tokio::test]
async fn what_is_not_listed_is_not_allowed() {
    let safelisted = CorsOptions::default().methods([Method::GET, Method::HEAD, Method::POST]);
    let more = CorsOptions::default().methods([Method::GET, Method::HEAD, Method::POST, Method::PATCH]);
    let none = CorsOptions::default().methods([]).allowed_headers::<&str>([]);
    for (options, methods, headers) in [
        (safelisted, Some("GET,HEAD,POST"), Some("x-a")),
        (more, Some("GET,HEAD,POST,PATCH"), Some("x-a")),
        (none, None, None),
    ] {
        let app = serve(options).await;
        let preflight = "Access-Control-Request-Method: PATCH\r\nAccess-Control-Request-Headers: x-a\r\n";
        let answer = ask(&app, "OPTIONS", "/cats", &format!("{SHOP}{preflight}")).await;
        assert_eq!(answer.header("access-control-allow-methods"), methods);
        assert_eq!(answer.header("access-control-allow-headers"), headers);
        app.end().await;
    }
}

/// What a layer of the application's refuses with is answered by its filters, as Nest's middleware (`RLC.17`).
#[tokio::test]
async fn a_refusal_is_seen_by_filters() {
    struct Teapot;
    impl ExceptionFilter for Teapot {
        async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
            Ok(Reply::json(&exception.message()).with_status(StatusCode::IM_A_TEAPOT))
        }
    }
    let app = App::serve_with::<SiteModule>(|app| {
        app.use_global_filter(Teapot)
            .enable_cors_with(|_| async { Err::<CorsOptions, _>(HttpException::forbidden("no")) })
    })
    .await;
    let answer = ask(&app, "GET", "/cats", SHOP).await;
    assert_eq!((answer.status, answer.body.as_str()), (418, "\"no\""));
    app.end().await;
}

#[tokio::test]
async fn origins_of_every_kind() {
    for (asked, header, expected) in [
        (CorsOrigin::from(true), EVIL, Some("https://evil.example")),
        (CorsOrigin::from(true), "", None),
        (CorsOrigin::from("https://shop.example"), EVIL, Some("https://shop.example")),
        (CorsOrigin::matching(|origin| origin.ends_with("shop.example")), SHOP, Some("https://shop.example")),
        (CorsOrigin::matching(|origin| origin.ends_with("shop.example")), EVIL, None),
        (CorsOrigin::from("*"), EVIL, Some("*")),
    ] {
        let app = serve(CorsOptions::default().origin(asked.clone())).await;
        assert_eq!(origin(&ask(&app, "GET", "/cats", header).await), expected, "{asked:?} {header}");
        app.end().await;
    }
}

/// Correction 22, its two exceptions.
#[tokio::test]
async fn options_can_reach_the_routes() {
    let app = serve(CorsOptions::default().origin(false)).await;
    let answer = ask(&app, "OPTIONS", "/asked", SHOP).await;
    assert_eq!((answer.body.as_str(), origin(&answer)), ("the route's own", None));
    app.end().await;

    let app = serve(CorsOptions::default().preflight_continue(true)).await;
    let answer = ask(&app, "OPTIONS", "/asked", SHOP).await;
    assert_eq!((answer.body.as_str(), origin(&answer)), ("the route's own", Some("*")));
    assert_eq!(answer.header("access-control-allow-methods"), Some("GET,HEAD,PUT,PATCH,POST,DELETE"));
    app.end().await;
}

/// Parity: COR.4.
#[tokio::test]
async fn each_request_may_have_its_own_rules() {
    let app = App::serve_with::<SiteModule>(|app| {
        app.enable_cors_with(|request| {
            let path = request.uri.path().to_owned();
            async move {
                tokio::task::yield_now().await;
                match path.as_str() {
                    "/cats" => Ok(CorsOptions::default().origin(true)),
                    "/broken" => Err(HttpException::forbidden("no tenant")),
                    _ => Ok(CorsOptions::default().origin(false)),
                }
            }
        })
    })
    .await;
    assert_eq!(origin(&ask(&app, "GET", "/cats", SHOP).await), Some("https://shop.example"));
    assert_eq!(ask(&app, "OPTIONS", "/cats", SHOP).await.status, 204);
    assert_eq!(ask(&app, "GET", "/broken", SHOP).await.json()["message"], "no tenant");
    assert_eq!(origin(&ask(&app, "GET", "/nowhere", SHOP).await), None);
    app.end().await;
}

#[tokio::test]
async fn what_cannot_be_is_told_at_the_start() {
    let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
    let options = CorsOptions::default().origin(["shop.example"]).exposed_headers(["a b"]);
    let error = app.enable_cors(options).bind("127.0.0.1:0").await.expect_err("neither can be");
    assert_eq!(
        error.to_string(),
        "`shop.example` is no origin: write scheme, host and port, such as `https://a.example`\n`a b` is no name of a header"
    );
}
