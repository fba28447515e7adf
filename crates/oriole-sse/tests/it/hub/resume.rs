//! Where subscriptions begin, and what they are told of it.

use std::sync::Arc;
use std::time::Duration;

use http::{HeaderMap, Uri};
use oriole_sse::{
    Clock, CursorFault, CursorKey, CursorKeys, EventId, Hub, HubOptions, LastEventId, MemoryStore, MemoryStoreOptions,
    MessageEvent, Retention, Start, Store, Verdict,
};

use super::support::{HELLO, ManualClock, RESUMED, WITH_GAP, gap, now, publish, read, read_all, read_id};

fn hub_with(options: HubOptions, retention: Retention) -> Hub {
    Hub::with_store(options, MemoryStore::new(MemoryStoreOptions::default().retention(retention)))
}

fn last_event_id(id: &EventId) -> LastEventId {
    LastEventId::from(id.clone())
}

#[test]
fn a_client_goes_on_where_it_left_off() {
    // From the ring, and from the store, a page at a time.
    for ring_events_max in [100, 1] {
        let hub = Hub::new(HubOptions::default().ring_events_max(ring_events_max).page_events_max(2));
        let mut subscription = now(hub.subscribe("a")).expect("room");
        publish(&hub, "a", 1..=2);
        assert_eq!((read(&mut subscription), read(&mut subscription)), (HELLO.into(), "1".into()));
        let id = read_id(&mut subscription);
        drop(subscription);

        publish(&hub, "a", 3..=9);
        let mut subscription = now(hub.subscribe("a").from(last_event_id(&id))).expect("room");
        assert_eq!(subscription.verdict(), Verdict::Resumed);
        assert_eq!(read(&mut subscription), RESUMED);
        for number in 3..=8 {
            assert_eq!(read(&mut subscription), number.to_string());
        }
        // The hand-over: what comes while it catches up is neither lost nor doubled.
        publish(&hub, "a", 10..=15);
        let rest: Vec<_> = (9..=15).map(|number| number.to_string()).collect();
        assert_eq!(read_all(&mut subscription), rest);
        publish(&hub, "a", [16]);
        assert_eq!(read_all(&mut subscription), ["16"]);
    }
}

#[test]
fn the_hello_already_is_a_place() {
    let hub = Hub::default();
    let id = read_id(&mut now(hub.subscribe("a").and("b")).expect("room"));
    publish(&hub, "b", [1]);
    publish(&hub, "a", [2]);
    let mut subscription = now(hub.subscribe("b").and("a").from(last_event_id(&id))).expect("room");
    assert_eq!(read_all(&mut subscription), [RESUMED, "1", "2"]);
}

