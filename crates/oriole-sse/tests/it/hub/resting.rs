//! A body that was given all there is: it is asked again at once, and then left alone until it is woken.

use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::{Context, Poll, Wake, Waker};
use std::time::Duration;

use http_body::Body as _;
use http_body_util::BodyExt;
use oriole_sse::{
    EventBody, EventStreams, Hub, HubOptions, MemoryStore, MessageEvent, SlowReader, SlowReaderPolicy, SseOptions,
    Store, Subscribe, SystemClock,
};
use tokio::task::JoinSet;
use tokio::time::{advance, timeout};

use super::support::{Flaky, now, publish, settle};

/// A task that asks for frames, as a server's does.
struct Task {
    body: EventBody,
    waker: Waker,
    wakes: Arc<Wakes>,
}

#[derive(Default)]
struct Wakes(AtomicUsize);

impl Wake for Wakes {
    fn wake(self: Arc<Self>) {
        self.0.fetch_add(1, Ordering::Relaxed);
    }
}

fn waker() -> (Arc<Wakes>, Waker) {
    let wakes = Arc::<Wakes>::default();
    (Arc::clone(&wakes), Waker::from(wakes))
}

impl Task {
    /// Whose `hello` and first event are read, and which waits.
    async fn rested(hub: &Hub, streams: &EventStreams) -> Self {
        Self::of(hub, streams, hub.subscribe("a")).await
    }

    async fn of(hub: &Hub, streams: &EventStreams, subscribe: Subscribe) -> Self {
        let body = streams.open_events(subscribe.await.expect("room")).await.into_body();
        let (wakes, waker) = waker();
        let mut this = Self { body, waker, wakes };
        assert!(this.poll().is_some_and(|hello| hello.contains("\"live\"")));
        assert_eq!(this.poll(), None);
        publish(hub, "a", [1]);
        // If there is a window, to its end.
        settle().await;
        advance(Duration::from_millis(4)).await;
        settle().await;
        assert!(this.woken().ends_with("data: 1\n\n"));
        this.rests();
        this
    }

    fn poll(&mut self) -> Option<String> {
        match Pin::new(&mut self.body).poll_frame(&mut Context::from_waker(&self.waker)) {
            Poll::Pending => None,
            Poll::Ready(None) => Some("over".to_owned()),
            Poll::Ready(Some(frame)) => {
                let bytes = frame.expect("nobody cuts it").into_data().expect("data");
                Some(String::from_utf8(bytes.to_vec()).expect("UTF-8"))
            }
        }
    }

    /// As hyper does, it asks twice more.
    fn rests(&mut self) {
        assert_eq!((self.poll(), self.poll()), (None, None));
        assert!(!self.is_woken(), "by itself");
    }

    fn is_woken(&self) -> bool {
        self.wakes.0.swap(0, Ordering::Relaxed) > 0
    }

    /// What it is woken for.
    fn woken(&mut self) -> String {
        assert!(self.is_woken());
        self.poll().expect("something")
    }
}

/// Whose readers are woken at once, however often.
fn options() -> HubOptions {
    HubOptions::default().wake_window(Duration::ZERO)
}

fn hub() -> Hub {
    Hub::new(options())
}

