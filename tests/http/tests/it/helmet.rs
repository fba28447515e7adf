//! `HLM`: response headers that make browsers careful.

use futures_util::stream;
use http_tests::{App, Connection, Response};
use oriole::axum::Router;
use oriole::axum::middleware::{Next, from_fn};
use oriole::axum::response::IntoResponse;
use oriole::axum::routing::get;
use oriole::prelude::*;
use oriole::{ContentSecurityPolicy, HelmetLayer, HelmetOptions};

#[injectable]
pub struct Site;

#[controller]
impl Site {
    #[get]
    async fn root(&self) -> &'static str {
        "here"
    }

    #[get("own")]
    #[header("X-Frame-Options", "DENY")]
    async fn own(&self) -> &'static str {
        "mine"
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new("first")]).chain(stream::pending())
    }
}

#[module(controllers = [Site])]
pub struct SiteModule;

const POLICY: &str = "default-src 'self';base-uri 'self';font-src 'self' https: data:;form-action 'self';\
    frame-ancestors 'self';img-src 'self' data:;object-src 'none';script-src 'self';script-src-attr 'none';\
    style-src 'self' https: 'unsafe-inline';upgrade-insecure-requests";

/// What helmet 8.3 sends by default: `middlewares/*/index.ts` of helmetjs/helmet.
const DEFAULTS: [(&str, &str); 12] = [
    ("content-security-policy", POLICY),
    ("cross-origin-opener-policy", "same-origin"),
    ("cross-origin-resource-policy", "same-origin"),
    ("origin-agent-cluster", "?1"),
    ("referrer-policy", "no-referrer"),
    ("strict-transport-security", "max-age=31536000; includeSubDomains"),
    ("x-content-type-options", "nosniff"),
    ("x-dns-prefetch-control", "off"),
    ("x-download-options", "noopen"),
    ("x-frame-options", "SAMEORIGIN"),
    ("x-permitted-cross-domain-policies", "none"),
    ("x-xss-protection", "0"),
];

fn check_defaults(answer: &Response, what: &str) {
    for (name, value) in DEFAULTS {
        assert_eq!(answer.header(name), Some(value), "{what}");
    }
}

/// Parity: HLM.1.
#[tokio::test]
async fn off_by_default() {
    let app = App::serve::<SiteModule>().await;
    let answer = app.get("/").await;
    for (name, _) in DEFAULTS {
        assert_eq!(answer.header(name), None);
    }
    app.end().await;
}

/// It is outermost wherever it is called, so nothing is defined too early.
#[tokio::test]
async fn every_answer_has_the_defaults() {
    async fn powered() -> impl IntoResponse {
        ([("x-powered-by", "axum"), ("x-other", "kept")], "mounted")
    }
    let app = App::serve_with::<SiteModule>(|app| {
        app.enable_helmet(HelmetOptions::default())
            .mount("/m", Router::new().route("/", get(powered)))
            .enable_cors(oriole::CorsOptions::default())
    })
    .await;
    for (method, target, status) in
        [("GET", "/", 200), ("HEAD", "/", 200), ("GET", "/nowhere", 404), ("PUT", "/", 405), ("OPTIONS", "/", 204)]
    {
        let answer = app.request(method, target).await;
        assert_eq!(answer.status, status, "{method} {target}");
        check_defaults(&answer, target);
        assert_eq!(answer.header("cross-origin-embedder-policy"), None);
    }
    let mounted = app.get("/m").await;
    check_defaults(&mounted, "mounted");
    assert_eq!((mounted.header("x-powered-by"), mounted.header("x-other")), (None, Some("kept")));

    let mut stream = Connection::open(app.addr).await;
    stream.ask("GET", "/events").await;
    check_defaults(&stream.head().await, "events");
    assert_eq!(stream.chunk().await.as_deref(), Some("data: first\n\n"));
    app.end().await;
}

/// It is taken off unless that is said; nothing else depends on it.
#[tokio::test]
async fn what_serves_may_be_told() {
    async fn powered() -> impl IntoResponse {
        ([("x-powered-by", "axum")], "mounted")
    }
    for (hides, expected) in [(true, None), (false, Some("axum"))] {
        let app = App::serve_with::<SiteModule>(|app| {
            app.enable_helmet(HelmetOptions::default().hide_powered_by(hides))
                .mount("/m", Router::new().route("/", get(powered)))
        })
        .await;
        let mounted = app.get("/m").await;
        assert_eq!(mounted.header("x-powered-by"), expected);
        check_defaults(&mounted, "mounted");
        app.end().await;
    }
}

