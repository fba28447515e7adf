//! Middleware that answers by itself, fails, or cannot be.

use super::steps::{Step, note, steps};
use axum::body::Bytes;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use http_tests::App;
use oriole::prelude::*;
use oriole::{ConfigureMiddleware, Error, MiddlewareConsumer, NextService, RouteMatch};
use serde::Deserialize;
use serde_json::json;

#[injectable]
pub struct Cats;

#[derive(Deserialize)]
struct Cat {
    name: String,
}

#[controller("cats")]
impl Cats {
    #[get]
    fn all(&self) -> &'static str {
        "all"
    }

    #[get("slow")]
    async fn slow(&self) {
        std::future::pending().await
    }

    #[post("json")]
    fn json(&self, Json(cat): Json<Cat>) -> String {
        cat.name
    }

    #[post("form")]
    fn form(&self, Form(cat): Form<Cat>) -> String {
        cat.name
    }

    /// Nothing is parsed that no argument asks for.
    #[post("raw")]
    fn raw(&self, body: Bytes) -> String {
        format!("{} bytes", body.len())
    }
}

/// Answers, fails or panics, as the request asks.
async fn obedient(request: Request, next: NextService) -> Result<Response, HttpException> {
    match request.headers().get("x-do").and_then(|what| what.to_str().ok()) {
        Some("answer") => Ok(StatusCode::IM_A_TEAPOT.into_response()),
        Some("fail") => Err(HttpException::forbidden("not here")),
        Some("break") => Err(std::io::Error::other("a secret"))?,
        Some("panic") => panic!("asked for"),
        _ => Ok(note(next.run(request).await, "obedient")),
    }
}

#[module(controllers = [Cats])]
pub struct Refusing;

impl ConfigureMiddleware for Refusing {
    async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
        consumer.apply(Step("outer")).and(obedient).for_routes("cats");
        consumer.layer(tower::timeout::TimeoutLayer::new(std::time::Duration::ZERO)).for_routes("cats/slow");
        Ok(())
    }
}

pub struct Everything;

impl ExceptionFilter for Everything {
    async fn catch(&self, exception: HttpException, ctx: &mut ExecutionContext) -> Result<Reply, HttpException> {
        let path = ctx.http().uri.path();
        Ok(Reply::json(&json!({"filtered": exception.message(), "path": path})).with_status(exception.status()))
    }
}

/// Its errors pass the application's filters, and what stands around it sees the answer.
///
/// Parity: MDW.1, RLC.17.
#[tokio::test]
async fn it_may_answer_or_fail() {
    let plain = App::serve::<Refusing>().await;
    let filtered = App::serve_with::<Refusing>(|app| app.use_global_filter(Everything)).await;
    for (what, status, message) in
        [("answer", 418, None), ("fail", 403, Some("not here")), ("break", 500, Some("Internal server error"))]
    {
        let headers = format!("x-do: {what}\r\n");
        let answer = plain.send("GET", "/cats", &headers, "").await;
        assert_eq!((answer.status, answer.header("x-step")), (status, Some("outer")), "{what}");
        let by_filter = filtered.send("GET", "/cats", &headers, "").await;
        assert_eq!((by_filter.status, by_filter.header("x-step")), (status, Some("outer")), "{what}");
        if let Some(message) = message {
            assert_eq!(answer.json()["message"], message);
            assert_eq!(by_filter.json(), json!({"filtered": message, "path": "/cats"}));
        }
    }
    assert_eq!(plain.send("GET", "/cats", "x-do: panic\r\n", "").await.status, 500);
    assert_eq!(steps(&plain, "GET", "/cats", "").await, "outer obedient");
    // Any tower layer is one.
    assert_eq!(plain.get("/cats/slow").await.status, 500);
    plain.end().await;
    filtered.end().await;
}

/// Parity: MDW.11.
#[tokio::test]
async fn parsers_are_there_and_nothing_is_parsed_unasked() {
    let app = App::serve::<Refusing>().await;
    let form = "Content-Type: application/x-www-form-urlencoded\r\n";
    assert_eq!(app.send_json("POST", "/cats/json", r#"{"name":"tom"}"#).await.body, "tom");
    assert_eq!(app.send("POST", "/cats/form", form, "name=tom").await.body, "tom");
    let broken = app.send_json("POST", "/cats/raw", r#"{"name""#).await;
    assert_eq!((broken.status, &*broken.body), (201, "7 bytes"));
    app.end().await;
}

macro_rules! wrong {
    ($($module:ident |$consumer:ident| $said:expr;)*) => {$(
        #[module]
        pub struct $module;

        impl ConfigureMiddleware for $module {
            async fn configure(&self, $consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
                $said;
                Ok(())
            }
        }
    )*};
}
wrong! {
    NoRoutes |consumer| drop(consumer.apply(Step("lost")));
    BadPath |consumer| consumer.apply(Step("")).exclude("a b").for_routes(["a/*", "{*rest}/b"]);
    NoVersions |consumer| consumer.apply(Step("")).for_routes(RouteMatch::path("cats").version("1"));
    NoController |consumer| consumer.apply(Step("")).for_routes(RouteMatch::controller::<Cats>());
    Fails |_consumer| Err("no file")?;
}

async fn error<M: oriole::Module>() -> String {
    let app = Oriole::create::<M>().await.expect("the module is sound");
    let error = app.bind("127.0.0.1:0").await.expect_err("it does not start");
    assert!(matches!(error, Error::Settings { .. } | Error::Boot(_)));
    error.to_string()
}

#[tokio::test]
async fn what_cannot_be_is_told_at_the_start() {
    for (text, expected) in [
        (error::<NoRoutes>().await, &["a middleware is for no routes: end with `.for_routes(..)`\n  --> "][..]),
        (
            error::<BadPath>().await,
            &[
                "a middleware is for the path `a/*`, which has a `*` outside a parameter; write `{*rest}` at the end",
                "a middleware is for the path `{*rest}/b`, which has a `{*rest}` that is not at the end; put",
                "a middleware is for the path `a b`, which has a space; a space in a path is written `%20`",
            ],
        ),
        (
            error::<NoVersions>().await,
            &["a middleware asks for version `1`, and the application has no versions\n  --> "],
        ),
        (
            error::<NoController>().await,
            &["a middleware asks for the routes of `Cats`, which has none in this application\n  --> "],
        ),
        (error::<Fails>().await, &["ORI011: ", "configure", "`Fails`", "no file"]),
    ] {
        for part in expected {
            assert!(text.contains(part), "{part}: {text}");
        }
        assert!(text.contains("refusals.rs:"), "{text}");
    }
}
