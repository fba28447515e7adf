//! A disk that is full, or does not answer.

use std::time::Duration;

use futures_util::StreamExt;

use super::disk::Disk;
use super::support::{Listener, append, is_waiting, read_all, topic};
use crate::event::MessageEvent;
use crate::hub::{Hub, HubOptions, PublishError, Published};
use crate::store::redb::RedbStoreOptions;
use crate::store::{Sequence, Store, StoreError};

#[tokio::test]
async fn a_full_disk_is_away_until_there_is_room() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default().retry_interval(Duration::from_millis(5)));
    let listener = Listener::attach(&store);
    let first = append(&store, "1").await.expect("there").expect("taken").position;
    disk.change(|platter| platter.is_full = true);
    let in_doubt = append(&store, "2").await.expect_err("no room");
    assert!(matches!(in_doubt, StoreError::InDoubt { .. }), "{in_doubt:?}");
    assert!(std::error::Error::source(&in_doubt).is_some(), "the log says why");
    assert!(store.is_away());
    let away = append(&store, "3").await.expect_err("away");
    assert!(matches!(away, StoreError::Away { .. }), "{away:?}");
    assert_eq!(listener.told(), ["1 events", "away"]);

    disk.change(|platter| platter.is_full = false);
    listener.wait_for("back").await;
    let next = append(&store, "4").await.expect("there").expect("taken").position;
    let there = read_all(&store).await;
    assert_eq!(there.first(), Some(&(first, "1".into())));
    assert_eq!(there.last(), Some(&(next, "4".into())));
    assert!(there.iter().all(|(_, frame)| frame != "3"), "what was refused is not there: {there:?}");
    assert_eq!(next.epoch, first.epoch);
}

/// What was asked for before is told that it failed, and the end does not wait for the disk.
#[tokio::test]
async fn a_full_disk_does_not_keep_the_end() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default());
    append(&store, "1").await.expect("there").expect("taken");
    disk.change(|platter| platter.is_full = true);
    let (in_doubt, ended) = tokio::join!(append(&store, "2"), store.shutdown());
    assert!(matches!(in_doubt, Err(StoreError::InDoubt { .. })), "{in_doubt:?}");
    // Whether both were taken in hand at once or one after the other.
    assert!(matches!(ended, Err(StoreError::Failed { .. }) | Ok(())), "{ended:?}");
    assert!(store.is_away());
    store.shutdown().await.expect("over already");
}

/// Another file would give the same numbers to other events.
#[tokio::test]
async fn a_store_does_not_come_back_as_another() {
    let (disk, other) = (Disk::default(), Disk::default());
    drop(other.store(RedbStoreOptions::default()));
    let store = disk.store(RedbStoreOptions::default().retry_interval(Duration::from_millis(1)));
    let listener = Listener::attach(&store);
    append(&store, "1").await.expect("there").expect("taken");
    disk.change(|platter| platter.is_full = true);
    append(&store, "2").await.expect_err("no room");
    let syncs = other.lock().syncs;
    disk.change(|platter| (platter.is_full, platter.replaced_by) = (false, Some(other.clone())));
    // It is opened and closed several times, each of which writes to it.
    while other.lock().syncs < syncs + 8 {
        tokio::task::yield_now().await;
    }
    assert!(store.is_away());
    disk.change(|platter| platter.replaced_by = None);
    listener.wait_for("back").await;
    assert_eq!(listener.told(), ["1 events", "away", "back"]);
    assert_eq!(read_all(&store).await[0].1, "1");
}

/// Publishers get an error or are told, subscribers are served live and told, and everything is as before when there is room.
#[tokio::test]
async fn a_hub_on_a_full_disk_serves_live() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default().retry_interval(Duration::from_millis(5)));
    let hub = Hub::with_store(HubOptions::default(), store);
    let publish = async |text: &str| hub.publish("a", MessageEvent::new(text)).await;
    let mut subscription = hub.subscribe("a").await.expect("room");
    let mut next = async || {
        let event = subscription.next().await.expect("an event");
        let id = if event.fields().id.is_some() { "" } else { "*" };
        format!("{}{id}", event.fields().data.expect("every event has data"))
    };
    assert_eq!(next().await, "{\"verdict\":\"live\"}");
    publish("1").await.expect("stored");
    assert_eq!(next().await, "1");

    disk.change(|platter| platter.is_full = true);
    let in_doubt = publish("2").await.expect_err("no room");
    assert!(matches!(in_doubt, PublishError::Store(StoreError::InDoubt { .. })), "{in_doubt:?}");
    assert_eq!(publish("3").await.expect("live"), Published::LiveOnly);
    assert_eq!(next().await, "{\"topic\":\"a\",\"reason\":\"unavailable\",\"after\":1,\"through\":null}");
    assert_eq!(next().await, "3*");

    disk.change(|platter| platter.is_full = false);
    assert_eq!(next().await, "{\"verdict\":\"resumed\"}");
    let stored = publish("4").await.expect("stored").position();
    let mut given = next().await;
    if given == "2" {
        // It was written after all.
        given = next().await;
    }
    assert!(stored.is_some() && given == "4", "{given}");
}

/// Whoever waits can be dropped, and the store as well.
#[tokio::test]
async fn a_stuck_disk_holds_nobody() {
    let disk = Disk::default();
    let store = disk.store(RedbStoreOptions::default().close_timeout(Duration::from_millis(1)));
    append(&store, "1").await.expect("there").expect("taken");
    disk.change(|platter| platter.is_stuck = true);
    let mut stuck = Box::pin(append(&store, "2"));
    while disk.lock().unsafe_writes.is_empty() {
        assert!(is_waiting(stuck.as_mut()));
        tokio::task::yield_now().await;
    }
    assert_eq!(read_all(&store).await.len(), 1, "reading goes on");
    assert_eq!(store.open(&topic()).await.expect("there").last, Sequence(1));
    drop((stuck, store));
    disk.change(|platter| platter.is_stuck = false);
}
