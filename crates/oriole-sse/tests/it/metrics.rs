//! What an operator sees, taken by a recorder that can be read.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;
use std::time::{Duration, Instant, SystemTime};

use futures_util::{StreamExt, stream};
use metrics_util::debugging::{DebugValue, DebuggingRecorder, Snapshotter};
use oriole_sse::{
    Clock, EventStreams, Hub, HubOptions, LastEventId, MemoryStore, MemoryStoreOptions, MessageEvent, Position,
    Principal, Published, Retention, Sleep, SlowReaderPolicy, SseOptions, Store, Subscription, SystemClock,
};

use crate::hub::support::Flaky;
use crate::support::{frame, rest};

/// The metrics of one test, by `name{label=value}`.
struct Seen {
    snapshotter: Snapshotter,
    values: BTreeMap<String, Vec<f64>>,
}

/// Makes something whose metrics are seen, and nothing else's.
fn seen<T>(make: impl FnOnce() -> T) -> (Seen, T) {
    let recorder = DebuggingRecorder::new();
    let snapshotter = recorder.snapshotter();
    let made = ::metrics::with_local_recorder(&recorder, make);
    (Seen { snapshotter, values: BTreeMap::new() }, made)
}

impl Seen {
    /// Takes what was counted since the last time: counters and levels are summed, histograms have each value.
    fn take(&mut self) {
        for (key, unit, what, value) in self.snapshotter.snapshot().into_vec() {
            let key = key.key();
            let mut labels: Vec<_> = key.labels().map(|label| format!("{}={}", label.key(), label.value())).collect();
            labels.sort();
            let name = if labels.is_empty() { key.name().into() } else { format!("{}{labels:?}", key.name()) };
            assert!(unit.is_some() && what.is_some_and(|what| what.ends_with('.')), "{name} is not described");
            let values = self.values.entry(name.replace('"', "")).or_default();
            match value {
                #[expect(clippy::cast_precision_loss, reason = "small numbers")]
                DebugValue::Counter(count) => values.push(count as f64),
                DebugValue::Gauge(level) => values.push(level.0),
                DebugValue::Histogram(all) => values.extend(all.iter().map(|value| value.0)),
            }
        }
    }

    fn all(&mut self, name: &str) -> Vec<f64> {
        self.take();
        self.values.get(name).unwrap_or_else(|| panic!("{name} is none of {:#?}", self.values.keys())).clone()
    }

    /// Asserts the sum of a counter.
    #[track_caller]
    fn counted(&mut self, name: &str, expected: u32) {
        let sum: f64 = self.all(name).iter().sum();
        assert!((sum - f64::from(expected)).abs() < 0.5, "{name} is {sum}, not {expected}");
    }
}

/// The system's clock, but that the time of day follows the paused clock of tokio.
#[derive(Clone, Debug)]
struct PausedClock(Instant);

impl Clock for PausedClock {
    fn now(&self) -> Instant {
        SystemClock.now()
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH + Duration::from_secs(1_000_000_000) + self.now().duration_since(self.0)
    }

    fn sleep_until(&self, moment: Instant) -> Sleep {
        SystemClock.sleep_until(moment)
    }
}

fn hub_with(options: HubOptions, store: impl Store) -> (Seen, Hub) {
    seen(|| Hub::with_clock(options, Arc::new(store), PausedClock(SystemClock.now())))
}

async fn publish(hub: &Hub, topic: &str, data: &str) -> Position {
    hub.publish(topic, MessageEvent::new(data)).await.expect("published").position().expect("stored")
}

async fn next(subscription: &mut Subscription) -> MessageEvent {
    subscription.next().await.expect("an event")
}

#[tokio::test(start_paused = true)]
async fn streams_are_counted_by_how_they_end() {
    let options = SseOptions::default().heartbeat_interval(Duration::from_secs(15));
    let (mut seen, streams) = seen(|| EventStreams::new(options));
    let complete = streams.open_events(stream::iter([MessageEvent::new("1")])).await.into_body();
    let bytes = rest(complete).await.len();
    let mut leaves = streams.open_events(stream::pending()).await.into_body();
    let drains = streams.open_events(stream::pending()).await.into_body();
    seen.take();
    assert_eq!(seen.values["sse_streams_open"], [2.0]);
    assert_eq!(frame(&mut leaves).await.expect("after 15 s"), ":\n\n");
    drop(leaves);
    streams.drain();
    let farewell = rest(drains).await.len();
    let _ = streams.open_events(stream::pending()).await;

    seen.counted("sse_streams_ended_total[reason=complete]", 1);
    seen.counted("sse_streams_ended_total[reason=left]", 1);
    seen.counted("sse_streams_ended_total[reason=drain]", 1);
    seen.counted("sse_streams_turned_away_total", 1);
    seen.counted("sse_heartbeats_total", 1);
    seen.counted("sse_sent_bytes_total", u32::try_from(bytes + 3 + farewell).expect("few"));
}

