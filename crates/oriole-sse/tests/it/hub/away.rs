//! A store that is away.

use std::sync::Arc;

use oriole_sse::{
    EventStreams, Hub, HubOptions, LastEventId, MemoryStore, MessageEvent, Published, SlowReader, SlowReaderPolicy,
    Start, Store, SystemClock,
};

use super::support::{Flaky, HELLO, ManualClock, RESUMED, now, publish, read, read_all, read_id, refusal, settle};
use crate::support::frame;

fn hub_on(store: &Arc<Flaky>) -> Hub {
    let store = Arc::clone(store) as Arc<dyn Store>;
    Hub::with_clock(HubOptions::default(), store, ManualClock::new())
}

#[tokio::test]
async fn subscribers_are_served_live_and_told() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    let mut subscription = now(hub.subscribe("a").and("b")).expect("room");
    publish(&hub, "a", [1]);
    store.set_away(true);
    let published = now(hub.publish("a", MessageEvent::new("2"))).expect("live only");
    assert_eq!(published, Published::LiveOnly);
    let mut late = now(hub.subscribe("a")).expect("room");
    publish(&hub, "a", [3]);

    let unavailable =
        |topic, after| format!(r#"gap({{"topic":"{topic}","reason":"unavailable","after":{after},"through":null}})"#);
    assert_eq!(read_all(&mut subscription), [HELLO, &unavailable("a", 0), &unavailable("b", 0), "1", "2*", "3*"]);
    assert_eq!(read_all(&mut late), [r#"hello({"verdict":"live","liveOnly":true})"#, "3*"]);

    // Conditions are the store's to judge.
    let named = hub.publish("a", MessageEvent::new("-")).idempotency_key("n");
    assert_eq!(refusal(named), "the store of events is away, and the publication has a condition");
    assert!(now(hub.publish("a", MessageEvent::new("-")).as_first()).is_err());

    store.set_away(false);
    settle().await;
    publish(&hub, "a", [4]);
    assert_eq!(read_all(&mut subscription), [RESUMED, "4"]);
    assert_eq!(read_all(&mut late), [RESUMED, "4"]);
}

#[tokio::test]
async fn what_others_published_meanwhile_is_caught_up_with() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    let other = Hub::with_store(HubOptions::default(), store.inner().clone());
    let mut subscription = now(hub.subscribe("a")).expect("room");
    store.set_away(true);
    publish(&other, "a", 1..=3);
    assert_eq!(read_all(&mut subscription).len(), 2, "a hello and a gap");
    store.set_away(false);
    settle().await;
    publish(&other, "a", [4]);
    assert_eq!(read_all(&mut subscription), [RESUMED, "1", "2", "3", "4"]);
}

#[tokio::test]
async fn who_comes_while_it_is_away_is_not_refused_and_gets_a_place_later() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    store.set_away(true);
    let mut subscription = now(hub.subscribe("a").from(oriole_sse::Start::Earliest)).expect("room");
    publish(&hub, "a", [1]);
    assert_eq!(read_all(&mut subscription), [r#"hello({"verdict":"live","liveOnly":true})*"#, "1*"]);
    store.set_away(false);
    settle().await;
    publish(&hub, "a", [2]);
    assert!(read(&mut subscription).starts_with(RESUMED));
    let id = read_id(&mut subscription);
    publish(&hub, "a", [3]);
    let mut subscription = now(hub.subscribe("a").from(LastEventId::from(id))).expect("room");
    assert_eq!(read_all(&mut subscription), [RESUMED, "3"]);
}

#[tokio::test]
async fn a_reader_that_cannot_catch_up_is_told_and_goes_on_live() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let options = HubOptions::default().ring_events_max(2);
    let hub = Hub::with_clock(options, Arc::clone(&store) as Arc<dyn Store>, ManualClock::new());
    let mut subscription = now(hub.subscribe("a")).expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    publish(&hub, "a", 1..=5);
    store.set_away(true);
    let told = read_all(&mut subscription);
    assert!(told[0].contains("\"through\":null"), "{told:?}");
    assert_eq!(told[1..], [&super::support::gap("a", "unavailable", 0, 3), "4", "5"]);
}

#[tokio::test]
async fn an_absence_that_is_over_is_told_as_well() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    let mut subscription = now(hub.subscribe("a")).expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    store.set_away(true);
    publish(&hub, "a", [1]);
    store.set_away(false);
    settle().await;
    publish(&hub, "a", [2]);
    let told = r#"gap({"topic":"a","reason":"unavailable","after":0,"through":null})"#;
    assert_eq!(read_all(&mut subscription), [told, RESUMED, "2", "1*"]);
}

