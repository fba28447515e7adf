//! Subscribers that want a part of a topic.

use std::task::Poll;

use futures_util::StreamExt;
use http_body_util::BodyExt;
use oriole_sse::{EventStreams, Filter, Hub, HubOptions, LastEventId, MessageEvent, Pattern, event_name};

use super::support::{HELLO, RESUMED, next_now, now, publish, read, read_all, read_id};

fn filter(text: &str) -> Filter {
    Filter::new(text).expect("a filter")
}

#[test]
fn a_subscriber_gets_what_passes_and_resumes_so() {
    let hub = Hub::default();
    let subscribe = || hub.subscribe("a").filter(filter("type=odd data.n>0"));
    let mut reader = now(subscribe()).expect("room");
    let id = read_id(&mut reader);
    let numbers = |numbers: std::ops::Range<usize>| {
        for number in numbers {
            let name = [event_name!("even"), event_name!("odd")][number % 2].clone();
            let event = MessageEvent::new(format!("{{\"n\":{number}}}")).event_type(name);
            now(hub.publish("a", event)).expect("published");
        }
    };
    numbers(0..4);
    assert_eq!(read_all(&mut reader), ["odd({\"n\":1})", "odd({\"n\":3})"]);
    now(hub.publish("a", MessageEvent::new("7")).volatile()).expect("given");
    assert_eq!(read(&mut reader), "nothing", "also what is not kept is looked at");
    drop(reader);
    numbers(4..8);
    let mut reader = now(subscribe().from(LastEventId::from(id))).expect("room");
    let odd = [1, 3, 5, 7].map(|number| format!("odd({{\"n\":{number}}})"));
    assert_eq!(read_all(&mut reader), [&[RESUMED.to_owned()][..], &odd].concat(), "from the store as from memory");
}

#[test]
fn others_are_not_concerned() {
    let hub = Hub::default();
    let mut filtered = now(hub.subscribe("a").filter(filter("data.x=1"))).expect("room");
    let mut other = now(hub.subscribe("a")).expect("room");
    publish(&hub, "a", 1..=2);
    assert_eq!(read_all(&mut filtered), [HELLO]);
    assert_eq!(read_all(&mut other), [HELLO, "1", "2"]);
}

/// A topic of which nothing passes does not hold the thread.
#[test]
fn others_get_the_thread_now_and_then() {
    let hub = Hub::default();
    let mut reader = now(hub.subscribe("a").filter(filter("data.x=1"))).expect("room");
    assert_eq!(read(&mut reader), HELLO);
    publish(&hub, "a", 0..600);
    now(hub.publish("a", MessageEvent::new("{\"x\":1}"))).expect("published");
    let polls = std::iter::repeat_with(|| next_now(&mut reader)).take_while(Poll::is_pending).count();
    assert_eq!(polls, 2, "600 events are left out in three turns");
}

/// What is longer than it may be looked at passes, as nobody knows.
#[test]
fn how_much_of_an_event_is_looked_at_is_bounded() {
    let passes = |options: HubOptions, data_bytes: usize| {
        let hub = Hub::new(options);
        let mut reader = now(hub.subscribe("a").filter(filter("data.x=1"))).expect("room");
        let data = format!("{{\"x\":\"{}\"}}", "-".repeat(data_bytes - 8));
        assert_eq!(data.len(), data_bytes);
        now(hub.publish("a", MessageEvent::new(data))).expect("published");
        read_all(&mut reader).len() == 2
    };
    for (options, bytes_max) in
        [(HubOptions::default(), 16 * 1024), (HubOptions::default().filter_data_bytes_max(40), 40)]
    {
        assert!(!passes(options.clone(), bytes_max), "it was looked at");
        assert!(passes(options, bytes_max + 1), "it was not");
    }
}

#[tokio::test(start_paused = true)]
async fn a_gap_in_a_patterns_log_passes() {
    let hub = Hub::default();
    let subscribe = || hub.subscribe(Pattern::new("*").expect("a pattern")).filter(filter("data.x=1"));
    let hello = subscribe().await.expect("room").next().await.expect("hello");
    tokio::time::sleep(std::time::Duration::from_secs(70)).await;
    let id = LastEventId::from(hello.fields().id.cloned().expect("an id"));
    let mut reader = subscribe().from(id).await.expect("room").skip(1);
    let gap = reader.next().await.expect("a gap");
    assert_eq!(gap.fields().event_type, Some(&event_name!("gap")));
}

#[tokio::test(start_paused = true)]
async fn a_response_holds_what_passes() {
    let (hub, streams) = (Hub::default(), EventStreams::default());
    let subscription = hub.subscribe("a").filter(filter("data.x=1")).await.expect("room");
    let body = streams.open_events(subscription).await.into_body();
    for data in ["{\"x\":0}", "{\"x\":1}", "{\"x\":2}"] {
        hub.publish("a", MessageEvent::new(data)).await.expect("published");
    }
    let drained = hub.drain(std::time::Duration::ZERO);
    let (body, _) = tokio::join!(body.collect(), drained);
    let text = String::from_utf8(body.expect("a body does not fail").to_bytes().to_vec()).expect("text");
    assert!(text.contains("data: {\"x\":1}\n") && !text.contains("\"x\":0") && !text.contains("\"x\":2"), "{text}");
}
