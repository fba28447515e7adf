//! The order of everything around a handler, for every place where something can go wrong (`RLC`).

use super::stages::{ByToken, ByType, Given, Middleware, Name, OfParameter, OfRoute, begin, lines, step};
use futures_util::stream;
use http_tests::{App, Response};
use oriole::prelude::*;

#[injectable]
pub struct Runs;

#[controller("runs")]
#[use_guards(ByType, Given { level: "controller 2", status: 999 })]
#[use_interceptors(ByType)]
#[use_interceptors(Given { level: "controller 2", status: 999 })]
#[use_pipes(ByType, Given { level: "controller 2", status: 999 })]
#[use_filters(ByType)]
impl Runs {
    #[post("{id}")]
    #[use_guards(route(), OfRoute)]
    #[use_interceptors(route(), OfRoute)]
    #[use_pipes(route(), OfRoute)]
    #[use_filters(route(), OfRoute)]
    #[header("x-marked", "yes")]
    #[http_code(202)]
    async fn once(
        &self,
        #[use_pipes(Given { level: "parameter", status: 999 }, OfParameter)] Path(id): Path<u32>,
    ) -> Result<String, HttpException> {
        step("handler")?;
        Ok(format!("run {id}"))
    }

    #[sse("events/{id}")]
    #[use_guards(route(), OfRoute)]
    #[use_interceptors(route(), OfRoute)]
    #[use_pipes(route(), OfRoute)]
    #[use_filters(route(), OfRoute)]
    #[header("x-marked", "yes")]
    fn events(
        &self,
        #[use_pipes(Given { level: "parameter", status: 999 }, OfParameter)] Path(id): Path<u32>,
    ) -> Result<impl Stream<Item = Result<MessageEvent, HttpException>>, HttpException> {
        step("handler")?;
        Ok(stream::iter([step("first").map(|()| MessageEvent::new(id.to_string())), Ok(MessageEvent::new("between"))])
            .chain(stream::once(async {
                // Not together with the others, which the response has taken already.
                tokio::task::yield_now().await;
                step("late").map(|()| MessageEvent::new("last"))
            })))
    }
}

fn route() -> Given {
    Given { level: "route", status: 418 }
}

#[module(
    controllers = [Runs],
    providers = [
        Name,
        ByToken as APP_GUARD,
        ByToken as APP_INTERCEPTOR,
        ByToken as APP_PIPE,
        ByToken as APP_FILTER,
    ],
)]
pub struct RunsModule;

const LEVELS: [&str; 6] = ["token", "object", "controller", "controller 2", "route", "route 2"];

/// Every step of a request that goes well.
fn way_in() -> Vec<String> {
    let of = |what: &'static str| LEVELS.into_iter().map(move |level| format!("{what} {level}"));
    let pipes = of("pipe").chain(["pipe parameter", "pipe parameter 2", "handler"].map(str::to_owned));
    of("guard").chain(of("in")).chain(pipes).collect()
}

/// What interceptors do on the way out, from the innermost of the first `count`.
fn way_out(what: &str, count: usize) -> impl Iterator<Item = String> {
    LEVELS[..count].iter().rev().map(move |level| format!("{what} {level}"))
}

/// The filter that catches a status.
fn filter_of(status: u16) -> &'static str {
    match status {
        418 => "route",
        402 => "route 2",
        409 => "controller",
        410 => "object",
        _ => "token",
    }
}

async fn serve() -> App {
    let object = || Given { level: "object", status: 410 };
    App::serve_with::<RunsModule>(|app| {
        app.use_global_guard(object())
            .use_global_interceptor(object())
            .use_global_pipe(object())
            .use_global_filter(object())
            .layer(Middleware)
    })
    .await
}

#[track_caller]
fn check(case: &str, answer: &Response, status: u16, body: &str, expected: &[String]) {
    let seen = lines();
    assert_eq!(seen.first().map(String::as_str), Some("middleware"), "{case}");
    assert_eq!(&seen[1..], expected, "{case}");
    assert_eq!((answer.status, answer.body.as_str()), (status, body), "{case}");
}

