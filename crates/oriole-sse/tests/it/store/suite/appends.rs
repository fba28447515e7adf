//! What is taken, and what is refused.

use oriole_sse::{Append, AppendRefusal, Appended, Epoch, Expected, Position, Record, Sequence, Store};
use std::time::Duration;

use super::support::{
    Limits, MakeStore, append_one, at, bounds, check_bounds, check_frames, event, fill, read, read_all, start, topic,
};

pub(crate) async fn sequences_grow_by_topic<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let empty = bounds(&store, "a").await;
    assert_eq!((empty.trimmed, empty.last), (Sequence(0), Sequence(0)));

    let a = fill(&store, "a", 1..=3).await;
    let b = fill(&store, "b", 4..=5).await;
    assert!(Sequence(0) < a[0].sequence && a.is_sorted_by(|one, other| one.sequence < other.sequence), "{a:?}");
    assert!(a.iter().all(|position| position.epoch == empty.epoch), "an empty topic has its epoch");
    assert_ne!(a[0].epoch, b[0].epoch);
    check_frames(&store, "a", &["1", "2", "3"]).await;
    check_frames(&store, "b", &["4", "5"]).await;
    check_bounds(&store, "a", start(a[0]), a[2]).await;

    let keyed = event("a", 4, "x").coalesce_key("k");
    let keyed = append_one(&store, keyed).await.expect("taken").position;
    let records = read(&store, "a", a[2], 10, u64::MAX).await;
    assert_eq!(records, [Record::new(keyed.sequence, at(4), "x".into(), Some("k".into()))]);
    assert!(read(&store, "a", keyed, 10, u64::MAX).await.is_empty());

    let precise = Append::new(topic("a"), at(5) + Duration::from_micros(300), "y".into());
    append_one(&store, precise).await.expect("taken");
    assert_eq!(read(&store, "a", keyed, 10, u64::MAX).await[0].at, at(5), "time counts in milliseconds");
}

pub(crate) async fn a_name_is_taken_once_within_the_window<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let named = |name, millis, frame| event(name, millis, frame).idempotency_key("n");
    let first = append_one(&store, named("a", 0, "1")).await.expect("taken");
    assert!(!first.is_duplicate);
    let again = append_one(&store, named("a", 60_000, "2")).await.expect("known");
    assert_eq!(again, Appended { position: first.position, is_duplicate: true });
    let other = append_one(&store, named("b", 0, "3")).await.expect("taken");
    assert!(!other.is_duplicate, "names are the topic's own");

    let batch = vec![event("c", 0, "1").idempotency_key("n"), event("c", 0, "2").idempotency_key("n")];
    let answers = store.append(batch).await.expect("there");
    let duplicates: Vec<_> = answers.iter().map(|answer| answer.as_ref().map(|taken| taken.is_duplicate)).collect();
    assert_eq!(duplicates, [Ok(false), Ok(true)]);
    for name in ["a", "b", "c"] {
        assert_eq!(read_all(&store, name).await.len(), 1);
    }
}

pub(crate) async fn a_name_is_forgotten_after_the_window_and_beyond_the_bound<M: MakeStore>(make: &M) {
    let store = make.make(Limits { idempotency_keys_max: 2, ..Limits::default() }).await;
    let is_duplicate = async |topic: &str, millis, name: &str| {
        let named = event(topic, millis, "x").idempotency_key(name);
        append_one(&store, named).await.expect("taken").is_duplicate
    };
    assert!(!is_duplicate("a", 0, "n").await);
    assert!(is_duplicate("a", 60_000, "n").await);
    assert!(!is_duplicate("a", 60_001, "n").await);

    for name in ["1", "2"] {
        assert!(!is_duplicate("b", 0, name).await);
    }
    assert!(is_duplicate("b", 0, "1").await, "two are remembered");
    assert!(!is_duplicate("b", 0, "3").await);
    assert!(is_duplicate("b", 0, "2").await && is_duplicate("b", 0, "3").await, "the latest two");
    assert!(!is_duplicate("b", 0, "1").await, "the oldest is forgotten");
}

pub(crate) async fn what_is_expected_must_be_so<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let expecting = async |expected, frame: &str| {
        append_one(&store, event("a", 0, frame).expected(expected)).await.map(|taken| taken.position)
    };
    let end = bounds(&store, "a").await.end();
    assert_eq!(
        expecting(Expected::Last(Position { sequence: Sequence(1), ..end }), "-").await,
        Err(AppendRefusal::conflict(end))
    );
    let first = expecting(Expected::Nothing, "1").await.expect("nothing was there");
    assert_eq!(expecting(Expected::Nothing, "-").await, Err(AppendRefusal::conflict(first)));
    let second = expecting(Expected::Last(first), "2").await.expect("the first was the last");
    assert_eq!(expecting(Expected::Last(first), "-").await, Err(AppendRefusal::conflict(second)));
    let foreign = Position { epoch: Epoch(second.epoch.0 ^ 1), ..second };
    assert_eq!(expecting(Expected::Last(foreign), "-").await, Err(AppendRefusal::conflict(second)));

    // What was appended once stays so: repeating it is no conflict.
    let named = event("a", 0, "3").idempotency_key("n").expected(Expected::Last(second));
    let third = append_one(&store, named.clone()).await.expect("the second was the last");
    assert_eq!(append_one(&store, named).await, Ok(Appended { is_duplicate: true, ..third }));
    check_frames(&store, "a", &["1", "2", "3"]).await;

    // A refused event's name is still free.
    let refused = event("a", 0, "-").idempotency_key("m").expected(Expected::Nothing);
    append_one(&store, refused).await.expect_err("a conflict");
    assert!(!append_one(&store, event("a", 0, "4").idempotency_key("m")).await.expect("taken").is_duplicate);
}

pub(crate) async fn a_refusal_concerns_one_event_of_a_batch<M: MakeStore>(make: &M) {
    let store = make.make(Limits::default()).await;
    let batch = vec![
        event("a", 0, "1"),
        event("a", 0, "-").expected(Expected::Nothing),
        event("b", 0, "2").expected(Expected::Nothing),
        event("a", 0, "3"),
    ];
    let answers = store.append(batch).await.expect("there");
    let taken: Vec<_> = answers.iter().map(Result::is_ok).collect();
    assert_eq!(taken, [true, false, true, true]);
    check_frames(&store, "a", &["1", "3"]).await;
    check_frames(&store, "b", &["2"]).await;
    assert_eq!(store.append(vec![]).await.expect("there"), []);
}
