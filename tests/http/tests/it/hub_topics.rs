//! Patterns of topics and filters, over sockets.

use http_tests::{App, Connection, PATIENCE, within};
use oriole::prelude::*;
use oriole::sse::{Filter, Hub, HubOptions, Pattern, Start, Subscription, TopicNaming};
use oriole::{SseModule, SseModuleOptions};
use serde::Deserialize;
use std::sync::Arc;

#[injectable]
pub struct Sensors {
    hub: Arc<Hub>,
}

#[derive(Deserialize)]
pub struct Wanted {
    filter: Option<String>,
}

#[controller("buildings/{building}")]
impl Sensors {
    #[post("{room}")]
    async fn measured(
        &self,
        Path((building, room)): Path<(String, String)>,
        text: String,
    ) -> Result<(), HttpException> {
        self.hub.publish(format!("{building}/{room}"), MessageEvent::new(text)).await?;
        Ok(())
    }

    #[sse("rooms")]
    async fn rooms(
        &self,
        Path(building): Path<String>,
        Query(wanted): Query<Wanted>,
        start: Start,
    ) -> Result<Subscription, HttpException> {
        let refused = |error: &dyn std::fmt::Display| HttpException::bad_request(error.to_string());
        let pattern = Pattern::new(format!("{building}/:room")).map_err(|error| refused(&error))?;
        let filter = wanted.filter.map(Filter::new).transpose().map_err(|error| refused(&error))?;
        let subscribe = self.hub.subscribe(pattern).from(start);
        Ok(match filter {
            Some(filter) => subscribe.filter(filter).await?,
            None => subscribe.await?,
        })
    }
}

fn options() -> SseModuleOptions {
    SseModuleOptions::default().hub(HubOptions::default().topic_naming(TopicNaming::InType))
}

#[module(imports = [SseModule::for_root(options())], controllers = [Sensors])]
pub struct SensorsModule;

async fn measure(app: &App, place: &str, degrees: u32) {
    let body = format!("{{\"degrees\":{degrees}}}");
    let answer = app.send("POST", &format!("/buildings/{place}"), "Content-Type: text/plain\r\n", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

/// An open stream, and everything that came so far.
struct Reader {
    connection: Connection,
    all: String,
}

impl Reader {
    async fn open(app: &App, target: &str, headers: &str) -> Self {
        let mut connection = Connection::open(app.addr).await;
        connection.send(format!("GET {target} HTTP/1.1\r\nHost: test\r\n{headers}\r\n")).await;
        assert_eq!(within(PATIENCE, connection.head()).await.status, 200);
        let mut reader = Self { connection, all: String::new() };
        reader.read_to("verdict").await;
        reader
    }

    /// Reads until a text has come; a heartbeat does not help.
    async fn read_to(&mut self, text: &str) {
        let read = async {
            while !self.all.contains(text) {
                self.all.push_str(&self.connection.chunk().await.expect("the stream goes on"));
            }
        };
        within(PATIENCE, read).await;
    }
}

#[tokio::test]
pub async fn a_client_reads_what_matches_and_passes_and_resumes_so() {
    let app = App::serve::<SensorsModule>().await;
    let target = "/buildings/a/rooms?filter=data.degrees%3E30";
    let mut reader = Reader::open(&app, target, "").await;
    let id = reader.all.lines().find_map(|line| line.strip_prefix("id: ")).expect("an id").to_owned();
    let mut all = Reader::open(&app, "/buildings/a/rooms", "").await;
    for (place, degrees) in [("a/1", 20), ("b/1", 40), ("a/2", 35)] {
        measure(&app, place, degrees).await;
    }
    reader.read_to(":35").await;
    let read = reader.all;
    assert!(read.contains("event: a/2\ndata: {\"degrees\":35}") && !read.contains(":20"), "{read}");
    all.read_to(":35").await;
    assert!(all.all.contains("event: a/1\ndata: {\"degrees\":20}") && !all.all.contains("b/1"), "{}", all.all);

    drop(reader.connection);
    measure(&app, "a/3", 31).await;
    let mut reader = Reader::open(&app, target, &format!("Last-Event-ID: {id}\r\n")).await;
    reader.read_to(":31").await;
    let read = reader.all;
    assert!(read.contains("resumed") && read.contains(":35"), "{read}");
    assert!(!read.contains(":20") && !read.contains("event: gap"), "{read}");
    app.end().await;
}

#[tokio::test]
pub async fn what_is_no_filter_and_no_pattern_is_a_bad_request() {
    let app = App::serve::<SensorsModule>().await;
    for (target, text) in [
        ("/buildings/a/rooms?filter=x%3D1", "term 1 of the filter is none"),
        ("/buildings/*/rooms", "a star is the whole last segment"),
    ] {
        let answer = app.get(target).await;
        assert_eq!((answer.status, answer.body.contains(text)), (400, true), "{}", answer.body);
    }
    app.end().await;
}
