//! Subscriptions to all topics that a pattern matches.

use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use oriole_sse::{
    Hub, HubOptions, LastEventId, MemoryStore, MemoryStoreOptions, MessageEvent, Pattern, Retention, SlowReaderPolicy,
    Subscription, SystemClock, TopicNaming, Verdict,
};

use super::support::{Flaky, HELLO, RESUMED};

fn pattern(text: &str) -> Pattern {
    Pattern::new(text).expect("a pattern")
}

fn hub_on(store: MemoryStore) -> Hub {
    Hub::with_store(HubOptions::default().topic_naming(TopicNaming::FirstLine), store)
}

async fn publish(hub: &Hub, topic: &str, data: &str) {
    hub.publish(topic, MessageEvent::new(data)).await.expect("published");
}

/// Waits for the next event: its data, or type and data.
async fn next(subscription: &mut Subscription) -> String {
    let event = tokio::time::timeout(Duration::from_secs(3600), subscription.next()).await;
    let event = event.expect("an event").expect("the stream goes on");
    let fields = event.fields();
    let data = fields.data.expect("data").replace('\n', " ");
    fields.event_type.map_or(data.clone(), |name| format!("{name}({data})"))
}

async fn is_silent(subscription: &mut Subscription) -> bool {
    tokio::time::timeout(Duration::from_secs(1), subscription.next()).await.is_err()
}

fn gap(pattern: &str, reason: &str) -> String {
    format!("gap({{\"topic\":\"pattern:{pattern}\",\"reason\":\"{reason}\",\"after\":null,\"through\":null}})")
}

