//! The store in memory.

use oriole_sse::{Append, AppendRefusal, MemoryStore, MemoryStoreOptions, Retention, Store, StoreError};

use super::suite::{Limits, MakeStore, append, at, read_all, topic};

struct Memory;

impl MakeStore for Memory {
    type Store = MemoryStore;

    async fn make(&self, limits: Limits) -> MemoryStore {
        MemoryStore::new(
            MemoryStoreOptions::default()
                .retention(limits.retention)
                .idempotency_window(limits.idempotency_window)
                .idempotency_keys_max(limits.idempotency_keys_max),
        )
    }
}

store_suite!(Memory);

#[tokio::test]
async fn topics_are_bounded_and_an_empty_one_makes_room() {
    let retention = Retention::default().events_max(1).age_max(std::time::Duration::from_secs(10));
    let store = MemoryStore::new(MemoryStoreOptions::default().topics_max(2).retention(retention));
    for name in ["a", "b"] {
        append(&store, name, 0, "x").await.expect("room");
    }
    let refused = AppendRefusal::too_many_topics(2);
    assert_eq!(append(&store, "c", 0, "x").await, Err(refused));
    let Err(StoreError::TooManyTopics { topics_max: 2, .. }) = store.open(&topic("c")).await else {
        panic!("no room to open it")
    };
    assert!(read_all(&store, "c").await.is_empty(), "to look makes no topic");

    // Both are empty; the one that is open stays.
    store.sweep(at(11_000)).await.expect("swept");
    let kept = store.open(&topic("a")).await.expect("there");
    append(&store, "c", 11_000, "x").await.expect("in the place of b");
    assert_eq!(append(&store, "b", 11_000, "x").await, Err(refused));
    assert_eq!(store.open(&topic("a")).await.expect("there"), kept);
    store.close(&topic("a"));
    store.close(&topic("a"));
    append(&store, "b", 11_000, "x").await.expect("in the place of a");
}

#[tokio::test]
async fn a_clone_is_the_same_store_and_another_shares_nothing() {
    let (first, other) = (MemoryStore::default(), MemoryStore::default());
    first.append(vec![Append::new(topic("a"), at(0), "x".into())]).await.expect("there");
    assert_eq!(read_all(&first.clone(), "a").await.len(), 1);
    assert_eq!(read_all(&other, "a").await.len(), 0);
    let (first, other) = (first.open(&topic("a")).await.expect("room"), other.open(&topic("a")).await.expect("room"));
    assert_ne!(first.epoch, other.epoch);
}
