//! What bounds a hub's memory.

use std::sync::Arc;
use std::time::Duration;

use oriole_sse::{
    Hub, HubOptions, MemoryStore, MemoryStoreOptions, MessageEvent, Retention, SlowReader, SlowReaderPolicy, Store,
};

use super::support::{Flaky, HELLO, ManualClock, gap, now, publish, read_all, refusal, settle};

/// How many events a reader that drops the oldest finds in memory.
fn held(options: HubOptions, events: u64) -> usize {
    let slow = oriole_sse::SlowReader::new(SlowReaderPolicy::DropNewest);
    // A store that keeps nothing: what is not in memory is gone.
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(0)));
    let hub = Hub::with_store(options, store);
    let mut subscription = now(hub.subscribe("a").slow_reader(slow.events_max(1000))).expect("room");
    publish(&hub, "a", 1..=events);
    read_all(&mut subscription).iter().filter(|event| event.parse::<u64>().is_ok()).count()
}

#[test]
fn a_ring_is_bounded_in_events() {
    let options = || HubOptions::default().ring_events_max(3);
    assert_eq!(held(options(), 3), 3);
    assert_eq!(held(options(), 9), 3);
    assert_eq!(held(HubOptions::default().ring_events_max(0), 9), 1, "the latest is held in any case");
}

/// What came within a moment may be more than what is held of long ago.
#[test]
fn a_ring_holds_fewer_events_once_they_are_old() {
    let held = |later: &[u64]| {
        let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(0)));
        let clock = ManualClock::new();
        let options = HubOptions::default().ring_events_max(6).ring_aged_events_max(3).ring_age(Duration::from_secs(1));
        let hub = Hub::with_clock(options, Arc::new(store), clock.clone());
        let slow = SlowReader::new(SlowReaderPolicy::DropNewest).events_max(1000);
        let mut subscription = now(hub.subscribe("a").slow_reader(slow)).expect("room");
        publish(&hub, "a", 1..=5);
        for millis in later {
            clock.advance(Duration::from_millis(*millis));
            publish(&hub, "a", [6]);
        }
        read_all(&mut subscription).iter().filter(|event| event.parse::<u64>().is_ok()).count()
    };
    assert_eq!(held(&[]), 5);
    assert_eq!(held(&[1000]), 6, "they are not older than that");
    assert_eq!(held(&[1001]), 3);
    assert_eq!(held(&[999, 1]), 6, "the bound of all");
    assert_eq!(held(&[999, 2]), 3);
    assert_eq!(held(&[999, 2, 500, 499, 1]), 4, "two of the same second");
}

#[test]
fn a_ring_is_bounded_in_bytes() {
    // `id: `, 31 characters and a line end; `data: 1` and two line ends.
    let frame = 36 + 9;
    assert_eq!(held(HubOptions::default().ring_bytes_max(3 * frame), 9), 3);
    assert_eq!(held(HubOptions::default().ring_bytes_max(3 * frame - 1), 9), 2);
    assert_eq!(held(HubOptions::default().ring_bytes_max(0), 9), 1);
}

#[test]
fn all_rings_together_are_bounded_in_bytes() {
    let frame = 36 + 9;
    let held = |rings_bytes_max| {
        let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(0)));
        let hub = Hub::with_store(HubOptions::default().rings_bytes_max(rings_bytes_max), store);
        let mut readers = ["a", "b"].map(|topic| now(hub.subscribe(topic)).expect("room"));
        publish(&hub, "a", 1..=3);
        publish(&hub, "b", 4..=6);
        readers.each_mut().map(|reader| read_all(reader).into_iter().filter(|event| event.len() == 1).count())
    };
    assert_eq!(held(6 * frame), [3, 3]);
    assert_eq!(held(6 * frame - 1), [3, 1], "whose ring is one too many");
    assert_eq!(held(0), [1, 1]);
}

