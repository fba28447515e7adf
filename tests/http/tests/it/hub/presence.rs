//! Who is here: on plain axum, and in an application.

use super::reader::{DRAIN, Reader};
use axum::Router;
use axum::extract::{Path as AxumPath, State};
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_tests::App;
use oriole::prelude::*;
use oriole::sse::{EventStreams, Hub, HubOptions, Subscribe, SubscribeError, Subscription};
use oriole::{SseModule, SseModuleOptions};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

fn enter(hub: &Hub, name: String) -> Subscribe {
    hub.subscribe("room").present_as(name).watch_presence()
}

#[derive(Clone)]
struct Plain {
    hub: Hub,
    streams: EventStreams,
}

async fn events(
    State(Plain { hub, streams }): State<Plain>,
    AxumPath(name): AxumPath<String>,
) -> Result<Response, SubscribeError> {
    Ok(streams.open_events(enter(&hub, name).await?).await.into_response())
}

#[injectable]
pub struct Rooms {
    hub: Arc<Hub>,
}

#[controller]
impl Rooms {
    #[sse("as/{name}")]
    async fn events(&self, Path(name): Path<String>) -> Result<Subscription, HttpException> {
        Ok(enter(&self.hub, name).await?)
    }
}

fn options() -> HubOptions {
    HubOptions::default().presence_grace(Duration::from_secs(2))
}

#[module(
    imports = [SseModule::for_root(SseModuleOptions::default().hub(options()).drain_window(DRAIN))],
    controllers = [Rooms],
)]
pub struct RoomsModule;

const LIVE: &str = "hello({\"verdict\":\"live\"})";

async fn open(addr: SocketAddr, name: &str) -> Reader {
    let mut reader = Reader::open(addr, "GET", &format!("/as/{name}"), "").await;
    assert_eq!(reader.next().await, LIVE);
    reader
}

fn told(what: &str) -> String {
    format!("presence({{\"topic\":\"room\",{what}}})")
}

/// Somebody comes, reloads, opens another tab, closes one, and leaves with the other: others are told of the first and the last.
async fn comes_and_goes(addr: SocketAddr, hub: &Hub) {
    let mut ann = open(addr, "ann").await;
    assert_eq!(ann.next().await, told(r#""here":[{"name":"ann"}]"#));
    let mut bob = open(addr, "bob").await;
    assert_eq!(bob.next().await, told(r#""here":[{"name":"ann"},{"name":"bob"}]"#));
    assert_eq!(ann.next().await, told(r#""joined":{"name":"bob"}"#));

    drop(bob);
    let bobs = open(addr, "bob").await;
    let other = open(addr, "bob").await;
    drop(bobs);
    hub.publish("room", MessageEvent::new("nothing else")).await.expect("published");
    assert_eq!(ann.next().await, "message(nothing else)");
    drop(other);
    assert_eq!(ann.next().await, told(r#""left":{"name":"bob"},"cause":"closed""#));
    let names: Vec<_> = hub.present("room").expect("a topic").iter().map(|member| member.name().to_owned()).collect();
    assert_eq!(names, ["ann"]);
}

#[tokio::test]
async fn somebody_comes_and_goes_on_plain_axum() {
    let plain = Plain { hub: Hub::new(options()), streams: EventStreams::default() };
    let routes = Router::new().route("/as/{name}", get(events)).with_state(plain.clone());
    let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
    let addr = listener.local_addr().expect("it is bound");
    let mut tasks = JoinSet::new();
    tasks.spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
    comes_and_goes(addr, &plain.hub).await;
}

#[tokio::test]
pub async fn somebody_comes_and_goes_in_an_application() {
    let mut found = None;
    let app = App::serve_with::<RoomsModule>(|app| {
        found = app.get::<Hub>();
        app
    })
    .await;
    comes_and_goes(app.addr, &found.expect("it is provided")).await;
    app.end().await;
}