/// Parity: SSE.21.
#[tokio::test(start_paused = true)]
async fn subscriptions_are_counted_from_their_verdict_to_their_end() {
    let (mut seen, hub) = hub_with(HubOptions::default().subscriptions_max(3), MemoryStore::default());
    let mut one = hub.subscribe("a").principal("ann").await.expect("room");
    let id = next(&mut one).await.fields().id.cloned().expect("an id");
    drop(one);
    let resumed = hub.subscribe("a").principal("ann").from(LastEventId::from(id.clone())).await.expect("room");
    let _refused = hub.subscribe("a").principal("bob").from(LastEventId::from(id)).await.expect("room");
    let _live = hub.subscribe("a").await.expect("room");
    hub.subscribe("a").await.expect_err("one too many");
    hub.subscribe("").await.expect_err("no topic");
    seen.take();
    assert_eq!(seen.values["sse_subscriptions_open"], [3.0]);
    seen.counted("sse_replays_total[verdict=live]", 2);
    seen.counted("sse_replays_total[verdict=resumed]", 1);
    seen.counted("sse_replays_total[verdict=refused]", 1);
    seen.counted("sse_gaps_total[reason=cursor]", 1);
    seen.counted("sse_subscriptions_refused_total[reason=all]", 1);
    seen.counted("sse_subscriptions_refused_total[reason=request]", 1);
    seen.counted("sse_subscriptions_ended_total[reason=left]", 1);

    assert_eq!(hub.revoke(&Principal::from("ann")), 1);
    assert!(resumed.collect::<Vec<_>>().await.last().is_some_and(|last| last.fields().data.is_some()));
    seen.counted("sse_subscriptions_ended_total[reason=revoked]", 1);
    let _ = hub.drain(Duration::ZERO).await;
    let _ = hub.subscribe("a").await.expect("sent away");
    seen.counted("sse_subscriptions_refused_total[reason=draining]", 1);
}

#[tokio::test(start_paused = true)]
async fn publications_are_counted_by_what_became_of_them() {
    let (mut seen, hub) = hub_with(HubOptions::default(), MemoryStore::default());
    let event = || MessageEvent::new("x");
    let first = publish(&hub, "a", "x").await;
    for is_duplicate in [false, true] {
        let published = hub.publish("a", event()).idempotency_key("once").await.expect("published");
        assert!(matches!(published, Published::Stored { is_duplicate: found, .. } if found == is_duplicate));
    }
    hub.publish("a", event()).after(first).await.expect_err("not the last");
    hub.publish("a", event().event_type(oriole_sse::event_name!("hello"))).await.expect_err("reserved");
    hub.publish("a", event()).volatile().await.expect("given");
    for (outcome, count) in [("stored", 2), ("duplicate", 1), ("refused", 2), ("live-only", 1), ("failed", 0)] {
        seen.counted(&format!("sse_published_total[outcome={outcome}]"), count);
    }
    seen.counted("sse_published_bytes_total", 3 * 9);
    // Four asked the store, and the time that passed between is none.
    assert_eq!(seen.all("sse_store_milliseconds[operation=append]"), [0.0; 4]);
    seen.counted("sse_store_errors_total[operation=append]", 0);
}

/// The time for which somebody waited in vain is the store's as well.
#[tokio::test(start_paused = true)]
async fn a_store_that_hangs_is_seen() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let timeout = Duration::from_millis(300);
    let options = HubOptions::default().store_timeout(timeout);
    let (mut seen, hub) = seen(|| Hub::with_clock(options, Arc::clone(&store) as _, SystemClock));
    store.set_stuck(true);
    hub.publish("a", MessageEvent::new("x")).await.expect_err("in doubt");
    let waited = seen.all("sse_store_milliseconds[operation=append]");
    assert!(matches!(waited[..], [one] if (300.0..310.0).contains(&one)), "{waited:?}");
    seen.counted("sse_store_errors_total[operation=append]", 1);
    // Who does not wait as long has not found out anything.
    store.set_stuck(false);
    tokio::time::sleep(Duration::from_secs(3)).await;
    store.set_stuck(true);
    let read = tokio::time::timeout(Duration::from_millis(100), hub.publish("a", MessageEvent::new("x")));
    read.await.expect_err("given up before");
    seen.counted("sse_store_errors_total[operation=append]", 1);
}

#[tokio::test(start_paused = true)]
async fn lag_is_told_in_events_bytes_and_milliseconds() {
    let (mut seen, hub) = hub_with(HubOptions::default().write_timeout(None), MemoryStore::default());
    let _behind = hub.subscribe("a").principal("ann").await.expect("room");
    let mut reads = hub.subscribe("a").await.expect("room");
    tokio::time::sleep(Duration::from_millis(1500)).await;
    seen.take();
    assert!(seen.values["sse_lag_events"].iter().all(|events| *events == 0.0), "nothing is there to be taken");
    for number in 0..3 {
        publish(&hub, "a", &number.to_string()).await;
    }
    for _ in 0..4 {
        next(&mut reads).await;
    }
    seen.values.clear();
    tokio::time::sleep(Duration::from_millis(2000)).await;
    // Twice in two seconds, and of two readers one has everything; looked at half a second and more after the events.
    let positive = |values: Vec<f64>| values.into_iter().filter(|value| *value > 0.0).collect::<Vec<_>>();
    assert_eq!(positive(seen.all("sse_lag_events")), [3.0, 3.0]);
    assert_eq!(positive(seen.all("sse_lag_bytes")), [3.0 * 45.0; 2]);
    let ages = positive(seen.all("sse_lag_milliseconds"));
    assert!(
        matches!(ages[..], [one, two] if (400.0..600.0).contains(&one) && (two - one - 1000.0).abs() < 50.0),
        "{ages:?}"
    );
    assert!(seen.all("sse_topics").contains(&1.0));

    let furthest = hub.furthest_behind(10);
    assert_eq!(furthest.len(), 1, "who has everything is not behind");
    assert_eq!((furthest[0].events, furthest[0].bytes), (3, 3 * 45));
    assert_eq!(furthest[0].principal, Some(Principal::from("ann")));
    assert!(hub.furthest_behind(0).is_empty());
}