#[test]
fn all_rings_together_are_bounded_in_events() {
    let held = |rings_events_max| {
        let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(0)));
        let hub = Hub::with_store(HubOptions::default().rings_events_max(rings_events_max), store);
        let mut readers = ["a", "b"].map(|topic| now(hub.subscribe(topic)).expect("room"));
        publish(&hub, "a", 1..=3);
        publish(&hub, "b", 4..=6);
        readers.each_mut().map(|reader| read_all(reader).into_iter().filter(|event| event.len() == 1).count())
    };
    assert_eq!(held(6), [3, 3]);
    assert_eq!(held(5), [3, 1], "whose ring is one too many");
    assert_eq!(held(0), [1, 1]);
}

/// What a ring held counts no more when the ring begins anew.
#[tokio::test]
async fn rings_that_begin_anew_leave_nothing_behind() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let options = HubOptions::default().rings_events_max(20).page_events_max(1);
    let hub = Hub::with_clock(options, Arc::clone(&store) as Arc<dyn Store>, ManualClock::new());
    let other = Hub::with_store(HubOptions::default(), store.inner().clone());
    let subscription = now(hub.subscribe("a")).expect("room");
    for round in 0..10 {
        publish(&hub, "a", [round; 5]);
        store.set_away(true);
        publish(&other, "a", [round]);
        store.set_away(false);
        settle().await;
    }
    drop(subscription);
    let slow = SlowReader::new(SlowReaderPolicy::DropNewest).events_max(100);
    let mut subscription = now(hub.subscribe("a").slow_reader(slow)).expect("room");
    assert_eq!(read_all(&mut subscription), [HELLO]);
    publish(&hub, "a", 1..=15);
    // The store would give the rest one at a time: that it is not asked shows that all of it is in memory.
    store.set_away(true);
    let read = read_all(&mut subscription);
    assert_eq!(read.iter().filter(|event| event.parse::<u64>().is_ok()).count(), 15, "{read:?}");
}

#[test]
fn a_cursor_is_bounded_before_there_is_one() {
    let names: Vec<_> = (0..42).map(|number| format!("t{number}")).collect();
    let subscribe = |hub: &Hub, topics: usize| {
        names[1..topics].iter().fold(hub.subscribe(names[0].as_str()), |all, name| all.and(name.as_str()))
    };
    let hub = Hub::new(HubOptions::default().subscription_topics_max(42));
    let mut most = now(subscribe(&hub, 41)).expect("as many as fit");
    publish(&hub, "t0", [1]);
    let _ = super::support::read(&mut most);
    let id = super::support::read_id(&mut most);
    assert!(id.as_str().len() <= oriole_sse::LastEventId::BYTES_MAX);
    let resumed = subscribe(&hub, 41).from(oriole_sse::LastEventId::from(id));
    assert_eq!(read_all(&mut now(resumed).expect("room"))[0], super::support::RESUMED);
    let error = now(subscribe(&hub, 42)).expect_err("refused");
    assert_eq!(error.to_string(), "the cursor of so many topics could be longer than 1024 bytes");
    assert_eq!(error.status(), http::StatusCode::BAD_REQUEST);

    let hub = Hub::new(HubOptions::default().subscription_topics_max(42).cursor_bytes_max(1100));
    let _room = now(subscribe(&hub, 42)).expect("room was made");
}

