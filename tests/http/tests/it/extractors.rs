//! `CTL.9` to `CTL.11`, `CTL.17`: what handlers are given, and what becomes of what they give.

use axum::Extension;
use axum::body::Bytes;
use axum::extract::Request;
use axum::response::{IntoResponse, Response};
use futures_util::stream;
use http_tests::App;
use oriole::http::Uri;
use oriole::prelude::*;
use oriole::{HostParams, NextService, PeerAddr, last_of};
use serde::Deserialize;
use serde_json::{Value, json};
use std::collections::BTreeMap;

type Texts = BTreeMap<String, String>;

#[derive(Deserialize)]
struct Name {
    name: String,
}

/// What a middleware found for the request.
#[derive(Clone)]
struct Session {
    user: &'static str,
}

struct Wrap;

impl Interceptor for Wrap {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        next.run(ctx).await?.map_value(|value: Value| json!({ "wrapped": value }))
    }
}

#[injectable]
pub struct Everything;

#[controller("all", host = "{account}.example.com")]
impl Everything {
    #[post("{id}/{kind}")]
    #[allow(clippy::too_many_arguments, reason = "every extractor at once is what is shown")]
    async fn all(
        &self,
        Path(all): Path<Texts>,
        Path((id, _)): Path<(u32, String)>,
        Query(query): Query<Texts>,
        Query(one): Query<Name>,
        headers: HeaderMap,
        uri: Uri,
        HostParams(account): HostParams<String>,
        PeerAddr(peer): PeerAddr,
        Extension(session): Extension<Session>,
        Json(body): Json<Name>,
    ) -> Value {
        json!({
            "all": all, "id": id, "query": query, "one": one.name, "header": headers["x-one"].to_str().ok(),
            "path": uri.path(), "account": account, "is_peer": peer.ip().is_loopback(), "session": session.user,
            "body": body.name,
        })
    }

    #[post("whole")]
    async fn whole(&self, request: Request) -> String {
        format!("{} {}", request.method(), request.uri())
    }

    #[post("bytes")]
    async fn bytes(&self, body: Bytes) -> usize {
        body.len()
    }
}

#[injectable]
pub struct Answers;

#[controller("answers")]
#[use_interceptors(Wrap {})]
impl Answers {
    #[get("value")]
    #[header("x-marked", "yes")]
    fn value(&self) -> u8 {
        1
    }

    #[get("by-hand")]
    #[header("x-marked", "yes")]
    fn by_hand(&self) -> Response {
        (StatusCode::ACCEPTED, "by hand").into_response()
    }

    #[get("last")]
    async fn last(&self) -> Result<u8, HttpException> {
        last_of(stream::iter([1, 2, 3]).then(|value| async move {
            tokio::task::yield_now().await;
            value
        }))
        .await
    }

    #[get("none")]
    async fn none(&self) -> Result<u8, HttpException> {
        last_of(stream::empty()).await
    }
}

#[injectable]
pub struct Wild;

#[controller]
impl Wild {
    #[get("abcd/{*rest}")]
    fn rest(&self, Path(rest): Path<String>) -> String {
        rest
    }

    #[get("a-b.c/x-{id}")]
    fn plain(&self, Path(id): Path<String>) -> String {
        id
    }

    #[get("flights/{from}/to/{to}")]
    fn flights(&self, Path((from, to)): Path<(String, String)>) -> String {
        format!("{from} {to}")
    }
}

#[module(controllers = [Everything, Answers, Wild])]
pub struct Extractors;

async fn session(mut request: Request, next: NextService) -> Result<Response, HttpException> {
    request.extensions_mut().insert(Session { user: "ada" });
    Ok(next.run(request).await)
}

/// Parity: CTL.10.
#[tokio::test]
async fn every_part_of_a_request_is_an_argument() {
    let app = App::serve_with::<Extractors>(|app| app.peer_addr(true).use_global_middleware(session)).await;
    let ask = async |target: &str| {
        let mut connection = http_tests::Connection::open(app.addr).await;
        let body = r#"{"name":"tom"}"#;
        let head = format!(
            "POST {target} HTTP/1.1\r\nHost: acme.example.com\r\nX-One: 1\r\nContent-Type: application/json\r\n\
             Content-Length: {}\r\n\r\n{body}",
            body.len()
        );
        connection.send(head).await;
        connection.response_to("POST").await
    };
    assert_eq!(
        ask("/all/7/cats?name=a&x=b").await.json(),
        json!({
            "all": {"id": "7", "kind": "cats"}, "id": 7, "query": {"name": "a", "x": "b"}, "one": "a", "header": "1",
            "path": "/all/7/cats", "account": "acme", "is_peer": true, "session": "ada", "body": "tom",
        })
    );
    assert_eq!(ask("/all/whole?x").await.body, "POST /all/whole?x");
    assert_eq!(ask("/all/bytes").await.body, "14");
    app.end().await;
    // An address that was not kept is a mistake of the program.
    let app = App::serve_with::<Extractors>(|app| app.use_global_middleware(session)).await;
    let mut connection = http_tests::Connection::open(app.addr).await;
    connection
        .send("POST /all/7/x?name=a HTTP/1.1\r\nHost: a.example.com\r\nX-One: 1\r\nContent-Length: 0\r\n\r\n")
        .await;
    assert_eq!(connection.response_to("POST").await.status, 500);
    app.end().await;
}

/// Correction 1: the markers apply all the same.
///
/// Parity: CTL.9.
#[tokio::test]
async fn an_answer_by_hand_is_not_mapped() {
    let app = App::serve::<Extractors>().await;
    let value = app.get("/answers/value").await;
    assert_eq!((value.json(), value.header("x-marked")), (json!({"wrapped": 1}), Some("yes")));
    let by_hand = app.get("/answers/by-hand").await;
    assert_eq!((by_hand.status, &*by_hand.body, by_hand.header("x-marked")), (202, "by hand", Some("yes")));
    app.end().await;
}

/// Parity: CTL.17.
#[tokio::test]
async fn the_last_of_of_a_stream_may_be_the_answer() {
    let app = App::serve::<Extractors>().await;
    assert_eq!(app.get("/answers/last").await.json(), json!({"wrapped": 3}));
    let none = app.get("/answers/none").await;
    assert_eq!((none.status, none.json()["message"].as_str()), (500, Some("Internal server error")));
    app.end().await;
}

/// Parity: CTL.11.
#[tokio::test]
async fn a_rest_takes_whatever_follows_and_marks_are_plain() {
    let app = App::serve::<Extractors>().await;
    for (target, expected) in [
        ("/abcd/123", "123"),
        ("/abcd/abc", "abc"),
        ("/abcd/1/2-3.4", "1/2-3.4"),
        ("/a-b.c/x-7", "7"),
        ("/flights/LAX/to/SFO", "LAX SFO"),
    ] {
        assert_eq!(app.get(target).await.body, expected, "{target}");
    }
    for target in ["/abXcd/1", "/a-bXc/x-7", "/aXb.c/x-7"] {
        assert_eq!(app.get(target).await.status, 404, "{target}");
    }
    app.end().await;
}