#[test]
fn a_topic_that_the_cursor_does_not_have_begins_live_and_the_client_is_told() {
    let hub = Hub::default();
    let id = read_id(&mut now(hub.subscribe("a").and("gone")).expect("room"));
    publish(&hub, "a", [1]);
    publish(&hub, "new \"room\"", [2]);
    let mut subscription = now(hub.subscribe("a").and("new \"room\"").from(last_event_id(&id))).expect("room");
    assert_eq!(read_all(&mut subscription), [r#"hello({"verdict":"resumed","live":["new \"room\""]})"#, "1"]);
}

#[test]
fn what_is_gone_is_told() {
    let hub = hub_with(HubOptions::default().ring_events_max(1), Retention::default().events_max(3));
    let mut subscription = now(hub.subscribe("a")).expect("room");
    let id = read_id(&mut subscription);
    drop(subscription);
    publish(&hub, "a", 1..=3);
    let resume = || now(hub.subscribe("a").from(last_event_id(&id))).expect("room");
    assert_eq!(read_all(&mut resume()), [RESUMED, "1", "2", "3"], "exactly what is kept");

    publish(&hub, "a", 4..=5);
    let mut subscription = resume();
    assert_eq!(subscription.verdict(), Verdict::Gap);
    assert_eq!(read(&mut subscription), WITH_GAP);
    assert_eq!(read(&mut subscription), gap("a", "retention", 0, 2));
    assert_eq!(read_all(&mut subscription), ["3", "4", "5"]);

    // Whoever is cut off right after the gap is not told of it again.
    let mut subscription = resume();
    let _ = read(&mut subscription);
    let behind = read_id(&mut subscription);
    let mut subscription = now(hub.subscribe("a").from(last_event_id(&behind))).expect("room");
    assert_eq!(read_all(&mut subscription), [RESUMED, "3", "4", "5"]);
}

#[test]
fn a_catch_up_is_bounded() {
    let hub = Hub::new(HubOptions::default().ring_events_max(1).replay_events_max(3));
    let id = read_id(&mut now(hub.subscribe("a")).expect("room"));
    publish(&hub, "a", 1..=3);
    let resume = || now(hub.subscribe("a").from(last_event_id(&id))).expect("room");
    assert_eq!(read_all(&mut resume()), [RESUMED, "1", "2", "3"]);
    publish(&hub, "a", [4]);
    let told = gap("a", "too-far", 0, 1);
    assert_eq!(read_all(&mut resume()), [WITH_GAP, &told, "2", "3", "4"]);
}

#[test]
fn a_log_that_was_lost_is_told() {
    let keys = || HubOptions::default().cursor_keys(CursorKeys::given(CursorKey::new(1, &[7; 32]), []));
    let hub = Hub::new(keys());
    let mut subscription = now(hub.subscribe("a")).expect("room");
    publish(&hub, "a", 1..=5);
    let _ = read(&mut subscription);
    let id = read_id(&mut subscription);

    let hub = Hub::new(keys());
    publish(&hub, "a", 6..=7);
    let mut subscription = now(hub.subscribe("a").from(last_event_id(&id))).expect("room");
    let told = r#"gap({"topic":"a","reason":"restart","after":1,"through":null})"#;
    assert_eq!(read_all(&mut subscription), [WITH_GAP, told, "6", "7"]);
}

/// A file that was put back from a copy, without being renewed: what the client got since is not in it.
#[cfg(feature = "hub-redb")]
#[tokio::test]
async fn a_place_after_the_end_is_told() {
    use futures_util::StreamExt;
    use oriole_sse::RedbStore;

    let folder = tempfile::tempdir().expect("a folder");
    // A disk that is busy may keep a hub for longer than its clients should wait.
    let patient = || HubOptions::default().store_timeout(Duration::from_secs(120));
    let [path, copy] = ["events.redb", "copy.redb"].map(|name| folder.path().join(name));
    let mut id = None;
    for number in [1, 2] {
        let store = RedbStore::open(&path).expect("a store");
        let hub = Hub::with_store(patient(), store.clone());
        let mut subscription = hub.subscribe("a").await.expect("room").skip(1);
        hub.publish("a", MessageEvent::new(number.to_string())).await.expect("published");
        id = subscription.next().await.and_then(|event| event.fields().id.cloned());
        store.shutdown().await.expect("closed");
        if number == 1 {
            std::fs::copy(&path, &copy).expect("copied");
        }
    }
    std::fs::rename(&copy, &path).expect("put back");
    let hub = Hub::with_store(patient(), RedbStore::open(&path).expect("a store"));
    let start = last_event_id(&id.expect("an id"));
    let mut subscription = hub.subscribe("a").from(start).await.expect("room");
    let told = r#"gap({"topic":"a","reason":"restart","after":2,"through":null})"#;
    // Not the hello, but what is said last has the id.
    assert_eq!(read_all(&mut subscription), [&format!("{WITH_GAP}*"), told]);
}

#[test]
fn a_cursor_that_is_not_good_is_a_verdict() {
    let hub = Hub::new(HubOptions::default().subscription_topics_max(2));
    let other = Hub::default();
    publish(&hub, "a", 1..=4);
    let check = |cursor: &str, principal: Option<&str>, fault: CursorFault| {
        let mut subscribe = hub.subscribe("a").from(Start::Cursor(cursor.into()));
        if let Some(principal) = principal {
            subscribe = subscribe.principal(principal);
        }
        let mut subscription = now(subscribe).expect("room");
        assert_eq!(subscription.verdict(), Verdict::Refused(fault), "{cursor}");
        let hello = format!("hello({{\"verdict\":\"refused\",\"reason\":\"{}\"}})*", fault.as_str());
        let told = r#"gap({"topic":"a","reason":"cursor","after":null,"through":4})"#;
        assert_eq!(read_all(&mut subscription), [hello.as_str(), told], "and nothing of the past");
    };
    let id = |subscribe: oriole_sse::Subscribe| read_id(&mut now(subscribe).expect("room")).as_str().to_owned();
    check("41", None, CursorFault::Malformed);
    check("", None, CursorFault::Malformed);
    check(&"A".repeat(1024), None, CursorFault::TooLong);
    check(&id(other.subscribe("a")), None, CursorFault::Forged);
    check(&id(hub.subscribe("b")), None, CursorFault::Foreign);
    check(&id(hub.subscribe("a").principal("ann")), None, CursorFault::Forged);
    check(&id(hub.subscribe("a").principal("ann")), Some("bob"), CursorFault::Forged);
    check(&id(hub.subscribe("a")), Some("bob"), CursorFault::Forged);
    let given = Hub::new(HubOptions::default().cursor_keys(CursorKeys::given(CursorKey::new(9, &[7; 32]), [])));
    check(&id(given.subscribe("a")), None, CursorFault::UnknownKey);

    let mut own = now(hub.subscribe("a").principal("ann")).expect("room");
    let own = last_event_id(&read_id(&mut own));
    let mut subscription = now(hub.subscribe("a").principal("ann").from(own)).expect("room");
    assert_eq!(read(&mut subscription), RESUMED);
}

/// Another process draws a new key; a cursor that it signed makes this one look.
#[test]
fn a_key_that_another_process_has_drawn_is_found() {
    let (store, clock): (Arc<dyn Store>, _) = (Arc::new(MemoryStore::default()), ManualClock::new());
    let day = Duration::from_secs(24 * 3600);
    let hub = || {
        let options = HubOptions::default().cursor_keys(CursorKeys::in_store().rotated_every(day));
        Hub::with_clock(options, Arc::clone(&store), clock.clone())
    };
    let here = hub();
    let old = read_id(&mut now(here.subscribe("a")).expect("room"));
    // One that has room only for those who come back, and knows the old key.
    let options = HubOptions::default().fresh_subscriptions_max(0).resume_window(10 * day);
    let options = options.cursor_keys(CursorKeys::in_store().rotated_every(day));
    let busy = Hub::with_clock(options, Arc::clone(&store), clock.clone());
    assert_eq!(now(busy.subscribe("a").from(last_event_id(&old))).expect("room").verdict(), Verdict::Resumed);
    clock.advance(day);
    let there = hub();
    let new = read_id(&mut now(there.subscribe("a")).expect("room"));
    assert_ne!(old, new, "signed by another key");
    assert_eq!(now(busy.subscribe("a").from(last_event_id(&new))).expect("room").verdict(), Verdict::Resumed);
    for (hub, id) in [(&here, &old), (&here, &new), (&there, &old), (&there, &new)] {
        let subscription = now(hub.subscribe("a").from(last_event_id(id))).expect("room");
        assert_eq!(subscription.verdict(), Verdict::Resumed);
    }
}

#[test]
fn a_client_can_go_back() {
    let clock = ManualClock::new();
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(5)));
    let options = HubOptions::default().ring_events_max(2).replay_events_max(4);
    let hub = Hub::with_clock(options, Arc::new(store), clock.clone());
    for number in 1..=6 {
        publish(&hub, "a", [number]);
        clock.advance(Duration::from_secs(1));
    }
    let check = |start: Start, expected: &[&str]| {
        let mut subscription = now(hub.subscribe("a").from(start.clone())).expect("room");
        assert_eq!(read_all(&mut subscription), [&[HELLO], expected].concat(), "{start:?}");
    };
    let too_far = gap("a", "too-far", 1, 2);
    check(Start::Live, &[]);
    check(Start::Events(0), &[]);
    check(Start::Events(3), &["4", "5", "6"]);
    check(Start::Events(u64::MAX), &["3", "4", "5", "6"]);
    check(Start::Earliest, &[&too_far, "3", "4", "5", "6"]);
    check(Start::Ago(Duration::ZERO), &[]);
    check(Start::Ago(Duration::from_secs(2)), &["5", "6"]);
    check(Start::Ago(Duration::MAX), &[&too_far, "3", "4", "5", "6"]);
    assert!(clock.wall() > std::time::SystemTime::UNIX_EPOCH);
}

