//! Logs that are no producer's, and logs that are no longer whole.

use std::time::{Duration, SystemTime};

use futures_util::{FutureExt, StreamExt};
use oriole_sse::{
    Hub, MemoryStore, MemoryStoreOptions, MessageEvent, Pattern, ProducerError, ProducerOptions, Producers,
    PublishError, Retention, Start, Store, SubscribeError, Topic, TopicError,
};

use super::support::{Page, all, numbers, producers, read};

/// What a store forgets in a day and an hour.
async fn forget(store: &MemoryStore) {
    let later = SystemTime::now() + Duration::from_secs(25 * 3600);
    store.sweep(later).await.expect("a store in memory does not fail");
}

#[tokio::test(start_paused = true)]
async fn an_id_never_names_a_topic_of_the_application() {
    let hub = Hub::default();
    let producers = Producers::new(hub.clone(), ProducerOptions::default());
    hub.publish("rooms/7", MessageEvent::new("private")).await.expect("published");
    let ids = ["rooms/7", "a"];
    for id in ids {
        assert!(matches!(producers.join(id).await, Err(ProducerError::Unknown)), "{id}");
        let resumed = producers.join(id).or_resume(numbers(2)).await;
        assert!(matches!(resumed, Err(ProducerError::Unknown)), "{id}");
        assert!(matches!(producers.stop(id).await, Err(ProducerError::Unknown)), "{id}");
        assert_eq!(read(producers.join(id).or_start(numbers(2))).await, all(2, "complete"), "{id}");
    }
    let mut room = hub.subscribe("rooms/7").from(Start::Earliest).await.expect("room");
    let hello = room.next().await.expect("hello");
    assert_eq!(hello.fields().data, Some("{\"verdict\":\"live\"}"));
    assert_eq!(room.next().await.expect("an event").fields().data, Some("private"));
    assert!(room.next().now_or_never().is_none(), "nothing was written there");
}

/// However a text or a pattern is written, it does not lead there; a value that the application asks for does, to read.
#[tokio::test(start_paused = true)]
async fn a_log_is_its_producers_alone() {
    let hub = Hub::default();
    let producers = Producers::new(hub.clone(), ProducerOptions::default());
    let mut patterns = Vec::new();
    for text in ["*", ":any"] {
        patterns.push(hub.subscribe(Pattern::new(text).expect("a pattern")).await.expect("room"));
    }
    assert_eq!(read(producers.join("a").or_start(numbers(2))).await, all(2, "complete"));
    let log = producers.log("a").expect("an id");
    assert_eq!(Topic::new(log.as_str()), Err(TopicError::Reserved));
    assert!(matches!(hub.subscribe(log.as_str()).await, Err(SubscribeError::Topic(TopicError::Reserved))));
    let event = || MessageEvent::new("mine");
    for publish in
        [hub.publish(log.as_str(), event()), hub.publish(&log, event()), hub.publish(&log, event()).volatile()]
    {
        assert!(matches!(publish.await, Err(PublishError::Topic(TopicError::Reserved))));
    }
    let beside = hub.subscribe("rooms/7").and(&log).from(Start::Earliest).await.expect("room");
    let events: Vec<_> = beside.take(4).collect().await;
    assert_eq!(events[1].fields().data, Some("0"));
    assert_eq!(events[3].fields().data, Some("{\"reason\":\"complete\"}"));
    hub.publish("rooms/7", MessageEvent::new("for patterns")).await.expect("published");
    let mut all = patterns.swap_remove(0);
    assert!(all.next().await.is_some(), "its hello");
    let next = loop {
        let event = all.next().await.expect("an event");
        if event.fields().event_type.is_none() {
            break event;
        }
    };
    assert_eq!(next.fields().data, Some("for patterns"));
    let mut one = patterns.swap_remove(0);
    assert!(one.next().await.is_some(), "its hello");
    while let Some(Some(event)) = one.next().now_or_never() {
        assert!(event.fields().event_type.is_some(), "{event:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_the_store_has_forgotten_is_not_gone_on_with() {
    let store = MemoryStore::default();
    let producers = producers(store.clone());
    let mut page = Page::default();
    page.read(producers.join("a").or_start(numbers(2)).await.expect("room")).await;
    forget(&store).await;
    assert!(matches!(producers.join("a").or_resume(numbers(2)).await, Err(ProducerError::Unknown)));
    assert!(matches!(producers.join("a").await, Err(ProducerError::Unknown)));
    assert!(matches!(producers.stop("a").await, Err(ProducerError::Unknown)));
    let seen = page.from(producers.join("a").or_start(numbers(2))).await;
    assert!(matches!(seen, Err(ProducerError::Finished)), "who has read everything does not return");
    assert_eq!(producers.running(), 0);
    assert_eq!(read(producers.join("a").or_start(numbers(3))).await, all(3, "complete"), "it begins anew");
}

#[tokio::test(start_paused = true)]
async fn one_that_began_anew_goes_on_after_a_restart() {
    let store = MemoryStore::default();
    let before = producers(store.clone());
    assert_eq!(read(before.join("a").or_start(numbers(4))).await, all(4, "complete"));
    forget(&store).await;
    let mut page = Page::default();
    let mut joined = before.join("a").or_start(numbers(6)).await.expect("room");
    for _ in 0..3 {
        page.take(&mut joined).await;
    }
    before.drain().await;
    page.read(joined).await;
    assert_eq!(page.shown, ["0", "1"]);
    let after = producers(store);
    page.read(page.from(after.join("a").or_resume(numbers(6))).await.expect("room")).await;
    assert_eq!(page.shown, all(6, "complete"));
}

/// What it is given would not be what was given: to skip so many would leave events out, or double them.
#[tokio::test(start_paused = true)]
async fn one_whose_beginning_is_not_kept_is_not_gone_on_with() {
    for (kept, expected) in [(4, "complete"), (3, "trimmed")] {
        let options = MemoryStoreOptions::default().retention(Retention::default().events_max(kept));
        let store = MemoryStore::new(options);
        let before = producers(store.clone());
        let mut joined = before.join("a").or_start(numbers(6)).await.expect("room");
        let mut page = Page::default();
        for _ in 0..5 {
            page.take(&mut joined).await;
        }
        assert_eq!(page.shown, ["0", "1", "2", "3"]);
        before.drain().await;
        let shown = read(producers(store).join("a").or_start(numbers(6))).await;
        assert_eq!(shown.last(), all(0, expected).last(), "{kept} are kept");
    }
}