#[test]
fn pages_of_all_readers_together_are_bounded() {
    // Three events of 9 bytes are a page; a page takes 100 bytes of room while it is read.
    let asked = |pages_bytes_max| {
        let store = Arc::new(Flaky::new(MemoryStore::default()));
        let options = HubOptions::default()
            .ring_events_max(1)
            .page_events_max(3)
            .page_bytes_max(100)
            .pages_bytes_max(pages_bytes_max);
        let hub = Hub::with_clock(options, Arc::clone(&store) as Arc<dyn Store>, ManualClock::new());
        publish(&hub, "a", 1..=7);
        let mut readers: Vec<_> =
            (0..3).map(|_| now(hub.subscribe("a").from(oriole_sse::Start::Earliest)).expect("room")).collect();
        for reader in &mut readers {
            assert_eq!(
                [HELLO, "1"],
                [super::support::read(reader), super::support::read(reader)].each_ref().map(String::as_str)
            );
        }
        let first: Vec<_> = store.pages().iter().map(|page| page.events_max).collect();
        for reader in &mut readers {
            assert_eq!(read_all(reader), ["2", "3", "4", "5", "6", "7"], "nothing is lost for it");
        }
        // What was taken makes room again.
        let _ = store.pages();
        let mut late = now(hub.subscribe("a").from(oriole_sse::Start::Earliest)).expect("room");
        let _ = (super::support::read(&mut late), super::support::read(&mut late));
        let last = store.pages()[0];
        assert_eq!(last.bytes_max, 100, "as the option says");
        (first, last.events_max)
    };
    // Two pages are held, of 27 bytes each, when the third is read.
    assert_eq!(asked(154), (vec![3, 3, 3], 3));
    assert_eq!(asked(153), (vec![3, 3, 1], 3));
    assert_eq!(asked(0), (vec![1, 1, 1], 1));
}

#[test]
fn volatile_events_are_bounded() {
    let hub = Hub::new(HubOptions::default().volatile_events_max(2));
    let mut subscription = now(hub.subscribe("a")).expect("room");
    for number in 1..=2 {
        now(hub.publish("a", MessageEvent::new(number.to_string())).volatile()).expect("published");
    }
    assert_eq!(read_all(&mut subscription), [HELLO, "1*", "2*"]);
    for number in 3..=5 {
        now(hub.publish("a", MessageEvent::new(number.to_string())).volatile()).expect("published");
    }
    assert_eq!(read_all(&mut subscription), ["4*", "5*"]);
}

#[test]
fn volatile_events_are_bounded_in_bytes() {
    let held = |volatile_bytes_max| {
        let hub = Hub::new(HubOptions::default().volatile_bytes_max(volatile_bytes_max));
        let mut subscription = now(hub.subscribe("a")).expect("room");
        for number in 1..=3 {
            now(hub.publish("a", MessageEvent::new(number.to_string())).volatile()).expect("published");
        }
        read_all(&mut subscription).len() - 1
    };
    let frame = "data: 1\n\n".len();
    assert_eq!((held(3 * frame), held(3 * frame - 1), held(0)), (3, 2, 1));
}

#[test]
fn topics_of_a_subscription_are_bounded() {
    let hub = Hub::new(HubOptions::default().subscription_topics_max(2));
    let _two = now(hub.subscribe("a").and("b")).expect("two");
    assert_eq!(refusal(hub.subscribe("a").and("b").and("c")), "a subscription has 2 topics at most");
    assert_eq!(refusal(hub.subscribe("a").and("")), "a topic's name cannot be empty");
}

#[test]
fn topics_in_memory_are_bounded_and_one_that_nobody_reads_makes_room() {
    let hub = Hub::new(HubOptions::default().topics_max(2));
    let a = now(hub.subscribe("a")).expect("room");
    let b = now(hub.subscribe("b")).expect("room");
    assert_eq!(refusal(hub.subscribe("c")), "2 topics are being read, and no more can be");
    drop(a);
    let mut c = now(hub.subscribe("c")).expect("in the place of a");
    refusal(hub.subscribe("a"));
    publish(&hub, "c", [1]);
    assert_eq!(read_all(&mut c), [HELLO, "1"]);
    drop(b);
}

#[test]
fn a_store_without_room_refuses() {
    let store = MemoryStore::new(MemoryStoreOptions::default().topics_max(1));
    let hub = Hub::with_store(HubOptions::default(), store);
    let _a = now(hub.subscribe("a")).expect("room");
    assert_eq!(refusal(hub.subscribe("b")), "the store of events holds 1 topics already");
    assert_eq!(refusal(hub.publish("b", MessageEvent::new("x"))), "the store holds 1 topics already");
}

