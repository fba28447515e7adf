//! What a hub shows of its streams and topics, and what is done to a stream from outside.

use std::future::ready;
use std::net::{IpAddr, Ipv4Addr};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use http_body_util::BodyExt;
use oriole_sse::{
    Checkpoint, EndReason, EventStreams, GapReason, GuardAnswer, Hub, HubOptions, MessageEvent, OpenStream, SlowReader,
    SlowReaderPolicy, SseOptions, StreamCut, StreamOrigin, Subscribe, Verdict, event_name,
};
use tokio::time::{Instant, sleep};

use super::support::{HELLO, ManualClock, gap, now, publish, read, read_all};
use crate::support::{frame, frame_now};

const SECOND: Duration = Duration::from_secs(1);

/// The only stream.
fn only(hub: &Hub) -> OpenStream {
    let mut streams = hub.streams();
    assert_eq!(streams.len(), 1);
    streams.remove(0)
}

#[test]
fn a_stream_shows_whose_it_is_and_where_it_is() {
    let clock = ManualClock::new();
    let hub = Hub::with_clock(HubOptions::default(), Arc::new(oriole_sse::MemoryStore::default()), clock.clone());
    let address = IpAddr::V4(Ipv4Addr::LOCALHOST);
    let slow = SlowReader::new(SlowReaderPolicy::DropOldest).events_max(4);
    let subscribe = hub.subscribe("a").and("b").principal("ann").address(address).slow_reader(slow);
    let mut subscription = now(subscribe.lifetime(60 * SECOND)).expect("room");
    let stream = only(&hub);
    assert_eq!(stream.principal().map(|principal| principal.as_str()), Some("ann"));
    assert_eq!((stream.address(), stream.slow_reader()), (Some(address), slow));
    assert_eq!((stream.verdict(), stream.ending()), (Some(Verdict::Live), None));
    assert_eq!((stream.has_guard(), stream.guard_due(), stream.lifetime_left()), (false, None, Some(60 * SECOND)));
    assert_eq!((stream.origin(), stream.written()), (&StreamOrigin::default(), None));

    publish(&hub, "b", 1..=3);
    clock.advance(2 * SECOND);
    let [a, b] = &stream.topics()[..] else { panic!("two topics") };
    assert_eq!((a.lag.topic.as_str(), a.place.map(|place| place.0), a.lag.events), ("a", Some(0), 0));
    assert_eq!((b.lag.topic.as_str(), b.place.map(|place| place.0), b.lag.events), ("b", Some(0), 3));
    assert_eq!((b.lag.age, b.lag.bytes > 0), (2 * SECOND, true));
    assert_eq!(read_all(&mut subscription), [HELLO, "1", "2", "3"]);
    let b = &stream.topics()[1];
    assert_eq!((b.place.map(|place| place.0), b.lag.events), (Some(3), 0));

    publish(&hub, "b", 4..=30);
    assert_eq!(read(&mut subscription), gap("b", "overflow", 3, 28));
    let gaps = stream.gaps();
    assert_eq!((gaps.count, gaps.latest[0].reason), (1, GapReason::Overflow));
    assert_eq!(gaps.latest[0].through.map(|through| through.0), Some(28));

    let number = stream.number();
    assert!(hub.stream(number).is_some() && hub.stream(number + 1).is_none());
    drop(subscription);
    assert!(hub.stream(number).is_none() && hub.streams().is_empty());
}

/// The oldest are forgotten, and still counted.
#[test]
fn a_few_of_the_losses_are_kept() {
    let slow = SlowReader::new(SlowReaderPolicy::DropOldest).events_max(1);
    let hub = Hub::new(HubOptions::default().slow_reader(slow));
    let mut subscription = now(hub.subscribe("a")).expect("room");
    let stream = only(&hub);
    for round in 0..9 {
        publish(&hub, "a", 0..2);
        read_all(&mut subscription);
        let gaps = stream.gaps();
        assert_eq!((gaps.count, gaps.latest.len() as u64), (round + 1, (round + 1).min(8)));
    }
    assert_eq!(stream.gaps().latest[0].after.map(|after| after.0), Some(2), "the first is forgotten");
}

#[test]
fn a_topic_shows_what_is_in_memory() {
    let hub = Hub::new(HubOptions::default().ring_events_max(3));
    assert!(hub.topics().is_empty());
    let _b = now(hub.subscribe("b")).expect("room");
    let subscription = now(hub.subscribe("a")).expect("room");
    let named = MessageEvent::new("1").event_type(event_name!("said"));
    now(hub.publish("a", named)).expect("published");
    publish(&hub, "a", 2..=4);
    now(hub.publish("a", MessageEvent::new("typing")).volatile()).expect("published");
    let topics = hub.topics();
    assert_eq!(topics.iter().map(|topic| topic.topic().as_str()).collect::<Vec<_>>(), ["a", "b"]);
    let a = &topics[0];
    assert_eq!((a.readers(), a.ring_events(), a.ring_base().0, a.volatile_events()), (1, 3, 1, 1));
    assert_eq!((a.end().expect("a log").sequence.0, a.is_stale(), a.ring_bytes() > 0), (4, false, true));
    let recent = a.recent(2);
    let shown: Vec<_> = recent.iter().map(|event| (event.sequence.0, event.event.fields().data)).collect();
    assert_eq!(shown, [(4, Some("4")), (3, Some("3"))]);
    assert_eq!((a.recent(9).len(), a.recent(0).len()), (3, 0));
    drop(subscription);
    assert_eq!(a.readers(), 0);
}

