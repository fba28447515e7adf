//! Patterns of topics and filters, over sockets.

use super::reader::{DRAIN, Reader};
use http_tests::App;
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
    SseModuleOptions::default().hub(HubOptions::default().topic_naming(TopicNaming::InType)).drain_window(DRAIN)
}

#[module(imports = [SseModule::for_root(options())], controllers = [Sensors])]
pub struct SensorsModule;

async fn measure(app: &App, place: &str, degrees: u32) {
    let body = format!("{{\"degrees\":{degrees}}}");
    let answer = app.send("POST", &format!("/buildings/{place}"), "Content-Type: text/plain\r\n", &body).await;
    assert_eq!(answer.status, 201, "{}", answer.body);
}

const LIVE: &str = "hello({\"verdict\":\"live\"})";

#[tokio::test]
pub async fn a_client_reads_what_matches_and_passes_and_resumes_so() {
    let app = App::serve::<SensorsModule>().await;
    let target = "/buildings/a/rooms?filter=data.degrees%3E30";
    let mut reader = Reader::open(app.addr, "GET", target, "").await;
    assert_eq!(reader.next().await, LIVE);
    let id = reader.last_event_id.clone();
    let mut all = Reader::open(app.addr, "GET", "/buildings/a/rooms", "").await;
    assert_eq!(all.next().await, LIVE);
    for (place, degrees) in [("a/1", 20), ("b/1", 40), ("a/2", 35)] {
        measure(&app, place, degrees).await;
    }
    assert_eq!(reader.next().await, "a/2({\"degrees\":35})");
    assert_eq!([all.next().await, all.next().await], ["a/1({\"degrees\":20})", "a/2({\"degrees\":35})"]);

    drop(reader);
    measure(&app, "a/3", 31).await;
    let mut reader = Reader::open(app.addr, "GET", target, &format!("Last-Event-ID: {id}\r\n")).await;
    assert_eq!(reader.next().await, "hello({\"verdict\":\"resumed\"})");
    // In the order of one topic, and in any of two.
    let mut missed = [reader.next().await, reader.next().await];
    missed.sort();
    assert_eq!(missed, ["a/2({\"degrees\":35})", "a/3({\"degrees\":31})"]);
    assert!(reader.connection.is_silent());
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
