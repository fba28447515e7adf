//! Who is let in, and how subscriptions are ended.

use std::collections::HashSet;
use std::net::{IpAddr, Ipv4Addr};
use std::task::Poll;
use std::time::Duration;

use futures_util::{FutureExt, StreamExt};
use http::StatusCode;
use http_body_util::BodyExt;
use oriole_sse::{
    Crowd, EventStreams, Hub, HubOptions, LastEventId, MessageEvent, Principal, SseOptions, Start, Subscribe,
    SubscribeError, Subscription,
};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, timeout};

use super::support::{HELLO, ManualClock, RESUMED, next_now, now, publish, read, read_all, read_id};

const SECOND: Duration = Duration::from_secs(1);

fn turned_away(subscribe: Subscribe, crowd: Crowd, status: StatusCode) -> Duration {
    match now(subscribe) {
        Err(error @ SubscribeError::TooMany { crowd: found, retry_after, .. }) => {
            assert_eq!((found, error.status()), (crowd, status));
            assert!((SECOND..=10 * SECOND).contains(&retry_after), "{retry_after:?}");
            assert_eq!(error.retry_after(), Some(retry_after));
            retry_after
        }
        other => panic!("{other:?}"),
    }
}

#[test]
fn all_subscriptions_are_bounded_and_nobody_is_sent_away() {
    let hub = Hub::new(HubOptions::default().subscriptions_max(2));
    let mut first = now(hub.subscribe("a")).expect("room");
    let second = now(hub.subscribe("b")).expect("room");
    let waits: HashSet<_> =
        (0..100).map(|_| turned_away(hub.subscribe("a"), Crowd::All, StatusCode::SERVICE_UNAVAILABLE)).collect();
    assert_eq!(waits.len(), 100, "each is told another time");
    assert_eq!(read_all(&mut first), [HELLO], "who was in stays in");
    assert_eq!(hub.subscriptions(), 2);
    drop(second);
    assert_eq!(hub.subscriptions(), 1);
    let _third = now(hub.subscribe("a")).expect("room again");
}

#[test]
fn subscriptions_of_a_topic_a_principal_and_an_address_are_bounded() {
    let options =
        HubOptions::default().topic_subscriptions_max(2).principal_subscriptions_max(2).address_subscriptions_max(2);
    let hub = Hub::new(options);
    let check = |of: &dyn Fn(u8) -> Subscribe, crowd, status| {
        let mut kept = vec![];
        for number in 0..2 {
            kept.push(now(of(number)).expect("room"));
        }
        turned_away(of(2), crowd, status);
        kept.pop();
        kept.push(now(of(3)).expect("room again"));
    };
    let topics = ["a", "b", "c", "d"];
    check(&|_| hub.subscribe("a"), Crowd::Topic, StatusCode::SERVICE_UNAVAILABLE);
    let ann = |number: u8| hub.subscribe(topics[usize::from(number)]).principal("ann");
    check(&ann, Crowd::Principal, StatusCode::TOO_MANY_REQUESTS);
    let local = |number: u8| hub.subscribe(topics[usize::from(number)]).address(IpAddr::V4(Ipv4Addr::LOCALHOST));
    check(&local, Crowd::Address, StatusCode::TOO_MANY_REQUESTS);

    // Others are not concerned.
    let _ann = [now(ann(0)).expect("room"), now(ann(1)).expect("room")];
    let _bob = now(hub.subscribe("c").principal("bob")).expect("room");
    assert_eq!(hub.subscriptions(), 3);
}

#[test]
fn other_refusals_have_their_status() {
    let hub = Hub::new(HubOptions::default().subscription_topics_max(1).topics_max(1));
    let status = |subscribe: Subscribe| now(subscribe).expect_err("refused").status();
    assert_eq!(status(hub.subscribe("")), StatusCode::BAD_REQUEST);
    assert_eq!(status(hub.subscribe("a").and("b")), StatusCode::BAD_REQUEST);
    let _a = now(hub.subscribe("a")).expect("room");
    assert_eq!(status(hub.subscribe("b")), StatusCode::SERVICE_UNAVAILABLE);
    assert_eq!(hub.subscriptions(), 1, "who was refused is not counted");
    let waits: HashSet<_> =
        (0..100).filter_map(|_| now(hub.subscribe("b")).expect_err("refused").retry_after()).collect();
    assert_eq!(waits.len(), 100, "each is told another time");
}

