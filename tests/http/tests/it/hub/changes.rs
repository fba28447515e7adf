//! Subscriptions that are changed by another request: on plain axum, and in an application.

use super::reader::Reader;
use axum::Router;
use axum::extract::{Path as AxumPath, State};
use axum::response::{IntoResponse, Response};
use axum::routing::{get, patch};
use http_tests::{App, Connection, Response as Answer, within};
use oriole::prelude::*;
use oriole::sse::{
    ChangeError, Changed, Checkpoint, EventStreams, GuardAnswer, Hub, HubOptions, SameOrigin, Start, Subscribe,
    SubscribeError, Subscription, Topic, TopicChanges,
};
use oriole::{RouteGuards, SseModule, SseModuleOptions};
use serde_json::{Value, json};
use std::net::SocketAddr;
use std::sync::Arc;
use tokio::net::TcpListener;
use tokio::task::JoinSet;

/// Which topics somebody may add.
async fn door(topic: Topic, _: Checkpoint) -> GuardAnswer {
    if topic.as_str().starts_with("rooms/") { GuardAnswer::Pass } else { GuardAnswer::Refuse }
}

/// Whose request it is; a token would say it in earnest.
fn caller(headers: &axum::http::HeaderMap) -> String {
    headers.get("authorization").and_then(|name| name.to_str().ok()).unwrap_or("nobody").to_owned()
}

fn subscribe(hub: &Hub, start: Start, headers: &axum::http::HeaderMap) -> Subscribe {
    hub.subscribe("rooms/1").principal(caller(headers)).from(start).changeable(door)
}

#[derive(Clone)]
struct Plain {
    hub: Hub,
    streams: EventStreams,
}

async fn events(
    State(Plain { hub, streams }): State<Plain>,
    _: SameOrigin,
    start: Start,
    headers: axum::http::HeaderMap,
) -> Result<Response, SubscribeError> {
    Ok(streams.open_events(subscribe(&hub, start, &headers).await?).await.into_response())
}

async fn change(
    State(Plain { hub, .. }): State<Plain>,
    AxumPath(handle): AxumPath<String>,
    headers: axum::http::HeaderMap,
    axum::Json(changes): axum::Json<TopicChanges>,
) -> Result<axum::Json<Changed>, ChangeError> {
    Ok(axum::Json(hub.change(&handle).principal(caller(&headers)).asked(changes).await?))
}

#[injectable]
pub struct Members;

impl Guard for Members {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(ctx.http().headers.contains_key("authorization"))
    }
}

#[injectable]
pub struct Rooms {
    hub: Arc<Hub>,
}

#[controller]
#[use_guards(Members)]
impl Rooms {
    #[sse("events")]
    async fn events(
        &self,
        start: Start,
        headers: axum::http::HeaderMap,
        guards: RouteGuards,
    ) -> Result<Subscription, HttpException> {
        Ok(subscribe(&self.hub, start, &headers).guard(guards).await?)
    }

    #[patch("events/{handle}")]
    async fn change(
        &self,
        Path(handle): Path<String>,
        headers: axum::http::HeaderMap,
        Json(changes): Json<TopicChanges>,
    ) -> Result<Json<Changed>, HttpException> {
        Ok(Json(self.hub.change(&handle).principal(caller(&headers)).asked(changes).await?))
    }
}

fn options() -> HubOptions {
    HubOptions::default().changes_max(8)
}

#[module(
    imports = [SseModule::for_root(SseModuleOptions::default().hub(options()))],
    controllers = [Rooms],
    providers = [Members],
)]
pub struct RoomsModule;

/// Where both are served, and the hub behind it.
struct Stage {
    addr: SocketAddr,
    hub: Hub,
    app: Option<App>,
    _tasks: JoinSet<()>,
}

impl Stage {
    async fn both() -> [Self; 2] {
        let hub = Hub::new(options());
        let plain = Plain { hub: hub.clone(), streams: EventStreams::default() };
        let routes = Router::new().route("/events", get(events)).route("/events/{handle}", patch(change));
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("it is bound");
        let mut tasks = JoinSet::new();
        tasks.spawn(async move { axum::serve(listener, routes.with_state(plain)).await.expect("it serves") });
        let plain = Self { addr, hub, app: None, _tasks: tasks };

        let mut found = None;
        let app = App::serve_with::<RoomsModule>(|app| {
            found = app.get::<Hub>();
            app
        })
        .await;
        let hub = Hub::clone(&found.expect("it is provided"));
        [plain, Self { addr: app.addr, hub, app: Some(app), _tasks: JoinSet::new() }]
    }

    async fn open(&self, head: &str) -> (Reader, Value) {
        let mut reader = Reader::open(self.addr, "GET", "/events", head).await;
        let hello = reader.next().await;
        let data = hello.strip_prefix("hello(").and_then(|rest| rest.strip_suffix(')')).expect("a hello");
        (reader, serde_json::from_str(data).expect("JSON"))
    }

