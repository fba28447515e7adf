use std::collections::HashSet;
use std::time::Duration;

use super::SseOptions;

#[test]
fn the_retry_of_a_drain_is_spread_evenly_within_its_bounds() {
    let options = SseOptions::default();
    let waits: Vec<_> = (0..1000).map(|number| options.drain_retry_of(number).as_millis()).collect();
    assert!(waits.iter().all(|wait| (500..=5000).contains(wait)));
    assert_eq!(waits.iter().collect::<HashSet<_>>().len(), 1000, "no two alike");
    for tenth in 0..10 {
        let within = waits.iter().filter(|wait| (**wait - 500) * 10 / 4501 == tenth).count();
        assert!((98..=102).contains(&within), "{within} in part {tenth}");
    }
}

#[test]
fn odd_ranges_of_a_drain_hold_their_bounds() {
    let wait = |range, number| SseOptions::default().drain_retry(range).drain_retry_of(number);
    let second = Duration::from_secs(1);
    assert_eq!(wait(second..=second, 7), second);
    assert_eq!(wait(second * 2..=second, 7), second * 2);
    for number in [0, 1, 2, 3, u64::MAX] {
        assert!(wait(Duration::ZERO..=Duration::MAX, number) <= Duration::from_millis(u64::MAX));
    }
    let edges: HashSet<_> = (0..100).map(|number| wait(second..=second + Duration::from_millis(1), number)).collect();
    assert_eq!(edges.len(), 2, "both bounds are included");
}

/// Servers ask twice for each frame whether there is another. Then nothing is looked at that others may hold.
#[cfg(feature = "hub")]
#[tokio::test(start_paused = true)]
async fn a_body_that_was_given_everything_is_asked_for_nothing() {
    use std::pin::Pin;
    use std::task::{Context, Waker};

    use http_body::Body as _;

    use super::EventStreams;
    use crate::{Hub, HubOptions, MessageEvent};

    let hub = Hub::new(HubOptions::default().wake_window(Duration::ZERO));
    let streams = EventStreams::default();
    let mut body = streams.open_events(hub.subscribe("a").await.expect("room")).await.into_body();
    let mut poll = || {
        let before = crate::looks::count();
        let polled = Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop()));
        (polled.is_ready(), crate::looks::count() - before)
    };
    assert!(poll().0, "hello");
    assert!(!poll().0);
    for number in 0..3 {
        hub.publish("a", MessageEvent::new(number.to_string())).await.expect("published");
        assert_eq!(poll(), (true, 1));
        assert_eq!((poll(), poll()), ((false, 0), (false, 0)));
    }

    // Who has several topics has to look at each.
    let several = hub.subscribe("a").and("b").await.expect("room");
    let mut body = streams.open_events(several).await.into_body();
    let mut poll = || Pin::new(&mut body).poll_frame(&mut Context::from_waker(Waker::noop())).is_ready();
    assert!(poll() && !poll());
    hub.publish("a", MessageEvent::new("3")).await.expect("published");
    let before = crate::looks::count();
    assert!(poll() && !poll());
    assert!(crate::looks::count() - before > 2);
}

/// Whether the first bytes are all there is, a server is told beside them, and by no others.
#[cfg(feature = "hub")]
#[tokio::test(start_paused = true)]
async fn a_body_says_behind_which_bytes_it_has_nothing_more() {
    use bytes::Bytes;
    use http_body_util::BodyExt as _;

    use super::{EventStreams, Tether};
    use crate::{Hub, MessageEvent, Start};

    let (hub, streams) = (Hub::default(), EventStreams::default());
    let first = async |start: Start| {
        let response = streams.open_subscription(hub.subscribe("a").from(start).await.expect("room"));
        let tether = response.extensions().get::<Tether>().expect("a hub's").clone();
        let frame = response.into_body().frame().await.expect("a frame").expect("it is whole");
        (tether, frame.into_data().expect("bytes"))
    };
    let (tether, hello) = first(Start::Live).await;
    assert!(tether.is_last(&hello));
    assert!(!tether.is_last(&hello), "it is said once");
    let (tether, hello) = first(Start::Live).await;
    assert!(!tether.is_last(&Bytes::copy_from_slice(&hello)), "others that look the same");
    let (tether, hello) = first(Start::Live).await;
    assert!(!tether.is_last(&hello.slice(..hello.len() - 1)), "a part of them");

    hub.publish("a", MessageEvent::new("1")).await.expect("published");
    let (tether, bytes) = first(Start::Earliest).await;
    assert!(bytes.ends_with(b"data: 1\n\n") && !tether.is_last(&bytes), "there may be more");
    let (tether, hello) = first(Start::Live).await;
    assert!(tether.is_last(&hello), "it begins behind what was there");
}
