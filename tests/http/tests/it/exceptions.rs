//! Errors of handlers and extractors, as clients read them and as the log does.

use axum::extract::rejection::JsonRejection;
use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use axum::response::{IntoResponse, Redirect, Response};
use http_tests::{App, Connection, Recorder};
use oriole::prelude::*;
use serde::Deserialize;
use serde_json::{Value, json};
use std::fmt;
use tracing::field::{Field, Visit};
use tracing_subscriber::layer::SubscriberExt;

#[derive(Deserialize)]
struct NewCat {
    name: String,
    age: u8,
}

#[derive(Debug)]
struct DbError;
impl fmt::Display for DbError {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the database said no")
    }
}
impl std::error::Error for DbError {}

/// An error that knows its answer.
struct OutOfCats;
impl From<OutOfCats> for HttpException {
    fn from(_: OutOfCats) -> Self {
        Self::conflict("out of cats")
    }
}

/// An error that is a response, as in plain axum.
struct Page;
impl IntoResponse for Page {
    fn into_response(self) -> Response {
        (StatusCode::PAYMENT_REQUIRED, Html("<h1>pay</h1>")).into_response()
    }
}

/// An extractor that refuses in three ways.
struct Login;
impl<S: Sync> FromRequestParts<S> for Login {
    type Rejection = Response;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, Response> {
        match parts.uri.query() {
            Some("redirect") => Err(Redirect::to("/login").into_response()),
            Some("text") => Err((StatusCode::UNAUTHORIZED, "who are you?").into_response()),
            _ => Err(StatusCode::UNAUTHORIZED.into_response()),
        }
    }
}

/// An extractor whose rejection is an exception, not `Send` on purpose along the way.
struct Tenant;
impl<S: Sync> FromRequestParts<S> for Tenant {
    type Rejection = HttpException;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, HttpException> {
        Err(HttpException::with_body(StatusCode::FORBIDDEN, &json!({"tenant": "unknown"})))
    }
}

#[injectable]
pub struct Failing;

#[controller]
impl Failing {
    #[get("exception")]
    async fn exception(&self) -> Result<(), HttpException> {
        Err(HttpException::not_found("no such cat").with_source("select 1"))
    }

    #[get("gateway")]
    async fn gateway(&self) -> Result<(), HttpException> {
        Err(HttpException::bad_gateway("upstream is away").with_source(DbError))
    }

    #[get("quiet")]
    async fn quiet(&self) -> Result<(), HttpException> {
        Err(HttpException::service_unavailable("later"))
    }

    #[get("converts")]
    async fn converts(&self) -> Result<u8, OutOfCats> {
        Err(OutOfCats)
    }

    #[get("error")]
    async fn error(&self) -> Result<u8, DbError> {
        Err(DbError)
    }

    #[get("text")]
    async fn text(&self) -> Result<u8, String> {
        Err("a text is thrown".to_owned())
    }

    #[get("response")]
    async fn response(&self) -> Result<u8, Page> {
        Err(Page)
    }

    #[get("axum")]
    async fn axum(&self) -> axum::response::Result<&'static str> {
        Err((StatusCode::GONE, "gone").into())
    }

    #[get("question-mark")]
    async fn question_mark(&self) -> Result<u8, HttpException> {
        std::fs::read("/does/not/exist")?;
        Ok(1)
    }

    #[get("panic")]
    async fn panic(&self) -> u8 {
        panic!("at the disco")
    }

    #[get("panic-before")]
    fn panic_before(&self) -> u8 {
        panic!("before any await")
    }

    #[get("panic-argument")]
    async fn panic_argument(&self, _: Panics) {}

    #[post("cats")]
    async fn create(&self, Json(cat): Json<NewCat>) -> String {
        format!("{} {}", cat.name, cat.age)
    }

    #[post("cats-by-hand")]
    async fn by_hand(&self, cat: Result<Json<NewCat>, JsonRejection>) -> Result<String, HttpException> {
        Ok(cat?.0.name)
    }

    #[get("cats/{id}")]
    async fn one(&self, Path(id): Path<u32>) -> u32 {
        id
    }

    #[get("search")]
    async fn search(&self, Query(cat): Query<NewCat>) -> String {
        cat.name
    }

    #[get("login")]
    async fn login(&self, _: Login) {}

    #[get("tenant")]
    async fn tenant(&self, _: Tenant) {}

    #[get("extension")]
    async fn extension(&self, _: axum::Extension<u8>) {}
}

struct Panics;
impl<S: Sync> FromRequestParts<S> for Panics {
    type Rejection = StatusCode;

    async fn from_request_parts(_: &mut Parts, _: &S) -> Result<Self, StatusCode> {
        panic!("in an extractor")
    }
}

#[module(controllers = [Failing])]
pub struct FailingModule;

fn unknown() -> Value {
    json!({"statusCode": 500, "message": "Internal server error"})
}

/// Parity: EXF.1, EXF.2, EXF.12.
#[tokio::test]
async fn errors_of_handlers() {
    let app = App::serve::<FailingModule>().await;
    for (path, status, body) in [
        ("/exception", 404, json!({"message": "no such cat", "error": "Not Found", "statusCode": 404})),
        ("/gateway", 502, json!({"message": "upstream is away", "error": "Bad Gateway", "statusCode": 502})),
        ("/converts", 409, json!({"message": "out of cats", "error": "Conflict", "statusCode": 409})),
        ("/error", 500, unknown()),
        ("/text", 500, unknown()),
        ("/question-mark", 500, unknown()),
    ] {
        let response = app.get(path).await;
        assert_eq!((response.status, response.json()), (status, body), "{path}");
        assert_eq!(response.header("content-type"), Some("application/json; charset=utf-8"), "{path}");
    }
    let page = app.get("/response").await;
    assert_eq!((page.status, &*page.body), (402, "<h1>pay</h1>"));
    let gone = app.get("/axum").await;
    assert_eq!((gone.status, &*gone.body), (410, "gone"));
    app.end().await;
}