/// The same over a file, by count and by time, in this process and in the next.
#[cfg(feature = "hub-redb")]
#[tokio::test]
async fn a_client_can_go_back_in_a_file() {
    use futures_util::StreamExt;
    use oriole_sse::RedbStore;

    let folder = tempfile::tempdir().expect("a folder");
    let clock = ManualClock::new();
    let open = || {
        let store = RedbStore::open(folder.path().join("events.redb")).expect("a store");
        (store.clone(), Hub::with_clock(HubOptions::default().ring_events_max(2), Arc::new(store), clock.clone()))
    };
    let (store, hub) = open();
    for number in 1..=6 {
        hub.publish("a", MessageEvent::new(number.to_string())).await.expect("published");
        clock.advance(Duration::from_secs(1));
    }
    let mut next = 7;
    let mut check = async |hub: &Hub, start: Start, first: u64| {
        let mut subscription = hub.subscribe("a").from(start.clone()).await.expect("room");
        let hello = subscription.next().await.expect("hello");
        assert_eq!(hello.fields().data, Some("{\"verdict\":\"live\"}"));
        // One more, so that nothing lies between it and what was there.
        hub.publish("a", MessageEvent::new(next.to_string())).await.expect("published");
        for expected in first..=next {
            let event = subscription.next().await.expect("an event");
            assert_eq!(event.fields().data, Some(expected.to_string().as_str()), "{start:?}");
        }
        next += 1;
    };
    check(&hub, Start::Ago(Duration::from_secs(2)), 5).await;
    check(&hub, Start::Events(3), 5).await;
    check(&hub, Start::Ago(Duration::from_millis(2_500)), 5).await;
    check(&hub, Start::Ago(Duration::from_secs(3)), 4).await;
    store.shutdown().await.expect("closed");
    drop((store, hub));

    let (_store, hub) = open();
    check(&hub, Start::Ago(Duration::from_secs(2)), 5).await;
    check(&hub, Start::Ago(Duration::from_secs(3600)), 1).await;
    check(&hub, Start::Earliest, 1).await;
}