#[tokio::test]
async fn a_handlers_own_header_stays() {
    let app = App::serve_with::<SiteModule>(|app| app.enable_helmet(HelmetOptions::default())).await;
    assert_eq!(app.get("/own").await.header("x-frame-options"), Some("DENY"));
    app.end().await;
}

/// Parity: HLM.3, HLM.4.
#[tokio::test]
async fn each_can_be_changed_or_turned_off() {
    let policy =
        ContentSecurityPolicy::default().directive("img-src", ["'self'", "https://i.example"]).without("font-src");
    let options = HelmetOptions::default()
        .content_security_policy(policy.report_only(true))
        .cross_origin_embedder_policy("require-corp")
        .strict_transport_security(None)
        .x_frame_options("DENY");
    let app = App::serve_with::<SiteModule>(|app| app.enable_helmet(options)).await;
    let answer = app.get("/").await;
    let expected = POLICY.replace("img-src 'self' data:", "img-src 'self' https://i.example");
    let expected = expected.replace("font-src 'self' https: data:;", "");
    assert_eq!(answer.header("content-security-policy-report-only"), Some(expected.as_str()));
    assert_eq!(answer.header("content-security-policy"), None);
    assert_eq!(answer.header("cross-origin-embedder-policy"), Some("require-corp"));
    assert_eq!(answer.header("strict-transport-security"), None);
    assert_eq!(answer.header("x-frame-options"), Some("DENY"));
    app.end().await;

    let options = HelmetOptions::default().content_security_policy(None);
    let app = App::serve_with::<SiteModule>(|app| app.enable_helmet(options)).await;
    assert_eq!(app.get("/").await.header("content-security-policy"), None);
    app.end().await;
}

/// As a layer it covers what it was put around: neither what stands further out, nor what stands beside it. As the
/// application's own it covers everything, and marks no answer twice.
/// Parity: HLM.2, HLM.3.
#[tokio::test]
async fn a_layer_covers_what_is_within() {
    async fn outer(request: oriole::axum::extract::Request, next: Next) -> Result<impl IntoResponse, &'static str> {
        if request.uri().path() == "/outer" { Err("outside") } else { Ok(next.run(request).await) }
    }
    let layer = |options| HelmetLayer::new(options).expect("it can be");
    let wide = ContentSecurityPolicy::default().directive("script-src", ["'self'", "https://cdn.example"]);
    let wide = HelmetOptions::default().content_security_policy(wide);
    let sandbox = || Router::new().route("/", get(|| async { "sandbox" })).layer(layer(wide.clone()));
    let own_policy = |answer: &Response| answer.header("content-security-policy").is_some_and(|it| it.contains("cdn"));

    let app = App::serve_with::<SiteModule>(|app| {
        app.mount("/sandbox", sandbox()).layer(layer(HelmetOptions::default())).layer(from_fn(outer))
    })
    .await;
    check_defaults(&app.get("/").await, "within");
    assert!(own_policy(&app.get("/sandbox").await));
    let outside = app.get("/outer").await;
    assert_eq!((outside.body.as_str(), outside.header("x-frame-options")), ("outside", None));
    app.end().await;

    let app = App::serve_with::<SiteModule>(|app| {
        app.enable_helmet(HelmetOptions::default()).mount("/sandbox", sandbox()).layer(from_fn(outer))
    })
    .await;
    check_defaults(&app.get("/outer").await, "outside");
    let sandbox = app.get("/sandbox").await;
    assert!(own_policy(&sandbox));
    assert_eq!(sandbox.headers.iter().filter(|(name, _)| name == "content-security-policy").count(), 1);
    app.end().await;
}

#[tokio::test]
async fn what_cannot_be_is_told_at_the_start() {
    let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
    let policy = ContentSecurityPolicy::empty().directive("img-src", ["a; script-src *", "self", "data: nonce-1"]);
    let options = HelmetOptions::default().content_security_policy(policy).referrer_policy("a\nb");
    let error = app.enable_helmet(options).bind("127.0.0.1:0").await.expect_err("neither can be").to_string();
    assert!(error.contains("`img-src a; script-src * self data: nonce-1` is no directive"), "{error}");
    assert!(error.contains("`self` in `img-src` wants quotes: `'self'`"), "{error}");
    assert!(error.contains("`nonce-1` in `img-src` wants quotes"), "{error}");
    assert!(error.contains("a content security policy needs a `default-src`"), "{error}");
    assert!(HelmetLayer::new(HelmetOptions::default().referrer_policy("a\nb")).is_err());
    assert!(error.contains("no header that a reply can have"), "{error}");
}
