//! The application that these tests ask, whoever carries its streams.

use crate::hub::reader::Reader;
use http_tests::{App, Carrier, Connection, PATIENCE, within};
use oriole::prelude::*;
use oriole::sse::{Hub, HubOptions, SlowReaderPolicy, Start, Subscription};
use oriole::{Application, SseModule, SseModuleOptions};
use std::sync::Arc;
use std::time::Duration;

#[injectable]
pub struct Rooms {
    hub: Arc<Hub>,
}

#[controller]
impl Rooms {
    #[get("hello")]
    async fn hello(&self) -> &'static str {
        "hello"
    }

    /// All read the same bytes.
    #[sse("events", method = ALL)]
    #[header("x-room", "7")]
    async fn events(&self, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("room").from(start).await?)
    }

    /// Each reads ids of its own.
    #[sse("mine")]
    async fn mine(&self, start: Start) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("room").principal("ann").from(start).await?)
    }

    #[sse("elsewhere")]
    async fn elsewhere(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("elsewhere").await?)
    }

    #[sse("both")]
    async fn both(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("room").and("elsewhere").await?)
    }

    #[sse("impatient")]
    async fn impatient(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("room").slow_reader(SlowReaderPolicy::Disconnect).await?)
    }

    /// Is over as soon as the hub looks.
    #[sse("brief")]
    async fn brief(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("room").lifetime(Duration::from_millis(1)).await?)
    }
}

pub fn options() -> SseModuleOptions {
    // As many as one address has here.
    let hub = HubOptions::default().principal_subscriptions_max(1_000);
    SseModuleOptions::default().hub(hub).drain_window(Duration::from_millis(50))
}

#[module(imports = [SseModule::for_root(options())], controllers = [Rooms])]
pub struct RoomsModule;

pub const LIVE: &str = "hello({\"verdict\":\"live\"})";
pub const DRAINED: &str = "end({\"reason\":\"drain\"})";
pub const REVOKED: &str = "end({\"reason\":\"revoked\"})";

pub struct Stage {
    pub app: App,
    pub hub: Arc<Hub>,
}

impl Stage {
    pub async fn new(carrier: Carrier) -> Self {
        Self::with(carrier, |app| app).await
    }

    pub async fn with(carrier: Carrier, configure: impl FnOnce(Application) -> Application) -> Self {
        let mut hub = None;
        let app = App::serve_with::<RoomsModule>(|app| {
            hub = app.get::<Hub>();
            configure(carrier.set(app))
        });
        Self { app: app.await, hub: hub.expect("it is provided") }
    }

    /// A client that has read its hello.
    pub async fn reader(&self, target: &str) -> Reader {
        let mut reader = Reader::open(self.app.addr, "GET", target, "").await;
        assert_eq!(reader.next().await, LIVE);
        reader
    }

    pub async fn publish(&self, text: impl Into<String>) {
        self.hub.publish("room", MessageEvent::new(text.into())).await.expect("published");
    }

    /// Waits until so many subscriptions are left.
    pub async fn comes_to(&self, subscriptions: usize) {
        let waits = async {
            while self.hub.subscriptions() != subscriptions {
                tokio::time::sleep(Duration::from_millis(5)).await;
            }
        };
        within(PATIENCE, waits).await;
    }
}

/// Waits for the complete end of a stream.
pub async fn is_whole(reader: &mut Reader) {
    assert_eq!(within(PATIENCE, reader.connection.chunk()).await, None, "the complete end");
}

/// One request on a connection that has served before.
pub async fn serves(connection: &mut Connection) {
    connection.ask("GET", "/hello").await;
    let answer = within(PATIENCE, connection.response_to("GET")).await;
    assert_eq!((answer.status, answer.body.as_str()), (200, "hello"));
}
