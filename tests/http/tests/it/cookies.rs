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
        let nobody = || if cookies.is_forged("user") { "forged" } else { "nobody" }.to_owned();
        cookies.value("user").unwrap_or_else(nobody)
    }

    #[post("unsound")]
    async fn unsound(&self, cookies: Cookies) {
        cookies.set(Cookie::build(("a", "1")).path("/; Domain=evil.example"));
        cookies.set(Cookie::build(("b", "1")).domain("x\r\ny: z"));
        cookies.set(Cookie::build(("c d;", "1\r\n2")).path("/"));
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

/// Without the line there are none.
/// Parity: CKS.1.
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
    let answer = ask(&app, "GET", "/all", "b=2; a=%C3%BC%20x; a=later; broken; =; c=\"q\"; d=%FF;e=ü; f==1").await;
    assert_eq!(answer.json(), json!(["a=ü x", "b=2", "c=q", "d=%FF", "e=ü", "f==1"]));
    assert_eq!(ask(&app, "GET", "/one", "a=1").await.json(), json!("1"));
    assert!(set(&answer).is_empty(), "nothing is sent that was not set");
    app.end().await;
}

/// The value cannot add attributes of its own.
/// Parity: CKS.3.
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

/// What cookie-signature 1.2 makes of `ann` and the secret.
const OF_EXPRESS: &str = "user=s%3Aann.mja%2FD9AQ0Cq%2FJgrOsvDrmR6YP%2BwcaC4XEstkcqQk21E";

/// Signed as Express signs, held apart from the others, and a forged one is told.
/// Parity: CKS.2.
#[tokio::test]
async fn signed_cookies_are_expresss() {
    let app = with_secrets(&[SECRET]).await;
    let answer = ask(&app, "POST", "/signed", "").await;
    let signed = pair(set(&answer)[0]).to_owned();
    assert_eq!(signed.replace("s:", "s%3A").replace('+', "%2B").replace('/', "%2F"), OF_EXPRESS);
    for ours in [signed.as_str(), OF_EXPRESS] {
        assert_eq!(ask(&app, "GET", "/signed", ours).await.body, "ann", "{ours}");
    }
    for (cookie, expected) in [
        (OF_EXPRESS.replace("ann", "bob"), "forged"),
        (OF_EXPRESS[..OF_EXPRESS.len() - 1].to_owned(), "forged"),
        ("user=s:ann".to_owned(), "forged"),
        ("user=s:".to_owned(), "forged"),
        ("user=ann".to_owned(), "nobody"),
        (String::new(), "nobody"),
    ] {
        assert_eq!(ask(&app, "GET", "/signed", &cookie).await.body, expected, "{cookie}");
    }
    assert_eq!(ask(&app, "GET", "/all", &format!("{signed}; a=1; b=s:forged")).await.json(), json!(["a=1"]));
    app.end().await;

    // Nobody can check them where there is no secret.
    let app = App::serve_with::<SiteModule>(oriole::Application::enable_cookies).await;
    assert_eq!(ask(&app, "GET", "/all", "b=s:x").await.json(), json!(["b=s:x"]));
    app.end().await;
}

#[tokio::test]
async fn private_cookies_are_ours_or_absent() {
    let app = with_secrets(&[SECRET]).await;
    let answer = ask(&app, "POST", "/private", "").await;
    let private = pair(set(&answer)[0]).to_owned();
    assert!(!private.contains("cats"), "a private value cannot be read: {private}");
    assert_eq!(ask(&app, "GET", "/private", &private).await.body, "42 cats");
    for forged in ["cart=42 cats".to_owned(), private.replacen("cart=", "cart=AAAA", 1)] {
        assert_eq!(ask(&app, "GET", "/private", &forged).await.body, "empty", "{forged}");
    }
    app.end().await;
}

/// A path or domain that would be more than that is not sent.
#[tokio::test]
async fn attributes_cannot_be_added() {
    let app = App::serve_with::<SiteModule>(oriole::Application::enable_cookies).await;
    assert_eq!(set(&ask(&app, "POST", "/unsound", "").await), ["c%20d%3B=1%0D%0A2; Path=/"]);
    app.end().await;
}

/// An ordered list, of which the first writes.
/// Parity: CKS.2.
#[tokio::test]
async fn secrets_are_rotated() {
    let old = with_secrets(&[SECRET]).await;
    let both = with_secrets(&[NEW_SECRET, SECRET]).await;
    let new = with_secrets(&[NEW_SECRET]).await;
    for (target, value, nothing) in [("/signed", "ann", "forged"), ("/private", "42 cats", "empty")] {
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
