//! Why streams end and whether clients return, and heartbeats by network: on plain axum, and in an application.

use super::reader::Reader;
use axum::Router;
use axum::extract::State;
use axum::response::{IntoResponse, Response};
use axum::routing::get;
use http_tests::{App, Connection, PATIENCE, within};
use oriole::prelude::*;
use oriole::sse::{AdaptiveHeartbeat, EventStreams, Hub, SseOptions, Start, Subscribe, SubscribeError, Subscription};
use oriole::sse::{MessageEvent, event_name};
use oriole::{SseModule, SseModuleOptions};
use std::net::{IpAddr, Ipv4Addr, SocketAddr};
use std::sync::Arc;
use std::time::Duration;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

fn inbox(hub: &Hub, start: Start) -> Subscribe {
    hub.subscribe("inbox").principal("ann").from(start).replacing("inbox")
}

fn words() -> impl Stream<Item = MessageEvent> + Send + use<> {
    futures_util::stream::iter(["to", "be"]).map(MessageEvent::new)
}

/// A heartbeat that nobody waits for in a test, unless a network has taught another.
fn options() -> SseOptions {
    let adaptive = AdaptiveHeartbeat::default().interval_min(Duration::from_millis(100)).cuts_min(1);
    SseOptions::default()
        .heartbeat_interval(Duration::from_secs(3600))
        .adaptive_heartbeat(adaptive)
        .end_event(event_name!("end"))
}

#[derive(Clone)]
struct Plain {
    hub: Hub,
    streams: EventStreams,
}

async fn take_inbox(State(Plain { hub, streams }): State<Plain>, start: Start) -> Result<Response, SubscribeError> {
    Ok(streams.open_events(inbox(&hub, start).await?).await.into_response())
}

async fn say_words(State(Plain { streams, .. }): State<Plain>) -> Response {
    streams.open_events(words()).await.into_response()
}

async fn listen(State(Plain { hub, streams }): State<Plain>) -> Result<Response, SubscribeError> {
    // As a server with the addresses of its peers would say it.
    let client = IpAddr::from(Ipv4Addr::LOCALHOST);
    Ok(streams.for_client(client).open_events(hub.subscribe("quiet").await?).await.into_response())
}

/// A stream of no hub's.
fn word() -> impl Stream<Item = MessageEvent> + Send + use<> {
    futures_util::stream::iter([MessageEvent::new("word")]).chain(futures_util::stream::pending())
}

async fn say_word(State(Plain { streams, .. }): State<Plain>) -> Response {
    streams.for_client(IpAddr::from(Ipv4Addr::LOCALHOST)).open_events(word()).await.into_response()
}

#[injectable]
pub struct Streams {
    hub: Arc<Hub>,
}

#[controller]
impl Streams {
    #[sse("inbox")]
    async fn take_inbox(&self, start: Start) -> Result<Subscription, HttpException> {
        Ok(inbox(&self.hub, start).await?)
    }

    #[sse("words")]
    fn say_words(&self) -> impl Stream<Item = MessageEvent> {
        words()
    }

    #[sse("quiet")]
    async fn listen(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("quiet").await?)
    }

    #[sse("word")]
    fn say_word(&self) -> impl Stream<Item = MessageEvent> {
        word()
    }
}

#[module(imports = [SseModule::for_root(SseModuleOptions::default())], controllers = [Streams])]
pub struct StreamsModule;

struct Stage {
    addr: SocketAddr,
    app: Option<App>,
    _tasks: JoinSet<()>,
}

impl Stage {
    async fn both() -> [Self; 2] {
        let plain = Plain { hub: Hub::default(), streams: EventStreams::new(options()) };
        let routes = Router::new().route("/inbox", get(take_inbox)).route("/words", get(say_words));
        let routes = routes.route("/quiet", get(listen)).route("/word", get(say_word)).with_state(plain);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("it is bound");
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, routes).await.expect("it serves") });
        let app = App::serve_with::<StreamsModule>(|app| app.sse(options())).await;
        [Self { addr, app: None, _tasks: tasks }, Self { addr: app.addr, app: Some(app), _tasks: JoinSet::new() }]
    }

    async fn end(self) {
        if let Some(app) = self.app {
            app.end().await;
        }
    }
}

/// A browser that was replaced returns with the id of its `end`, and is told by 204 to stop.
#[tokio::test]
pub async fn who_was_replaced_is_told_to_stop() {
    for stage in Stage::both().await {
        let mut first = Reader::open(stage.addr, "GET", "/inbox", "").await;
        assert_eq!(first.next().await, "hello({\"verdict\":\"live\"})");
        let mut second = Reader::open(stage.addr, "GET", "/inbox", "").await;
        assert_eq!(second.next().await, "hello({\"verdict\":\"live\"})");
        assert_eq!(first.next().await, "end({\"reason\":\"replaced\"})");
        assert_eq!(within(PATIENCE, first.connection.chunk()).await, None, "the complete end");

        let mut connection = Connection::open(stage.addr).await;
        let id = &first.last_event_id;
        connection.send(format!("GET /inbox HTTP/1.1\r\nHost: test\r\nLast-Event-ID: {id}\r\n\r\n")).await;
        let answer = within(PATIENCE, connection.response_to("GET")).await;
        assert_eq!((answer.status, answer.body.as_str()), (204, ""));
        drop(second);
        stage.end().await;
    }
}

#[tokio::test]
pub async fn a_stream_that_is_over_says_so() {
    for stage in Stage::both().await {
        let mut reader = Reader::open(stage.addr, "GET", "/words", "").await;
        for expected in ["message(to)", "message(be)", "end({\"reason\":\"finished\"})"] {
            assert_eq!(reader.next().await, expected);
        }
        assert_eq!(within(PATIENCE, reader.connection.chunk()).await, None);
        stage.end().await;
    }
}

/// Something between the client and the server cuts silent connections: then there are heartbeats. All clients here have one address, which is enough if one is.
#[tokio::test]
pub async fn heartbeats_sink_below_what_cuts() {
    for (path, first) in [("/quiet", "hello({\"verdict\":\"live\"})"), ("/word", "message(word)")] {
        sink_at(path, first).await;
    }
}

async fn sink_at(path: &str, first: &str) {
    for stage in Stage::both().await {
        {
            let mut reader = Reader::open(stage.addr, "GET", path, "").await;
            assert_eq!(reader.next().await, first);
            // The cut. Late on a busy machine, which is as good as early here.
            let silence = tokio::time::timeout(Duration::from_millis(300), reader.connection.chunk()).await;
            assert!(silence.is_err(), "no heartbeat as yet");
        }
        // As soon as the server has seen it go.
        let beats = async {
            loop {
                let mut reader = Reader::open(stage.addr, "GET", path, "").await;
                assert_eq!(reader.next().await, first);
                let chunk = tokio::time::timeout(Duration::from_secs(3), reader.connection.chunk()).await;
                if let Ok(chunk) = chunk {
                    break chunk;
                }
            }
        };
        assert_eq!(within(3 * PATIENCE, beats).await.as_deref(), Some(":\n\n"));
        stage.end().await;
    }
}