#[test]
fn a_start_is_read_of_a_request() {
    let read = |header: Option<&str>, uri: &str| {
        let mut headers = HeaderMap::new();
        if let Some(header) = header {
            headers.insert("last-event-id", header.parse().expect("a header"));
        }
        Start::read(&headers, &uri.parse::<Uri>().expect("an address"), 16).map_err(|rejection| rejection.body_text())
    };
    let ago = |seconds| Ok(Start::Ago(Duration::from_secs(seconds)));
    assert_eq!(read(None, "/"), Ok(Start::Live));
    assert_eq!(read(Some("x"), "/?lastEventId=y&rewind=3"), Ok(Start::Cursor("x".into())), "who returns goes on");
    assert_eq!(read(None, "/?rewind=3&lastEventId=y"), Ok(Start::Cursor("y".into())));
    assert_eq!(read(None, "/?lastEventId=earliest"), Ok(Start::Earliest));
    assert_eq!(read(None, "/?rewind=3"), Ok(Start::Events(3)));
    assert_eq!(read(None, "/?rewind=90s"), ago(90));
    assert_eq!(read(None, "/?rewind=15m"), ago(900));
    assert_eq!(read(None, "/?rewind=2h"), ago(7200));
    let bad = "the parameter rewind is neither a number of events nor a duration";
    for rewind in ["", "s", "-1", "+1", "1.5s", "1d", "1 s", "99999999999999999999", "9999999999999999h", "1&rewind=2"]
    {
        assert_eq!(read(None, &format!("/?rewind={}", rewind.replace(' ', "%20"))), Err(bad.into()), "{rewind}");
    }
    assert_eq!(read(Some(&"x".repeat(17)), "/"), Ok(Start::Refused(CursorFault::TooLong)));
    assert_eq!(read(None, "/?lastEventId=%ff"), Ok(Start::Refused(CursorFault::Malformed)));
    let twice = Err("the last event id is given more than once".into());
    assert_eq!(read(None, "/?lastEventId=x&lastEventId=y"), twice, "no browser does that");
}

