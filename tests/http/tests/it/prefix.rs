//! `GPX`: a prefix before every route but some.

use http_tests::App;
use oriole::http::Method;
use oriole::prelude::*;
use oriole::{Error, GlobalPrefix};

#[injectable]
pub struct Site;

#[controller]
impl Site {
    #[get("health")]
    async fn health(&self) -> &'static str {
        "well"
    }

    #[post("health")]
    async fn report(&self) -> &'static str {
        "noted"
    }

    #[get("cats/{id}")]
    async fn cat(&self, Path(id): Path<u32>) -> String {
        format!("cat {id}")
    }

    #[get("files/a/{name}")]
    async fn file(&self, Path(name): Path<String>) -> String {
        name
    }

    #[get]
    async fn root(&self) -> &'static str {
        "root"
    }
}

#[injectable]
pub struct Api;

#[controller("api")]
impl Api {
    #[get("cats/{id}")]
    async fn cat(&self) -> &'static str {
        "of api"
    }
}

#[module(controllers = [Site])]
pub struct SiteModule;

#[module(controllers = [Site, Api])]
pub struct BothModule;

async fn serve(prefix: GlobalPrefix) -> App {
    App::serve_with::<SiteModule>(|app| app.global_prefix(prefix)).await
}

async fn check(app: &App, method: &str, with: &str, without: &str, is_excluded: bool) {
    let (with, without) = (app.request(method, with).await.status, app.request(method, without).await.status);
    assert_eq!((with < 400, without < 400), (!is_excluded, is_excluded), "{method} {without}");
}

/// Parity: GPX.1, GPX.2.
#[tokio::test]
async fn texts_and_methods_exclude() {
    let app = serve(GlobalPrefix::new("/api/").exclude("/health")).await;
    check(&app, "GET", "/api/health", "/health", true).await;
    check(&app, "POST", "/api/health", "/health", true).await;
    check(&app, "GET", "/api/cats/1", "/cats/1", false).await;
    check(&app, "GET", "/api", "/", false).await;
    app.end().await;

    let app = serve(GlobalPrefix::new("api").exclude((Method::POST, "health")).exclude("")).await;
    check(&app, "GET", "/api/health", "/health", false).await;
    check(&app, "POST", "/api/health", "/health", true).await;
    check(&app, "GET", "/api", "/", true).await;
    app.end().await;
}

/// Parity: GPX.3.
#[tokio::test]
async fn parameters_and_wildcards_exclude() {
    let app = serve(GlobalPrefix::new("api").exclude("cats/{any}").exclude("files/{*rest}")).await;
    check(&app, "GET", "/api/cats/1", "/cats/1", true).await;
    check(&app, "GET", "/api/files/a/b", "/files/a/b", true).await;
    check(&app, "GET", "/api/health", "/health", false).await;
    app.end().await;

    let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
    let error = app.global_prefix(GlobalPrefix::new("api").exclude("files/*")).bind("127.0.0.1:0").await;
    assert_eq!(
        error.expect_err("a bare asterisk").to_string(),
        "`files/*` cannot be excluded from the prefix: end it with `{*rest}`"
    );
}

/// The compiler cannot know the prefix; the start does.
#[tokio::test]
async fn an_excluded_route_that_meets_another_is_told() {
    let app = Oriole::create::<BothModule>().await.expect("the module is sound");
    let error = app.global_prefix(GlobalPrefix::new("api").exclude("api/cats/{id}")).bind("127.0.0.1:0").await;
    let Err(Error::Route { reason, .. }) = error else { panic!("{error:?}") };
    let expected = "ORI006: `GET /api/cats/{id}` of `Site::cat` and `GET /api/cats/{id}` of `Api::cat` are one address";
    assert!(reason.starts_with(expected), "{reason}");
}
