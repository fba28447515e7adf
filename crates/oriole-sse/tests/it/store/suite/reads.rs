//! What is found, and given.

use std::fmt::Debug;

use oriole_sse::{Epoch, Position, Retention, Rewind, Store};

use super::support::{Limits, MakeStore, at, fill, frames, read, start, topic};

pub(crate) async fn pages_are_bounded_in_events_and_bytes<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let places = fill(&store, "a", 10..=19).await;
    let before = start(places[0]);
    let check = async |after, events_max, bytes_max, expected: &[&str]| {
        let records = read(&store, "a", after, events_max, bytes_max).await;
        assert_eq!(frames(&records), expected);
    };
    check(before, 3, u64::MAX, &["10", "11", "12"]).await;
    check(places[2], 3, u64::MAX, &["13", "14", "15"]).await;
    check(places[8], 3, u64::MAX, &["19"]).await;
    check(places[9], 3, u64::MAX, &[]).await;
    check(before, 0, u64::MAX, &["10"]).await;
    check(before, 10, 6, &["10", "11", "12"]).await;
    check(before, 10, 5, &["10", "11"]).await;
    check(before, 10, 0, &["10"]).await;
}

pub(crate) async fn a_place_of_another_epoch_is_before_everything<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let places = fill(&store, "a", 1..=3).await;
    let foreign = Position { epoch: Epoch(places[2].epoch.0 ^ 1), sequence: places[2].sequence };
    assert_eq!(frames(&read(&store, "a", foreign, 10, u64::MAX).await), ["1", "2", "3"]);
}

pub(crate) async fn rewinds_find_their_place<M: MakeStore>(make: &M) {
    let retention = Retention::default().events_max(3);
    let store = make.make(Limits { retention, ..Limits::default() }).await;
    let check = async |rewind, expected: &[&str]| {
        let from = store.find(&topic("a"), rewind).await.expect("there");
        assert_eq!(frames(&read(&store, "a", from, 10, u64::MAX).await), expected, "{rewind:?}");
        from
    };
    check(Rewind::Events(1), &[]).await;
    let places = fill(&store, "a", 1..=4).await;
    store.sweep(at(4)).await.expect("swept");

    assert_eq!(check(Rewind::Events(0), &[]).await, places[3]);
    assert_eq!(check(Rewind::Events(1), &["4"]).await, places[2]);
    check(Rewind::Events(2), &["3", "4"]).await;
    assert_eq!(check(Rewind::Events(3), &["2", "3", "4"]).await, places[0], "no place is before what is trimmed");
    assert_eq!(check(Rewind::Events(u64::MAX), &["2", "3", "4"]).await, places[0]);
    assert_eq!(check(Rewind::Since(at(5)), &[]).await, places[3]);
    check(Rewind::Since(at(4)), &["4"]).await;
    check(Rewind::Since(at(3)), &["3", "4"]).await;
    assert_eq!(check(Rewind::Since(at(0)), &["2", "3", "4"]).await, places[0]);
}

pub(crate) async fn notes_are_swapped<M: MakeStore>(make: &M) {
    fn ok<T, E: Debug>(answer: Result<T, E>) -> T {
        answer.expect("there")
    }
    let store = make.make(Limits::default()).await;
    assert_eq!(ok(store.note("keys").await), None);
    assert!(!ok(store.swap_note("keys", Some("old".into()), "new".into()).await), "it was not there");
    assert!(ok(store.swap_note("keys", None, "1".into()).await));
    assert!(!ok(store.swap_note("keys", None, "2".into()).await), "it was there already");
    assert!(!ok(store.swap_note("keys", Some("0".into()), "2".into()).await), "it was another");
    assert_eq!(ok(store.note("keys").await).as_deref(), Some(&b"1"[..]));
    assert!(ok(store.swap_note("keys", Some("1".into()), "2".into()).await));
    assert_eq!(ok(store.note("keys").await).as_deref(), Some(&b"2"[..]));
    assert_eq!(ok(store.note("other").await), None);
}
