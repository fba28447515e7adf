//! What Nest's chapters on controllers and exception filters say, where no other test shows it.

use axum::body::Body;
use axum::extract::Query;
use axum::response::{AppendHeaders, IntoResponse, Response};
use futures_util::stream;
use http_tests::{App, Connection};
use oriole::prelude::*;
use serde_json::json;
use std::collections::BTreeMap;

#[injectable]
pub struct Cats;

#[controller("cats")]
impl Cats {
    #[get("yes")]
    async fn yes(&self) -> bool {
        true
    }

    #[get("number")]
    async fn number(&self) -> f64 {
        1.5
    }

    /// Not to be mistaken for events.
    #[get("last")]
    async fn last(&self) -> Result<u8, HttpException> {
        oriole::last_of(stream::iter([1, 2, 3]).then(async |value| value)).await
    }

    #[get("last-of-none")]
    async fn last_of_none(&self) -> Result<u8, HttpException> {
        oriole::last_of(stream::empty()).await
    }

    #[get("text")]
    async fn text(&self) -> String {
        "a \"text\"".to_owned()
    }

    #[post("headers")]
    async fn headers(&self) -> (AppendHeaders<[(&'static str, &'static str); 2]>, Json<u8>) {
        (AppendHeaders([("x-cat", "Tom"), ("set-cookie", "cat=Tom")]), Json(1))
    }

    #[post("status")]
    async fn status(&self) -> (StatusCode, Json<u8>) {
        (StatusCode::ACCEPTED, Json(1))
    }

    #[get("search")]
    async fn search(&self, Query(query): Query<BTreeMap<String, String>>) -> BTreeMap<String, String> {
        query
    }

    /// Fails when its head has gone out.
    #[get("torn")]
    async fn torn(&self) -> Response {
        let chunks = [Ok("first"), Err(std::io::Error::other("the disk is gone"))];
        Body::from_stream(stream::iter(chunks).then(|chunk| async {
            tokio::task::yield_now().await;
            chunk
        }))
        .into_response()
    }
}

/// Sound, and in no module.
#[injectable]
pub struct Dogs;

#[controller("dogs")]
impl Dogs {
    #[get]
    async fn list(&self) -> &'static str {
        "dogs"
    }
}

#[module(controllers = [Cats])]
pub struct CatsModule;

#[module(imports = [CatsModule], controllers = [Dogs])]
pub struct BothModule;

/// Parity: CTL.5.
#[tokio::test]
async fn what_is_no_object_is_sent_as_it_is() {
    let app = App::serve::<CatsModule>().await;
    for (path, body) in [("yes", "true"), ("number", "1.5"), ("text", "a \"text\"")] {
        assert_eq!(app.get(&format!("/cats/{path}")).await.body, body, "{path}");
    }
    app.end().await;
}

/// Parity: CTL.8.
#[tokio::test]
async fn parts_of_the_answer_are_set_and_the_rest_is_automatic() {
    let app = App::serve::<CatsModule>().await;
    let headers = app.request("POST", "/cats/headers").await;
    assert_eq!((headers.status, headers.json()), (201, json!(1)), "the status is that of a POST");
    assert_eq!((headers.header("x-cat"), headers.header("set-cookie")), (Some("Tom"), Some("cat=Tom")));
    let status = app.request("POST", "/cats/status").await;
    assert_eq!((status.status, status.json()), (202, json!(1)));
    app.end().await;
}

/// Parity: CTL.19.
#[tokio::test]
async fn values_of_a_query_are_texts_and_brackets_mean_nothing() {
    let app = App::serve::<CatsModule>().await;
    let query = app.get("/cats/search?age=3&a[b]=c&item[]=1").await;
    assert_eq!(query.json(), json!({"age": "3", "a[b]": "c", "item[]": "1"}));
    app.end().await;
}

/// Parity: CTL.20.
#[tokio::test]
async fn a_controller_that_no_module_lists_does_not_exist() {
    let app = App::serve::<CatsModule>().await;
    assert_eq!(app.get("/dogs").await.status, 404);
    app.end().await;
    let app = App::serve::<BothModule>().await;
    assert_eq!(app.get("/dogs").await.body, "dogs");
    app.end().await;
}

/// Nothing is written into it, and it does not look whole.
///
/// Parity: EXF.21.
#[tokio::test]
async fn an_answer_that_fails_after_its_head_is_cut_off() {
    let app = App::serve::<CatsModule>().await;
    let mut connection = Connection::open(app.addr).await;
    connection.ask("GET", "/cats/torn").await;
    assert_eq!(connection.head().await.status, 200);
    assert_eq!(connection.closed().await, "5\r\nfirst\r\n");
    app.end().await;
}

/// With correction 21.
///
/// Parity: CTL.17.
#[tokio::test]
async fn the_last_value_of_a_stream_is_an_answer() {
    let app = App::serve::<CatsModule>().await;
    let answer = app.get("/cats/last").await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "3"));
    assert_eq!(app.get("/cats/last-of-none").await.status, 500);
    app.end().await;
}
