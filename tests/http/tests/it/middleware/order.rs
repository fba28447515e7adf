//! In which order middleware runs, and what stands around it.

use super::steps::{Step, function, note, steps};
use axum::extract::{FromRequestParts, RawPathParams, Request};
use axum::response::Response;
use http_tests::{App, Recorder};
use oriole::prelude::*;
use oriole::{ConfigureMiddleware, Middleware, MiddlewareConsumer, NextService, RouteMatch};
use std::sync::Arc;

#[injectable]
pub struct Log {
    #[inject(default)]
    lines: Recorder,
}

/// A type with needs, which its module alone can see.
#[injectable]
pub struct Logging {
    log: Arc<Log>,
}

impl Middleware for Logging {
    async fn handle(&self, request: Request, next: NextService) -> Result<Response, HttpException> {
        self.log.lines.record("middleware");
        // Nothing of the handler is known yet.
        let (mut parts, body) = request.into_parts();
        assert!(RawPathParams::from_request_parts(&mut parts, &()).await.is_err(), "no route was looked for");
        let response = next.run(Request::from_parts(parts, body)).await;
        self.log.lines.record("response");
        Ok(note(response, "type"))
    }
}

pub struct Recorded(&'static str);

impl Guard for Recorded {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        record(ctx, self.0);
        Ok(true)
    }
}

impl Interceptor for Recorded {
    async fn intercept(&self, ctx: &mut ExecutionContext, next: Next<'_>) -> Result<Reply, HttpException> {
        record(ctx, "in");
        let reply = next.run(ctx).await;
        record(ctx, "out");
        reply
    }
}

impl ExceptionFilter for Recorded {
    async fn catch(&self, exception: HttpException, ctx: &mut ExecutionContext) -> Result<Reply, HttpException> {
        record(ctx, "filter");
        Ok(exception.into())
    }
}

fn record(ctx: &ExecutionContext, line: &str) {
    if let Some(log) = ctx.http().extensions.get::<Recorder>() {
        log.record(line);
    }
}

#[injectable]
pub struct Cats {
    log: Arc<Log>,
}

#[controller("cats")]
#[use_guards(Recorded("guard"))]
#[use_interceptors(Recorded(""))]
#[use_filters(Recorded(""))]
impl Cats {
    #[get]
    fn all(&self) -> &'static str {
        self.log.lines.record("handler");
        "all"
    }

    #[get("fails")]
    fn fails(&self) -> Result<(), HttpException> {
        Err(HttpException::gone("fails"))
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        self.log.lines.record("handler");
        futures_util::stream::iter([MessageEvent::new("an event")])
    }
}

#[module(controllers = [Cats], providers = [Log, Logging])]
pub struct CatsModule {
    log: Arc<Log>,
    logging: Arc<Logging>,
}

impl ConfigureMiddleware for CatsModule {
    async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
        tokio::task::yield_now().await;
        let lines = self.log.lines.clone();
        let hand_over = move |mut request: Request, next: NextService| {
            request.extensions_mut().insert(lines.clone());
            async move { Ok(next.run(request).await) }
        };
        consumer.apply(self.logging.clone()).and(function).and(hand_over).for_routes("cats");
        Ok(())
    }
}

macro_rules! module {
    ($module:ident $step:literal $($arguments:tt)*) => {
        #[module($($arguments)*)]
        pub struct $module;

        impl ConfigureMiddleware for $module {
            async fn configure(&self, consumer: &mut MiddlewareConsumer) -> Result<(), BoxError> {
                consumer.apply(Step($step)).for_routes(RouteMatch::all());
                Ok(())
            }
        }
    };
}
module!(Late "late-global" global);
module!(Shared "shared");
module!(First "first" imports = [Shared]);
module!(Second "second" imports = [Shared, Late]);
module!(Root "root" imports = [First, Second]);

/// A global module first, wherever it is imported; then the root, then its imports in depth.
///
/// Parity: MDW.5, MDW.10, MDW.13, RLC.2.
#[tokio::test]
async fn modules_follow_one_another() {
    let app = App::serve_with::<Root>(|app| {
        app.use_global_middleware(Step("application 1")).use_global_middleware(Step("application 2"))
    })
    .await;
    let expected = "application 1 application 2 late-global root first shared second";
    for target in ["/", "/no/such/route"] {
        assert_eq!(steps(&app, "GET", target, "").await, expected, "{target}");
    }
    app.end().await;
}

/// Middleware in the order in which it was applied, then guards, interceptors, the handler; errors of it pass filters of
/// the route, which it never sees.
///
/// Parity: MDW.1, MDW.2, MDW.3, MDW.4, MDW.5, MDW.12, RLC.1.
#[tokio::test]
async fn it_runs_before_everything_else() {
    let app = Oriole::create::<CatsModule>().await.expect("the module is sound");
    let log = app.get::<Log>().expect("it is provided");
    let app = App::run(app).await;
    assert_eq!(steps(&app, "GET", "/cats", "").await, "type function");
    let around = |between: &[&str]| {
        let lines = ["middleware"].iter().chain(between).chain(&["response"]);
        lines.map(|line| (*line).to_owned()).collect::<Vec<_>>()
    };
    assert_eq!(log.lines.lines(), around(&["guard", "in", "handler", "out"]));
    for (target, between) in [
        ("/cats/fails", &["guard", "in", "out", "filter"][..]),
        ("/cats/events", &["guard", "in", "handler", "out"]),
        ("/cats/no/such", &[]),
    ] {
        let before = log.lines.lines().len();
        assert_eq!(steps(&app, "GET", target, "").await, "type function", "{target}");
        assert_eq!(log.lines.lines()[before..], around(between), "{target}");
    }
    let before = log.lines.lines().len();
    assert_eq!(steps(&app, "GET", "/dogs", "").await, "");
    assert_eq!(log.lines.lines().len(), before, "it is not for that path");
    app.end().await;
}
