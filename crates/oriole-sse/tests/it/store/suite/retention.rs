//! What is kept.

use std::time::Duration;

use oriole_sse::{AppendRefusal, Retention, Store};

use super::support::{Limits, MakeStore, append, append_one, at, check_bounds, check_frames, event, fill, start};

pub(crate) async fn the_oldest_go_by_count<M: MakeStore>(make: &M) {
    let retention = Retention::default().events_max(3);
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    let mut places = fill(&store, "a", 1..=3).await;
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &["1", "2", "3"]).await;
    check_bounds(&store, "a", start(places[0]), places[2]).await;
    places.extend(fill(&store, "a", 4..=4).await);
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &["2", "3", "4"]).await;
    check_bounds(&store, "a", places[0], places[3]).await;

    let store = make.make(Limits { retention: retention.events_max(0), ..Limits::default() }).await;
    let places = fill(&store, "a", 1..=2).await;
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &[]).await;
    check_bounds(&store, "a", places[1], places[1]).await;
}

pub(crate) async fn the_oldest_go_by_bytes<M: MakeStore>(make: &M) {
    let retention = Retention::default().bytes_max(6);
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    let mut places = fill(&store, "a", 10..=12).await;
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &["10", "11", "12"]).await;
    places.extend(fill(&store, "a", 3..=3).await);
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "a", &["11", "12", "3"]).await;
    check_bounds(&store, "a", places[0], places[3]).await;

    // The key counts as well.
    append_one(&store, event("b", 0, "12").coalesce_key("3")).await.expect("taken");
    append_one(&store, event("b", 0, "45").coalesce_key("6")).await.expect("taken");
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "b", &["12", "45"]).await;
    append(&store, "b", 0, "7").await.expect("taken");
    store.sweep(at(0)).await.expect("swept");
    check_frames(&store, "b", &["45", "7"]).await;
}

pub(crate) async fn the_oldest_go_by_age<M: MakeStore>(make: &M) {
    let retention = Retention::default().age_max(Duration::from_secs(10));
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    let mut places = vec![];
    for (millis, frame) in [(0, "1"), (1, "2"), (9_000, "3")] {
        places.push(append(&store, "a", millis, frame).await.expect("taken").position);
    }
    store.sweep(at(10_000)).await.expect("swept");
    check_frames(&store, "a", &["1", "2", "3"]).await;
    store.sweep(at(10_001)).await.expect("swept");
    check_frames(&store, "a", &["2", "3"]).await;
    check_bounds(&store, "a", places[0], places[2]).await;
    store.sweep(at(60_000)).await.expect("swept");
    check_frames(&store, "a", &[]).await;
    check_bounds(&store, "a", places[2], places[2]).await;
    let next = append(&store, "a", 60_000, "4").await.expect("taken").position;
    assert!(next.sequence > places[2].sequence && next.epoch == places[2].epoch, "an empty log goes on counting");

    let store = make.make(Limits { retention: retention.age_max(None), ..Limits::default() }).await;
    fill(&store, "a", 1..=1).await;
    store.sweep(at(u64::from(u32::MAX))).await.expect("swept");
    check_frames(&store, "a", &["1"]).await;
}

pub(crate) async fn an_event_that_is_too_large_is_refused<M: MakeStore>(make: &M) {
    let retention = Retention::default().bytes_max(6);
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    assert_eq!(append(&store, "a", 0, "1234567").await, Err(AppendRefusal::too_large(6)));
    let keyed = event("a", 0, "12345").coalesce_key("67");
    assert_eq!(append_one(&store, keyed).await, Err(AppendRefusal::too_large(6)));
    append(&store, "a", 0, "123456").await.expect("taken");
    check_frames(&store, "a", &["123456"]).await;
}
