//! `CKS`: cookies, plain, signed and encrypted.

use futures_util::stream;
use http_tests::{App, Connection, Response};
use oriole::cookies::{Cookie, SameSite};
use oriole::prelude::*;
use oriole::{Cookies, PrivateCookies, SignedCookies};
use serde_json::json;

#[injectable]
pub struct Site;

#[controller]
impl Site {
    #[get("all")]
    async fn all(&self, cookies: Cookies) -> Json<Vec<String>> {
        let mut all: Vec<_> =
            cookies.all().iter().map(|cookie| format!("{}={}", cookie.name(), cookie.value())).collect();
        all.sort();
        Json(all)
    }

    #[get("one")]
    async fn one(&self, cookies: Cookies) -> Option<String> {
        cookies.value("a")
    }

    #[post("set")]
    async fn set(&self, cookies: Cookies) -> String {
        let cookie = Cookie::build(("theme", "dark; Path=/x")).path("/").http_only(true).secure(true);
        cookies.set(cookie.same_site(SameSite::Lax));
        cookies.set(("second", "2"));
        cookies.remove(Cookie::build("a").path("/"));
        cookies.value("theme").unwrap_or_default()
    }

    #[post("refused")]
    async fn refused(&self, cookies: Cookies) -> Result<(), HttpException> {
        cookies.set(("seen", "1"));
        Err(HttpException::forbidden("not today"))
    }

    #[sse("events")]
    fn events(&self, cookies: Cookies) -> impl Stream<Item = MessageEvent> {
        cookies.set(("stream", "1"));
        stream::iter([MessageEvent::new("first")]).chain(stream::pending())
    }

    #[post("signed")]
    async fn sign(&self, cookies: SignedCookies) {
        cookies.set(("user", "ann"));
    }

    #[get("signed")]
    async fn signed(&self, cookies: SignedCookies) -> String {
        cookies.value("user").unwrap_or_else(|| "nobody".to_owned())
    }

    #[post("private")]
    async fn hide(&self, cookies: PrivateCookies) {
        cookies.set(("cart", "42 cats"));
    }

    #[get("private")]
    async fn private(&self, cookies: PrivateCookies) -> String {
        cookies.value("cart").unwrap_or_else(|| "empty".to_owned())
    }
}

#[module(controllers = [Site])]
pub struct SiteModule;

const SECRET: &str = "9f2c1e0b7a6d4c3f8e5b2a1d0c9f8e7b";
const NEW_SECRET: &str = "00112233445566778899aabbccddeeff";