#[tokio::test(start_paused = true)]
async fn of_many_readers_so_many_are_looked_at_each_second_and_all_have_their_turn() {
    for (samples_max, looked_at) in [(3, 6), (6, 6), (2, 4), (0, 0)] {
        let options = HubOptions::default().write_timeout(None).lag_samples_max(samples_max);
        let (mut seen, hub) = hub_with(options, MemoryStore::default());
        let mut readers = vec![];
        for _ in 0..6 {
            readers.push(hub.subscribe("a").await.expect("room"));
        }
        publish(&hub, "a", "1").await;
        // The first look comes with the beginning.
        tokio::time::sleep(Duration::from_millis(10)).await;
        seen.take();
        seen.values.clear();
        tokio::time::sleep(Duration::from_secs(2)).await;
        let expected = if samples_max == 6 { 12 } else { looked_at };
        assert_eq!(seen.all("sse_lag_events").len(), expected, "{samples_max}");
    }
}

#[tokio::test(start_paused = true)]
async fn drops_are_counted_by_reason_and_in_events() {
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(2)));
    let (mut seen, hub) = hub_with(HubOptions::default().ring_events_max(2), store);
    let mut first = hub.subscribe("a").await.expect("room");
    let id = next(&mut first).await.fields().id.cloned().expect("an id");
    drop(first);
    let slow = oriole_sse::SlowReader::new(SlowReaderPolicy::DropOldest).events_max(2);
    let mut drops = hub.subscribe("a").slow_reader(slow).await.expect("room");
    for number in 0..6 {
        publish(&hub, "a", &number.to_string()).await;
    }
    let mut resumes = hub.subscribe("a").from(LastEventId::from(id)).await.expect("room");
    for _ in 0..3 {
        next(&mut drops).await;
        next(&mut resumes).await;
    }
    seen.counted("sse_gaps_total[reason=overflow]", 1);
    seen.counted("sse_dropped_events_total[reason=overflow]", 5);
    seen.counted("sse_gaps_total[reason=retention]", 1);
    seen.counted("sse_dropped_events_total[reason=retention]", 4);
    seen.counted("sse_replays_total[verdict=gap]", 1);
    assert!(!seen.all("sse_store_milliseconds[operation=read]").is_empty());
}

#[tokio::test(start_paused = true)]
async fn hubs_are_told_apart_by_name_and_nothing_is_labelled_by_clients() {
    let (mut seen, hub) = hub_with(HubOptions::default().name("chat"), MemoryStore::default());
    let before: BTreeSet<_> = {
        seen.take();
        seen.values.keys().cloned().collect()
    };
    assert!(before.iter().all(|name| name.contains("hub=chat")), "{before:?}");
    let _ann = hub.subscribe("rooms/7").principal("ann").await.expect("room");
    publish(&hub, "rooms/7", "1").await;
    tokio::time::sleep(Duration::from_secs(3)).await;
    seen.take();
    let after: BTreeSet<_> = seen.values.keys().cloned().collect();
    assert_eq!(after, before, "everything is known from the beginning");
}

/// The table of the guide has every metric, with its labels and their values, and no other.
#[tokio::test]
async fn the_guide_lists_every_metric() {
    let guide = include_str!("../../../../docs/guide/28-operating.md");
    let listed: BTreeSet<_> = guide
        .lines()
        .filter_map(|line| line.strip_prefix("| `sse_"))
        .map(|line| format!("sse_{}", line.split('`').next().unwrap_or_default()))
        .collect();
    let (mut seen, _made) = seen(|| (Hub::default(), EventStreams::default()));
    seen.take();
    let known: BTreeSet<_> =
        seen.values.keys().map(|name| name.split('[').next().unwrap_or_default().to_owned()).collect();
    assert_eq!(known, listed);
    for name in seen.values.keys() {
        if let Some((name, label)) = name.split_once('[') {
            let value = label.trim_end_matches(']').split('=').nth(1).unwrap_or_default();
            let line = guide.lines().find(|line| line.starts_with(&format!("| `{name}`"))).expect("listed");
            assert!(value == "other" || line.contains(&format!("`{value}`")), "{value} in {line}");
        }
    }
}
