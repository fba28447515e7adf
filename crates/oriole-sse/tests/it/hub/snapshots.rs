//! The state first, and then what came after it.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use http::StatusCode;
use oriole_sse::{
    EventId, Hub, HubOptions, LastEventId, MemoryStore, MemoryStoreOptions, MessageEvent, Retention, Snapshot, Start,
    Subscribe, SubscribeError, Verdict,
};
use tokio::time::Instant;

use super::support::{HELLO, RESUMED, gap, now, publish, read, read_all, read_id};

const SECOND: Duration = Duration::from_secs(1);
const SNAPSHOT: &str = "hello({\"verdict\":\"snapshot\"})*";

fn last_event_id(id: &EventId) -> LastEventId {
    LastEventId::from(id.clone())
}

#[test]
fn a_snapshot_and_what_came_after_it_are_under_one_cursor() {
    let hub = Hub::with_store(
        HubOptions::default().ring_events_max(1),
        MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(3))),
    );
    publish(&hub, "a", [1]);
    let at = now(hub.publish("a", MessageEvent::new("2"))).expect("published").position().expect("a place");
    publish(&hub, "a", [3]);
    let asked = Arc::new(AtomicUsize::new(0));
    let subscribe = |start: Start| {
        let asked = Arc::clone(&asked);
        let subscribe = hub.subscribe("a").from(start).snapshot(move |topic| {
            asked.fetch_add(1, Ordering::Relaxed);
            let event = MessageEvent::new(format!("{topic} at 2")).event_type(oriole_sse::event_name!("state"));
            std::future::ready(Ok::<_, std::io::Error>(Snapshot { position: at, event }))
        });
        now(subscribe).expect("room")
    };
    let mut subscription = subscribe(Start::Live);
    assert_eq!(subscription.verdict(), Verdict::Snapshot);
    assert_eq!(read(&mut subscription), SNAPSHOT, "who is cut off before the state gets it again");
    let id = read_id(&mut subscription);
    assert_eq!(read_all(&mut subscription), ["3"]);

    // Who has the state goes on with what came after it, and does not get it again.
    let resume = || Start::from(last_event_id(&id));
    assert_eq!(read_all(&mut subscribe(resume())), [RESUMED, "3"]);
    assert_eq!(asked.load(Ordering::Relaxed), 1);

    // Who has missed what is gone gets the state instead of a gap; what is gone since the state is told.
    publish(&hub, "a", 4..=6);
    let told = gap("a", "retention", 2, 3);
    assert_eq!(read_all(&mut subscribe(resume())), [SNAPSHOT, "state(a at 2)", &told, "4", "5", "6"]);
    let forged = Start::Cursor("41".into());
    assert_eq!(read_all(&mut subscribe(forged)), [SNAPSHOT, "state(a at 2)", &told, "4", "5", "6"]);
    // Who goes back on purpose gets no state.
    assert_eq!(read_all(&mut subscribe(Start::Events(1))), [HELLO, "6"]);

    let failed = hub.subscribe("a").snapshot(|_| std::future::ready(Err(std::io::Error::other("private"))));
    let error = now(failed).expect_err("refused");
    assert_eq!((error.status().as_u16(), error.body_text().as_str()), (500, "the events cannot be read"));
}

/// Cut off between two states, a client goes on with what it has: it gets no event that a state has already, and no state twice.
#[test]
fn the_state_of_each_topic_has_an_id_of_its_own() {
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(1)));
    let hub = Hub::with_store(HubOptions::default().ring_events_max(1), store);
    let publish = |name: &str| now(hub.publish(name, MessageEvent::new(name))).expect("published").position();
    let begun = now(hub.subscribe("a").and("b")).map(|mut subscription| read_id(&mut subscription)).expect("room");
    publish("a");
    let states = ["a", "b"].map(|name| {
        let event = MessageEvent::new(format!("state of {name}"));
        Snapshot { position: publish(name).expect("a place"), event }
    });
    let subscribe = |start: Start| {
        let states = states.clone();
        let subscribe = hub.subscribe("a").and("b").from(start).snapshot(move |topic| {
            let state = states[usize::from(topic.as_str() == "b")].clone();
            std::future::ready(Ok::<_, std::io::Error>(state))
        });
        now(subscribe).expect("room")
    };
    let half = |start: Start| {
        let mut subscription = subscribe(start);
        assert_eq!(read(&mut subscription), SNAPSHOT);
        read_id(&mut subscription)
    };
    for start in [Start::Live, Start::Cursor("41".into())] {
        let mut back = subscribe(last_event_id(&half(start)).into());
        assert_eq!(read_all(&mut back), ["hello({\"verdict\":\"resumed\"})*", "state of b"]);
    }

    // Who was there before has missed what is gone of `a`; it goes on with `b` where it was, and has the state of `a`.
    let mut back = subscribe(last_event_id(&half(last_event_id(&begun).into())).into());
    assert_eq!(read_all(&mut back), [RESUMED, "b"]);
}