/// With corrections 14 and 18.
///
/// Parity: GRD.2, GRD.6, GRD.7, GRD.10, ITC.1, ITC.2, ITC.5, ITC.6, ITC.7, ITC.13, ITC.14, ITC.15, PIP.7, PIP.10, PIP.11.
/// Parity: RLC.1, RLC.3, RLC.4, RLC.5, RLC.6, RLC.7, RLC.8, RLC.9, RLC.11, RLC.12, RLC.13, RLC.14, RLC.15, RLC.16, RLC.17.
/// Parity: EXF.15, EXF.16, EXF.22, SSE.15, SSE.16, SSE.20.
#[tokio::test]
async fn the_order_of_everything() {
    let app = serve().await;
    let ask = async |faults: &[(&str, u16)]| {
        begin(faults);
        app.request("POST", "/runs/7").await
    };

    // Success.
    let answer = ask(&[]).await;
    let well: Vec<_> = way_in().into_iter().chain(way_out("out", LEVELS.len())).collect();
    check("success", &answer, 202, "run 7", &well);
    assert_eq!(answer.header("x-marked"), Some("yes"));

    // An error before all of them: only the application's filters are there, and no markers.
    for (status, filter) in [(418, "token"), (402, "token"), (409, "token"), (410, "object"), (500, "token")] {
        let answer = ask(&[("middleware", status)]).await;
        check("middleware", &answer, status, &format!("\"{filter}: middleware\""), &[format!("filter {filter}")]);
        assert_eq!(answer.header("x-marked"), None);
    }

    // An error at each step, for the filter of each level.
    for (at, failing) in way_in().iter().enumerate() {
        for status in [418, 402, 409, 410, 500] {
            let answer = ask(&[(failing, status)]).await;
            let seen_by = at.saturating_sub(LEVELS.len()).min(LEVELS.len());
            let mut expected = way_in()[..=at].to_vec();
            expected.extend(way_out("error", seen_by));
            let filter = filter_of(status);
            expected.push(format!("filter {filter}"));
            check(failing, &answer, status, &format!("{:?}", format!("{filter}: {failing}")), &expected);
            let is_guarded = at >= LEVELS.len();
            assert_eq!(answer.header("x-marked").is_some(), is_guarded, "{failing}: the markers come after the guards");
        }
        // A panic is an unknown error: only the filter that catches everything takes it.
        let answer = ask(&[(failing, 0)]).await;
        assert_eq!(lines().last().map(String::as_str), Some("filter token"), "{failing} panics");
        assert_eq!((answer.status, answer.body.as_str()), (500, "\"token: Internal server error\""));
    }

    // A refusal at each level.
    for (at, level) in LEVELS.into_iter().enumerate() {
        let answer = ask(&[(&format!("refuse {level}"), 403)]).await;
        let mut expected = way_in()[..=at].to_vec();
        expected.push("filter token".to_owned());
        check(level, &answer, 403, "\"token: Forbidden resource\"", &expected);
    }

    // An interceptor that does not call the handler, at each level.
    for (at, level) in LEVELS.into_iter().enumerate() {
        let answer = ask(&[(&format!("skip {level}"), 1)]).await;
        let mut expected = way_in()[..=LEVELS.len() + at].to_vec();
        expected.extend(way_out("out", at));
        check(level, &answer, 202, "\"instead of once\"", &expected);
    }

    // An interceptor that makes the best of an error, at each level: no filter hears of it.
    for (at, level) in LEVELS.into_iter().enumerate() {
        let answer = ask(&[("handler", 409), (&format!("recover {level}"), 1)]).await;
        let mut expected = way_in();
        expected.extend(way_out("error", LEVELS.len()).take(LEVELS.len() - at));
        expected.extend(way_out("out", at));
        check(level, &answer, 202, "\"recovered\"", &expected);
    }

    // An error on the way out, at each level.
    for (at, level) in LEVELS.into_iter().enumerate() {
        let answer = ask(&[(&format!("out {level}"), 409)]).await;
        let mut expected = way_in();
        expected.extend(way_out("out", LEVELS.len()).take(LEVELS.len() - at));
        expected.extend(way_out("error", at));
        expected.push("filter controller".to_owned());
        check(level, &answer, 409, &format!("\"controller: out {level}\""), &expected);
    }

    // A filter that fails: those of route and controller hand over to the application's, and one of those to nobody.
    for (first, failing, then) in [
        (418, "filter route", Some("object")),
        (402, "filter route 2", Some("object")),
        (409, "filter controller", Some("object")),
        (410, "filter object", None),
    ] {
        let answer = ask(&[("guard token", first), (failing, 410)]).await;
        let mut expected = vec!["guard token".to_owned(), failing.to_owned()];
        expected.extend(then.map(|level| format!("filter {level}")));
        let body = match then {
            Some(level) => format!("\"{level}: {failing}\""),
            None => format!("{{\"statusCode\":410,\"message\":\"{failing}\"}}"),
        };
        check(failing, &answer, 410, &body, &expected);
    }

    // Requests without a route have only the application's filters (`RLC.17`).
    begin(&[]);
    let answer = app.get("/nowhere").await;
    check("no route", &answer, 404, "\"token: Cannot GET /nowhere\"", &["filter token".to_owned()]);
    events(&app).await;
    app.end().await;
}