#[tokio::test(start_paused = true)]
async fn it_is_woken_by_each_event() {
    let (hub, streams) = (hub(), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    for number in 2..5 {
        publish(&hub, "a", [number]);
        assert!(task.woken().ends_with(&format!("data: {number}\n\n")));
        task.rests();
    }
    // Two before it is polled are one frame.
    publish(&hub, "a", [5, 6]);
    assert_eq!(task.woken().matches("data: ").count(), 2);
    task.rests();
    now(hub.publish("a", MessageEvent::new("passing")).volatile()).expect("published");
    assert_eq!(task.woken(), "data: passing\n\n");
    task.rests();
    publish(&hub, "a", [7]);
    assert!(task.woken().ends_with("data: 7\n\n"));
}

#[tokio::test(start_paused = true)]
async fn what_comes_while_its_frame_is_written_is_given_when_it_asks() {
    let (hub, streams) = (hub(), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    publish(&hub, "a", [2]);
    assert!(task.woken().ends_with("data: 2\n\n"));
    publish(&hub, "a", [3]);
    assert!(task.is_woken(), "it waits from the moment at which it was given everything");
    assert!(task.poll().is_some_and(|event| event.ends_with("data: 3\n\n")));
    assert_eq!(task.poll(), None);
    publish(&hub, "a", [4]);
    assert!(task.woken().ends_with("data: 4\n\n"));
}

/// Under load, readers are woken for several events together: who asks in between is not given the first of them alone.
#[tokio::test(start_paused = true)]
async fn what_comes_within_the_window_comes_at_its_end() {
    let window = Duration::from_millis(2);
    let (hub, streams) = (Hub::new(HubOptions::default().wake_window(window)), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    publish(&hub, "a", [2, 3]);
    assert!(!task.is_woken());
    assert_eq!(task.poll(), None);
    publish(&hub, "a", [4]);
    settle().await;
    advance(window * 2).await;
    settle().await;
    assert_eq!(task.woken().matches("data: ").count(), 3);
}

/// A body may go from one task to another at any time.
#[tokio::test(start_paused = true)]
async fn who_asks_last_is_woken() {
    let (hub, streams) = (hub(), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    let (before, waker) = (Arc::clone(&task.wakes), waker());
    (task.wakes, task.waker) = waker;
    assert_eq!(task.poll(), None);
    publish(&hub, "a", [2]);
    assert!(task.woken().ends_with("data: 2\n\n"));
    assert_eq!(before.0.load(Ordering::Relaxed), 0);
    task.rests();
    streams.drain();
    assert!(task.woken().contains("{\"reason\":\"drain\"}"));
}

/// Who asked in between is not told what the first is to hear of.
#[tokio::test(start_paused = true)]
async fn who_asks_again_is_woken_although_another_has_asked_in_between() {
    let (hub, streams) = (hub(), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    now(hub.publish("a", MessageEvent::new("passing")).volatile()).expect("published");
    let first = std::mem::replace(&mut task.waker, waker().1);
    assert_eq!(task.poll().as_deref(), Some("data: passing\n\n"));
    publish(&hub, "a", [2]);
    task.waker = first;
    assert!(task.poll().is_some_and(|event| event.ends_with("data: 2\n\n")));
    assert_eq!((task.poll(), task.poll()), (None, None));
    task.wakes.0.store(0, Ordering::Relaxed);
    streams.drain();
    assert!(task.woken().contains("{\"reason\":\"drain\"}"));
}

#[tokio::test(start_paused = true)]
async fn frames_that_are_cut_follow_each_other_at_once() {
    // Each event is 45 bytes.
    let (hub, streams) = (hub(), EventStreams::new(SseOptions::default().frame_bytes_max(100)));
    let mut task = Task::rested(&hub, &streams).await;
    publish(&hub, "a", 2..=6);
    assert!(task.is_woken());
    for events in [2, 2, 1] {
        assert_eq!(task.poll().map(|frame| frame.matches("data: ").count()), Some(events));
    }
    task.rests();
    // What is not kept comes behind what is.
    publish(&hub, "a", [7]);
    now(hub.publish("a", MessageEvent::new("passing")).volatile()).expect("published");
    assert!(task.woken().ends_with("data: 7\n\n"));
    assert_eq!(task.poll().as_deref(), Some("data: passing\n\n"));
    task.rests();
}

/// Who reads each event is heard of, also if nobody had to ask.
#[tokio::test(start_paused = true)]
async fn who_rests_is_heard_of_with_each_event() {
    let hub = Hub::new(options().write_timeout(Duration::from_secs(20)));
    let streams = EventStreams::new(SseOptions::default().heartbeat_interval(None));
    let mut task = Task::rested(&hub, &streams).await;
    for number in 2..11 {
        advance(Duration::from_secs(1)).await;
        settle().await;
        publish(&hub, "a", [number]);
        assert!(task.woken().contains(&format!("data: {number}\n\n")));
        task.rests();
    }
    // From here on it takes nothing.
    for _ in 0..18 {
        advance(Duration::from_secs(1)).await;
        settle().await;
    }
    assert_eq!(task.poll(), None, "it has 20 seconds");
    for _ in 0..23 {
        advance(Duration::from_secs(1)).await;
        settle().await;
    }
    assert!(task.woken().contains("{\"reason\":\"stalled\"}"));
}

#[tokio::test(start_paused = true)]
async fn a_heartbeat_comes_once() {
    let (hub, streams) = (hub(), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    let interval = SseOptions::default().heartbeat_interval.expect("there is one");
    for _ in 0..3 {
        advance(interval + Duration::from_millis(20)).await;
        settle().await;
        assert_eq!(task.woken(), ":\n\n");
        task.rests();
    }
    publish(&hub, "a", [2]);
    assert!(task.woken().ends_with("data: 2\n\n"));
    task.rests();
    // One that is due when an event is given is not needed any more.
    advance(interval + Duration::from_millis(20)).await;
    settle().await;
    publish(&hub, "a", [3]);
    assert!(task.woken().ends_with("data: 3\n\n"));
    assert_eq!((task.poll(), task.poll()), (None, None));
    task.wakes.0.store(0, Ordering::Relaxed);
    // Not for as long after an event either.
    advance(interval - Duration::from_millis(20)).await;
    settle().await;
    assert!(!task.is_woken());
}

#[tokio::test(start_paused = true)]
async fn a_drain_of_the_streams_and_of_the_hub_end_it() {
    let (hub, streams) = (hub(), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    streams.drain();
    assert!(task.woken().contains("{\"reason\":\"drain\"}"));
    assert_eq!(task.poll().as_deref(), Some("over"));

    let other = Hub::new(options());
    let mut task = Task::rested(&other, &EventStreams::default()).await;
    let (drained, ended) = tokio::join!(other.drain(Duration::ZERO), async {
        settle().await;
        task.woken()
    });
    let _ = drained;
    assert!(ended.contains("{\"reason\":\"drain\"}"), "{ended}");
    assert_eq!(task.poll().as_deref(), Some("over"));
}

#[tokio::test(start_paused = true)]
async fn its_lifetime_ends_it() {
    let (hub, streams) = (Hub::new(options().lifetime_max(Duration::from_secs(60))), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    let mut told = String::new();
    for _ in 0..8 {
        advance(Duration::from_secs(10)).await;
        settle().await;
        while task.is_woken() {
            told.extend(task.poll());
        }
    }
    assert!(told.contains("{\"reason\":\"lifetime\"}"), "{told}");
}

#[tokio::test(start_paused = true)]
async fn a_store_that_goes_and_comes_back_is_told() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = Hub::with_clock(options(), Arc::clone(&store) as Arc<dyn Store>, SystemClock);
    let mut task = Task::rested(&hub, &EventStreams::default()).await;
    store.set_away(true);
    assert!(task.woken().contains("\"reason\":\"unavailable\""));
    task.rests();
    store.set_away(false);
    settle().await;
    assert!(task.woken().contains("\"resumed\""));
    task.rests();
    publish(&hub, "a", [2]);
    assert!(task.woken().ends_with("data: 2\n\n"));
}

/// It is told of its end first, although nothing but its topic is looked at otherwise.
#[tokio::test(start_paused = true)]
async fn nothing_is_given_that_came_after_its_end() {
    let (hub, streams) = (Hub::new(options().lifetime_max(Duration::from_secs(60))), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    for number in 2..32 {
        advance(Duration::from_secs(2)).await;
        settle().await;
        publish(&hub, "a", [number]);
        let told = task.woken();
        if told.contains("{\"reason\":\"lifetime\"}") {
            assert!(!told.contains(&format!("data: {number}")), "{told}");
            return;
        }
        assert!(told.contains(&format!("data: {number}\n\n")));
        task.rests();
    }
    panic!("its lifetime is over");
}

/// The store may have gone and come back since the last event, and an event have come.
#[tokio::test(start_paused = true)]
async fn a_store_that_was_away_is_told_before_the_next_event() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = Hub::with_clock(options(), Arc::clone(&store) as Arc<dyn Store>, SystemClock);
    let mut task = Task::rested(&hub, &EventStreams::default()).await;
    store.set_away(true);
    store.set_away(false);
    settle().await;
    publish(&hub, "a", [2]);
    let mut told = task.woken();
    for _ in 0..3 {
        told.extend(task.poll());
    }
    let place = |word| told.find(word).unwrap_or(usize::MAX);
    assert!(place("\"reason\":\"unavailable\"") < place("\"resumed\""), "{told}");
    assert!(place("\"resumed\"") < place("data: 2"), "{told}");
    task.rests();
}

/// One that has its own bounds is judged by them, also if it rested.
#[tokio::test(start_paused = true)]
async fn who_rests_is_judged_by_its_own_policy() {
    let (hub, streams) = (hub(), EventStreams::default());
    let slow = SlowReader::new(SlowReaderPolicy::Disconnect).events_max(2);
    let mut task = Task::of(&hub, &streams, hub.subscribe("a").slow_reader(slow)).await;
    publish(&hub, "a", [2, 3]);
    assert_eq!(task.woken().matches("data: ").count(), 2);
    task.rests();
    publish(&hub, "a", 4..7);
    assert!(task.woken().contains("{\"reason\":\"slow\"}"));

    // And one that has none by the hub's.
    let hub = Hub::new(options().slow_reader(slow));
    let mut task = Task::rested(&hub, &streams).await;
    publish(&hub, "a", 2..5);
    assert!(task.woken().contains("{\"reason\":\"slow\"}"));
}

/// What the console does to streams.
#[cfg(feature = "console")]
#[tokio::test(start_paused = true)]
async fn orders_from_outside_are_obeyed() {
    let (hub, streams) = (hub(), EventStreams::default());
    let mut task = Task::rested(&hub, &streams).await;
    let stream = hub.streams().pop().expect("it is open");
    stream.hold();
    publish(&hub, "a", [2]);
    assert!(task.is_woken());
    assert_eq!(task.poll(), None);
    stream.let_go();
    assert!(task.woken().ends_with("data: 2\n\n"));
    assert_eq!((task.poll(), task.poll()), (None, None));
    task.wakes.0.store(0, Ordering::Relaxed);
    assert!(stream.end(oriole_sse::EndReason::Revoked));
    assert!(task.woken().contains("{\"reason\":\"revoked\"}"));
}

/// Whatever the order in which threads publish, read, and end it all.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn nobody_is_left_waiting() {
    const EVENTS: u64 = 300;
    let (hub, streams) = (hub(), EventStreams::default());
    let mut readers = JoinSet::new();
    for _ in 0..8 {
        let mut body = streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
        readers.spawn(async move {
            let mut text = String::new();
            while let Some(frame) = body.frame().await {
                let bytes = frame.expect("nobody cuts it").into_data().expect("data");
                text.push_str(std::str::from_utf8(&bytes).expect("UTF-8"));
            }
            text
        });
    }
    for number in 0..EVENTS {
        hub.publish("a", MessageEvent::new(number.to_string())).await.expect("published");
        if number % 3 == 0 {
            tokio::task::yield_now().await;
        }
    }
    streams.drain();
    let texts = timeout(Duration::from_secs(60), readers.join_all()).await.expect("each is woken");
    for text in texts {
        let numbers: Vec<u64> = text.lines().filter_map(|line| line.strip_prefix("data: ")?.parse().ok()).collect();
        assert!(numbers.iter().copied().eq(0..EVENTS), "{numbers:?}");
        assert!(text.contains("{\"reason\":\"drain\"}"));
    }
}
