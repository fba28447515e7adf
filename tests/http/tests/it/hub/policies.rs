//! What each policy does to a client that reads nothing for a while, over a real socket, and what is counted of it.

use super::reader::{DRAIN, Reader};
use http_tests::{App, Connection, Counted, PATIENCE, within};
use metrics_util::debugging::DebuggingRecorder;
use oriole::prelude::*;
use oriole::sse::{Hub, HubOptions, SlowReader, SlowReaderPolicy, Start, Subscription};
use oriole::{SseModule, SseModuleOptions};
use serde_json::Value;
use std::collections::HashMap;
use std::sync::Arc;

/// More than the sockets of both ends and the hub's memory hold, and less than the store keeps.
const EVENTS: u64 = 160;
const EVENT_BYTES: usize = 64 * 1024;
/// How many events a reader may be behind.
const BEHIND_MAX: usize = 8;

#[injectable]
pub struct Feed {
    hub: Arc<Hub>,
}

#[controller]
impl Feed {
    #[get("hello")]
    async fn hello(&self) -> &'static str {
        "hello"
    }

    #[sse("{policy}")]
    async fn read(&self, Path(policy): Path<String>, start: Start) -> Result<Subscription, HttpException> {
        let policy = match policy.as_str() {
            "replay" => SlowReaderPolicy::Replay,
            "disconnect" => SlowReaderPolicy::Disconnect,
            "drop-oldest" => SlowReaderPolicy::DropOldest,
            "drop-newest" => SlowReaderPolicy::DropNewest,
            "coalesce" => SlowReaderPolicy::Coalesce,
            _ => return Err(HttpException::not_found("there is no such policy")),
        };
        let slow = SlowReader::new(policy).events_max(BEHIND_MAX).bytes_max(usize::MAX);
        Ok(self.hub.subscribe("feed").from(start).slow_reader(slow).await?)
    }
}

/// Nobody is `stalled`, however long the test takes.
fn options() -> SseModuleOptions {
    SseModuleOptions::default().hub(HubOptions::default().write_timeout(None)).drain_window(DRAIN)
}

#[module(imports = [SseModule::for_root(options())], controllers = [Feed])]
pub struct FeedModule;

/// What a client was told.
#[derive(Debug, PartialEq, Eq)]
enum Told {
    Event(u64),
    Gap { reason: String, after: u64, through: u64 },
    End(String),
}

/// One key of each five, and one that is used once, when memory has let it go.
fn key(number: u64) -> String {
    if number == EVENTS - 20 { "rare".into() } else { (number % 5).to_string() }
}

struct Stage {
    app: App,
    hub: Arc<Hub>,
    counted: Counted,
    stalled: Reader,
    other: Reader,
}

impl Stage {
    /// Has two clients of a policy, one of which reads nothing while the other reads all there is.
    async fn new(policy: &str) -> Self {
        let recorder = DebuggingRecorder::new();
        let counted = Counted::of(&recorder);
        let (app, hub) = {
            let _guard = metrics::set_default_local_recorder(&recorder);
            let mut hub = None;
            let app = App::serve_with::<FeedModule>(|app| {
                hub = app.get::<Hub>();
                app
            });
            (app.await, hub.expect("it is provided"))
        };
        let target = format!("/{policy}");
        let mut stalled = Reader::on(Connection::narrow(app.addr).await, "GET", &target, "").await;
        let mut other = Reader::open(app.addr, "GET", &target, "").await;
        for reader in [&mut stalled, &mut other] {
            assert_eq!(reader.next().await, "hello({\"verdict\":\"live\"})");
        }
        let mut stage = Self { app, hub, counted, stalled, other };
        for number in 1..=EVENTS {
            // One by one: however slow the machine, no more than this waits for the other.
            stage.publish(number).await;
        }
        stage
    }

    async fn publish(&mut self, number: u64) {
        let text = format!("{number} {}", "-".repeat(EVENT_BYTES));
        self.hub.publish("feed", MessageEvent::new(text)).coalesce_key(key(number)).await.expect("published");
        assert_eq!(next(&mut self.other).await, Told::Event(number), "the other does not notice");
    }

    /// Reads on until there is nothing more, or to the end.
    async fn read(&mut self) -> Vec<Told> {
        let mut read = vec![];
        loop {
            let told = next(&mut self.stalled).await;
            let is_last = match &told {
                Told::Event(number) => *number == EVENTS,
                // What is superseded is skipped, and the latest of each key comes behind it.
                Told::Gap { reason, through, .. } => reason != "coalesced" && *through == EVENTS,
                Told::End(_) => true,
            };
            read.push(told);
            if is_last {
                break read;
            }
        }
    }

    /// It reads on as if nothing had been, and all that it lost was counted.
    async fn goes_on(mut self, read: &[Told]) {
        self.publish(EVENTS + 1).await;
        assert_eq!(next(&mut self.stalled).await, Told::Event(EVENTS + 1));
        self.is_counted(read);
        self.app.end().await;
    }