/// Readers of the past, of the store, and of what comes, under load and on several threads.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_while_others_publish() {
    use futures_util::StreamExt;
    const EVENTS: u64 = 2000;

    let hub = Hub::new(HubOptions::default().ring_events_max(64).page_events_max(7));
    let first = read_id(&mut hub.subscribe("a").await.expect("room"));
    let mut tasks = tokio::task::JoinSet::new();
    for reader in 0..8_u64 {
        let (hub, first) = (hub.clone(), first.clone());
        tasks.spawn(async move {
            let (mut id, mut expected) = (first, 1);
            while expected <= EVENTS {
                let mut subscription = hub.subscribe("a").from(last_event_id(&id)).await.expect("room");
                let hello = subscription.next().await.expect("hello");
                assert_eq!(hello.fields().data, Some("{\"verdict\":\"resumed\"}"));
                // Cut off after a while that differs from reader to reader.
                for _ in 0..50 + 37 * reader {
                    if expected > EVENTS {
                        break;
                    }
                    let event = subscription.next().await.expect("no end");
                    assert_eq!(event.fields().data, Some(expected.to_string().as_str()));
                    id = event.fields().id.cloned().expect("an id");
                    expected += 1;
                }
            }
        });
    }
    for number in 1..=EVENTS {
        hub.publish("a", MessageEvent::new(number.to_string())).await.expect("published");
        if number % 50 == 0 {
            tokio::task::yield_now().await;
        }
    }
    tasks.join_all().await;
}

/// A browser stops for good at a 400: so an id that no hub has given is a verdict, however long it is and whatever is in it.
#[test]
fn an_id_that_cannot_be_read_is_a_verdict() {
    let hub = Hub::default();
    publish(&hub, "a", 1..=2);
    let check = |id: &[u8], expected: Result<CursorFault, ()>| {
        let mut headers = http::HeaderMap::new();
        headers.insert("last-event-id", http::HeaderValue::from_bytes(id).expect("a header"));
        let start = Start::read(&headers, &http::Uri::from_static("/"), 1024).expect("no error");
        let digest = now(hub.subscribe("a").from(start.clone()).digest()).expect("a digest");
        let mut subscription = now(hub.subscribe("a").from(start)).expect("room");
        let verdict = expected.map_or(Verdict::Live, Verdict::Refused);
        assert_eq!((subscription.verdict(), digest.verdict), (verdict, verdict));
        let told = read_all(&mut subscription);
        let gap = told.get(1).is_some_and(|gap| gap.contains("\"reason\":\"cursor\",\"after\":null"));
        assert_eq!(gap, expected.is_ok(), "{told:?}");
        publish(&hub, "a", [3]);
        assert_eq!(read_all(&mut subscription), ["3"], "it goes on");
    };
    check(&[b'x'; 1025], Ok(CursorFault::TooLong));
    check(&[b'A'; 1024], Ok(CursorFault::TooLong));
    check(b"\xff", Ok(CursorFault::Malformed));
    check(b"", Err(()));
}