#[test]
fn a_page_is_bounded_and_so_is_what_is_replayed() {
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(4)));
    let options = HubOptions::default().ring_events_max(1).page_bytes_max(1);
    let hub = Hub::with_store(options, store);
    let mut subscription = now(hub.subscribe("a")).expect("room");
    publish(&hub, "a", 1..=4);
    assert_eq!(read_all(&mut subscription), [HELLO, "1", "2", "3", "4"]);
    publish(&hub, "a", 5..=9);
    assert_eq!(read_all(&mut subscription), [&gap("a", "retention", 4, 5), "6", "7", "8", "9"]);
}

/// Whether the store still has the topic open is seen by whether it makes room for another.
#[tokio::test(start_paused = true)]
async fn a_topic_that_nobody_reads_leaves_memory_after_a_while() {
    let retention = Retention::default().events_max(0);
    let store = MemoryStore::new(MemoryStoreOptions::default().topics_max(1).retention(retention));
    let hub = Hub::with_store(HubOptions::default().topic_linger(Duration::from_secs(30)), store.clone());
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    drop(hub.subscribe("a").await.expect("room"));
    assert_eq!(tasks(), before + 1);
    let b = oriole_sse::Topic::new("b").expect("a topic");
    tokio::time::sleep(Duration::from_secs(29)).await;
    store.open(&b).await.expect_err("the hub has its topic open");
    tokio::time::sleep(Duration::from_secs(3)).await;
    store.open(&b).await.expect("room");
    assert_eq!(tasks(), before, "the hub's task has ended");
    store.close(&b);

    // It begins again with the next.
    let mut subscription = hub.subscribe("c").await.expect("room");
    assert_eq!(tasks(), before + 1);
    publish(&hub, "c", [1]);
    assert_eq!(read_all(&mut subscription).len(), 2);
}

#[tokio::test(start_paused = true)]
async fn the_age_of_events_is_looked_at_by_the_hub() {
    let clock = ManualClock::new();
    let retention = Retention::default().age_max(Duration::from_secs(10));
    let store = Arc::new(MemoryStore::new(MemoryStoreOptions::default().retention(retention)));
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as Arc<dyn Store>, clock.clone());
    let topic = oriole_sse::Topic::new("a").expect("a topic");
    publish(&hub, "a", [1]);
    clock.advance(Duration::from_secs(11));
    let _subscription = hub.subscribe("a").await.expect("room");
    tokio::task::yield_now().await;
    let bounds = store.open(&topic).await.expect("room");
    assert_eq!(bounds.trimmed, bounds.last);
}

/// Under load, readers are woken once per window; the first event after a pause wakes them at once.
#[tokio::test(start_paused = true)]
async fn wakes_are_paced() {
    use std::sync::atomic::{AtomicUsize, Ordering};
    use std::task::{Context, Wake, Waker};

    use futures_util::StreamExt;

    #[derive(Default)]
    struct Count(AtomicUsize);
    impl Wake for Count {
        fn wake(self: Arc<Self>) {
            self.0.fetch_add(1, Ordering::Relaxed);
        }
    }

    let hub = Hub::new(HubOptions::default().wake_window(Duration::from_millis(5)));
    let mut subscription = hub.subscribe("a").await.expect("room");
    let count = Arc::new(Count::default());
    let waker = Waker::from(Arc::clone(&count));
    let mut drain = || {
        let mut events = 0;
        while subscription.poll_next_unpin(&mut Context::from_waker(&waker)).is_ready() {
            events += 1;
        }
        (events, count.0.swap(0, Ordering::Relaxed))
    };
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!(drain(), (1, 0));
    publish(&hub, "a", [1]);
    assert_eq!(drain(), (1, 1), "at once");
    publish(&hub, "a", 2..=100);
    assert_eq!(count_now(&count), 0, "not yet");
    tokio::time::sleep(Duration::from_millis(7)).await;
    assert_eq!(drain(), (99, 1), "together");

    fn count_now(count: &Count) -> usize {
        count.0.load(Ordering::Relaxed)
    }
}