/// The same on an `#[sse]` route, where interceptors see event after event.
async fn events(app: &App) {
    let ask = async |faults: &[(&str, u16)]| {
        begin(faults);
        app.get("/runs/events/7").await
    };
    let well = || -> Vec<String> {
        let first =
            ["first".to_owned()].into_iter().chain(way_out("out", LEVELS.len())).chain(way_out("event", LEVELS.len()));
        let between = way_out("event", LEVELS.len());
        let last = ["late".to_owned()].into_iter().chain(way_out("event", LEVELS.len()));
        way_in().into_iter().chain(first).chain(between).chain(last).collect()
    };
    let answer = ask(&[]).await;
    check("events", &answer, 200, "data: 7\n\ndata: between\n\ndata: last\n\n", &well());
    assert_eq!(answer.header("x-marked"), Some("yes"));

    for (at, failing) in way_in().iter().enumerate() {
        let answer = ask(&[(failing, 418)]).await;
        let mut expected = way_in()[..=at].to_vec();
        expected.extend(way_out("error", at.saturating_sub(LEVELS.len()).min(LEVELS.len())));
        expected.push("filter route".to_owned());
        check(failing, &answer, 418, &format!("\"route: {failing}\""), &expected);
    }

    for (at, level) in LEVELS.into_iter().enumerate() {
        let answer = ask(&[(&format!("refuse {level}"), 403)]).await;
        let mut expected = way_in()[..=at].to_vec();
        expected.push("filter token".to_owned());
        check(level, &answer, 403, "\"token: Forbidden resource\"", &expected);
        assert_eq!(
            answer.header("content-type"),
            Some("application/json; charset=utf-8"),
            "{level}: no stream was begun"
        );
    }

    for status in [418, 402, 409, 410, 500] {
        let filter = filter_of(status);
        // Before the head: an answer. The interceptors have given the stream back already.
        let answer = ask(&[("first", status)]).await;
        let mut expected = way_in();
        expected.push("first".to_owned());
        expected.extend(way_out("out", LEVELS.len()));
        expected.push(format!("filter {filter}"));
        check("before the head", &answer, status, &format!("\"{filter}: first\""), &expected);

        // After it: an event.
        let answer = ask(&[("late", status)]).await;
        let mut expected: Vec<_> = well();
        expected.truncate(expected.len() - LEVELS.len());
        expected.push(format!("filter {filter}"));
        let body = format!("data: 7\n\ndata: between\n\nevent: error\ndata: \"{filter}: late\"\n\n");
        check("after the head", &answer, 200, &body, &expected);
    }
}
