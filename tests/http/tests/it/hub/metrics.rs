//! What a recorder of metrics is told of streams is what their clients read.

use super::reader::{DRAIN, Reader};
use http_tests::{App, Counted, PATIENCE, within};
use metrics_util::debugging::DebuggingRecorder;
use oriole::prelude::*;
use oriole::sse::{Hub, SseOptions, Subscription};
use oriole::{SseModule, SseModuleOptions};
use std::sync::Arc;
use std::time::Duration;

#[injectable]
pub struct Feed {
    hub: Arc<Hub>,
}

#[controller("feed")]
impl Feed {
    /// All read the same bytes.
    #[sse]
    async fn read(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("feed").await?)
    }

    /// Each reads ids of its own.
    #[sse("mine")]
    async fn mine(&self) -> Result<Subscription, HttpException> {
        Ok(self.hub.subscribe("feed").principal("ann").await?)
    }
}

#[module(imports = [SseModule::for_root(SseModuleOptions::default().drain_window(DRAIN))], controllers = [Feed])]
pub struct FeedModule;

const HEARTBEAT: &str = ":\n\n";

/// A client that counts what it reads.
struct Counts {
    reader: Reader,
    bytes: u64,
    heartbeats: u64,
}

impl Counts {
    async fn open(app: &App, target: &str) -> Self {
        let reader = Reader::open(app.addr, "GET", target, "").await;
        let mut this = Self { reader, bytes: 0, heartbeats: 0 };
        this.read_to("\"live\"").await;
        this
    }

    /// Reads a chunk; there is none behind the end.
    async fn chunk(&mut self) -> Option<String> {
        let chunk = within(PATIENCE, self.reader.connection.chunk()).await?;
        self.bytes += chunk.len() as u64;
        self.heartbeats += u64::from(chunk == HEARTBEAT);
        Some(chunk)
    }

    async fn read_to(&mut self, text: &str) {
        while !self.chunk().await.expect("the stream goes on").contains(text) {}
    }
}

struct Stage {
    app: App,
    hub: Arc<Hub>,
    counted: Counted,
}

impl Stage {
    async fn new(heartbeat_interval: Duration) -> Self {
        let recorder = DebuggingRecorder::new();
        let counted = Counted::of(&recorder);
        let _guard = metrics::set_default_local_recorder(&recorder);
        let mut hub = None;
        let app = App::serve_with::<FeedModule>(|app| {
            hub = app.get::<Hub>();
            app.sse(SseOptions::default().heartbeat_interval(heartbeat_interval))
        });
        Self { app: app.await, hub: hub.expect("it is provided"), counted }
    }

    async fn publish(&self, text: &str) {
        self.hub.publish("feed", MessageEvent::new(text)).await.expect("published");
    }

    /// Ends the application, and reads all streams to their ends.
    async fn end(&mut self, readers: &mut [Counts]) {
        self.app.shutdown.shutdown();
        for reader in readers {
            while reader.chunk().await.is_some() {}
        }
        self.app.ended().await;
    }
}

/// Two share what they read, two do not, and one leaves.
#[tokio::test]
pub async fn what_is_counted_is_what_clients_read() {
    let mut stage = Stage::new(Duration::from_secs(3600)).await;
    let mut readers = vec![];
    for target in ["/feed", "/feed/mine", "/feed", "/feed/mine", "/feed"] {
        readers.push(Counts::open(&stage.app, target).await);
    }
    let mut published = 0;
    for number in 0..20_usize {
        let text = format!("{number}{}", "-".repeat(number * 700));
        stage.publish(&text).await;
        published += format!("data: {text}\n\n").len() as u64;
        for reader in &mut readers {
            reader.read_to(&format!("data: {text}\n")).await;
        }
        if number == 9 {
            assert_eq!(
                [stage.counted.level("sse_streams_open"), stage.counted.level("sse_subscriptions_open")],
                [5.0; 2]
            );
        }
    }
    // It has read all there is, and nothing is written before it is seen to be gone.
    let left = readers.pop().expect("one of five");
    let mut bytes = left.bytes;
    drop(left);
    let gone = async {
        while stage.hub.subscriptions() > 4 {
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    };
    within(PATIENCE, gone).await;
    stage.publish("last").await;
    published += "data: last\n\n".len() as u64;

    stage.end(&mut readers).await;
    bytes += readers.iter().map(|reader| reader.bytes).sum::<u64>();
    let counted = &mut stage.counted;
    assert_eq!(counted.count("sse_sent_bytes_total"), bytes);
    assert_eq!(counted.count("sse_heartbeats_total"), 0);
    let names = ["sse_published_total{outcome=stored}", "sse_published_bytes_total", "sse_replays_total{verdict=live}"];
    assert_eq!(names.map(|name| counted.count(name)), [21, published, 5]);
    for (reason, streams, subscriptions) in [("left", 1, 1), ("drain", 0, 4)] {
        let ended = counted.count(&format!("sse_subscriptions_ended_total{{reason={reason}}}"));
        assert_eq!((reason, ended), (reason, subscriptions));
        let ended = counted.count(&format!("sse_streams_ended_total{{reason={reason}}}"));
        assert_eq!((reason, ended), (reason, streams), "the hub's own end is a complete one");
    }
    assert_eq!(counted.count("sse_streams_ended_total{reason=complete}"), 4);
    assert_eq!([counted.level("sse_streams_open"), counted.level("sse_subscriptions_open")], [0.0; 2]);
}

#[tokio::test]
pub async fn heartbeats_are_counted_as_they_are_read() {
    let mut stage = Stage::new(Duration::from_millis(400)).await;
    let mut readers = vec![];
    for target in ["/feed", "/feed/mine", "/feed"] {
        readers.push(Counts::open(&stage.app, target).await);
    }
    for text in ["one", "two"] {
        for reader in &mut readers {
            reader.read_to(HEARTBEAT).await;
        }
        stage.publish(text).await;
        for reader in &mut readers {
            reader.read_to(&format!("data: {text}\n")).await;
        }
    }
    stage.end(&mut readers).await;
    let sum = |of: fn(&Counts) -> u64| readers.iter().map(of).sum::<u64>();
    let counted = [stage.counted.count("sse_heartbeats_total"), stage.counted.count("sse_sent_bytes_total")];
    assert_eq!(counted, [sum(|reader| reader.heartbeats), sum(|reader| reader.bytes)]);
    assert!(counted[0] >= 6, "two each: {counted:?}");
}
