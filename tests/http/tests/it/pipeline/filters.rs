//! Who answers an error, and how.

use futures_util::stream;
use http_tests::App;
use oriole::prelude::*;
use std::fmt;
use tower::timeout::TimeoutLayer;

#[derive(Debug)]
struct OutOfCats(u32);

impl fmt::Display for OutOfCats {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{} cats are not enough", self.0)
    }
}

impl std::error::Error for OutOfCats {}

/// One kind of error, with what is private in it.
struct Cats;

impl ExceptionFilter for Cats {
    fn catches(&self) -> Catches {
        Catches::error::<OutOfCats>().or(Catches::error::<fmt::Error>())
    }

    async fn catch(&self, exception: HttpException, ctx: &mut ExecutionContext) -> Result<Reply, HttpException> {
        let cats = exception.cause::<OutOfCats>().map(|error| error.0);
        let path = ctx.http().uri.path().to_owned();
        Ok(Reply::json(&(cats, path)).with_status(StatusCode::CONFLICT))
    }
}

/// Says its name.
struct Says(&'static str, Catches);

impl ExceptionFilter for Says {
    fn catches(&self) -> Catches {
        self.1.clone()
    }

    async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
        Ok(Reply::json(&format!("{}: {}", self.0, exception.message())))
    }
}

/// Leaves it as it is, with a header.
struct Base;

impl ExceptionFilter for Base {
    async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
        let mut reply = Reply::from(exception);
        reply.headers_mut().insert("x-seen", http::HeaderValue::from_static("yes"));
        Ok(reply)
    }
}

/// An event of its own.
struct LastWords;

impl ExceptionFilter for LastWords {
    async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
        let event = MessageEvent::new(exception.message());
        Ok(Reply::event(event.event_type(oriole::sse::event_name!("bye"))))
    }
}

struct Panics;

impl ExceptionFilter for Panics {
    async fn catch(&self, _: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
        panic!("a filter panics")
    }
}

#[injectable]
pub struct Errors;

#[controller("errors")]
impl Errors {
    #[get("typed")]
    #[use_filters(Cats {})]
    async fn typed(&self) -> Result<(), OutOfCats> {
        Err(OutOfCats(3))
    }

    #[get("other-type")]
    #[use_filters(Cats {})]
    async fn other_type(&self) -> Result<(), fmt::Error> {
        Err(fmt::Error)
    }

    #[get("http/{kind}")]
    #[use_filters(Says("http", Catches::http()), Says("teapot", Catches::status(StatusCode::IM_A_TEAPOT)))]
    async fn http(&self, Path(kind): Path<String>) -> Result<(), HttpException> {
        Err(match kind.as_str() {
            "http" => HttpException::not_found("no such cat"),
            "teapot" => HttpException::im_a_teapot("short"),
            _ => HttpException::internal("private"),
        })
    }

    /// The last one is asked first.
    #[get("any-last")]
    #[use_filters(Says("http", Catches::http()), Says("any", Catches::anything()))]
    async fn any_last(&self) -> Result<(), HttpException> {
        Err(HttpException::not_found("no such cat"))
    }

    #[get("base")]
    #[use_filters(Base {})]
    async fn base(&self) -> Result<(), HttpException> {
        Err(HttpException::gone("moved"))
    }

    #[get("panics")]
    #[use_filters(Panics {})]
    async fn panics(&self) -> Result<(), HttpException> {
        Err(HttpException::gone("moved"))
    }

    #[get("pair")]
    async fn pair(&self) -> Result<(), (StatusCode, &'static str)> {
        Err((StatusCode::CONFLICT, "taken"))
    }

    #[get("slow")]
    async fn slow(&self) {
        std::future::pending().await
    }

    #[post("body")]
    async fn body(&self, body: String) -> String {
        body
    }

    #[sse("early")]
    #[use_filters(Says("any", Catches::anything()))]
    fn early(&self) -> impl Stream<Item = Result<MessageEvent, HttpException>> {
        stream::iter([Err(HttpException::forbidden("not for you"))])
    }

    #[sse("late")]
    #[use_filters(LastWords {})]
    fn late(&self) -> impl Stream<Item = Result<MessageEvent, HttpException>> {
        stream::iter([Ok(MessageEvent::new("1")), Err(HttpException::gone("out of cats"))])
    }

    #[sse("early-words")]
    #[use_filters(LastWords {})]
    fn early_words(&self) -> impl Stream<Item = Result<MessageEvent, HttpException>> {
        stream::iter([Err(HttpException::gone("out of cats"))])
    }

    #[sse("late-base")]
    #[use_filters(Base {})]
    fn late_base(&self) -> impl Stream<Item = Result<MessageEvent, HttpException>> {
        stream::iter([Ok(MessageEvent::new("1")), Err(HttpException::gone("out of cats"))])
    }

    #[sse("late-uncaught")]
    #[use_filters(Says("teapot", Catches::status(StatusCode::IM_A_TEAPOT)))]
    fn late_uncaught(&self) -> impl Stream<Item = Result<MessageEvent, HttpException>> {
        stream::iter([Ok(MessageEvent::new("1")), Err(HttpException::internal("private"))])
    }
}