/// A cursor after which something is lost, or one of other topics, makes nobody go first.
#[test]
fn those_who_come_back_with_a_stale_cursor_are_as_those_who_are_new() {
    use oriole_sse::{MemoryStore, MemoryStoreOptions, Retention};
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(1)));
    let first = Hub::with_store(HubOptions::default(), store.clone());
    let [stale, foreign] = ["a", "other"].map(|topic| read_id(&mut now(first.subscribe(topic)).expect("room")));
    publish(&first, "a", 1..=2);
    let fresh = read_id(&mut now(first.subscribe("a")).expect("room"));

    let hub = Hub::with_store(HubOptions::default().fresh_subscriptions_max(1), store);
    let returning = |id: &oriole_sse::EventId| hub.subscribe("a").from(LastEventId::from(id.clone()));
    let _room = now(returning(&stale)).expect("as long as there is room for everybody");
    turned_away(returning(&stale), Crowd::Fresh, StatusCode::SERVICE_UNAVAILABLE);
    turned_away(returning(&foreign), Crowd::Fresh, StatusCode::SERVICE_UNAVAILABLE);
    let _first = now(returning(&fresh)).expect("room for one who comes back");
    assert_eq!(hub.subscriptions(), 2, "who was refused is not counted");
}

#[test]
fn those_who_come_back_are_let_in_first() {
    use super::support::ManualClock;
    use std::sync::Arc;
    let (clock, store) = (ManualClock::new(), Arc::new(oriole_sse::MemoryStore::default()));
    let hub = || {
        let options = HubOptions::default().subscriptions_max(3).fresh_subscriptions_max(1);
        Hub::with_clock(options, Arc::clone(&store) as Arc<dyn oriole_sse::Store>, clock.clone())
    };
    let id = read_id(&mut now(hub().subscribe("a")).expect("room"));
    let hub = hub();
    let returning = || hub.subscribe("a").from(LastEventId::from(id.clone()));
    let _first = now(hub.subscribe("a")).expect("room for one who is new");
    turned_away(hub.subscribe("a"), Crowd::Fresh, StatusCode::SERVICE_UNAVAILABLE);
    let forged = hub.subscribe("a").from(Start::Cursor("41".into()));
    turned_away(forged, Crowd::Fresh, StatusCode::SERVICE_UNAVAILABLE);
    let _second = now(returning()).expect("room for one who comes back");

    clock.advance(Duration::from_millis(9_999));
    turned_away(hub.subscribe("a"), Crowd::Fresh, StatusCode::SERVICE_UNAVAILABLE);
    clock.advance(Duration::from_millis(1));
    let _third = now(hub.subscribe("a")).expect("room for everybody");
    turned_away(returning(), Crowd::All, StatusCode::SERVICE_UNAVAILABLE);
}

async fn next(subscription: &mut Subscription) -> String {
    let event = timeout(Duration::from_secs(600), subscription.next()).await.expect("an event").expect("no end");
    let fields = event.fields();
    format!("{}({})", fields.event_type.map_or("message", |name| name.as_str()), fields.data.unwrap_or_default())
}

