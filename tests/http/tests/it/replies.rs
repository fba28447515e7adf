//! What handlers return, and what clients read.

use axum::response::{AppendHeaders, IntoResponse, Redirect, Response};
use http_tests::App;
use oriole::prelude::*;
use serde::Serialize;
use serde_json::{Value, json};

#[derive(Serialize)]
struct Cat {
    name: &'static str,
}

const TOM: Cat = Cat { name: "Tom" };

/// A response type of the application.
struct Own(u16);

impl IntoResponse for Own {
    fn into_response(self) -> Response {
        let status = StatusCode::from_u16(self.0).expect("tests know statuses");
        (status, "own").into_response()
    }
}

#[injectable]
pub struct Replies;

#[controller]
#[header("x-class", "1")]
impl Replies {
    #[get("json")]
    async fn json(&self) -> Cat {
        TOM
    }

    #[post("json")]
    async fn create(&self) -> Cat {
        TOM
    }

    #[get("sync")]
    fn sync(&self) -> Vec<Cat> {
        vec![TOM]
    }

    #[get("result")]
    async fn result(&self) -> Result<Cat, HttpException> {
        Ok(TOM)
    }

    #[get("none")]
    async fn none(&self) -> Option<Cat> {
        None
    }

    #[post("none")]
    async fn none_created(&self) -> Option<Cat> {
        None
    }

    #[get("number")]
    async fn number(&self) -> u32 {
        42
    }

    #[post("text")]
    async fn text(&self) -> &'static str {
        "hello"
    }

    #[post("html")]
    async fn html(&self) -> Html<String> {
        Html("<p>hello</p>".to_owned())
    }

    #[post("axum-json")]
    async fn axum_json(&self) -> Json<Value> {
        Json(json!({"a": 1}))
    }

    #[post("bytes")]
    async fn bytes(&self) -> Vec<u8> {
        b"hello".to_vec()
    }

    #[post("unit")]
    async fn unit(&self) {}

    #[post("headers")]
    async fn headers(&self) -> (AppendHeaders<[(&'static str, &'static str); 1]>, Json<u8>) {
        (AppendHeaders([("x-own", "1")]), Json(1))
    }

    #[post("response")]
    async fn response(&self) -> Response {
        "raw".into_response()
    }

    #[post("tuple")]
    async fn tuple(&self) -> (StatusCode, [(&'static str, &'static str); 1], &'static str) {
        (StatusCode::ACCEPTED, [("x-own", "1")], "later")
    }

    #[post("status")]
    async fn status(&self) -> StatusCode {
        StatusCode::OK
    }

    #[post("own")]
    async fn own(&self) -> Own {
        Own(200)
    }

    #[post("own-code")]
    #[http_code(202)]
    async fn own_code(&self) -> Own {
        Own(200)
    }

    #[post("own-code-kept")]
    #[http_code(202)]
    async fn own_code_kept(&self) -> Own {
        Own(206)
    }

    #[post("code")]
    #[http_code(200)]
    async fn code(&self) -> Cat {
        TOM
    }

    #[delete("code")]
    #[http_code(204)]
    async fn no_content(&self) -> Cat {
        TOM
    }

    #[get("header")]
    #[header("x-route", "2")]
    #[header("vary", "a")]
    #[header("vary", "b")]
    #[header("content-type", "application/cats+json")]
    async fn header(&self) -> Cat {
        TOM
    }

    #[get("header-wins")]
    #[header("x-own", "marker")]
    async fn header_wins(&self) -> ([(&'static str, &'static str); 1], &'static str) {
        ([("x-own", "handler")], "")
    }

    #[get("moved")]
    #[redirect("https://nestjs.com", 301)]
    async fn moved(&self) {}

    #[get("moved/{to}")]
    #[redirect("/default")]
    async fn moved_to(&self, Path(to): Path<String>) -> Option<Value> {
        match to.as_str() {
            "url" => Some(json!({"url": "/other"})),
            "status" => Some(json!({"statusCode": 307})),
            "both" => Some(json!({"url": "/other", "statusCode": 308})),
            "bad" => Some(json!({"statusCode": 1})),
            _ => None,
        }
    }

    #[get("moved-none")]
    #[redirect("", 302)]
    async fn moved_none(&self) {}

    #[get("axum-redirect")]
    async fn axum_redirect(&self) -> Redirect {
        Redirect::temporary("/there")
    }

    #[get("unserialisable")]
    async fn unserialisable(&self) -> std::collections::HashMap<(u8, u8), u8> {
        [((1, 2), 3)].into()
    }
}

