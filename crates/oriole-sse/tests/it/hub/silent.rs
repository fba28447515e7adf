//! A store that does not answer.

use std::future::IntoFuture;
use std::sync::Arc;
use std::time::Duration;

use futures_util::StreamExt;
use oriole_sse::{
    Hub, HubOptions, MemoryStore, MessageEvent, PublishError, Published, Start, Store, StoreError, Subscription,
    SystemClock,
};
use tokio::time::{Instant, sleep, timeout};

use super::support::{Flaky, HELLO, RESUMED, gap, read, read_all};

/// What the options say by default.
const TIMEOUT: Duration = Duration::from_secs(5);

fn hub_on(store: &Arc<Flaky>, options: HubOptions) -> Hub {
    Hub::with_clock(options, Arc::clone(store) as Arc<dyn Store>, SystemClock)
}

fn make() -> (Arc<Flaky>, Hub) {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store, HubOptions::default());
    (store, hub)
}

async fn publish(hub: &Hub, data: &str) -> Result<Published, PublishError> {
    hub.publish("a", MessageEvent::new(data)).await
}

/// Waits for the next event, and tells its data.
async fn next(subscription: &mut Subscription) -> String {
    let event = subscription.next().await.expect("an event");
    event.fields().data.expect("every event has data").to_owned()
}

/// How long it takes.
async fn time<T>(work: impl IntoFuture<Output = T>) -> (T, Duration) {
    let begun = Instant::now();
    let answer = work.await;
    (answer, begun.elapsed())
}

const UNAVAILABLE: &str = r#"gap({"topic":"a","reason":"unavailable","after":0,"through":null})"#;

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_it_longer_than_the_timeout() {
    let (store, hub) = make();
    let mut subscription = hub.subscribe("a").await.expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    store.set_stuck(true);

    // Who was first waits, and does not know what came of it.
    let (in_doubt, waited) = time(publish(&hub, "1")).await;
    assert!(matches!(in_doubt, Err(PublishError::Store(StoreError::InDoubt { .. }))), "{in_doubt:?}");
    assert!((TIMEOUT..TIMEOUT + Duration::from_millis(10)).contains(&waited), "{waited:?}");

    // Then it counts as away, for publishers, subscribers and newcomers.
    let begun = Instant::now();
    assert_eq!(publish(&hub, "2").await.expect("live"), Published::LiveOnly);
    let conditional = hub.publish("a", MessageEvent::new("-")).idempotency_key("n").await;
    assert!(matches!(conditional, Err(PublishError::Away)), "{conditional:?}");
    let mut late = hub.subscribe("a").from(Start::Earliest).await.expect("room");
    assert_eq!(read_all(&mut subscription), [UNAVAILABLE, "2*"]);
    assert_eq!(read_all(&mut late), [r#"hello({"verdict":"live","liveOnly":true})"#]);
    assert_eq!(publish(&hub, "3").await.expect("live"), Published::LiveOnly);
    assert_eq!((read_all(&mut subscription), read_all(&mut late)), (vec!["3*".into()], vec!["3*".into()]));
    assert_eq!(begun.elapsed(), Duration::ZERO, "nobody waited");

    // It comes back by itself.
    store.set_stuck(false);
    assert_eq!(next(&mut subscription).await, "{\"verdict\":\"resumed\"}");
    let stored = publish(&hub, "4").await.expect("stored");
    assert!(stored.position().is_some());
    assert_eq!(next(&mut subscription).await, "4");
    assert_eq!(read(&mut late), RESUMED);
    assert!(begun.elapsed() <= TIMEOUT + Duration::from_secs(2), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_store_that_takes_its_time_is_waited_for() {
    let (store, hub) = make();
    let mut subscription = hub.subscribe("a").await.expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    store.set_stuck(true);
    let answers = async {
        sleep(TIMEOUT - Duration::from_millis(10)).await;
        store.set_stuck(false);
    };
    let (published, ()) = tokio::join!(publish(&hub, "1"), answers);
    assert!(published.expect("stored").position().is_some());
    assert_eq!(read_all(&mut subscription), ["1"]);
}

#[tokio::test(start_paused = true)]
async fn the_timeout_is_an_option() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store, HubOptions::default().store_timeout(Duration::from_millis(100)));
    store.set_stuck(true);
    // All that a subscription asks for is waited for once.
    let (subscription, waited) = time(hub.subscribe("a").and("b").from(Start::Events(10))).await;
    assert_eq!(
        read_all(&mut subscription.expect("room")),
        [r#"hello({"verdict":"live","liveOnly":true})*"#],
        "without keys there is no id"
    );
    assert!((Duration::from_millis(100)..Duration::from_millis(110)).contains(&waited), "{waited:?}");
}

/// Then the hub has no topic in memory, and yet finds out.
#[tokio::test(start_paused = true)]
async fn it_comes_back_to_who_only_publishes() {
    let (store, hub) = make();
    store.set_stuck(true);
    publish(&hub, "1").await.expect_err("in doubt");
    let (live, waited) = time(publish(&hub, "2")).await;
    assert_eq!((live.expect("live"), waited), (Published::LiveOnly, Duration::ZERO));
    sleep(Duration::from_secs(60)).await;
    assert_eq!(publish(&hub, "3").await.expect("live"), Published::LiveOnly);
    store.set_stuck(false);
    sleep(TIMEOUT + Duration::from_secs(1)).await;
    assert!(publish(&hub, "4").await.expect("stored").position().is_some());
}

#[tokio::test(start_paused = true)]
async fn who_catches_up_is_told_and_goes_on_live() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store, HubOptions::default().ring_events_max(2).wake_window(Duration::ZERO));
    let mut subscription = hub.subscribe("a").await.expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    for number in 1..=5 {
        publish(&hub, &number.to_string()).await.expect("stored");
    }
    store.set_stuck(true);
    let (told, waited) = time(subscription.next()).await;
    assert!(waited <= TIMEOUT + Duration::from_millis(10), "{waited:?}");
    let told = told.expect("an event").fields().data.map(str::to_owned);
    assert!(told.as_deref().is_some_and(|told| told.contains("unavailable")), "{told:?}");
    let rest = read_all(&mut subscription);
    assert!(rest.contains(&gap("a", "unavailable", 0, 3)) || told.is_some_and(|told| told.contains("\"through\":3")));
    assert_eq!(rest[rest.len() - 2..], ["4", "5"]);
}

/// What was in doubt is given when it turns out to be there.
#[tokio::test(start_paused = true)]
async fn what_was_done_after_all_is_given() {
    let (store, hub) = make();
    let mut subscription = hub.subscribe("a").await.expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    store.set_stuck(true);
    publish(&hub, "1").await.expect_err("in doubt");
    assert_eq!(read(&mut subscription), UNAVAILABLE);
    let other = Hub::with_store(HubOptions::default(), store.inner().clone());
    other.publish("a", MessageEvent::new("1")).await.expect("it was done");
    assert_eq!(read_all(&mut subscription), ["1"]);
    store.set_stuck(false);
    let told = timeout(Duration::from_secs(10), next(&mut subscription)).await;
    assert_eq!(told.as_deref(), Ok("{\"verdict\":\"resumed\"}"));
}