#[tokio::test(start_paused = true)]
async fn a_subscription_ends_with_its_lifetime_and_may_come_back() {
    let hub = Hub::new(HubOptions::default().lifetime_max(100 * SECOND));
    for (own, expected) in [(None, 100), (Some(30), 30), (Some(200), 100)] {
        let begun = Instant::now();
        let mut subscribe = hub.subscribe("a");
        if let Some(own) = own {
            subscribe = subscribe.lifetime(own * SECOND);
        }
        let mut subscription = subscribe.await.expect("room");
        let _ = read(&mut subscription);
        let reader = async {
            let event = subscription.next().await.expect("an end");
            assert_eq!(event.fields().data, Some("{\"reason\":\"lifetime\"}"));
            assert!((SECOND / 2..=5 * SECOND).contains(&event.fields().retry.expect("not all at once")));
            assert_eq!(subscription.next().await, None);
            event.fields().id.cloned().expect("an id")
        };
        let id = reader.await;
        let age = begun.elapsed().as_secs();
        assert!((expected..=expected + 1).contains(&age), "{age}");
        assert_eq!(hub.subscriptions(), 0, "its room is free though it is still held");

        publish(&hub, "a", [1]);
        let mut subscription = hub.subscribe("a").from(LastEventId::from(id)).await.expect("room");
        assert_eq!(read_all(&mut subscription), [RESUMED, "1"]);
    }
}

#[tokio::test(start_paused = true)]
async fn a_subscription_that_nobody_reads_is_ended() {
    let hub = Hub::new(HubOptions::default().write_timeout(20 * SECOND));
    let mut stalled = hub.subscribe("a").await.expect("room");
    let idle = hub.subscribe("a").await.expect("room");
    let mut tasks = JoinSet::new();
    let (got, mut events) = tokio::sync::mpsc::channel(10);
    tasks.spawn(async move {
        let mut idle = idle;
        while let Some(event) = idle.next().await {
            got.send(event.fields().data.map(str::to_owned)).await.expect("received");
        }
    });
    assert_eq!(events.recv().await.expect("hello").as_deref(), Some("{\"verdict\":\"live\"}"));
    sleep(18 * SECOND).await;
    assert_eq!(hub.subscriptions(), 2);
    sleep(3 * SECOND).await;
    assert_eq!(hub.subscriptions(), 2, "it is still held");
    assert_eq!(read_all(&mut stalled)[..2], [HELLO, "end({\"reason\":\"stalled\"})"]);

    // Who waits for events that do not come is not stalled.
    sleep(3600 * SECOND).await;
    hub.publish("a", MessageEvent::new("1")).await.expect("published");
    assert_eq!(events.recv().await.expect("an event").as_deref(), Some("1"));
    assert_eq!(hub.subscriptions(), 1);
}

/// However short the time is: the hub looks once per second, and wakes who waits before it believes that nobody reads.
#[tokio::test(start_paused = true)]
async fn who_waits_is_woken_before_it_counts_as_unread() {
    let hub = Hub::new(HubOptions::default().write_timeout(SECOND / 2));
    let mut stalled = hub.subscribe("a").await.expect("room");
    let mut idle = hub.subscribe("a").await.expect("room");
    let mut tasks = JoinSet::new();
    tasks.spawn(async move {
        let events: Vec<_> = idle.by_ref().take(2).collect().await;
        events.last().and_then(|event| event.fields().data).map(str::to_owned)
    });
    sleep(60 * SECOND).await;
    hub.publish("a", MessageEvent::new("1")).await.expect("published");
    let last = tasks.join_next().await.expect("it runs").expect("no panic");
    assert_eq!(last.as_deref(), Some("1"));
    assert_eq!(read_all(&mut stalled)[..2], [HELLO, "end({\"reason\":\"stalled\"})"]);
}

/// A client that was given all there is and takes it late has been heard of then, although there is nothing more for it.
#[tokio::test(start_paused = true)]
async fn who_takes_the_last_event_late_is_not_stalled() {
    let hub = Hub::new(HubOptions::default().write_timeout(20 * SECOND));
    let streams = EventStreams::new(SseOptions::default().heartbeat_interval(None));
    let mut body = streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
    let mut next = || body.frame().now_or_never().map(|frame| frame.expect("it goes on").expect("whole"));
    assert!(next().is_some(), "hello");
    hub.publish("a", MessageEvent::new("1")).await.expect("published");
    assert!(next().is_some(), "all there is");
    // It is asked for after ten seconds, but the server is still writing.
    sleep(15 * SECOND).await;
    assert!(next().is_none(), "taken");
    sleep(9 * SECOND).await;
    assert!(next().is_none(), "24 s after the event, 9 after it was heard of");
    sleep(30 * SECOND).await;
    assert!(next().is_some(), "its end");
}