/// What is told after the store is back does not hide what was not told before.
#[tokio::test]
async fn what_comes_before_the_topic_is_opened_again_leaves_no_hole() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    let other = Hub::with_store(HubOptions::default(), store.inner().clone());
    let slow = SlowReader::new(SlowReaderPolicy::Disconnect).events_max(1);
    let mut subscription = now(hub.subscribe("a")).expect("room");
    let mut strict = now(hub.subscribe("a").slow_reader(slow)).expect("room");
    publish(&hub, "a", 1..=2);
    assert_eq!(read_all(&mut subscription), [HELLO, "1", "2"]);
    store.set_away(true);
    publish(&other, "a", 3..=6);
    store.set_away(false);
    publish(&hub, "a", [7]);
    let told = r#"gap({"topic":"a","reason":"unavailable","after":2,"through":null})"#;
    assert_eq!(read_all(&mut subscription), [told], "it is not known yet what the store has");
    let mut late = now(hub.subscribe("a")).expect("room");
    assert_eq!(read_all(&mut late), [HELLO], "who comes now looks itself");
    settle().await;
    publish(&hub, "a", [8]);
    assert_eq!(read_all(&mut subscription), [RESUMED, "3", "4", "5", "6", "7", "8"]);
    assert_eq!(read_all(&mut late), ["8"]);
    // The absence was not this reader's fault.
    assert_eq!(read_all(&mut strict).last().expect("events"), "8");
}

/// An end that was found just before the store went away again is not believed.
#[tokio::test]
async fn a_second_absence_leaves_no_hole() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    let other = Hub::with_store(HubOptions::default(), store.inner().clone());
    let mut subscription = now(hub.subscribe("a")).expect("room");
    for number in 0..3 {
        store.set_away(true);
        publish(&other, "a", [3 * number]);
        store.set_away(false);
        publish(&other, "a", [3 * number + 1]);
        if number == 1 {
            settle().await;
        }
        publish(&other, "a", [3 * number + 2]);
    }
    settle().await;
    let events = read_all(&mut subscription).into_iter().filter(|event| !event.contains('('));
    assert_eq!(events.collect::<Vec<_>>(), ["0", "1", "2", "3", "4", "5", "6", "7", "8"]);
}

/// Without them no event has an id, so nobody is told that the store is back.
#[tokio::test(start_paused = true)]
async fn keys_that_cannot_be_read_are_asked_for_again() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as Arc<dyn Store>, SystemClock);
    store.set_away(true);
    let mut subscription = hub.subscribe("a").await.expect("room");
    store.fail_notes(2);
    store.set_away(false);
    settle().await;
    hub.publish("a", MessageEvent::new("1")).await.expect("published");
    assert_eq!(read_all(&mut subscription), [r#"hello({"verdict":"live","liveOnly":true})*"#, "1*"]);
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    hub.publish("a", MessageEvent::new("2")).await.expect("published");
    assert_eq!(read_all(&mut subscription), [RESUMED, "2"]);
}

/// What came before there were keys is given with its id once there are, also to those who take several events in one piece: one
/// that is cut off is not given again what it has.
#[tokio::test(start_paused = true)]
async fn what_came_before_there_were_keys_has_an_id_later() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as Arc<dyn Store>, SystemClock);
    store.set_away(true);
    let _first = hub.subscribe("a").await.expect("room");
    store.fail_notes(1);
    store.set_away(false);
    settle().await;
    publish(&hub, "a", 1..=2);
    let subscription = hub.subscribe("a").from(Start::Earliest).await.expect("room");
    publish(&hub, "a", [3]);
    let mut body = EventStreams::default().open_events(subscription).await.into_body();
    let mut all = vec![];
    while !all.ends_with(b"data: 3\n\n") {
        all.extend_from_slice(&frame(&mut body).await.expect("a frame"));
    }
    let text = String::from_utf8(all).expect("text");
    assert_eq!(text.lines().filter(|line| line.starts_with("id:")).count(), 4, "{text}");
}

#[tokio::test(start_paused = true)]
async fn a_topic_that_cannot_be_opened_again_is_tried_again() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as Arc<dyn Store>, SystemClock);
    let mut subscription = hub.subscribe("a").await.expect("room");
    store.set_away(true);
    store.fail_opens(2);
    store.set_away(false);
    settle().await;
    hub.publish("a", MessageEvent::new("1")).await.expect("published");
    assert_eq!(read_all(&mut subscription).len(), 2, "a hello and a gap");
    tokio::time::sleep(std::time::Duration::from_secs(5)).await;
    assert_eq!(read_all(&mut subscription), [RESUMED, "1"]);
}
