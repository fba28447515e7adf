//! What Nest's chapter on controllers says, where no other test shows it.

use axum::extract::Query;
use axum::response::AppendHeaders;
use http_tests::App;
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