    async fn change(&self, hello: &Value, who: &str, changes: &Value) -> Answer {
        let handle = hello["handle"].as_str().expect("a handle");
        let (mut connection, body) = (Connection::open(self.addr).await, changes.to_string());
        let head = format!("PATCH /events/{handle} HTTP/1.1\r\nHost: test\r\nAuthorization: {who}\r\n");
        let length = body.len();
        let head = format!("{head}Content-Type: application/json\r\nContent-Length: {length}\r\n\r\n");
        connection.send(format!("{head}{body}")).await;
        within(http_tests::PATIENCE, connection.response_to("PATCH")).await
    }

    async fn publish(&self, topic: &str, text: &str) {
        self.hub.publish(topic, MessageEvent::new(text)).await.expect("published");
    }
}

const ANN: &str = "Authorization: ann\r\n";

#[tokio::test]
pub async fn a_stream_is_changed_by_another_request() {
    for stage in Stage::both().await {
        let (mut reader, hello) = stage.open(ANN).await;
        stage.publish("rooms/2", "before").await;
        stage.publish("rooms/1", "one").await;
        assert_eq!(reader.next().await, "message(one)");

        let answer = stage.change(&hello, "ann", &json!({ "add": ["rooms/2"], "from": "earliest" })).await;
        let expected = json!({ "topics": ["rooms/1", "rooms/2"], "added": ["rooms/2"], "removed": [] });
        assert_eq!((answer.status, answer.body.parse::<Value>().expect("JSON")), (200, expected));
        let told = "{\"topics\":[\"rooms/1\",\"rooms/2\"],\"added\":[\"rooms/2\"],\"removed\":[]}";
        assert_eq!(reader.next().await, format!("topics({told})"));
        assert_eq!(reader.next().await, "message(before)");
        let answer = stage.change(&hello, "ann", &json!({ "remove": ["rooms/1"] })).await;
        assert_eq!(answer.status, 200);
        assert!(reader.next().await.ends_with("\"removed\":[\"rooms/1\"]})"));
        stage.publish("rooms/1", "not for her").await;
        stage.publish("rooms/2", "two").await;
        assert_eq!(reader.next().await, "message(two)");

        // As a browser comes back: to the same address, with the last id.
        let head = format!("{ANN}Last-Event-ID: {}\r\n", reader.last_event_id);
        drop(reader);
        stage.publish("rooms/1", "still not").await;
        stage.publish("rooms/2", "three").await;
        let (mut reader, again) = stage.open(&head).await;
        assert_eq!((&again["verdict"], &again["topics"]), (&json!("resumed"), &json!(["rooms/2"])));
        assert_ne!(again["handle"], hello["handle"]);
        assert_eq!(reader.next().await, "message(three)");
        if let Some(app) = stage.app {
            app.end().await;
        }
    }
}

#[tokio::test]
pub async fn what_may_not_be_changed_is_an_answer_in_words() {
    for stage in Stage::both().await {
        let (_reader, hello) = stage.open(ANN).await;
        let add = |topic: &str| json!({ "add": [topic] });
        let text = |answer: &Answer| match answer.body.parse::<Value>() {
            Ok(body) => body["message"].as_str().expect("a message").to_owned(),
            Err(_) => answer.body.clone(),
        };
        for (who, changes, status, expected) in [
            ("bob", add("rooms/2"), 404, "there is no such subscription"),
            ("ann", add("secret"), 403, "the client may not read this topic"),
            ("ann", json!({ "remove": ["rooms/1"] }), 400, "no topic would be left"),
            ("ann", add(""), 400, "a topic's name cannot be empty"),
            ("ann", add("pattern:*"), 400, "a topic's name cannot begin as those of patterns and producers do"),
            (
                "ann",
                json!({ "add": ["rooms/2"], "from": "1x" }),
                400,
                "the parameter rewind is neither a number of events nor a duration",
            ),
            ("ann", json!({ "add": ["rooms/2"], "from": "made up" }), 400, "the cursor is malformed"),
        ] {
            let answer = stage.change(&hello, who, &changes).await;
            assert_eq!((answer.status, text(&answer).as_str()), (status, expected), "{changes}");
        }
        // Six of them were hers.
        for _ in 6..8 {
            assert_eq!(stage.change(&hello, "ann", &add("rooms/2")).await.status, 200);
        }
        let answer = stage.change(&hello, "ann", &add("rooms/2")).await;
        assert_eq!((answer.status, text(&answer).as_str()), (429, "the subscription was changed too often"));
        let wait: u64 = answer.header("retry-after").expect("a header").parse().expect("seconds");
        assert!((1..=60).contains(&wait), "{wait}");
        if let Some(app) = stage.app {
            app.end().await;
        }
    }
}
