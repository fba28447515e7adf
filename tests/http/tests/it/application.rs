//! `FST.6`: what the application object is told, and what comes of it.

use http_tests::{App, Recorder};
use oriole::prelude::*;
use oriole::{ArgMeta, CorsOptions, Pipe, Versioning};
use serde_json::json;
use std::any::Any;
use std::sync::Arc;

#[injectable]
pub struct Log {
    #[inject(default)]
    lines: Recorder,
}

impl OnApplicationShutdown for Log {
    async fn on_application_shutdown(&self, _: Option<Signal>) -> Result<(), BoxError> {
        self.lines.record("the end");
        Ok(())
    }
}

#[injectable]
pub struct Cats {
    log: Arc<Log>,
}

#[controller("cats", version = "1")]
impl Cats {
    #[get("{name}")]
    fn one(&self, Path(name): Path<String>) -> String {
        self.log.lines.record(format!("handler {name}"));
        name
    }
}

#[module(controllers = [Cats], providers = [Log])]
pub struct CatsModule;

/// One of each kind.
struct Global(Recorder);

impl Guard for Global {
    async fn can_activate(&self, _: &mut ExecutionContext) -> Result<bool, HttpException> {
        self.0.record("guard");
        Ok(true)
    }
}

impl Interceptor for Global {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        self.0.record("interceptor");
        next.run(ctx).await
    }
}

impl Pipe for Global {
    async fn transform(&self, _: &mut (dyn Any + Send), _: &ArgMeta) -> Result<(), HttpException> {
        self.0.record("pipe");
        Ok(())
    }
}

impl ExceptionFilter for Global {
    async fn catch(&self, exception: HttpException, _: &mut ExecutionContext) -> Result<Reply, HttpException> {
        self.0.record("filter");
        Ok(Reply::json(&json!({ "filtered": exception.status().as_u16() })))
    }
}

/// Parity: FST.6.
#[tokio::test]
async fn its_methods_configure_everything_else() {
    let app = Oriole::create::<CatsModule>().await.expect("the module is sound");
    let log = app.get::<Log>().expect("it is provided").lines.clone();
    let global = || Global(log.clone());
    let app = app
        .use_global_guard(global())
        .use_global_interceptor(global())
        .use_global_pipe(global())
        .use_global_filter(global())
        .global_prefix("api")
        .versioning(Versioning::uri())
        .enable_cors(CorsOptions::default());
    let app = App::run(app).await;
    let answer = app.send("GET", "/api/v1/cats/tom", "Origin: https://example.com\r\n", "").await;
    assert_eq!((answer.body.as_str(), answer.header("access-control-allow-origin")), ("tom", Some("*")));
    assert_eq!(log.lines(), ["guard", "interceptor", "pipe", "handler tom"]);
    let unknown = app.get("/cats/tom").await;
    assert_eq!((unknown.status, unknown.json()), (404, json!({ "filtered": 404 })));
    app.end().await;
    assert_eq!(log.lines()[4..], ["filter", "the end"]);
}
