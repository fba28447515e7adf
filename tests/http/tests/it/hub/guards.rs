//! The guards of a route, asked again while a subscription goes on.

use super::reader::Reader;
use http_tests::{App, PATIENCE, within};
use oriole::prelude::*;
use oriole::sse::{Hub, Start, Subscription};
use oriole::{RouteGuards, SseModule, SseModuleOptions};
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, AtomicUsize, Ordering};
use std::time::Duration;

/// Who is a member, as it is known somewhere.
#[injectable]
pub struct Register {
    #[inject(default)]
    is_closed: AtomicBool,
    #[inject(default)]
    is_broken: AtomicBool,
    #[inject(default)]
    asked: AtomicUsize,
}

#[injectable]
pub struct Members {
    register: Arc<Register>,
}

impl Guard for Members {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        self.register.asked.fetch_add(1, Ordering::Relaxed);
        assert!(!self.register.is_broken.load(Ordering::Relaxed), "private");
        // A token that is good for as long as it takes to look at it.
        if ctx.http().uri.path().ends_with("brief") {
            ctx.good_for(Duration::from_secs(60));
            ctx.good_for(Duration::ZERO);
            ctx.good_for(Duration::from_secs(60));
        }
        let is_member = ctx.http().headers.get("authorization").is_some_and(|token| token == "Bearer ann");
        Ok(is_member && !self.register.is_closed.load(Ordering::Relaxed))
    }
}

#[injectable]
pub struct Rooms {
    hub: Arc<Hub>,
}

#[controller("rooms")]
#[use_guards(Members)]
impl Rooms {
    #[sse("events", "brief")]
    async fn events(&self, start: Start, guards: RouteGuards) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("room").principal("ann").from(start).guard(guards).await?)
    }
}

#[module(
    imports = [SseModule::for_root(SseModuleOptions::default())],
    controllers = [Rooms],
    providers = [Members, Register],
)]
pub struct RoomsModule;

struct Stage {
    app: App,
    hub: Arc<Hub>,
    register: Arc<Register>,
}

impl Stage {
    async fn new() -> Self {
        let mut found = None;
        let app = App::serve_with::<RoomsModule>(|app| {
            found = app.get::<Hub>().zip(app.get::<Register>());
            app
        })
        .await;
        let (hub, register) = found.expect("both are provided");
        Self { app, hub, register }
    }

    async fn publish(&self, text: &str) {
        self.hub.publish("room", MessageEvent::new(text)).await.expect("published");
    }

    fn asked(&self) -> usize {
        self.register.asked.load(Ordering::Relaxed)
    }
}

const ANN: &str = "Authorization: Bearer ann\r\n";
const LIVE: &str = "hello({\"verdict\":\"live\"})";
const REVOKED: &str = "end({\"reason\":\"revoked\"})";

#[tokio::test]
pub async fn the_guards_of_a_route_are_asked_again_on_revocation() {
    let stage = Stage::new().await;
    let mut reader = Reader::open(stage.app.addr, "GET", "/rooms/events", ANN).await;
    assert_eq!((reader.next().await, stage.asked()), (LIVE.into(), 1), "asked once for the beginning");
    assert_eq!(stage.hub.recheck(&"ann".into()), 1);
    stage.publish("one").await;
    assert_eq!(
        (reader.next().await, stage.asked()),
        ("message(one)".into(), 2),
        "it passes, with the head of its request"
    );

    stage.register.is_closed.store(true, Ordering::Relaxed);
    stage.hub.recheck_all();
    stage.publish("two").await;
    assert_eq!(reader.next().await, REVOKED);
    assert_eq!(within(PATIENCE, reader.connection.chunk()).await, None, "the complete end");

    // The client comes back, with a good cursor, and gets nothing of what it missed.
    let head = format!("{ANN}Last-Event-ID: {}\r\n", reader.last_event_id);
    let refused = stage.app.send("GET", "/rooms/events", &head, "").await;
    assert_eq!((refused.status, refused.body.contains("two")), (403, false));
    stage.app.end().await;
}

#[tokio::test]
pub async fn the_guards_of_a_route_are_asked_again_when_what_they_named_expires() {
    let stage = Stage::new().await;
    let mut reader = Reader::open(stage.app.addr, "GET", "/rooms/brief", ANN).await;
    assert_eq!(reader.next().await, LIVE);
    stage.publish("one").await;
    assert_eq!(reader.next().await, "message(one)");
    assert!(stage.asked() >= 2, "for its event anew");
    stage.register.is_closed.store(true, Ordering::Relaxed);
    stage.publish("two").await;
    assert_eq!(reader.next().await, REVOKED);
    stage.app.end().await;
}

/// What fails is no yes, but no refusal either: the client may come back.
#[tokio::test]
pub async fn a_guard_that_panics_ends_the_subscription() {
    let stage = Stage::new().await;
    let mut reader = Reader::open(stage.app.addr, "GET", "/rooms/events", ANN).await;
    assert_eq!(reader.next().await, LIVE);
    stage.register.is_broken.store(true, Ordering::Relaxed);
    stage.hub.recheck_all();
    stage.publish("one").await;
    assert_eq!(reader.next().await, "end({\"reason\":\"unverified\"})");
    assert!(reader.decoder.reconnection_time().is_some());
    stage.app.end().await;
}
