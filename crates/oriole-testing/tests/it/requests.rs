//! Requests without a port, and over a socket.

use crate::app::AppModule;
use oriole::axum::body::Bytes;
use oriole::prelude::*;
use oriole::{ContextId, CurrentContext, ModuleRef};
use oriole_testing::{Error, Form, Result, Test, TestApp};
use serde_json::{Value, json};
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::time::Duration;

#[injectable(request)]
struct Basket;

#[injectable]
struct Echo {
    module: ModuleRef,
}

#[controller("echo")]
impl Echo {
    #[all("{*rest}")]
    #[http_code(202)]
    async fn echo(&self, headers: HeaderMap, body: Bytes) -> Result<Json<Value>, HttpException> {
        let text = |name| headers.get(name).and_then(|value| value.to_str().ok()).map(str::to_owned);
        Ok(Json(json!({
            "type": text("content-type"),
            "cookie": text("cookie"),
            "authorization": text("authorization"),
            "host": text("host"),
            "length": text("content-length"),
            "body": String::from_utf8_lossy(&body),
        })))
    }

    #[get]
    #[header("set-cookie", "seen=yes; Path=/")]
    async fn basket(&self, context: CurrentContext) -> Result<String, HttpException> {
        let basket = self.module.resolve_in::<Basket>(&context).await.map_err(HttpException::internal)?;
        Ok(format!("{:p}", Arc::as_ptr(&basket)))
    }

    #[get("never")]
    async fn never(&self) -> &'static str {
        std::future::pending().await
    }
}

#[module(root, controllers = [Echo], providers = [Basket])]
struct EchoModule;

async fn in_process() -> Result<TestApp> {
    Test::module::<EchoModule>().compile().await?.create_application().init().await
}

async fn over_a_socket() -> Result<TestApp> {
    Test::module::<EchoModule>().compile().await?.create_application().listen().await
}

/// Parity: TST.7.
#[tokio::test]
async fn both_ways_give_the_same_answers() -> Result {
    for app in [in_process().await?, over_a_socket().await?] {
        let answer = app.post("/echo/x").json(json!({"name": "Tom"})).cookie("a", "1").cookie("b", "2").await?;
        answer.assert_status(202).assert_status(StatusCode::ACCEPTED).assert_header("content-type", "application/json");
        let expected = json!({
            "type": "application/json", "cookie": "a=1; b=2", "authorization": null, "host": "localhost", "length": "14",
            "body": "{\"name\":\"Tom\"}",
        });
        answer.assert_json(&expected);
        assert_eq!(answer.json::<Value>(), expected);
        let put = app.put("/echo/x").bearer("secret").header("host", "example.org").body("text").await?;
        let seen: Value = put.json();
        assert_eq!(
            (&seen["authorization"], &seen["host"], &seen["body"]),
            (&json!("Bearer secret"), &json!("example.org"), &json!("text"))
        );
        for request in [app.patch("/echo/x"), app.delete("/echo/x"), app.options("/echo/x"), app.head("/echo/x")] {
            request.await?.assert_status(202);
        }
        assert_eq!(app.get("/echo").await?.cookie("seen"), Some("yes"));
        app.get("/nothing").await?.assert_status(404).assert_json(json!({
            "statusCode": 404, "message": "Cannot GET /nothing", "error": "Not Found",
        }));
        app.close().await?;
    }
    Ok(())
}

#[tokio::test]
async fn a_form_has_texts_and_files() -> Result {
    let app = in_process().await?;
    let form = Form::new().text("name", "Tom \"the cat\"").file("photo", "a\"b.png", "image/png", [1, 2, 3]);
    let seen: Value = app.post("/echo/form").form(form).await?.json();
    let boundary =
        seen["type"].as_str().and_then(|kind| kind.strip_prefix("multipart/form-data; boundary=")).expect("a form");
    let expected = format!(
        "--{boundary}\r\nContent-Disposition: form-data; name=\"name\"\r\n\r\nTom \"the cat\"\r\n\
         --{boundary}\r\nContent-Disposition: form-data; name=\"photo\"; filename=\"a%22b.png\"\r\n\
         Content-Type: image/png\r\n\r\n\u{1}\u{2}\u{3}\r\n--{boundary}--\r\n"
    );
    assert_eq!(seen["body"], json!(expected));
    app.close().await
}

/// A request with the test's own id resolves what the test resolves.
///
/// Parity: TST.13.
#[tokio::test]
async fn the_test_knows_the_instances_of_a_request() -> Result {
    let test = Test::module::<EchoModule>().compile().await?;
    let context = ContextId::new();
    let basket = test.resolve_in::<Basket>(&context).await?;
    let app = test.create_application().init().await?;
    app.get("/echo").context(&context).await?.assert_text(&format!("{:p}", Arc::as_ptr(&basket)));
    assert_ne!(app.get("/echo").await?.text(), format!("{:p}", Arc::as_ptr(&basket)));
    app.close().await
}

/// The wait for an answer is bounded: with a paused clock it is over at once.
#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_an_error() -> Result {
    let app = Test::module::<EchoModule>().compile().await?.create_application();
    let app = app.patience(Duration::from_secs(5)).init().await?;
    let error = app.get("/echo/never").await.unwrap_err();
    assert_eq!(error.to_string(), "GET /echo/never: no answer within 5s");
    app.close().await
}

#[tokio::test]
async fn what_cannot_be_sent_or_held_is_an_error() -> Result {
    let app = in_process().await?;
    let error = app.get("/echo").header("a b", "c").await.unwrap_err();
    assert_eq!(error.to_string(), "GET /echo: `a b: c` is no header");
    let error = app.get("/ a target").await.unwrap_err();
    assert!(matches!(&error, Error::Request { request, .. } if request == "GET / a target"), "{error}");
    app.close().await?;

    let app = over_a_socket().await?;
    let error = app.get("/echo").context(&ContextId::new()).await.unwrap_err();
    assert_eq!(error.to_string(), "GET /echo: an id of the test's own cannot go over a socket");
    app.close().await?;

    let app = Test::module::<AppModule>().compile().await?.create_application().body_bytes_max(10).init().await?;
    let error = app.get("/cats").await.unwrap_err().to_string();
    assert_eq!(error, "GET /cats: 200 OK came, and its body does not: it has more than 10 bytes");
    app.close().await
}

/// What an assertion says when it fails.
#[tokio::test]
async fn failures_show_the_answer() -> Result {
    let app = Test::module::<AppModule>().compile().await?.create_application().init().await?;
    let answer = app.get("/cats").await?;
    let said = |check: &dyn Fn()| {
        let panic = catch_unwind(AssertUnwindSafe(check)).expect_err("it fails");
        panic.downcast_ref::<String>().cloned().expect("a text")
    };
    let shown = "GET /cats was answered 200 OK: [\"hello from the database\"]";
    for text in [
        said(&|| _ = answer.assert_status(404)),
        said(&|| _ = answer.assert_json(json!([]))),
        said(&|| _ = answer.assert_text("")),
        said(&|| _ = answer.assert_header("x", "y")),
        said(&|| _ = answer.json::<u8>()),
    ] {
        assert!(text.contains(shown), "{text}");
    }
    app.close().await
}
