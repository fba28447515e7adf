//! Streams that say why they end.

use std::time::Duration;

use futures_util::{StreamExt, stream};
use oriole_sse::{EventStreams, Hub, MessageEvent, SseOptions, event_name};

use crate::support::{AppError, error, event, frame, open, rest, streams, then_silent};

fn telling() -> EventStreams {
    let second = Duration::from_secs(1);
    EventStreams::new(SseOptions::default().end_event(event_name!("end")).drain_retry(second..=second))
}

const FINISHED: &str = "event: end\ndata: {\"reason\":\"finished\"}\n\n";

#[tokio::test(start_paused = true)]
async fn a_stream_says_why_it_ends() {
    let streams = telling();
    let body = open(&streams, stream::iter([event(1), event(2)])).await;
    assert_eq!(rest(body).await, format!("data: 1\n\ndata: 2\n\n{FINISHED}"));
    let body = open(&streams, stream::iter([event(1), error("out of cats")])).await;
    let failed = "event: error\ndata: out of cats\n\nevent: end\ndata: {\"reason\":\"failed\"}\n\n";
    assert_eq!(rest(body).await, format!("data: 1\n\n{failed}"));
    // Without any event, and with one that comes as bytes.
    assert_eq!(rest(open(&streams, stream::empty()).await).await, FINISHED);
    let late = stream::once(tokio::time::sleep(Duration::from_secs(9)))
        .filter_map(async |()| None::<Result<MessageEvent, AppError>>);
    assert_eq!(rest(open(&streams, late).await).await, FINISHED);
    let large = "x".repeat(20_000);
    let text = rest(open(&streams, stream::iter([event(1), event(&large)])).await).await;
    assert_eq!(text, format!("data: 1\n\ndata: {large}\n\n{FINISHED}"), "behind an event that is a frame alone");

    let mut body = open(&streams, then_silent(vec![event(1)])).await;
    assert!(frame(&mut body).await.is_some());
    streams.drain();
    let drain = "event: end\ndata: {\"reason\":\"drain\"}\nretry: 1000\n\n";
    assert_eq!(rest(body).await, drain);
    assert_eq!(rest(open(&streams, stream::pending()).await).await, drain, "also for one that comes late");
}

#[tokio::test(start_paused = true)]
async fn it_says_so_once_and_only_if_it_is_wanted() {
    let own = || MessageEvent::new("mine").event_type(event_name!("end"));
    let body = open(&telling(), stream::iter([event(1), Ok::<_, AppError>(own())])).await;
    assert_eq!(rest(body).await, "data: 1\n\nevent: end\ndata: mine\n\n");
    let body = open(&telling(), stream::iter([Ok::<_, AppError>(own()), event(1)])).await;
    assert_eq!(rest(body).await, format!("event: end\ndata: mine\n\ndata: 1\n\n{FINISHED}"), "it was not the last");
    assert_eq!(rest(open(&streams(), stream::iter([event(1)])).await).await, "data: 1\n\n");

    // A subscription has an end of its own, also where something stands between it and its response.
    let hub = Hub::default();
    let wrapped = hub.subscribe("a").principal("ann").await.expect("room").map(|event| event);
    let response = telling().open_events(wrapped).await;
    hub.revoke(&"ann".into());
    let text = rest(response.into_body()).await;
    assert_eq!(text.matches("event: end").count(), 1, "{text}");
    assert!(text.contains("\"revoked\""), "{text}");
}

/// A stream that may finish while everything drains has finished.
#[tokio::test(start_paused = true)]
async fn a_stream_that_finishes_in_a_drain_has_finished() {
    let streams = telling();
    let words = stream::iter([event(1)]).chain(stream::once(async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        event(2)
    }));
    let body = open(&streams.letting_finish(), words).await;
    streams.drain();
    let text = rest(body).await;
    assert_eq!(text, "data: 1\n\ndata: 2\n\nevent: end\ndata: {\"reason\":\"finished\"}\nretry: 1000\n\n");
}