/// Publishes one event, and gives what subscribes to its topic with this text as the state.
fn with_state(hub: &Hub, state: &str) -> Subscribe {
    let position = now(hub.publish("a", MessageEvent::new("1"))).expect("published").position().expect("a place");
    let state = Snapshot { position, event: MessageEvent::new(state) };
    hub.subscribe("a").snapshot(move |_| std::future::ready(Ok::<_, std::io::Error>(state.clone())))
}

/// `data: `, ten characters, and two line ends.
const STATE: &str = "0123456789";
const STATE_BYTES: usize = 18;

#[test]
fn a_snapshot_is_bounded_in_bytes() {
    let hub = |bytes_max| Hub::new(HubOptions::default().snapshot_bytes_max(bytes_max));
    let mut subscription = now(with_state(&hub(STATE_BYTES), STATE)).expect("as large as may be");
    assert_eq!(read_all(&mut subscription), [SNAPSHOT, STATE]);
    let hub = hub(STATE_BYTES - 1);
    let refused = now(with_state(&hub, STATE)).expect_err("too large");
    assert!(matches!(refused, SubscribeError::SnapshotTooLarge { bytes_max: 17, .. }), "{refused:?}");
    assert_eq!((refused.status(), refused.retry_after()), (StatusCode::INTERNAL_SERVER_ERROR, None));
    assert_eq!(refused.body_text(), "the events cannot be read", "how large it may be is the log's to say");
    assert_eq!(hub.subscriptions(), 0, "who was refused is not counted");
    assert_eq!(HubOptions::default().snapshot_bytes_max, 4 * 1024 * 1024);
}

/// What clients have taken makes room again, and so does who leaves.
#[test]
fn all_snapshots_together_are_bounded_until_they_are_taken() {
    let hub = Hub::new(HubOptions::default().snapshots_bytes_max(2 * STATE_BYTES));
    let subscribe = || now(with_state(&hub, STATE));
    let (mut first, second) = (subscribe().expect("room"), subscribe().expect("room"));
    let refused = || {
        let error = subscribe().expect_err("no room");
        let SubscribeError::SnapshotsFull { retry_after, .. } = error else { panic!("{error:?}") };
        assert_eq!((error.status(), error.retry_after()), (StatusCode::SERVICE_UNAVAILABLE, Some(retry_after)));
        assert!((SECOND..=10 * SECOND).contains(&retry_after), "{retry_after:?}");
        retry_after
    };
    assert_ne!(refused(), refused(), "each is told another time");
    assert_eq!(hub.subscriptions(), 2, "who was refused is not counted");
    assert_eq!(read(&mut first), SNAPSHOT);
    refused();
    assert_eq!(read(&mut first), STATE);
    let third = subscribe().expect("in the place of what was taken");
    refused();
    drop(second);
    let _fourth = subscribe().expect("in the place of one who left");
    refused();
    drop(third);
    assert!(subscribe().is_ok());
    assert_eq!(HubOptions::default().snapshots_bytes_max, 256 * 1024 * 1024);
}

/// All topics of a subscription share the time.
#[tokio::test(start_paused = true)]
async fn a_snapshot_is_bounded_in_time() {
    let hub = Hub::new(HubOptions::default().snapshot_timeout(5 * SECOND));
    let position = hub.publish("a", MessageEvent::new("1")).await.expect("published").position().expect("a place");
    let slowly = |subscribe: Subscribe, time: Duration| async move {
        let begun = Instant::now();
        let subscribe = subscribe.snapshot(move |_| async move {
            tokio::time::sleep(time).await;
            Ok::<_, std::io::Error>(Snapshot { position, event: MessageEvent::new(STATE) })
        });
        (subscribe.await, begun.elapsed())
    };
    let late = |(subscribed, took): (Result<_, SubscribeError>, Duration)| {
        let error: SubscribeError = subscribed.map(|_: oriole_sse::Subscription| ()).expect_err("too late");
        let SubscribeError::SnapshotLate { retry_after, .. } = error else { panic!("{error:?}") };
        assert_eq!((error.status(), error.retry_after()), (StatusCode::SERVICE_UNAVAILABLE, Some(retry_after)));
        assert!((5 * SECOND..6 * SECOND).contains(&took), "{took:?}");
    };
    let millis = Duration::from_millis;
    let (subscribed, _) = slowly(hub.subscribe("a"), millis(4_900)).await;
    assert_eq!(subscribed.expect("in time").verdict(), Verdict::Snapshot);
    late(slowly(hub.subscribe("a"), millis(5_100)).await);
    assert!(slowly(hub.subscribe("a").and("b"), millis(2_400)).await.0.is_ok());
    late(slowly(hub.subscribe("a").and("b"), millis(2_600)).await);
    assert_eq!(hub.subscriptions(), 0, "who was refused is not counted");
    assert_eq!(HubOptions::default().snapshot_timeout, 10 * SECOND);
}