/// As a client that takes nothing: it falls behind, and counts as stalled in the end; it is told when it takes again.
#[tokio::test(start_paused = true)]
async fn a_stream_that_is_held_is_as_one_that_stalls() {
    let hub = Hub::new(HubOptions::default().write_timeout(10 * SECOND));
    let streams = EventStreams::new(SseOptions::default().heartbeat_interval(SECOND));
    let mut body = streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
    frame(&mut body).await.expect("hello");
    let stream = only(&hub);
    let before = stream.written().expect("a response");
    assert_eq!((before.frames, before.heartbeats, before.heartbeat_interval), (1, 0, Some(SECOND)));
    assert_eq!(frame(&mut body).await.expect("a heartbeat"), ":\n\n");
    assert_eq!(stream.written().expect("a response").heartbeats, 1);

    stream.hold();
    publish(&hub, "a", 1..=3);
    sleep(5 * SECOND).await;
    assert_eq!(frame_now(&mut body).await, Poll::Pending, "neither an event nor a heartbeat");
    assert!(stream.is_held() && stream.ending().is_none());
    assert_eq!(stream.topics()[0].lag.events, 3);
    sleep(6 * SECOND).await;
    assert_eq!(stream.ending(), Some(EndReason::Stalled));
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
    stream.let_go();
    let last = frame(&mut body).await.expect("the end is told");
    assert!(last.ends_with(b"data: {\"reason\":\"stalled\"}\n\n"), "{last:?}");
}

/// Its task sleeps; letting it go wakes it, and so does the drain of a server, which is not held up.
#[tokio::test(start_paused = true)]
async fn a_stream_that_is_let_go_goes_on_at_once() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let mut body = streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
    frame(&mut body).await.expect("hello");
    let stream = only(&hub);
    for drains in [false, true] {
        stream.hold();
        publish(&hub, "a", [1]);
        let mut next = tokio_task(async move { (frame(&mut body).await, body) });
        sleep(SECOND).await;
        if drains {
            streams.drain();
        } else {
            stream.let_go();
        }
        let (told, back) = next.join_next().await.expect("a task").expect("no panic");
        body = back;
        let told = told.expect("a frame");
        assert!(told.windows(8).any(|bytes| bytes == b"data: 1\n"), "{told:?}");
    }
}

fn tokio_task<T: Send + 'static>(work: impl Future<Output = T> + Send + 'static) -> tokio::task::JoinSet<T> {
    let mut tasks = tokio::task::JoinSet::new();
    tasks.spawn(work);
    tasks
}

/// The connection breaks: there is no last frame, no `end`, and no proper end of the body either.
#[tokio::test(start_paused = true)]
async fn a_stream_that_is_cut_ends_without_a_word() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let mut body = streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
    frame(&mut body).await.expect("hello");
    let stream = only(&hub);
    publish(&hub, "a", [1]);
    stream.cut();
    let cut: StreamCut = body.frame().await.expect("an error").expect_err("cut");
    assert_eq!(cut.to_string(), "the stream was cut off");
    assert!(stream.is_cut() && hub.streams().is_empty(), "what it held is free");
    assert!(body.frame().await.is_none());
    assert_eq!(streams.active(), 0);

    // Where the response is not the subscription's own, and nobody has said whose it is.
    let mut subscription = hub.subscribe("a").await.expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    only(&hub).cut();
    assert_eq!(read(&mut subscription), "the end");
}

/// Nobody has ordered anything before: what sleeps is woken, whether its subscription or its response sleeps.
#[tokio::test(start_paused = true)]
async fn a_stream_that_sleeps_is_woken_by_the_first_order() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let guard =
        |checkpoint| ready(if checkpoint == Checkpoint::Expiry { GuardAnswer::Refuse } else { GuardAnswer::Pass });
    let orders: [fn(&OpenStream); 3] = [
        OpenStream::cut,
        |stream| assert!(stream.expire()),
        |stream| {
            stream.hold();
            stream.cut();
        },
    ];
    for order in orders {
        let mut body = streams.open_events(hub.subscribe("a").guard(guard).await.expect("room")).await.into_body();
        frame(&mut body).await.expect("hello");
        let mut next = tokio_task(async move { body.frame().await });
        sleep(SECOND).await;
        let begun = Instant::now();
        order(&only(&hub));
        let told = next.join_next().await.expect("a task").expect("no panic").expect("the cut, or an `end`");
        assert_eq!(begun.elapsed(), Duration::ZERO, "{told:?}");
    }

    // The response has it by way of something else, which never wakes by itself.
    let answer = async {
        let subscription = hub.subscribe("a").await.expect("room");
        let stream = futures_util::stream::pending().chain(subscription);
        streams.open_events(stream).await.into_body()
    };
    let mut body = StreamOrigin::default().scope(answer).await;
    let mut next = tokio_task(async move { body.frame().await });
    sleep(SECOND).await;
    only(&hub).cut();
    assert!(next.join_next().await.expect("a task").expect("no panic").expect("an error").is_err());
}