#[tokio::test(start_paused = true)]
async fn a_principal_is_sent_away() {
    let hub = Hub::default();
    let mut anns = [
        hub.subscribe("a").principal("ann").await.expect("room"),
        hub.subscribe("b").principal("ann").await.expect("room"),
    ];
    let mut bob = hub.subscribe("a").principal("bob").await.expect("room");
    for subscription in anns.iter_mut().chain([&mut bob]) {
        assert_eq!(read_all(subscription), [HELLO]);
    }
    publish(&hub, "a", [1]);
    assert_eq!(hub.revoke(&Principal::new("ann")), 2);
    publish(&hub, "a", [2]);
    for ann in &mut anns {
        assert_eq!(next(ann).await, "end({\"reason\":\"revoked\"})", "nothing goes to her any more");
        assert_eq!(ann.next().await, None);
    }
    assert_eq!(read_all(&mut bob), ["1", "2"]);
    assert_eq!(hub.revoke(&Principal::new("ann")), 0);
}

#[tokio::test(start_paused = true)]
async fn a_drain_is_spread_and_each_has_a_retry_of_its_own() {
    const READERS: usize = 101;
    let hub = Hub::default();
    let begun = Instant::now();
    let mut readers = JoinSet::new();
    for _ in 0..READERS {
        let mut subscription = hub.subscribe("a").await.expect("room");
        readers.spawn(async move {
            assert_eq!(next(&mut subscription).await, HELLO);
            let end = subscription.next().await.expect("an end");
            assert_eq!(end.fields().event_type.map(|name| name.as_str()), Some("end"));
            assert_eq!(end.fields().data, Some("{\"reason\":\"drain\"}"));
            assert!(end.fields().id.is_some(), "it will be caught up");
            assert_eq!(subscription.next().await, None);
            (begun.elapsed(), end.fields().retry.expect("a retry"))
        });
    }
    let draining = async {
        assert_eq!(hub.drain(10 * SECOND).await, 0);
        begun.elapsed()
    };
    let late = async {
        sleep(5 * SECOND).await;
        let mut late = hub.subscribe("a").await.expect("no error, which browsers would not come back from");
        let Poll::Ready(Some(end)) = next_now(&mut late) else { panic!("an end at once") };
        assert_eq!(end.fields().data, Some("{\"reason\":\"drain\"}"));
        assert!(end.fields().retry.is_some() && end.fields().id.is_none());
        assert_eq!(next_now(&mut late), Poll::Ready(None));
        let published = hub.publish("b", MessageEvent::new("x")).await.expect("published");
        assert!(published.position().is_some());
    };
    let (took, ()) = tokio::join!(draining, late);
    assert!((10 * SECOND..11 * SECOND).contains(&took), "{took:?}");
    assert_eq!(hub.subscriptions(), 0);

    let ends = readers.join_all().await;
    for second in 0..10 {
        let within = ends.iter().filter(|(left, _)| left.as_secs() == second).count();
        assert!((9..=11).contains(&within), "{within} in second {second}");
    }
    let retries: HashSet<_> = ends.iter().map(|(_, retry)| *retry).collect();
    assert_eq!(retries.len(), READERS, "no two alike");
    assert!(retries.iter().all(|retry| (SECOND / 2..=5 * SECOND).contains(retry)));
}