/// Parity: EXF.1, EXF.2.
#[tokio::test]
async fn a_panic_is_500_and_the_connection_lives() {
    let app = App::serve::<FailingModule>().await;
    let mut connection = Connection::open(app.addr).await;
    for path in ["/panic", "/panic-before", "/panic-argument"] {
        connection.ask("GET", path).await;
        let response = connection.response_to("GET").await;
        assert_eq!((response.status, response.json()), (500, unknown()), "{path}");
    }
    connection.ask("GET", "/cats/1").await;
    assert_eq!(connection.response_to("GET").await.body, "1");
    app.end().await;
}

#[tokio::test]
async fn a_panic_in_a_layer_or_a_mounted_router_is_500() {
    let router = axum::Router::new().route(
        "/boom",
        axum::routing::get(|| async {
            if true {
                panic!("mounted")
            }
        }),
    );
    let app = App::serve_with::<FailingModule>(|app| {
        app.mount("/m", router).layer(axum::middleware::map_request(|request: axum::extract::Request| async move {
            assert!(request.uri().query() != Some("layer"), "in a layer");
            request
        }))
    })
    .await;
    for path in ["/m/boom", "/cats/1?layer"] {
        assert_eq!(app.get(path).await.json(), unknown(), "{path}");
    }
    app.end().await;
}

/// Parity: CTL.22.
#[tokio::test]
async fn rejections_have_nests_shape() {
    let app = App::serve::<FailingModule>().await;
    // Malformed JSON: three keys, the parser's words (CTL.22, correction 16).
    let response = app.send_json("POST", "/cats", "{\"name\": ").await;
    let body = response.json();
    assert_eq!((response.status, &body["error"], &body["statusCode"]), (400, &json!("Bad Request"), &json!(400)));
    assert!(body["message"].as_str().is_some_and(|text| text.contains("EOF while parsing")), "{body}");
    assert_eq!(body.as_object().map(serde_json::Map::len), Some(3));
    // By hand it is the same.
    assert_eq!(app.send_json("POST", "/cats-by-hand", "{\"name\": ").await.json(), body);
    // The right type, the wrong data.
    let response = app.send_json("POST", "/cats", r#"{"name": "Tom"}"#).await;
    assert_eq!((response.status, &response.json()["error"]), (422, &json!("Unprocessable Entity")));
    // No JSON at all: the parsers' own 415 has two keys.
    let response = app.send("POST", "/cats", "", "x").await;
    assert_eq!(response.status, 415);
    assert_eq!(
        response.json(),
        json!({"statusCode": 415, "message": "Expected request with `Content-Type: application/json`"})
    );
    for (path, error) in [("/cats/tom", "Bad Request"), ("/search?name=x", "Bad Request")] {
        let response = app.get(path).await;
        assert_eq!((response.status, &response.json()["error"]), (400, &json!(error)), "{path}");
    }
    assert_eq!(
        app.get("/login?text").await.json(),
        json!({"message": "who are you?", "error": "Unauthorized", "statusCode": 401})
    );
    assert_eq!(app.get("/login").await.json(), json!({"message": "Unauthorized", "statusCode": 401}));
    app.end().await;
}

/// Parity: EXF.5.
#[tokio::test]
async fn rejections_with_a_will_of_their_own() {
    let app = App::serve::<FailingModule>().await;
    let redirect = app.get("/login?redirect").await;
    assert_eq!((redirect.status, redirect.header("location")), (303, Some("/login")));
    let tenant = app.get("/tenant").await;
    assert_eq!((tenant.status, tenant.json()), (403, json!({"tenant": "unknown"})));
    app.end().await;
}

/// Collects what is logged at error level by the exception layer.
pub(crate) struct Errors(pub(crate) Recorder);

impl<S: tracing::Subscriber> tracing_subscriber::Layer<S> for Errors {
    fn on_event(&self, event: &tracing::Event<'_>, _: tracing_subscriber::layer::Context<'_, S>) {
        struct Message(String);
        impl Visit for Message {
            fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
                if field.name() == "message" {
                    self.0 = format!("{value:?}");
                }
            }
        }
        if *event.metadata().level() == tracing::Level::ERROR {
            let mut message = Message(String::new());
            event.record(&mut message);
            self.0.record(message.0);
        }
    }
}

/// EXF.11.
/// Parity: EXF.6, EXF.11.
#[tokio::test]
async fn sources_of_500_and_above_are_logged_and_nothing_else() {
    let log = Recorder::default();
    let _guard = tracing::subscriber::set_default(tracing_subscriber::registry().with(Errors(log.clone())));
    let app = App::serve::<FailingModule>().await;
    for path in ["/exception", "/quiet", "/converts", "/nope", "/gateway", "/text", "/error", "/panic"] {
        app.get(path).await;
    }
    let expected =
        ["the database said no", "a text is thrown", "the database said no", "a handler panicked: at the disco"];
    assert_eq!(log.lines(), expected);
    app.end().await;
}
