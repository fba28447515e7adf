//! Pipes see every argument before the handler does.

use http_tests::{App, Recorder};
use oriole::axum::extract::Request;
use oriole::prelude::*;
use oriole::{ArgMeta, Pipe};
use serde::Deserialize;
use serde_json::json;
use std::any::Any;

#[derive(Deserialize)]
struct NewCat {
    name: String,
}

#[derive(Deserialize)]
struct Page {
    page: u32,
}

#[injectable]
pub struct Cats;

#[controller("cats")]
impl Cats {
    #[post("{id}")]
    async fn create(
        &self,
        Path(id): Path<u32>,
        Query(page): Query<Page>,
        headers: HeaderMap,
        Json(cat): Json<NewCat>,
    ) -> String {
        format!("{id} {} {} {}", page.page, headers.len(), cat.name)
    }

    #[get("raw")]
    async fn raw(&self, request: Request) -> String {
        request.uri().path().to_owned()
    }

    #[get("last/{id}")]
    async fn last(&self, Path(id): Path<u32>) -> String {
        id.to_string()
    }

    #[sse("events/{id}")]
    fn events(&self, Path(id): Path<u32>) -> impl Stream<Item = MessageEvent> {
        futures_util::stream::iter([MessageEvent::new(id.to_string())])
    }
}

#[module(controllers = [Cats])]
pub struct CatsModule;

/// Writes down what it sees.
struct Record(Recorder, &'static str);

impl Pipe for Record {
    async fn transform(&self, _: &mut (dyn Any + Send), arg: &ArgMeta) -> Result<(), HttpException> {
        let key = arg.key.unwrap_or("-");
        self.0.record(format!("{} {:?} {} {key}", self.1, arg.source, arg.type_name));
        Ok(())
    }
}

/// Trims names, doubles ids, refuses page 0.
struct Change;

impl Pipe for Change {
    async fn transform(&self, value: &mut (dyn Any + Send), _: &ArgMeta) -> Result<(), HttpException> {
        tokio::task::yield_now().await;
        if let Some(Json(cat)) = value.downcast_mut::<Json<NewCat>>() {
            cat.name = cat.name.trim().to_owned();
        } else if let Some(Path(id)) = value.downcast_mut::<Path<u32>>() {
            *id *= 2;
        } else if let Some(Query(page)) = value.downcast_ref::<Query<Page>>()
            && page.page == 0
        {
            return Err(HttpException::bad_request("page 0 does not exist"));
        }
        Ok(())
    }
}

/// Parity: PIP.3, CTL.18.
#[tokio::test]
async fn every_argument_is_shown_with_what_is_known_of_it() {
    let log = Recorder::default();
    let app = App::serve_with::<CatsModule>(|app| {
        app.use_global_pipe(Record(log.clone(), "a")).use_global_pipe(Record(log.clone(), "b"))
    })
    .await;
    app.send_json("POST", "/cats/1?page=2", r#"{"name":"Tom"}"#).await;
    app.get("/cats/raw").await;
    app.get("/cats/last/1").await;
    let expected = [
        "a Param Path<u32> id",
        "b Param Path<u32> id",
        "a Query Query<Page> page",
        "b Query Query<Page> page",
        "a Custom HeaderMap headers",
        "b Custom HeaderMap headers",
        "a Body Json<NewCat> cat",
        "b Body Json<NewCat> cat",
        "a Body Request request",
        "b Body Request request",
        "a Param Path<u32> id",
        "b Param Path<u32> id",
    ];
    assert_eq!(log.lines(), expected);
    app.end().await;
}

/// Parity: PIP.1, PIP.2, PIP.4.
#[tokio::test]
async fn a_pipe_changes_and_refuses() {
    let app = App::serve_with::<CatsModule>(|app| app.use_global_pipe(Change)).await;
    let changed = app.send_json("POST", "/cats/3?page=1", r#"{"name":"  Tom "}"#).await;
    assert!(changed.body.starts_with("6 1 ") && changed.body.ends_with(" Tom"), "{}", changed.body);
    let refused = app.send_json("POST", "/cats/3?page=0", r#"{"name":"Tom"}"#).await;
    let body = json!({"message": "page 0 does not exist", "error": "Bad Request", "statusCode": 400});
    assert_eq!((refused.status, refused.json()), (400, body));
    assert_eq!(app.get("/cats/last/5").await.body, "10");
    assert_eq!(app.get("/cats/events/5").await.body, "data: 10\n\n");
    app.end().await;
}

#[tokio::test]
async fn without_pipes_nothing_changes() {
    let app = App::serve::<CatsModule>().await;
    assert_eq!(app.get("/cats/last/5").await.body, "5");
    app.end().await;
}