#[tokio::test(start_paused = true)]
async fn a_drain_of_nobody_or_of_one_takes_no_longer_than_its_window() {
    let hub = Hub::default();
    drop(hub.subscribe("a").await.expect("room"));
    timeout(SECOND, hub.drain(10 * SECOND)).await.expect("at once");

    let hub = Hub::default();
    let mut subscription = hub.subscribe("a").await.expect("room");
    let reading = async { while subscription.next().await.is_some() {} };
    timeout(SECOND, async { tokio::join!(reading, hub.drain(Duration::ZERO)) }).await.expect("at once");
}

#[tokio::test(start_paused = true)]
async fn a_drain_does_not_wait_for_those_who_take_nothing() {
    let hub = Hub::default();
    let mut stalled = hub.subscribe("a").await.expect("room");
    let begun = Instant::now();
    assert_eq!(hub.drain(10 * SECOND).await, 1);
    assert_eq!(begun.elapsed().as_secs(), 11);
    assert_eq!(read_all(&mut stalled)[..2], [HELLO, "end({\"reason\":\"drain\"})"]);
    assert_eq!(hub.subscriptions(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_drain_waits_a_while_for_those_who_are_about_to_leave() {
    for (leaves_after, left) in [(900, 0), (1100, 1)] {
        let hub = Hub::default();
        let subscription = hub.subscribe("a").await.expect("room");
        let leaving = async {
            sleep(Duration::from_millis(leaves_after)).await;
            drop(subscription);
        };
        assert_eq!(tokio::join!(hub.drain(Duration::ZERO), leaving).0, left, "after {leaves_after} ms");
    }
}

#[test]
fn who_is_turned_away_is_told_a_time_within_the_bounds() {
    let bounds = SECOND * 30..=SECOND * 31;
    let hub = Hub::new(HubOptions::default().subscriptions_max(0).retry_after(bounds.clone()));
    let waits: Vec<_> = (0..100).filter_map(|_| now(hub.subscribe("a")).expect_err("no room").retry_after()).collect();
    assert_eq!(waits.len(), 100);
    assert!(waits.iter().all(|wait| bounds.contains(wait)), "{waits:?}");
}

/// All addresses that a household can choose from are one, and so are both ways to write one of IPv4.
#[test]
fn an_address_is_a_household() {
    let hub = Hub::new(HubOptions::default().address_subscriptions_max(1));
    let from = |address: &str| now(hub.subscribe("a").address(address.parse().expect("an address")));
    let _held = ["2001:db8::1", "192.0.2.1"].map(|address| from(address).expect("room"));
    for same in ["2001:db8::ffff:2", "::ffff:192.0.2.1"] {
        assert!(matches!(from(same), Err(SubscribeError::TooMany { crowd: Crowd::Address, .. })), "{same}");
    }
    assert!(from("2001:db8:0:1::1").is_ok() && from("::ffff:192.0.2.2").is_ok());
}

/// For so long after the beginning, room is kept for those who come back.
#[test]
fn the_time_for_those_who_come_back_is_an_option() {
    let clock = ManualClock::new();
    let options = HubOptions::default().fresh_subscriptions_max(0).resume_window(20 * SECOND);
    let hub = Hub::with_clock(options, std::sync::Arc::new(oriole_sse::MemoryStore::default()), clock.clone());
    clock.advance(20 * SECOND - Duration::from_nanos(1));
    assert!(matches!(now(hub.subscribe("a")), Err(SubscribeError::TooMany { crowd: Crowd::Fresh, .. })));
    clock.advance(Duration::from_nanos(1));
    assert!(now(hub.subscribe("a")).is_ok());
}

/// A client that was told to leave has so long to take it.
#[tokio::test(start_paused = true)]
async fn how_long_a_drain_waits_is_an_option() {
    for grace in [Duration::ZERO, 7 * SECOND] {
        let hub = Hub::new(HubOptions::default().drain_grace(grace));
        let held = hub.subscribe("a").await.expect("room");
        let begun = Instant::now();
        assert_eq!(hub.drain(Duration::ZERO).await, 1, "it has not left");
        assert!((grace..grace + SECOND).contains(&begun.elapsed()), "{:?}", begun.elapsed());
        drop(held);
    }
}
