//! One place in a topic for many subscriptions, as a server uses it.

use std::task::{Context, Poll, Waker};
use std::time::Duration;

use bytes::Bytes;
use http_body::Body as _;
use http_body_util::BodyExt;
use oriole_sse::{
    Berth, Checkpoint, Convoy, EventBody, EventStreams, Filter, GuardAnswer, Heading, Hub, MessageEvent, SlowReader,
    SlowReaderPolicy, Subscription, Tether,
};
use tokio::time::advance;

use super::support::{now, publish};

/// A body, and what its server holds of it.
pub(super) struct Held {
    body: EventBody,
    tether: Tether,
}

impl Held {
    /// Whose hello is read.
    pub(super) async fn new(streams: &EventStreams, subscription: Subscription) -> Self {
        let mut held = Self::open(streams, subscription).await;
        assert!(held.poll().is_some_and(|hello| hello.contains("\"live\"")));
        held
    }

    /// Of which nothing is read.
    pub(super) async fn open(streams: &EventStreams, subscription: Subscription) -> Self {
        let mut response = streams.open_events(subscription).await;
        let tether = response.extensions_mut().remove::<Tether>().expect("it is a hub's");
        Self { body: response.into_body(), tether }
    }

    /// What it has next.
    pub(super) async fn wait(&mut self) -> String {
        let frame = self.body.frame().await.expect("it goes on").expect("nobody cuts it");
        text(&frame.into_data().expect("data"))
    }

    /// What it has, if it does not wait.
    pub(super) fn poll(&mut self) -> Option<String> {
        match std::pin::pin!(&mut self.body).poll_frame(&mut Context::from_waker(Waker::noop())) {
            Poll::Pending => None,
            Poll::Ready(None) => Some("over".to_owned()),
            Poll::Ready(Some(frame)) => Some(text(&frame.expect("nobody cuts it").into_data().expect("data"))),
        }
    }

    /// The place that it offers, when it is asked for it.
    pub(super) fn berth(&mut self) -> Option<Box<Berth>> {
        self.tether.ask(true);
        assert_eq!(self.poll(), None);
        self.tether.take_berth()
    }

    /// Goes on by itself, as the place that it offered was not taken.
    pub(super) fn stay(&self) {
        self.tether.ask(false);
    }

    pub(super) fn land(&self, convoy: &Convoy) {
        self.tether.land(convoy.landing());
        self.tether.ask(false);
    }

    /// As one that has not got the last frame.
    pub(super) fn land_before(&self, convoy: &Convoy) {
        self.tether.land(convoy.landing_before());
        self.tether.ask(false);
    }
}

pub(super) fn text(bytes: &Bytes) -> String {
    String::from_utf8(bytes.to_vec()).expect("events are text")
}

pub(super) fn next(convoy: &mut Convoy) -> Heading {
    convoy.next(&mut Context::from_waker(Waker::noop()))
}

#[track_caller]
pub(super) fn frame(convoy: &mut Convoy) -> String {
    let Heading::Frame(bytes) = next(convoy) else { panic!("there is something") };
    convoy.begins(bytes.len());
    text(&bytes)
}

#[tokio::test(start_paused = true)]
async fn a_convoy_reads_what_each_would_have_read() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let mut held = vec![];
    for _ in 0..3 {
        held.push(Held::new(&streams, now(hub.subscribe("a")).expect("room")).await);
    }
    let mut alone = held.pop().expect("three");
    let first = held[0].berth().expect("a place");
    let mut convoy = Convoy::new(&first);
    assert!(convoy.join(&held[1].berth().expect("a place")));
    assert!(matches!(next(&mut convoy), Heading::Wait));

    for events in [1..=1, 2..=4] {
        publish(&hub, "a", events);
        assert_eq!(frame(&mut convoy), alone.poll().expect("the same"));
        assert!(matches!(next(&mut convoy), Heading::Wait));
        assert_eq!(alone.poll(), None);
        assert!(hub.furthest_behind(10).iter().all(|lag| lag.events == 0), "where it is, all are");
    }
    now(hub.publish("a", MessageEvent::new("passing")).volatile()).expect("published");
    assert_eq!(frame(&mut convoy), alone.poll().expect("the same"));

    // One goes on by itself, from where all were; who comes later is not where the convoy is.
    held[0].land(&convoy);
    publish(&hub, "a", 5..=5);
    let fifth = alone.poll().expect("an event");
    assert_eq!(held[0].poll().as_deref(), Some(&*fifth));
    let late = held[0].berth().expect("a place");
    assert!(!convoy.join(&late), "the convoy has not come so far");
    held[0].tether.ask(false);
    assert_eq!(held[0].poll(), None);
    assert_eq!(frame(&mut convoy), fifth);
    assert!(convoy.join(&held[0].berth().expect("a place")));
    held[1].land(&convoy);
    assert_eq!(held[1].poll(), None, "nothing twice");
}

