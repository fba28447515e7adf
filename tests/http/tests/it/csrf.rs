//! `CSR`: requests that other sites make browsers send.

use futures_util::stream;
use http_tests::{App, Connection, Response};
use oriole::prelude::*;
use oriole::{CsrfOptions, CsrfToken, CsrfTokens};
use serde_json::json;

#[injectable]
pub struct Site;

#[controller]
impl Site {
    #[get("page")]
    async fn page(&self) -> &'static str {
        "page"
    }

    #[post("transfer")]
    async fn transfer(&self) -> &'static str {
        "done"
    }

    #[post("hooks/a")]
    async fn hook(&self) -> &'static str {
        "hooked"
    }

    #[post("hooks/checked")]
    async fn checked(&self, csrf: CsrfToken) -> Result<&'static str, HttpException> {
        csrf.verify()?;
        Ok("checked")
    }

    #[get("token")]
    async fn token(&self, csrf: CsrfToken) -> Result<String, HttpException> {
        csrf.issue()
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new("first")]).chain(stream::pending())
    }
}

#[module(controllers = [Site])]
pub struct SiteModule;

const SECRET: &str = "9f2c1e0b7a6d4c3f8e5b2a1d0c9f8e7b";

async fn ask(app: &App, method: &str, target: &str, headers: &str) -> Response {
    let mut connection = Connection::open(app.addr).await;
    connection.send(format!("{method} {target} HTTP/1.1\r\nHost: test\r\n{headers}\r\n")).await;
    connection.response_to(method).await
}

async fn status(app: &App, method: &str, target: &str, headers: &str) -> u16 {
    ask(app, method, target, headers).await.status
}

/// Parity: CSR.1.
#[tokio::test]
async fn off_by_default() {
    let app = App::serve::<SiteModule>().await;
    assert_eq!(status(&app, "POST", "/transfer", "Sec-Fetch-Site: cross-site\r\n").await, 201);
    app.end().await;
}

#[tokio::test]
async fn the_browser_says_where_a_request_comes_from() {
    let options = CsrfOptions::default()
        .trusted_origin("https://admin.example")
        .except(|_method, uri| uri.path().starts_with("/hooks/"));
    let app = App::serve_with::<SiteModule>(|app| app.enable_csrf(options)).await;
    for (headers, expected) in [
        ("Sec-Fetch-Site: same-origin\r\n", 201),
        ("Sec-Fetch-Site: none\r\n", 201),
        ("Sec-Fetch-Site: cross-site\r\n", 403),
        ("Sec-Fetch-Site: same-site\r\nOrigin: http://other.test\r\n", 403),
        ("Sec-Fetch-Site: cross-site\r\nOrigin: https://admin.example\r\n", 201),
        // Older browsers.
        ("Origin: http://test\r\n", 201),
        ("Origin: http://evil.example\r\n", 403),
        ("Origin: null\r\n", 403),
        // No browser.
        ("", 201),
    ] {
        assert_eq!(status(&app, "POST", "/transfer", headers).await, expected, "{headers}");
        assert_eq!(status(&app, "GET", "/page", headers).await, 200, "{headers}");
        assert_eq!(status(&app, "POST", "/hooks/a", headers).await, 201, "{headers}");
    }
    let refused = ask(&app, "DELETE", "/transfer", "Sec-Fetch-Site: cross-site\r\n").await;
    assert_eq!(
        refused.json(),
        json!({"message": "cross-origin request refused", "error": "Forbidden", "statusCode": 403})
    );
    app.end().await;
}