    /// Nothing is lost that no `gap` tells of, nothing comes twice, and the operator is told of the same losses.
    fn is_counted(&mut self, read: &[Told]) {
        let (mut last, mut known) = (0, 0);
        let mut lost: HashMap<&str, (u64, u64)> = [("overflow", (0, 0)), ("coalesced", (0, 0))].into();
        for told in read {
            match told {
                Told::Event(number) => {
                    assert!(*number > last, "{number} behind {last}");
                    assert!(*number == last + 1 || *number - 1 <= known, "{last}, {number}: nobody was told");
                    last = *number;
                }
                Told::Gap { reason, after, through } => {
                    assert!((last..=last.max(known)).contains(after) && through > after, "{read:?}");
                    known = *through;
                    let (gaps, events) = lost.get_mut(reason.as_str()).expect("a reason of a slow reader");
                    *gaps += 1;
                    *events += through - after;
                }
                Told::End(_) => {}
            }
        }
        for (reason, lost) in lost {
            let gaps = self.counted.count(&format!("sse_gaps_total{{reason={reason}}}"));
            let events = self.counted.count(&format!("sse_dropped_events_total{{reason={reason}}}"));
            assert_eq!((gaps, events), lost, "{reason}");
        }
    }
}

async fn next(reader: &mut Reader) -> Told {
    let event = reader.next().await;
    let (name, data) = event.strip_suffix(')').and_then(|event| event.split_once('(')).expect("an event");
    let json = || -> Value { serde_json::from_str(data).expect("JSON") };
    let text = |value: &Value| value.as_str().expect("a text").to_owned();
    match name {
        "message" => Told::Event(data.split(' ').next().and_then(|number| number.parse().ok()).expect("a number")),
        "gap" => {
            let gap = json();
            let number = |name: &str| gap[name].as_u64().expect("a number");
            Told::Gap { reason: text(&gap["reason"]), after: number("after"), through: number("through") }
        }
        "end" => Told::End(text(&json()["reason"])),
        _ => panic!("{name}"),
    }
}

/// What came before the first loss and behind the last one.
fn around_gaps(read: &[Told], reason: &str) -> (Vec<u64>, Vec<u64>) {
    let gaps: Vec<_> =
        read.iter().map(|told| matches!(told, Told::Gap { reason: found, .. } if found == reason)).collect();
    let first = gaps.iter().position(|is_gap| *is_gap).unwrap_or_else(|| panic!("no {reason} in {read:?}"));
    let last = gaps.iter().rposition(|is_gap| *is_gap).unwrap_or(first);
    let events = |told: &[Told]| -> Vec<u64> {
        let number = |told: &Told| match told {
            Told::Event(number) => *number,
            other => panic!("{other:?}"),
        };
        told.iter().map(number).collect()
    };
    (events(&read[..first]), events(&read[last + 1..]))
}

#[tokio::test]
pub async fn a_slow_reader_gets_everything_from_the_store() {
    let mut stage = Stage::new("replay").await;
    let read = stage.read().await;
    assert_eq!(read, (1..=EVENTS).map(Told::Event).collect::<Vec<_>>());
    stage.goes_on(&read).await;
}

/// With everything that was on its way, and then with the rest when it comes back.
#[tokio::test]
pub async fn a_slow_reader_is_sent_away() {
    let mut stage = Stage::new("disconnect").await;
    let mut read = stage.read().await;
    assert_eq!(read.pop(), Some(Told::End("slow".into())));
    let taken = read.len() as u64;
    assert!((1..EVENTS).contains(&taken), "{taken}");
    assert_eq!(read, (1..=taken).map(Told::Event).collect::<Vec<_>>());
    assert_eq!(within(PATIENCE, stage.stalled.connection.chunk()).await, None, "the complete end");
    stage.stalled.connection.ask("GET", "/hello").await;
    assert_eq!(within(PATIENCE, stage.stalled.connection.response_to("GET")).await.body, "hello");
    assert_eq!(stage.counted.count("sse_subscriptions_ended_total{reason=slow}"), 1);

    let id = &stage.stalled.last_event_id;
    let resume = format!("Last-Event-ID: {id}\r\n");
    stage.stalled = Reader::open(stage.app.addr, "GET", "/disconnect", &resume).await;
    assert_eq!(stage.stalled.next().await, "hello({\"verdict\":\"resumed\"})");
    let rest = stage.read().await;
    assert_eq!(rest, (taken + 1..=EVENTS).map(Told::Event).collect::<Vec<_>>(), "it is not judged meanwhile");
    read.extend(rest);
    stage.goes_on(&read).await;
}

#[tokio::test]
pub async fn a_slow_reader_skips_the_oldest() {
    let mut stage = Stage::new("drop-oldest").await;
    let read = stage.read().await;
    let (before, behind) = around_gaps(&read, "overflow");
    assert!(!before.is_empty());
    let newest = BEHIND_MAX as u64 / 2;
    assert_eq!(behind, (EVENTS - newest + 1..=EVENTS).collect::<Vec<_>>(), "the newest half");
    stage.goes_on(&read).await;
}

#[tokio::test]
pub async fn a_slow_reader_skips_the_newest() {
    let mut stage = Stage::new("drop-newest").await;
    let read = stage.read().await;
    let (before, behind) = around_gaps(&read, "overflow");
    assert!(before.len() >= BEHIND_MAX && behind.is_empty(), "{read:?}");
    stage.goes_on(&read).await;
}

/// Without waiting for anything more to be published.
#[tokio::test]
pub async fn a_slow_reader_gets_the_latest_of_each_key() {
    let mut stage = Stage::new("coalesce").await;
    let read = stage.read().await;
    let (before, behind) = around_gaps(&read, "coalesced");
    let taken = *before.last().expect("what the sockets held");
    let latest = |number: &u64| (number + 1..=EVENTS).all(|later| key(later) != key(*number));
    let expected: Vec<_> = (taken + 1..=EVENTS).filter(latest).collect();
    assert_eq!((behind.len(), &behind), (6, &expected), "five keys, and the rare one");
    stage.goes_on(&read).await;
}
