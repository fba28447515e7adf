//! Every marker of a handler, and every shape of one.
#![deny(deprecated)]

use oriole::axum::body::{Body, to_bytes};
use oriole::axum::response::Html;
use oriole::http::request::Parts;
use oriole::http::{Method, Request};
use oriole::prelude::*;
use serde::{Deserialize, Serialize};
use std::borrow::Cow;
use tower::ServiceExt;

#[derive(Serialize, Deserialize)]
pub struct Cat {
    name: String,
}

#[derive(Deserialize)]
pub struct Dto<T> {
    #[serde(skip)]
    _of: std::marker::PhantomData<T>,
}

#[injectable]
pub struct CatsController {
    #[inject(default)]
    prefix: String,
}

#[header("x-above", "honoured")]
#[controller("/cats/")]
#[header("x-below", "honoured")]
impl CatsController {
    /// A plain method stays one.
    fn named(&self, name: &str) -> Cat {
        Cat { name: format!("{}{name}", self.prefix) }
    }

    const DEFAULT: &'static str = "Tom";

    #[get]
    async fn find_all(&self) -> Json<Vec<Cat>> {
        Json(vec![self.named(Self::DEFAULT)])
    }

    #[get("one/{name}", "another/{name}")]
    fn find_one<'a>(&'a self, Path(name): Path<String>) -> Result<Cat, HttpException> {
        if name == "nobody" { Err(HttpException::not_found("no such cat")) } else { Ok(self.named(&name)) }
    }

    #[post]
    #[http_code(202)]
    #[header("x-cat", "made")]
    #[header("x-cat", "twice")]
    async fn create(&self, headers: HeaderMap, _method: Method, Json(cat): Json<Cat>) -> Result<Cat, std::io::Error> {
        assert!(headers.contains_key("content-type"));
        Ok(cat)
    }

    #[put("{id}")]
    fn no_receiver(Path(id): Path<u32>) -> String {
        id.to_string()
    }

    #[oriole::patch("{id}")]
    async fn patch(self: &Self, Path(id): Path<u32>, body: String) -> (StatusCode, String) {
        (StatusCode::ACCEPTED, format!("{id}{body}"))
    }

    #[post("own")]
    fn own(&self, Json(_own): Json<Dto<Self>>) {}

    #[delete("{id}")]
    #[http_code(204)]
    fn remove(&self, _: Path<u32>) {}

    #[get("html")]
    fn html(&self) -> impl IntoResponse + use<> {
        Html("<p>")
    }

    #[get("moved")]
    #[redirect("https://example.com", 301)]
    fn moved(&self) {}

    #[all("any")]
    fn any(&self, method: Method) -> String {
        method.to_string()
    }

    #[options("asked")]
    fn asked(&self) -> &'static str {
        "options"
    }

    #[head("head")]
    fn head(&self) -> &'static str {
        "head"
    }

    fn length(parts: &Parts) -> usize {
        parts.uri.path().len()
    }

    #[get("length")]
    fn extracted(&self, #[extract(Self::length)] length: usize, #[extract(|_: &Parts| Self::DEFAULT)] name: &'static str) -> String {
        format!("{name}{length}")
    }

    #[get("borrowed")]
    fn borrowed(&self) -> &str {
        &self.prefix
    }

    #[get("borrowed/perhaps")]
    async fn borrowed_perhaps(&self) -> Result<Cow<'_, str>, &str> {
        if self.prefix.is_empty() { Ok(Cow::Borrowed(&self.prefix)) } else { Err(&self.prefix) }
    }

    #[get("borrowed/json")]
    async fn borrowed_in_json(&self) -> Vec<&str> {
        vec![&self.prefix]
    }

    /// Requests still reach what the program itself should not call.
    #[deprecated]
    #[get("raw/{type}")]
    fn r#type(&self, Path(r#type): Path<String>) -> String {
        r#type
    }
}

// A second impl is the user's own affair.
impl CatsController {
    pub fn unrelated(&self) -> usize {
        self.prefix.len()
    }
}

macro_rules! resource {
    ($name:ident, $path:literal, $reply:ty, $value:expr) => {
        #[injectable]
        pub struct $name;

        #[controller($path)]
        impl $name {
            #[get]
            fn get(&self) -> $reply {
                $value
            }

            #[post("{id}")]
            fn post(&self, Path(id): Path<$reply>) -> $reply {
                id
            }
        }
    };
}
resource!(Birds, "birds", String, "birds".to_owned());
resource!(Fish, "fish", u32, 7);

#[module(root, controllers = [CatsController, Birds, Fish])]
pub struct AppModule;

#[oriole::main]
async fn main() -> oriole::Result<()> {
    let service = Oriole::create::<AppModule>().await?.into_service().await?;
    let ask = async |method: &str, path: &str, body: &str| {
        let request = Request::builder().method(method).uri(path).header("content-type", "application/json");
        let Ok(response) = service.clone().oneshot(request.body(Body::from(body.to_owned())).expect("a request")).await;
        let (head, body) = response.into_parts();
        let body = to_bytes(body, 4096).await.expect("a body");
        (head.status.as_u16(), head.headers, String::from_utf8_lossy(&body).into_owned())
    };
    let (status, headers, body) = ask("GET", "/cats", "").await;
    assert_eq!((status, &*body), (200, r#"[{"name":"Tom"}]"#));
    assert_eq!((&headers["x-above"], &headers["x-below"]), (&"honoured".parse().unwrap(), &"honoured".parse().unwrap()));
    assert_eq!(ask("GET", "/cats/one/Kit", "").await.2, r#"{"name":"Kit"}"#);
    assert_eq!(ask("GET", "/cats/another/Kit", "").await.2, r#"{"name":"Kit"}"#);
    assert_eq!(ask("GET", "/cats/one/nobody", "").await.0, 404);
    let (status, headers, body) = ask("POST", "/cats", r#"{"name":"Kit"}"#).await;
    assert_eq!((status, &*body), (202, r#"{"name":"Kit"}"#));
    assert!(headers.contains_key("x-cat"));
    assert_eq!(ask("POST", "/cats", "{").await.0, 400);
    assert_eq!(ask("PUT", "/cats/3", "").await.2, "3");
    let (status, _, body) = ask("PATCH", "/cats/3", "x").await;
    assert_eq!((status, &*body), (202, "3x"));
    assert_eq!(ask("DELETE", "/cats/3", "").await.0, 204);
    assert_eq!(ask("GET", "/cats/html", "").await.2, "<p>");
    let (status, headers, _) = ask("GET", "/cats/moved", "").await;
    assert_eq!((status, headers["location"].to_str().unwrap()), (301, "https://example.com"));
    assert_eq!(ask("TRACE", "/cats/any", "").await.2, "TRACE");
    assert_eq!(ask("OPTIONS", "/cats/asked", "").await.2, "options");
    assert_eq!(ask("HEAD", "/cats/head", "").await.0, 200);
    assert_eq!(ask("GET", "/cats/length", "").await.2, "Tom12");
    assert_eq!(ask("GET", "/cats/borrowed", "").await.2, "");
    assert_eq!(ask("GET", "/cats/borrowed/perhaps", "").await.1["content-type"], "text/plain; charset=utf-8");
    assert_eq!(ask("GET", "/cats/borrowed/json", "").await.2, r#"[""]"#);
    assert_eq!(ask("GET", "/cats/raw/a", "").await.2, "a");
    assert_eq!(ask("GET", "/birds", "").await.2, "birds");
    assert_eq!(ask("POST", "/fish/9", "").await.2, "9");
    Ok(())
}

// Parity: CTL.1, CTL.3.