/// An event stream is a GET, and still nothing that a foreign page may hold open in a visitor's name.
#[tokio::test]
async fn event_streams_with_ambient_credentials_are_refused_to_other_sites() {
    let app = App::serve_with::<SiteModule>(|app| {
        app.enable_csrf(CsrfOptions::default().trusted_origin("https://admin.example"))
    })
    .await;
    let foreign = "Sec-Fetch-Site: cross-site\r\nOrigin: https://evil.example\r\n";
    for ambient in ["Cookie: sid=1\r\n", "Authorization: Basic YTpi\r\n"] {
        for accept in ["Accept: text/event-stream\r\n", "Accept: */*\r\n", ""] {
            let answer = ask(&app, "GET", "/events", &format!("{foreign}{ambient}{accept}")).await;
            assert_eq!(answer.status, 403, "{ambient}{accept}");
        }
        assert_eq!(status(&app, "GET", "/page", &format!("{foreign}{ambient}")).await, 200);
    }
    for open in [
        foreign,
        "Authorization: Bearer token\r\nSec-Fetch-Site: cross-site\r\n",
        "Cookie: sid=1\r\nSec-Fetch-Site: same-origin\r\nAccept: text/event-stream\r\n",
        "Cookie: sid=1\r\nSec-Fetch-Site: cross-site\r\nOrigin: https://admin.example\r\nAccept: text/event-stream\r\n",
        "Cookie: sid=1\r\nAccept: text/event-stream\r\n",
    ] {
        let mut stream = Connection::open(app.addr).await;
        stream.send(format!("GET /events HTTP/1.1\r\nHost: test\r\n{open}\r\n")).await;
        assert_eq!(stream.head().await.status, 200, "{open}");
        assert_eq!(stream.chunk().await.as_deref(), Some("data: first\n\n"), "{open}");
    }
    app.end().await;
}

/// A cookie and a header that say the same; who makes it, who checks it, and what a refusal is.
/// Parity: CSR.1, CSR.3.
#[tokio::test]
async fn tokens_are_repeated_signed_and_of_their_session() {
    let options = CsrfOptions::default()
        .tokens(CsrfTokens::default().session_cookie("sid"))
        .except(|_method, uri| uri.path().starts_with("/hooks/"));
    let app = App::serve_with::<SiteModule>(|app| app.cookie_secret(SECRET).enable_csrf(options)).await;
    let answer = ask(&app, "GET", "/token", "Cookie: sid=ann\r\n").await;
    let token = answer.body.clone();
    let cookie = answer.header("set-cookie").expect("it is set").to_owned();
    assert_eq!(cookie, format!("__Host-csrf-token={token}; HttpOnly; SameSite=Lax; Secure; Path=/"));

    let own = format!("Cookie: sid=ann; __Host-csrf-token={token}\r\n");
    let header = format!("X-CSRF-Token: {token}\r\n");
    assert_eq!(status(&app, "POST", "/transfer", &format!("{own}{header}")).await, 201);
    assert_eq!(status(&app, "GET", "/page", "").await, 200);
    let other_session = own.replace("ann", "bob");
    let forged = token.replace(|c: char| c.is_ascii_digit(), "0");
    for wrong in [
        String::new(),
        own.clone(),
        format!("Cookie: sid=ann\r\n{header}"),
        format!("{other_session}{header}"),
        format!("Cookie: sid=ann; __Host-csrf-token={forged}\r\nX-CSRF-Token: {forged}\r\n"),
        format!("{own}X-CSRF-Token: {forged}\r\n"),
    ] {
        let refused = ask(&app, "POST", "/transfer", &wrong).await;
        let expected = json!({
            "message": "invalid csrf token", "error": "Forbidden", "statusCode": 403, "errorCode": "EBADCSRFTOKEN"
        });
        assert_eq!(refused.json(), expected, "{wrong}");
    }
    // Where it is not asked for, a handler may.
    assert_eq!(status(&app, "POST", "/hooks/a", "").await, 201);
    assert_eq!(status(&app, "POST", "/hooks/checked", "").await, 403);
    assert_eq!(status(&app, "POST", "/hooks/checked", &format!("{own}{header}")).await, 201);
    app.end().await;
}

/// What a token needs is told at the start, and cookies are turned on where they were not.
/// Parity: CSR.2.
#[tokio::test]
async fn what_cannot_be_is_told_at_the_start() {
    let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
    let options = CsrfOptions::default().tokens(CsrfTokens::default().secure(false)).trusted_origin("admin.example");
    let error = app.enable_csrf(options).bind("127.0.0.1:0").await.expect_err("neither can be").to_string();
    assert!(error.contains("`admin.example` cannot be a trusted origin"), "{error}");
    assert!(error.contains("browsers refuse a cookie `__Host-csrf-token` that is not secure"), "{error}");
    assert!(error.contains("tokens against forged requests need `Application::cookie_secret(..)`"), "{error}");
}