#[tokio::test(start_paused = true)]
async fn who_is_not_as_the_others_has_no_place_to_offer() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let mut only = Held::new(&streams, now(hub.subscribe("b")).expect("room")).await;
    assert!(only.berth().is_none(), "there are no others");
    let _others = [now(hub.subscribe("a")).expect("room"), now(hub.subscribe("b")).expect("room")];
    assert!(only.berth().is_some());

    let filter: Filter = "data.x>1".parse().expect("a filter");
    for subscribe in [
        hub.subscribe("a").principal("ann"),
        hub.subscribe("a").and("b"),
        hub.subscribe("a").filter(filter),
        hub.subscribe("a").guard(|_: Checkpoint| std::future::ready(GuardAnswer::Pass)),
    ] {
        let mut other = Held::new(&streams, subscribe.await.expect("room")).await;
        assert!(other.berth().is_none());
        now(hub.publish("a", MessageEvent::new("{\"x\":2}"))).expect("published");
        assert!(other.poll().is_some_and(|event| event.contains("data: {\"x\":2}")), "it goes on as ever");
    }
    let mut measured = Held::new(&streams, now(hub.subscribe("a")).expect("room")).await;
    let convoy = Convoy::new(&measured.berth().expect("a place"));
    let slow = hub.subscribe("a").slow_reader(SlowReaderPolicy::DropOldest);
    let mut slow = Held::new(&streams, now(slow).expect("room")).await;
    assert!(!convoy.join(&slow.berth().expect("a place")), "it is judged by another measure");
    let elsewhere = EventStreams::default();
    let mut other = Held::new(&elsewhere, now(hub.subscribe("a")).expect("room")).await;
    assert!(!convoy.join(&other.berth().expect("a place")), "its heartbeats are another's");
}

#[tokio::test(start_paused = true)]
async fn a_convoy_that_is_too_slow_leaves_it_to_each() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let slow = SlowReader::new(SlowReaderPolicy::Disconnect).events_max(3);
    let _other = now(hub.subscribe("a")).expect("room");
    let mut held = Held::new(&streams, now(hub.subscribe("a").slow_reader(slow)).expect("room")).await;
    let mut convoy = Convoy::new(&held.berth().expect("a place"));
    publish(&hub, "a", 1..=3);
    assert!(frame(&mut convoy).contains("data: 3"));
    publish(&hub, "a", 4..=7);
    assert!(matches!(next(&mut convoy), Heading::Disperse));
    held.land(&convoy);
    assert!(held.poll().is_some_and(|end| end.contains("{\"reason\":\"slow\"}")));
    assert_eq!(held.poll().as_deref(), Some("over"));
}

/// What the convoy writes counts as written to each: a heartbeat comes when all have been silent for so long.
#[tokio::test(start_paused = true)]
async fn heartbeats_know_what_was_written_together() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let _other = now(hub.subscribe("a")).expect("room");
    let mut held = Held::new(&streams, now(hub.subscribe("a")).expect("room")).await;
    let mut convoy = Convoy::new(&held.berth().expect("a place"));
    advance(Duration::from_secs(10)).await;
    publish(&hub, "a", 1..=1);
    frame(&mut convoy);
    advance(Duration::from_secs(10)).await;
    tokio::task::yield_now().await;
    held.land(&convoy);
    assert_eq!(held.poll(), None, "something was written 10 s ago");
    advance(Duration::from_secs(6)).await;
    tokio::task::yield_now().await;
    assert_eq!(held.poll().as_deref(), Some(":\n\n"));
}

#[tokio::test(start_paused = true)]
async fn a_probe_comes_out_as_it_is() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let mut held = Held::new(&streams, now(hub.subscribe("a")).expect("room")).await;
    held.tether.probe();
    let probe = match std::pin::pin!(&mut held.body).poll_frame(&mut Context::from_waker(Waker::noop())) {
        Poll::Ready(Some(Ok(frame))) => frame.into_data().expect("data"),
        other => panic!("{other:?}"),
    };
    assert!(Tether::is_probe(&probe) && !Tether::is_probe(&Bytes::copy_from_slice(&probe)));
    assert!(!Tether::is_probe(&Bytes::from_static(b":\n\n")));
    assert_eq!(held.poll(), None, "once");
    assert!(probe.starts_with(b":") && probe.ends_with(b"\n\n"), "a client would skip it");
}

/// Whoever looks at each stream, and tells it what to do, has each by itself.
#[cfg(feature = "console")]
#[tokio::test(start_paused = true)]
async fn nobody_sails_while_somebody_looks() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let _other = now(hub.subscribe("a")).expect("room");
    let mut held = Held::new(&streams, now(hub.subscribe("a")).expect("room")).await;
    let mut convoy = Convoy::new(&held.berth().expect("a place"));
    publish(&hub, "a", 1..=1);
    assert!(frame(&mut convoy).contains("data: 1"));
    assert_eq!(hub.streams().len(), 2);
    assert!(matches!(next(&mut convoy), Heading::Disperse));
    held.land(&convoy);
    assert!(held.berth().is_none());
    publish(&hub, "a", 2..=2);
    assert!(held.poll().is_some_and(|event| event.contains("data: 2")));
}
