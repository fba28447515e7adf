//! A hub on plain axum: the same without an application.

use super::reader::Reader;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::{get, post};
use http_tests::{Connection, PATIENCE, within};
use oriole_sse::{
    EventStreams, GuardAnswer, Hub, HubOptions, MessageEvent, PublishError, SameOrigin, Start, SubscribeError,
};
use std::net::SocketAddr;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

#[derive(Clone)]
struct App {
    hub: Hub,
    streams: EventStreams,
}

async fn events(
    State(App { hub, streams }): State<App>,
    _: SameOrigin,
    start: Start,
) -> Result<Response, SubscribeError> {
    Ok(streams.open_events(hub.subscribe("room").from(start).await?).await.into_response())
}

async fn secret(State(App { hub, streams }): State<App>) -> Result<Response, SubscribeError> {
    let guard = |_| std::future::ready(GuardAnswer::Refuse);
    Ok(streams.open_events(hub.subscribe("secret").guard(guard).await?).await.into_response())
}

async fn say(State(App { hub, .. }): State<App>, text: String) {
    let published: Result<_, PublishError> = hub.publish("room", MessageEvent::new(text)).await;
    published.expect("published");
}

struct Server {
    addr: SocketAddr,
    app: App,
    _tasks: JoinSet<()>,
}

impl Server {
    async fn start() -> Self {
        let hub = Hub::new(HubOptions::default().subscriptions_max(2));
        let app = App { hub, streams: EventStreams::default() };
        let routes = Router::new().route("/events", get(events).post(events));
        let routes = routes.route("/secret", get(secret)).route("/say", post(say)).with_state(app.clone());
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("it is bound");
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
        Self { addr, app, _tasks: tasks }
    }

    async fn get(&self, target: &str, headers: &str) -> http_tests::Response {
        let mut connection = Connection::open(self.addr).await;
        connection.send(format!("GET {target} HTTP/1.1\r\nHost: test\r\n{headers}\r\n")).await;
        within(PATIENCE, connection.response_to("GET")).await
    }

    async fn say(&self, text: &str) {
        let mut connection = Connection::open(self.addr).await;
        let length = text.len();
        connection.send(format!("POST /say HTTP/1.1\r\nHost: test\r\nContent-Length: {length}\r\n\r\n{text}")).await;
        assert_eq!(within(PATIENCE, connection.response_to("POST")).await.status, 200);
    }
}

const LIVE: &str = "hello({\"verdict\":\"live\"})";

#[tokio::test]
async fn clients_go_on_where_they_left_off() {
    let server = Server::start().await;
    let mut reader = Reader::open(server.addr, "GET", "/events", "").await;
    assert_eq!(reader.next().await, LIVE);
    server.say("one").await;
    assert_eq!(reader.next().await, "message(one)");
    let resume = format!("Last-Event-ID: {}\r\n", reader.last_event_id);
    drop(reader);
    server.say("two").await;
    let mut reader = Reader::open(server.addr, "POST", "/events", &resume).await;
    assert_eq!(reader.next().await, "hello({\"verdict\":\"resumed\"})");
    assert_eq!(reader.next().await, "message(two)");

    assert_eq!(server.app.hub.drain(Duration::ZERO).await, 0);
    assert_eq!(reader.next().await, "end({\"reason\":\"drain\"})");
    assert!(reader.decoder.reconnection_time().is_some());
    assert_eq!(within(PATIENCE, reader.connection.chunk()).await, None, "the complete end");
    server.app.streams.drain();
    within(PATIENCE, server.app.streams.drained()).await;
}

#[tokio::test]
async fn what_is_refused_is_an_answer_in_words() {
    let server = Server::start().await;
    let refused = server.get("/secret", "").await;
    assert_eq!((refused.status, refused.body.as_str()), (403, "the client may not read this"));
    let refused = server.get("/events?rewind=x", "").await;
    let expected = "the parameter rewind is neither a number of events nor a duration";
    assert_eq!((refused.status, refused.body.as_str()), (400, expected));
    let forged = "Cookie: a=b\r\nSec-Fetch-Site: cross-site\r\n";
    assert_eq!(server.get("/events", forged).await.status, 403);

    let mut readers = vec![];
    for _ in 0..2 {
        readers.push(Reader::open(server.addr, "GET", "/events", "").await);
    }
    let refused = server.get("/events", "").await;
    assert_eq!((refused.status, refused.body.as_str()), (503, "there are too many subscriptions"));
    let wait: u64 = refused.header("retry-after").expect("a header").parse().expect("seconds");
    assert!((1..=10).contains(&wait), "{wait}");
    for reader in &mut readers {
        assert_eq!(reader.next().await, LIVE, "who was in stays in");
    }
}