#[tokio::test(start_paused = true)]
async fn a_pattern_reads_every_topic_that_it_matches_also_one_that_is_new() {
    let hub = hub_on(MemoryStore::default());
    publish(&hub, "rooms/1/alerts", "before").await;
    let mut alerts = hub.subscribe(pattern("rooms/:room/alerts")).await.expect("room");
    let mut all = hub.subscribe(pattern("*")).await.expect("room");
    let mut exact = hub.subscribe(pattern("rooms/1/chat")).await.expect("room");
    for reader in [&mut alerts, &mut all, &mut exact] {
        assert_eq!(next(reader).await, HELLO);
    }
    for (topic, data) in [("rooms/1/alerts", "a"), ("rooms/1/chat", "b"), ("rooms/2/alerts", "c"), ("users/7", "d")] {
        publish(&hub, topic, data).await;
    }
    assert_eq!(
        (next(&mut alerts).await, next(&mut alerts).await),
        ("rooms/1/alerts a".into(), "rooms/2/alerts c".into())
    );
    for expected in ["rooms/1/alerts a", "rooms/1/chat b", "rooms/2/alerts c", "users/7 d"] {
        assert_eq!(next(&mut all).await, expected);
    }
    assert_eq!(next(&mut exact).await, "rooms/1/chat b");
    for reader in [&mut alerts, &mut all, &mut exact] {
        assert!(is_silent(reader).await);
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_resumes_and_may_read_topics_beside_it() {
    let hub = hub_on(MemoryStore::default());
    let subscribe = || hub.subscribe(pattern("rooms/:room")).and("news");
    let mut reader = subscribe().await.expect("room");
    let hello = reader.next().await.expect("hello");
    publish(&hub, "rooms/1", "a").await;
    assert_eq!(next(&mut reader).await, "rooms/1 a");
    drop(reader);
    for (topic, data) in [("rooms/1", "b"), ("news", "c"), ("rooms/2", "d")] {
        publish(&hub, topic, data).await;
    }
    // The task appends when it comes to it.
    tokio::time::sleep(Duration::from_millis(10)).await;
    let id = LastEventId::from(hello.fields().id.cloned().expect("an id"));
    let mut reader = subscribe().from(id).await.expect("room");
    assert_eq!(next(&mut reader).await, RESUMED);
    let mut read = vec![];
    for _ in 0..4 {
        read.push(next(&mut reader).await);
    }
    read.sort();
    assert_eq!(read, ["news c", "rooms/1 a", "rooms/1 b", "rooms/2 d"]);
    assert!(is_silent(&mut reader).await);
}

/// From the last reader's leaving on for the linger, nothing is lost; after it, what is lost is told.
#[tokio::test(start_paused = true)]
async fn what_nobody_gathered_is_told_before_the_next_event() {
    for (away, expected) in
        [(58, vec!["a 1".to_owned(), "b 2".to_owned()]), (70, vec![gap("*", "restart"), "b 2".into()])]
    {
        let hub = hub_on(MemoryStore::default());
        let mut reader = hub.subscribe(pattern("*")).await.expect("room");
        let hello = reader.next().await.expect("hello");
        publish(&hub, "a", "0").await;
        assert_eq!(next(&mut reader).await, "a 0");
        drop(reader);
        tokio::time::sleep(Duration::from_secs(away)).await;
        publish(&hub, "a", "1").await;
        let id = LastEventId::from(hello.fields().id.cloned().expect("an id"));
        let mut reader = hub.subscribe(pattern("*")).from(id).await.expect("room");
        assert_eq!(reader.verdict(), Verdict::Resumed);
        publish(&hub, "b", "2").await;
        assert_eq!(next(&mut reader).await, RESUMED);
        assert_eq!(next(&mut reader).await, "a 0");
        for expected in expected {
            assert_eq!(next(&mut reader).await, expected, "after {away} s");
        }
    }
}

/// Also where nothing was gathered yet: the event may have come in between.
#[tokio::test(start_paused = true)]
async fn a_client_that_saw_nothing_is_told_as_well() {
    let hub = hub_on(MemoryStore::default());
    let hello = hub.subscribe(pattern("*")).await.expect("room").next().await.expect("hello");
    tokio::time::sleep(Duration::from_secs(70)).await;
    publish(&hub, "a", "1").await;
    let id = LastEventId::from(hello.fields().id.cloned().expect("an id"));
    let mut reader = hub.subscribe(pattern("*")).from(id).await.expect("room");
    assert_eq!((next(&mut reader).await, next(&mut reader).await), (RESUMED.into(), gap("*", "restart")));
}

#[tokio::test(start_paused = true)]
async fn a_restart_of_the_process_is_such_a_gap() {
    let store = MemoryStore::default();
    let shared = store.clone();
    // A runtime that ends takes the hub's tasks with it, as the process does.
    let before = tokio::task::spawn_blocking(move || {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().build().expect("a runtime");
        runtime.block_on(async {
            let before = hub_on(shared);
            let mut reader = before.subscribe(pattern("*")).await.expect("room");
            let hello = reader.next().await.expect("hello");
            publish(&before, "a", "0").await;
            assert_eq!(next(&mut reader).await, "a 0");
            hello
        })
    });
    let hello = before.await.expect("no panic");
    let after = hub_on(store);
    publish(&after, "a", "1").await;
    let id = LastEventId::from(hello.fields().id.cloned().expect("an id"));
    let mut reader = after.subscribe(pattern("*")).from(id).await.expect("room");
    publish(&after, "a", "2").await;
    for expected in [RESUMED, "a 0", &gap("*", "restart"), "a 2"] {
        assert_eq!(next(&mut reader).await, expected);
    }
}

/// Both are told of every event.
#[tokio::test(start_paused = true)]
async fn two_hubs_on_one_store_double_nothing() {
    let store = MemoryStore::default();
    let hubs = [hub_on(store.clone()), hub_on(store)];
    let mut readers = vec![];
    for hub in &hubs {
        readers.push(hub.subscribe(pattern("*")).await.expect("room"));
    }
    for (number, hub) in hubs.iter().cycle().take(10).enumerate() {
        publish(hub, "a", &number.to_string()).await;
    }
    assert_eq!((next(&mut readers[0]).await, next(&mut readers[1]).await), (HELLO.into(), HELLO.into()));
    // The second cannot know that the first keeps the log.
    assert_eq!(next(&mut readers[0]).await, gap("*", "restart"));
    for reader in &mut readers {
        for number in 0..10 {
            assert_eq!(next(reader).await, format!("a {number}"));
        }
        assert!(is_silent(reader).await);
    }
}

#[tokio::test(start_paused = true)]
async fn what_waits_to_be_gathered_is_bounded_and_what_is_missing_is_told() {
    // `data: a`, `data: 0` and a blank line.
    let bytes = 17;
    let by_events = |events| HubOptions::default().gather_events_max(events);
    let by_bytes = |bytes| HubOptions::default().gather_bytes_max(bytes);
    for (options, gathered) in
        [(by_events(3), 3), (by_events(2), 2), (by_bytes(3 * bytes), 3), (by_bytes(3 * bytes - 1), 2)]
    {
        let hub = Hub::new(options.topic_naming(TopicNaming::FirstLine));
        let mut reader = hub.subscribe(pattern("*")).await.expect("room");
        assert_eq!(next(&mut reader).await, HELLO);
        // The memory store answers at once, so that the task has no turn in between.
        for number in 0..3 {
            super::support::publish(&hub, "a", [number]);
        }
        let mut read = vec![];
        for _ in 0..gathered {
            read.push(next(&mut reader).await);
        }
        super::support::publish(&hub, "a", [3]);
        // The gap may stand before what waited already: it is told before what comes later.
        while read.last().is_none_or(|last| last != "a 3") {
            read.push(next(&mut reader).await);
        }
        let gaps = read.iter().filter(|event| **event == gap("*", "overflow")).count();
        assert_eq!(gaps, usize::from(gathered < 3), "{read:?}");
        read.retain(|event| event.starts_with("a "));
        let expected: Vec<_> = (0..gathered).chain([3]).map(|number| format!("a {number}")).collect();
        assert_eq!(read, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn events_of_which_a_store_did_not_tell_are_missing_and_told() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let elsewhere = Hub::with_store(HubOptions::default(), store.inner().clone());
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as _, SystemClock);
    let mut reader = hub.subscribe(pattern("*")).await.expect("room");
    assert_eq!(next(&mut reader).await, HELLO);
    store.set_away(true);
    publish(&elsewhere, "a", "1").await;
    store.set_away(false);
    // What the hub says to every reader.
    assert!(next(&mut reader).await.contains("unavailable"));
    assert_eq!(next(&mut reader).await, RESUMED);
    publish(&hub, "a", "2").await;
    assert_eq!(next(&mut reader).await, gap("*", "unavailable"));
    assert_eq!(next(&mut reader).await, "2");
}

#[tokio::test(start_paused = true)]
async fn its_readers_are_as_all_others() {
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(100)));
    let hub = Hub::with_store(HubOptions::default(), store);
    let slow = oriole_sse::SlowReader::new(SlowReaderPolicy::Coalesce).events_max(2);
    let mut reader = hub.subscribe(pattern("prices/:of")).slow_reader(slow).await.expect("room");
    assert_eq!(next(&mut reader).await, HELLO);
    for number in 0..6 {
        let event = MessageEvent::new(number.to_string());
        hub.publish("prices/eur", event).coalesce_key(["even", "odd"][number % 2]).await.expect("published");
    }
    tokio::time::sleep(Duration::from_millis(10)).await;
    assert!(next(&mut reader).await.contains("coalesced"));
    assert_eq!((next(&mut reader).await, next(&mut reader).await), ("4".into(), "5".into()));
    // What a pattern's log says of the pattern is gathered by none.
    let mut all = hub.subscribe(pattern("*")).await.expect("room");
    assert_eq!(next(&mut all).await, HELLO);
    hub.publish(pattern("prices/:of"), MessageEvent::new("to all of them")).await.expect("published");
    assert_eq!(next(&mut reader).await, "to all of them");
    assert!(is_silent(&mut all).await);
}

#[tokio::test(start_paused = true)]
async fn a_name_that_a_client_sends_opens_no_pattern() {
    let hub = Hub::default();
    let refused = hub.subscribe("pattern:*").await.expect_err("a pattern is said to be one");
    assert_eq!(refused.status(), http::StatusCode::BAD_REQUEST);
    assert!(hub.publish("pattern:*", MessageEvent::new("1")).await.is_err());
}

/// What a panic of the store's took with it is told, and the patterns go on.
#[tokio::test(start_paused = true)]
async fn a_store_that_panics_ends_no_pattern() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let elsewhere = Hub::with_store(HubOptions::default(), store.inner().clone());
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as _, SystemClock);
    let mut reader = hub.subscribe(pattern("*")).await.expect("room");
    assert_eq!(next(&mut reader).await, HELLO);
    // The next append of this hub is that of the pattern's log.
    store.panic_at_append();
    publish(&elsewhere, "a", "1").await;
    tokio::time::sleep(Duration::from_secs(2)).await;
    publish(&hub, "a", "2").await;
    assert_eq!(next(&mut reader).await, gap("*", "unavailable"));
    assert_eq!(next(&mut reader).await, "2");
    publish(&hub, "a", "3").await;
    assert_eq!(next(&mut reader).await, "3");
}

/// A pattern is gathered in whichever runtime its hub is used next.
#[test]
fn patterns_outlive_the_runtime_that_gathered_them() {
    let hub = hub_on(MemoryStore::default());
    let runtime = || tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
    let mut reader = runtime().expect("a runtime").block_on(async {
        let mut reader = hub.subscribe(pattern("*")).await.expect("room");
        assert_eq!(next(&mut reader).await, HELLO);
        reader
    });
    runtime().expect("a runtime").block_on(async {
        // Whoever subscribes has the hub's task begin again, and that the gathering.
        let _other = hub.subscribe("b").await.expect("room");
        publish(&hub, "a", "1").await;
        assert_eq!(next(&mut reader).await, gap("*", "unavailable"));
        assert_eq!(next(&mut reader).await, "a 1");
    });
}