/// A handler may do what it likes to a subscription: within the scope of its request, the response is known.
#[tokio::test(start_paused = true)]
async fn a_stream_that_was_mapped_is_known_by_its_request() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let origin = StreamOrigin { route: Some("GET /a".into()), path: Some("/a".into()), peer: None };
    let answer = async {
        let mapped = hub.subscribe("a").await.expect("room").map(|event| event);
        streams.open_events(mapped).await.into_body()
    };
    let mut body = origin.clone().scope(answer).await;
    frame(&mut body).await.expect("hello");
    let stream = only(&hub);
    assert_eq!((stream.origin(), stream.written().expect("a response").frames), (&origin, 1));
    stream.hold();
    publish(&hub, "a", [1]);
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
    stream.cut();
    assert!(body.frame().await.expect("an error").is_err());
}

/// Without traffic that would really fill anything: two events are enough.
#[test]
fn a_buffer_that_counts_as_full_shows_the_policy() {
    let of = |policy| {
        let hub = Hub::new(HubOptions::default().slow_reader(SlowReader::new(policy)));
        let mut subscription = now(hub.subscribe("a")).expect("room");
        let stream = only(&hub);
        assert_eq!(read_all(&mut subscription), [HELLO]);
        stream.fill();
        publish(&hub, "a", [1]);
        assert_eq!((read(&mut subscription).as_str(), stream.is_filling()), ("nothing", true), "it is not behind yet");
        publish(&hub, "a", [2, 3]);
        let told = read_all(&mut subscription);
        assert!(!stream.is_filling());
        publish(&hub, "a", [4, 5, 6]);
        (told, read_all(&mut subscription))
    };
    let all = |events: &[&str]| events.iter().map(|event| (*event).to_owned()).collect::<Vec<_>>();
    let rest = all(&["4", "5", "6"]);
    assert_eq!(of(SlowReaderPolicy::Replay), (all(&["1", "2", "3"]), rest.clone()), "from the store");
    assert_eq!(of(SlowReaderPolicy::DropOldest), ([gap("a", "overflow", 0, 2), "3".into()].into(), rest.clone()));
    assert_eq!(of(SlowReaderPolicy::DropNewest), (["1".into(), gap("a", "overflow", 1, 3)].into(), rest.clone()));
    let (told, after) = of(SlowReaderPolicy::Coalesce);
    assert_eq!((told[0].clone(), after), (gap("a", "coalesced", 0, 3), rest));
    let slow = all(&["end({\"reason\":\"slow\"})", "the end"]);
    assert_eq!(of(SlowReaderPolicy::Disconnect).0[..2], slow);
}

#[test]
fn what_expires_is_asked_for_again() {
    let asked = Arc::new(Mutex::new(vec![]));
    let (hub, seen) = (Hub::default(), Arc::clone(&asked));
    let guard = move |checkpoint| {
        seen.lock().expect("no panic").push(checkpoint);
        let is_first = seen.lock().expect("no panic").len() < 3;
        ready(if is_first { GuardAnswer::Pass } else { GuardAnswer::Refuse })
    };
    let mut subscription = now(hub.subscribe("a").guard(guard)).expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    let stream = only(&hub);
    assert!(stream.has_guard() && stream.guard_due() > Some(50 * SECOND));
    assert!(stream.expire());
    assert_eq!(read(&mut subscription), "nothing", "it passes again");
    assert!(stream.expire());
    assert_eq!(read(&mut subscription), "end({\"reason\":\"revoked\"})");
    assert_eq!(*asked.lock().expect("no panic"), [Checkpoint::Subscribe, Checkpoint::Expiry, Checkpoint::Expiry]);
}

#[test]
fn a_lifetime_expires_and_nothing_does_not() {
    let hub = Hub::default();
    let expired = |subscribe: Subscribe| {
        let mut subscription = now(subscribe).expect("room");
        assert_eq!(read(&mut subscription), HELLO);
        (only(&hub).expire(), read(&mut subscription))
    };
    assert_eq!(expired(hub.subscribe("a").lifetime(SECOND)), (true, "end({\"reason\":\"lifetime\"})".into()));
    assert_eq!(expired(hub.subscribe("a")), (false, "nothing".into()));
}

#[test]
fn a_stream_ends_for_the_first_reason() {
    let hub = Hub::default();
    let mut subscription = now(hub.subscribe("a")).expect("room");
    let stream = only(&hub);
    assert!(stream.end(EndReason::Unverified) && !stream.end(EndReason::Slow));
    assert_eq!(read_all(&mut subscription)[0], "end({\"reason\":\"unverified\"})*", "nothing of the hello");
    assert_eq!(stream.ending(), Some(EndReason::Unverified));
}
