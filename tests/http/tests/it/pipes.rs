//! Pipes see every argument before the handler does.

use http::request::Parts;
use http_tests::{App, Recorder};
use oriole::axum::extract::{FromRequestParts, RawPathParams, Request};
use oriole::prelude::*;
use oriole::{ArgMeta, Pipe};
use serde::Deserialize;
use serde_json::{Value, json};
use std::any::Any;
use std::sync::Arc;

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

/// A cat by its id; `None` until a pipe has looked it up.
struct Found(u32, Option<&'static str>);

impl FromRequestParts<()> for Found {
    type Rejection = HttpException;

    async fn from_request_parts(parts: &mut Parts, (): &()) -> Result<Self, HttpException> {
        let Path(id) = Path::from_request_parts(parts, &()).await?;
        Ok(Self(id, None))
    }
}

#[injectable]
pub struct Repo;

impl Repo {
    async fn find(&self, id: u32) -> Option<&'static str> {
        (id == 7).then_some("Tom")
    }
}

/// Built by the container, with what it needs.
#[injectable]
pub struct Find {
    repo: Arc<Repo>,
}

impl Pipe for Find {
    async fn transform(&self, value: &mut (dyn Any + Send), _: &ArgMeta) -> Result<(), HttpException> {
        if let Some(Found(id, cat)) = value.downcast_mut() {
            *cat = Some(self.repo.find(*id).await.ok_or_else(|| HttpException::not_found(format!("no cat {id}")))?);
        }
        Ok(())
    }
}

/// What an object must have, and how long its texts may be.
struct Schema {
    required: &'static [&'static str],
    chars_max: usize,
}

impl Pipe for Schema {
    async fn transform(&self, value: &mut (dyn Any + Send), _: &ArgMeta) -> Result<(), HttpException> {
        let Some(Json(value)) = value.downcast_ref::<Json<Value>>() else { return Ok(()) };
        let faults = self.required.iter().filter_map(|key| match value[key].as_str() {
            None => Some(format!("{key} is missing")),
            Some(text) if text.chars().count() > self.chars_max => Some(format!("{key} is too long")),
            Some(_) => None,
        });
        let faults: Vec<_> = faults.collect();
        if faults.is_empty() { Ok(()) } else { Err(HttpException::bad_request(faults)) }
    }
}

#[injectable]
pub struct Loaded;

#[controller("loaded")]
impl Loaded {
    #[get("{id}")]
    async fn one(&self, #[use_pipes(Find)] Found(id, cat): Found) -> String {
        format!("{id} {}", cat.unwrap_or("nobody"))
    }

    #[post]
    #[use_pipes(Schema { required: &["name", "breed"], chars_max: 4 })]
    async fn create(&self, Json(cat): Json<Value>) -> Value {
        cat["name"].clone()
    }
}

#[module(controllers = [Loaded], providers = [Repo])]
pub struct LoadedModule;

/// Parity: PIP.12.
#[tokio::test]
async fn a_pipe_finds_an_entity_by_its_id() {
    let app = App::serve::<LoadedModule>().await;
    assert_eq!(app.get("/loaded/7").await.body, "7 Tom");
    let answer = app.get("/loaded/8").await;
    assert_eq!((answer.status, &answer.json()["message"]), (404, &json!("no cat 8")));
    app.end().await;
}

/// Parity: PIP.14.
#[tokio::test]
async fn a_pipe_checks_against_its_schema() {
    let app = App::serve::<LoadedModule>().await;
    assert_eq!(app.send_json("POST", "/loaded", r#"{"name":"Tom","breed":"any"}"#).await.body, "\"Tom\"");
    let refused = app.send_json("POST", "/loaded", r#"{"name":"Thomas"}"#).await;
    let body = json!({"message": ["name is too long", "breed is missing"], "error": "Bad Request", "statusCode": 400});
    assert_eq!((refused.status, refused.json()), (400, body));
    app.end().await;
}

/// A layer sees the request as it came; what it is for, and as what types, a pipe is told.
///
/// Parity: PIP.22.
#[tokio::test]
async fn a_layer_knows_neither_handler_nor_arguments() {
    let log = Recorder::default();
    let seen = log.clone();
    let app = App::serve_with::<CatsModule>(|app| {
        app.use_global_pipe(Record(log.clone(), "pipe")).layer(axum::middleware::map_request(
            move |request: Request| {
                let seen = seen.clone();
                async move {
                    let (mut parts, body) = request.into_parts();
                    let knows_route = RawPathParams::from_request_parts(&mut parts, &()).await.is_ok();
                    seen.record(format!("layer {} {knows_route}", parts.uri));
                    Request::from_parts(parts, body)
                }
            },
        ))
    })
    .await;
    assert_eq!(app.get("/cats/last/5").await.body, "5");
    assert_eq!(log.lines(), ["layer /cats/last/5 false", "pipe Param Path<u32> id"]);
    app.end().await;
}

#[tokio::test]
async fn without_pipes_nothing_changes() {
    let app = App::serve::<CatsModule>().await;
    assert_eq!(app.get("/cats/last/5").await.body, "5");
    app.end().await;
}