async fn with_secrets(secrets: &[&'static str]) -> App {
    App::serve_with::<SiteModule>(|app| secrets.iter().fold(app, |app, secret| app.cookie_secret(*secret))).await
}

async fn ask(app: &App, method: &str, target: &str, cookie: &str) -> Response {
    let mut connection = Connection::open(app.addr).await;
    connection.send(format!("{method} {target} HTTP/1.1\r\nHost: test\r\nCookie: {cookie}\r\n\r\n")).await;
    connection.response_to(method).await
}

fn set(response: &Response) -> Vec<&str> {
    let mut set: Vec<_> =
        response.headers.iter().filter(|(name, _)| name == "set-cookie").map(|(_, value)| value.as_str()).collect();
    set.sort_unstable();
    set
}

/// CKS.1: without the line there are none.
#[tokio::test]
async fn off_by_default() {
    let app = App::serve::<SiteModule>().await;
    assert_eq!(ask(&app, "GET", "/one", "a=1").await.status, 500);
    app.end().await;
}

/// Parity: CKS.1, CKS.4.
#[tokio::test]
async fn the_requests_cookies_are_read() {
    let app = App::serve_with::<SiteModule>(oriole::Application::enable_cookies).await;
    let answer = ask(&app, "GET", "/all", "b=2; a=%C3%BC%20x; a=later; broken; =; c=\"q\"").await;
    assert_eq!(answer.json(), json!(["a=ü x", "b=2", "c=\"q\""]));
    assert_eq!(ask(&app, "GET", "/one", "a=1").await.json(), json!("1"));
    assert!(set(&answer).is_empty(), "nothing is sent that was not set");
    app.end().await;
}

/// CKS.3; the value cannot add attributes of its own.
#[tokio::test]
async fn what_is_set_is_sent_with_whatever_is_returned() {
    let app = App::serve_with::<SiteModule>(oriole::Application::enable_cookies).await;
    let answer = ask(&app, "POST", "/set", "a=1").await;
    assert_eq!(answer.body, "dark; Path=/x");
    let cookies = set(&answer);
    assert_eq!(cookies.len(), 3);
    assert!(cookies[0].starts_with("a=; Path=/; Max-Age=0; Expires="), "{}", cookies[0]);
    assert_eq!(cookies[1..], ["second=2", "theme=dark%3B%20Path%3D%2Fx; HttpOnly; SameSite=Lax; Secure; Path=/"]);

    let refused = ask(&app, "POST", "/refused", "").await;
    assert_eq!((refused.status, set(&refused)), (403, vec!["seen=1"]));
    let mut stream = Connection::open(app.addr).await;
    stream.ask("GET", "/events").await;
    assert_eq!(set(&stream.head().await), ["stream=1"]);
    app.end().await;
}

fn pair(cookie: &str) -> &str {
    cookie.split(';').next().expect("a cookie has a value")
}

/// Parity: CKS.2.
#[tokio::test]
async fn signed_and_private_cookies_are_ours_or_absent() {
    let app = with_secrets(&[SECRET]).await;
    let answer = ask(&app, "POST", "/signed", "").await;
    let signed = pair(set(&answer)[0]).to_owned();
    assert!(signed.ends_with("ann"), "a signed value can be read: {signed}");
    assert_eq!(ask(&app, "GET", "/signed", &signed).await.body, "ann");
    for forged in [signed.replace("ann", "bob"), "user=ann".to_owned(), String::new()] {
        assert_eq!(ask(&app, "GET", "/signed", &forged).await.body, "nobody", "{forged}");
    }

    let answer = ask(&app, "POST", "/private", "").await;
    let private = pair(set(&answer)[0]).to_owned();
    assert!(!private.contains("cats"), "a private value cannot: {private}");
    assert_eq!(ask(&app, "GET", "/private", &private).await.body, "42 cats");
    for forged in ["cart=42 cats".to_owned(), private.replacen("cart=", "cart=AAAA", 1)] {
        assert_eq!(ask(&app, "GET", "/private", &forged).await.body, "empty", "{forged}");
    }
    app.end().await;
}

/// CKS.2: an ordered list, of which the first writes.
#[tokio::test]
async fn secrets_are_rotated() {
    let old = with_secrets(&[SECRET]).await;
    let both = with_secrets(&[NEW_SECRET, SECRET]).await;
    let new = with_secrets(&[NEW_SECRET]).await;
    for (target, value, nothing) in [("/signed", "ann", "nobody"), ("/private", "42 cats", "empty")] {
        let of_old = pair(set(&ask(&old, "POST", target, "").await)[0]).to_owned();
        assert_eq!(ask(&both, "GET", target, &of_old).await.body, value);
        assert_eq!(ask(&new, "GET", target, &of_old).await.body, nothing);
        let of_both = pair(set(&ask(&both, "POST", target, "").await)[0]).to_owned();
        assert_eq!(ask(&new, "GET", target, &of_both).await.body, value);
        assert_eq!(ask(&old, "GET", target, &of_both).await.body, nothing);
    }
    for app in [old, both, new] {
        app.end().await;
    }
}

#[tokio::test]
async fn a_secret_has_32_bytes() {
    for (bytes, is_fine) in [(31, false), (32, true)] {
        let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
        let bound = app.cookie_secret("x".repeat(bytes)).shutdown_on_signals(false).bind("127.0.0.1:0").await;
        assert_eq!(bound.is_ok(), is_fine, "{bytes}");
        if let Err(error) = bound {
            assert_eq!(error.to_string(), "a cookie secret has at least 32 bytes, this one has 31");
        }
    }
    let app = App::serve_with::<SiteModule>(oriole::Application::enable_cookies).await;
    assert_eq!(ask(&app, "GET", "/signed", "").await.status, 500, "signed cookies need one");
    app.end().await;
}