#[module(controllers = [Errors])]
pub struct ErrorsModule;

#[track_caller]
fn check(answer: &http_tests::Response, status: u16, body: &str) {
    assert_eq!((answer.status, answer.body.as_str()), (status, body));
}

/// Parity: EXF.13, EXF.14, EXF.18, EXF.19, RLC.15.
#[tokio::test]
async fn a_filter_says_what_it_catches() {
    let app = App::serve::<ErrorsModule>().await;
    check(&app.get("/errors/typed").await, 409, r#"[3,"/errors/typed"]"#);
    check(&app.get("/errors/other-type").await, 409, r#"[null,"/errors/other-type"]"#);
    check(&app.get("/errors/http/http").await, 404, r#""http: no such cat""#);
    check(&app.get("/errors/http/teapot").await, 418, r#""teapot: short""#);
    check(&app.get("/errors/http/other").await, 500, r#"{"statusCode":500,"message":"Internal server error"}"#);
    check(&app.get("/errors/any-last").await, 404, r#""any: no such cat""#);
    let answer = app.get("/errors/base").await;
    check(&answer, 410, r#"{"message":"moved","error":"Gone","statusCode":410}"#);
    assert_eq!(answer.header("x-seen"), Some("yes"));
    check(&app.get("/errors/panics").await, 500, r#"{"statusCode":500,"message":"Internal server error"}"#);
    app.end().await;
}

/// What has no route, or never comes to one.
///
/// Parity: RLC.12, RLC.17.
#[tokio::test]
async fn the_applications_filters_see_everything() {
    let app = App::serve_with::<ErrorsModule>(|app| {
        app.use_global_filter(Says("global", Catches::anything()))
            .body_limit(4)
            .layer(TimeoutLayer::new(std::time::Duration::from_millis(20)))
    })
    .await;
    check(&app.get("/nowhere?a=1").await, 404, r#""global: Cannot GET /nowhere?a=1""#);
    let answer = app.request("PUT", "/errors/body").await;
    check(&answer, 405, r#""global: Cannot PUT /errors/body""#);
    assert_eq!(answer.header("allow"), Some("POST"));
    check(&app.send("POST", "/errors/body", "", "12345").await, 413, r#""global: request entity too large""#);
    check(&app.send("POST", "/errors/body", "", "1234").await, 201, "1234");
    check(&app.get("/errors/slow").await, 500, r#""global: Internal server error""#);
    // The route's own still come first.
    check(&app.get("/errors/http/teapot").await, 418, r#""teapot: short""#);
    check(&app.get("/errors/http/other").await, 500, r#""global: Internal server error""#);
    app.end().await;
}

/// Whatever a filter says to a request without a route, its status stays.
#[tokio::test]
async fn a_filter_of_streams_answers_what_is_none() {
    let app = App::serve_with::<ErrorsModule>(|app| app.use_global_filter(LastWords)).await;
    check(&app.get("/nowhere").await, 404, "Cannot GET /nowhere");
    app.end().await;
}

/// The same filter behind our server and behind another: it names neither.
///
/// Parity: EXF.20.
#[tokio::test]
async fn a_filter_knows_no_platform() {
    use tower::ServiceExt;

    let app = App::serve::<ErrorsModule>().await;
    check(&app.get("/errors/typed").await, 409, r#"[3,"/errors/typed"]"#);
    app.end().await;
    let service = Oriole::create::<ErrorsModule>().await.expect("it is sound").into_service().await;
    let request = http::Request::get("/errors/typed").body(axum::body::Body::empty()).expect("a request");
    let other = axum::Router::new().fallback_service(service.expect("hooks do not fail"));
    let response = other.oneshot(request).await.expect("it never fails");
    assert_eq!(response.status(), 409);
    let body = axum::body::to_bytes(response.into_body(), 1024).await.expect("it is short");
    assert_eq!(body, r#"[3,"/errors/typed"]"#);
}

/// What is no exception, and has a status and a message.
///
/// Parity: EXF.3.
#[tokio::test]
async fn an_error_with_a_status_of_its_own_keeps_it() {
    let app = App::serve::<ErrorsModule>().await;
    check(&app.get("/errors/pair").await, 409, "taken");
    app.end().await;
}

/// Correction 12 the other way: filters are asked.
///
/// Parity: SSE.15, SSE.16.
#[tokio::test]
async fn errors_of_streams() {
    let app = App::serve::<ErrorsModule>().await;
    check(&app.get("/errors/early").await, 403, r#""any: not for you""#);
    // Before the head an event is an answer.
    check(&app.get("/errors/early-words").await, 410, "out of cats");
    check(&app.get("/errors/late").await, 200, "data: 1\n\nevent: bye\ndata: out of cats\n\n");
    check(&app.get("/errors/late-base").await, 200, "data: 1\n\nevent: error\ndata: out of cats\n\n");
    let body = "data: 1\n\nevent: error\ndata: Internal server error\n\n";
    check(&app.get("/errors/late-uncaught").await, 200, body);
    app.end().await;
}
