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

/// Longer than any test lasts: whoever comes back has not been away.
const LONG: Duration = Duration::from_secs(3600);
/// Whoever leaves has left.
const SHORT: Duration = Duration::from_millis(50);

fn options(grace: Duration) -> HubOptions {
    HubOptions::default().presence_grace(grace)
}

#[module(
    imports = [SseModule::for_root(SseModuleOptions::default().hub(options(LONG)).drain_window(DRAIN))],
    controllers = [Rooms],
)]
pub struct PatientModule;

#[module(
    imports = [SseModule::for_root(SseModuleOptions::default().hub(options(SHORT)).drain_window(DRAIN))],
    controllers = [Rooms],
)]
pub struct HastyModule;

const LIVE: &str = "hello({\"verdict\":\"live\"})";

async fn open(addr: SocketAddr, name: &str) -> Reader {
    let mut reader = Reader::open(addr, "GET", &format!("/as/{name}"), "").await;
    assert_eq!(reader.next().await, LIVE);
    reader
}

fn told(what: &str) -> String {
    format!("presence({{\"topic\":\"room\",{what}}})")
}

/// Somebody comes, and reloads: others are told of the first alone.
async fn comes_and_reloads(addr: SocketAddr, hub: &Hub) {
    let mut ann = open(addr, "ann").await;
    assert_eq!(ann.next().await, told(r#""here":[{"name":"ann"}]"#));
    let bob = open(addr, "bob").await;
    assert_eq!(ann.next().await, told(r#""joined":{"name":"bob"}"#));
    drop(bob);
    while hub.subscriptions() > 1 {
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
    let _bob = open(addr, "bob").await;
    hub.publish("room", MessageEvent::new("nothing else")).await.expect("published");
    assert_eq!(ann.next().await, "message(nothing else)");
    assert_eq!(names(hub), ["ann", "bob"]);
}

/// Somebody comes, opens another tab, closes one, and leaves with the other: others are told of the first and the last.
async fn comes_and_goes(addr: SocketAddr, hub: &Hub) {
    let mut ann = open(addr, "ann").await;
    assert_eq!(ann.next().await, told(r#""here":[{"name":"ann"}]"#));
    let mut bob = open(addr, "bob").await;
    assert_eq!(bob.next().await, told(r#""here":[{"name":"ann"},{"name":"bob"}]"#));
    assert_eq!(ann.next().await, told(r#""joined":{"name":"bob"}"#));
    let other = open(addr, "bob").await;
    drop(bob);
    hub.publish("room", MessageEvent::new("nothing else")).await.expect("published");
    assert_eq!(ann.next().await, "message(nothing else)");
    drop(other);
    assert_eq!(ann.next().await, told(r#""left":{"name":"bob"},"cause":"closed""#));
    assert_eq!(names(hub), ["ann"]);
}

fn names(hub: &Hub) -> Vec<String> {
    hub.present("room").expect("a topic").iter().map(|member| member.name().to_owned()).collect()
}

#[tokio::test]
async fn somebody_comes_and_goes_on_plain_axum() {
    for grace in [LONG, SHORT] {
        let plain = Plain { hub: Hub::new(options(grace)), streams: EventStreams::default() };
        let routes = Router::new().route("/as/{name}", get(events)).with_state(plain.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("it is bound");
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
        if grace == LONG {
            comes_and_reloads(addr, &plain.hub).await;
        } else {
            comes_and_goes(addr, &plain.hub).await;
        }
    }
}

#[tokio::test]
pub async fn somebody_comes_and_goes_in_an_application() {
    let (app, hub) = serve::<PatientModule>().await;
    comes_and_reloads(app.addr, &hub).await;
    app.end().await;
    let (app, hub) = serve::<HastyModule>().await;
    comes_and_goes(app.addr, &hub).await;
    app.end().await;
}

async fn serve<M: oriole::Module>() -> (App, Arc<Hub>) {
    let mut hub = None;
    let app = App::serve_with::<M>(|app| {
        hub = app.get::<Hub>();
        app
    });
    (app.await, hub.expect("it is provided"))
}