#[module(controllers = [Replies])]
pub struct RepliesModule;

/// Parity: CTL.1, CTL.4, CTL.5, CTL.6, CTL.7.
#[tokio::test]
async fn statuses_and_bodies() {
    let app = App::serve::<RepliesModule>().await;
    let json_type = Some("application/json; charset=utf-8");
    let text_type = Some("text/plain; charset=utf-8");
    for (method, path, status, content_type, body) in [
        // CTL.4, CTL.5.
        ("GET", "/json", 200, json_type, r#"{"name":"Tom"}"#),
        ("POST", "/json", 201, json_type, r#"{"name":"Tom"}"#),
        ("GET", "/sync", 200, json_type, r#"[{"name":"Tom"}]"#),
        ("GET", "/result", 200, json_type, r#"{"name":"Tom"}"#),
        // CTL.6.
        ("GET", "/none", 200, None, ""),
        ("POST", "/none", 201, None, ""),
        ("GET", "/number", 200, json_type, "42"),
        ("POST", "/text", 201, text_type, "hello"),
        ("POST", "/html", 201, Some("text/html; charset=utf-8"), "<p>hello</p>"),
        ("POST", "/axum-json", 201, Some("application/json"), r#"{"a":1}"#),
        ("POST", "/bytes", 201, Some("application/octet-stream"), "hello"),
        ("POST", "/unit", 201, None, ""),
        ("POST", "/headers", 201, Some("application/json"), "1"),
        ("POST", "/response", 200, text_type, "raw"),
        ("POST", "/tuple", 202, text_type, "later"),
        ("POST", "/status", 200, None, ""),
        ("POST", "/own", 200, text_type, "own"),
        ("POST", "/own-code", 202, text_type, "own"),
        ("POST", "/own-code-kept", 206, text_type, "own"),
        ("POST", "/code", 200, json_type, r#"{"name":"Tom"}"#),
        ("DELETE", "/code", 204, None, ""),
    ] {
        let response = app.request(method, path).await;
        let seen = (response.status, response.header("content-type"), response.body.as_str());
        assert_eq!(seen, (status, content_type, body), "{method} {path}");
        assert_eq!(response.header("x-class"), Some("1"), "{method} {path}");
    }
    app.end().await;
}

/// Parity: CTL.13.
#[tokio::test]
async fn headers_of_markers() {
    let app = App::serve::<RepliesModule>().await;
    let response = app.get("/header").await;
    assert_eq!(response.header("x-route"), Some("2"));
    assert_eq!(response.header("content-type"), Some("application/cats+json"));
    let vary: Vec<_> =
        response.headers.iter().filter(|(name, _)| name == "vary").map(|(_, value)| value.as_str()).collect();
    assert_eq!(vary, ["a", "b"]);
    assert_eq!(app.get("/header-wins").await.header("x-own"), Some("handler"));
    app.end().await;
}

/// CTL.14, correction 20.
/// Parity: CTL.6, CTL.14.
#[tokio::test]
async fn redirects() {
    let app = App::serve::<RepliesModule>().await;
    for (path, status, location) in [
        ("/moved", 301, "https://nestjs.com"),
        ("/moved/none", 302, "/default"),
        ("/moved/url", 302, "/other"),
        ("/moved/status", 307, "/default"),
        ("/moved/both", 308, "/other"),
        ("/moved-none", 302, ""),
        ("/axum-redirect", 307, "/there"),
    ] {
        let response = app.get(path).await;
        assert_eq!(
            (response.status, response.header("location"), &*response.body),
            (status, Some(location), ""),
            "{path}"
        );
    }
    assert_eq!(app.get("/moved/bad").await.status, 500);
    app.end().await;
}

#[tokio::test]
async fn a_value_that_does_not_serialise_is_500() {
    let app = App::serve::<RepliesModule>().await;
    let response = app.get("/unserialisable").await;
    assert_eq!(response.status, 500);
    assert_eq!(response.json(), json!({"statusCode": 500, "message": "Internal server error"}));
    app.end().await;
}
