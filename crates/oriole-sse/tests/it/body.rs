//! The response: its head, its frames, its errors, its reader.

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::{StreamExt, stream};
use http::StatusCode;
use oriole_sse::{EventStreams, IntoEvent, MessageEvent, SseOptions, interval};
use tokio::time::Instant;

use crate::support::{
    AppError, Ends, error, event, frame, frame_now, is_end, open, report, rest, streams, then_silent,
};

const NEVER: Duration = Duration::from_secs(3600);

/// Parity: SSE.12.
#[tokio::test(start_paused = true)]
async fn the_head_tells_proxies_to_keep_off() {
    let response = streams().open(then_silent(vec![event(1)]), report).await.expect("a response");
    assert_eq!(response.status(), StatusCode::OK);
    let headers: Vec<_> =
        response.headers().iter().map(|(name, value)| format!("{name}: {}", value.to_str().expect("text"))).collect();
    assert_eq!(
        headers,
        [
            "content-type: text/event-stream",
            "cache-control: private, no-cache, no-store, must-revalidate, max-age=0, no-transform",
            "pragma: no-cache",
            "expires: 0",
            "x-accel-buffering: no",
        ]
    );
}

/// Parity: SSE.12.
#[tokio::test(start_paused = true)]
async fn the_head_goes_out_with_the_first_item() {
    let start = Instant::now();
    let items = stream::once(tokio::time::sleep(Duration::from_millis(20))).map(|()| event(1));
    let mut body = open(&streams(), items.chain(stream::pending())).await;
    assert_eq!(start.elapsed().as_millis(), 20);
    // No stray first line.
    assert_eq!(frame(&mut body).await.as_deref(), Some(&b"data: 1\n\n"[..]));
}

#[tokio::test(start_paused = true)]
async fn the_head_waits_no_longer_than_the_delay() {
    let start = Instant::now();
    let body = open(&streams(), stream::once(tokio::time::sleep(Duration::from_secs(1))).map(|()| event(1))).await;
    assert_eq!(start.elapsed().as_millis(), 50);
    assert_eq!(rest(body).await, "data: 1\n\n");
    assert_eq!(start.elapsed().as_millis(), 1000);
}

#[tokio::test(start_paused = true)]
async fn without_a_delay_the_stream_is_looked_at_once() {
    let streams = EventStreams::new(SseOptions::default().head_delay(Duration::ZERO));
    let start = Instant::now();
    let _body = open(&streams, stream::pending()).await;
    assert_eq!(start.elapsed(), Duration::ZERO);
    let failed = streams.open(stream::iter([error("at once")]), report).await;
    assert_eq!(failed.err(), Some(AppError("at once".into())));
}

/// Parity: SSE.15.
#[tokio::test(start_paused = true)]
async fn an_error_as_first_item_is_the_callers() {
    let (streams, ends) = (streams(), Ends::default());
    let items = ends.of(stream::iter([error("no such cat"), event(1)]));
    assert_eq!(streams.open(items, report).await.err(), Some(AppError("no such cat".into())));
    assert_eq!((streams.active(), ends.count()), (0, 1));

    let late = stream::once(tokio::time::sleep(Duration::from_millis(49))).map(|()| error("late"));
    assert_eq!(streams.open(late, report).await.err(), Some(AppError("late".into())));
}

#[tokio::test(start_paused = true)]
async fn an_error_after_the_delay_is_an_event() {
    let items = stream::once(tokio::time::sleep(Duration::from_millis(51))).map(|()| error("too late"));
    assert_eq!(rest(open(&streams(), items).await).await, "event: error\ndata: too late\n\n");
}

/// Parity: SSE.16.
#[tokio::test(start_paused = true)]
async fn everything_before_an_error_arrives_before_it() {
    let ends = Ends::default();
    let items = (1..=5).map(event).chain([error("sixth"), event(7)]);
    let body = open(&streams(), ends.of(stream::iter(items.collect::<Vec<_>>()))).await;
    let five: String = (1..=5).map(|number| format!("data: {number}\n\n")).collect();
    assert_eq!(rest(body).await, five + "event: error\ndata: sixth\n\n");
    assert_eq!(ends.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn an_error_may_end_a_stream_without_a_word() {
    let items = stream::iter([event(1), error("private")]);
    let response = streams().open(items, |_: AppError| None).await.expect("a response");
    assert_eq!(rest(response.into_body()).await, "data: 1\n\n");
}

#[tokio::test(start_paused = true)]
async fn a_stream_without_items_is_a_complete_response() {
    let streams = streams();
    let response = streams.open(stream::iter([]), report).await.expect("a response");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert!(is_end(response.body()));
    assert_eq!(streams.active(), 0);
    assert_eq!(rest(response.into_body()).await, "");
}

#[tokio::test(start_paused = true)]
async fn a_client_can_be_told_not_to_come_back() {
    let response = EventStreams::finished();
    assert_eq!(response.status(), StatusCode::NO_CONTENT);
    assert_eq!(response.headers()["cache-control"], "no-store");
    assert!(is_end(response.body()));
}

#[cfg(feature = "json")]
mod json {
    use std::collections::BTreeMap;

    use super::*;

    fn unserialisable() -> MessageEvent {
        MessageEvent::json(&BTreeMap::from([((1, 2), 3)]))
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_that_does_not_serialise_is_an_error_after_what_came_before() {
        let body = open(&streams(), stream::iter([event(1), Ok(unserialisable()), event(3)])).await;
        let expected = "data: 1\n\nevent: error\n\
            data: an event's data could not be serialised as JSON: key must be a string\n\n";
        assert_eq!(rest(body).await, expected);
    }

    #[tokio::test(start_paused = true)]
    async fn a_value_that_does_not_serialise_as_first_item_is_the_callers() {
        assert!(streams().open(stream::iter([Ok(unserialisable())]), report).await.is_err());
        let response = streams().open_events(stream::iter([unserialisable()])).await;
        assert_eq!(response.status(), StatusCode::INTERNAL_SERVER_ERROR);
        assert_eq!(rest(response.into_body()).await, "Internal Server Error");
    }

    #[tokio::test(start_paused = true)]
    async fn a_report_that_does_not_serialise_ends_the_stream() {
        let items = stream::iter([event(1), error("x")]);
        let response = streams().open(items, |_: AppError| Some(unserialisable())).await.expect("a response");
        assert_eq!(rest(response.into_body()).await, "data: 1\n\n");
    }

    #[tokio::test(start_paused = true)]
    async fn streams_that_cannot_fail_need_no_error() {
        let response = streams().open_events(stream::iter([MessageEvent::json(&[1, 2]), unserialisable()])).await;
        let expected = "data: [1,2]\n\nevent: error\ndata: an event could not be encoded\n\n";
        assert_eq!(rest(response.into_body()).await, expected);
    }
}

#[tokio::test(start_paused = true)]
async fn ready_events_share_frames_up_to_the_limit() {
    // 106 bytes each, as in the benchmarks.
    let text = "x".repeat(98);
    let items: Vec<_> = (0..1000).map(|_| event(&text)).collect();
    let mut body = open(&streams(), stream::iter(items)).await;
    let mut sizes = vec![];
    while let Some(bytes) = frame(&mut body).await {
        assert!(bytes.starts_with(b"data: ") && bytes.ends_with(b"\n\n"), "whole events only");
        sizes.push(bytes.len());
    }
    let full = 16 * 1024 / 106 * 106;
    assert_eq!(sizes, [vec![full; 6], vec![106_000 - 6 * full]].concat());
}

#[tokio::test(start_paused = true)]
async fn a_frame_may_be_exactly_the_limit_and_a_larger_event_is_alone() {
    let streams = EventStreams::new(SseOptions::default().frame_bytes_max(18));
    let items = vec![event(1), event(2), event(3), event("0123456789abc"), event(5), event(6), event(7)];
    let mut body = open(&streams, then_silent(items)).await;
    for expected in ["data: 1\n\ndata: 2\n\n", "data: 3\n\n", "data: 0123456789abc\n\n"] {
        assert_eq!(frame_now(&mut body).await, Poll::Ready(Some(Bytes::from(expected))));
    }
    for expected in ["data: 5\n\ndata: 6\n\n", "data: 7\n\n"] {
        assert_eq!(frame_now(&mut body).await, Poll::Ready(Some(Bytes::from(expected))));
    }
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
}

#[tokio::test(start_paused = true)]
async fn an_error_that_does_not_fit_goes_out_with_the_next_frame() {
    let streams = EventStreams::new(SseOptions::default().frame_bytes_max(18));
    let mut body = open(&streams, stream::iter([event(1), error("x")])).await;
    assert_eq!(frame(&mut body).await.as_deref(), Some(&b"data: 1\n\n"[..]));
    assert!(!is_end(&body));
    assert_eq!(frame(&mut body).await.as_deref(), Some(&b"event: error\ndata: x\n\n"[..]));
    assert!(is_end(&body));
    assert_eq!(frame(&mut body).await, None);
    assert_eq!(frame(&mut body).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_frame_goes_out_when_the_stream_is_pending() {
    let (sender, receiver) = tokio::sync::mpsc::channel(8);
    let mut body = open(&streams(), stream::unfold(receiver, async |mut from| Some((from.recv().await?, from)))).await;
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
    sender.try_send(event(1)).expect("room");
    sender.try_send(event(2)).expect("room");
    assert_eq!(frame_now(&mut body).await, Poll::Ready(Some(Bytes::from("data: 1\n\ndata: 2\n\n"))));
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
    sender.try_send(event(3)).expect("room");
    drop(sender);
    assert_eq!(rest(body).await, "data: 3\n\n");
}

/// Parity: SSE.17.
#[tokio::test(start_paused = true)]
async fn a_stream_is_polled_only_for_a_reader() {
    let polled = Arc::new(AtomicUsize::new(0));
    let items = {
        let polled = Arc::clone(&polled);
        stream::repeat_with(move || event(polled.fetch_add(1, Ordering::Relaxed)))
    };
    let mut body = open(&streams(), items).await;
    tokio::time::sleep(NEVER).await;
    assert_eq!(polled.load(Ordering::Relaxed), 1, "the item that the head waited for");
    let first = frame(&mut body).await.expect("a frame");
    let then = polled.load(Ordering::Relaxed);
    assert!(first.len() <= 16 * 1024 && then < 16 * 1024 / 9 + 1, "{then} items for {} bytes", first.len());
    tokio::time::sleep(NEVER).await;
    assert_eq!(polled.load(Ordering::Relaxed), then, "nothing until the next frame is asked for");
}

#[tokio::test(start_paused = true)]
async fn items_that_say_nothing_do_not_hold_the_thread() {
    // A paused clock stands still while a task is busy, so the other task counts turns and not time.
    let reader = rest(open(&streams(), stream::repeat_with(|| Ok(MessageEvent::default()))).await);
    let other = async {
        for _ in 0..3 {
            tokio::task::yield_now().await;
        }
    };
    tokio::select! {
        text = reader => panic!("an endless stream ended: {text:?}"),
        () = other => {}
    }

    let streams = EventStreams::new(SseOptions::default().frame_items_max(3));
    let mut body = open(&streams, stream::iter((0..5).map(event).collect::<Vec<_>>())).await;
    let counts: Vec<_> = [frame(&mut body).await, frame(&mut body).await]
        .into_iter()
        .map(|bytes| bytes.expect("a frame").len() / 9)
        .collect();
    assert_eq!(counts, [4, 1], "the first item came with the head");
}

/// Parity: SSE.7.
#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_ends_the_stream_at_once() {
    let (streams, ends) = (streams(), Ends::default());
    let mut body = open(&streams, ends.of(then_silent(vec![event(1)]))).await;
    assert!(frame(&mut body).await.is_some());
    assert_eq!((streams.active(), ends.count()), (1, 0));
    drop(body);
    assert_eq!((streams.active(), ends.count()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_client_that_leaves_before_the_head_ends_the_stream_at_once() {
    let (streams, ends) = (streams(), Ends::default());
    let opening = streams.open(ends.of(then_silent::<Result<MessageEvent, _>>(vec![])), report);
    assert!(tokio::time::timeout(Duration::from_millis(10), opening).await.is_err());
    assert_eq!((streams.active(), ends.count()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_finished_stream_is_dropped_before_its_last_frame_is_read() {
    let (streams, ends) = (streams(), Ends::default());
    let mut body = open(&streams, ends.of(stream::iter([event(1)]))).await;
    assert!(frame(&mut body).await.is_some());
    assert_eq!(ends.count(), 1);
    assert_eq!(streams.active(), 1, "the response is not over before its body is");
    drop(body);
    assert_eq!(streams.active(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_tick_is_an_event() {
    let ticks = interval(Duration::from_secs(1)).map(|tick| MessageEvent::new("tick").id(tick)).take(2);
    let body = streams().open_events(ticks).await.into_body();
    assert_eq!(rest(body).await, "id: 0\ndata: tick\n\nid: 1\ndata: tick\n\n");
}

/// Parity: SSE.9.
#[test]
fn an_item_is_an_event_or_a_result_of_one() {
    fn item<T: IntoEvent<AppError>>(item: T) -> Result<MessageEvent, AppError> {
        item.into_event()
    }
    assert_eq!(item(MessageEvent::new("a")), event("a"));
    assert_eq!(item(error("b")), error("b"));
    let foreign: Result<MessageEvent, oriole_sse::EncodeError> = Ok(MessageEvent::new("c"));
    assert_eq!(item(foreign), event("c"), "an error that turns into the application's");
    // What is no event is the data of one.
    assert_eq!(item("d"), event("d"));
    assert_eq!(item(String::from("e")), event("e"));
    assert_eq!(item(7), event("7"));
    assert_eq!(item(true), event("true"));
    assert_eq!(item(1.5), event("1.5"));
}

#[test]
fn what_is_public_is_send() {
    fn send<T: Send>(value: T) -> T {
        value
    }
    let streams = streams();
    drop(send(streams.open(stream::pending(), report)));
    drop(send(streams.open_events(stream::pending())));
    drop(send(streams.drained()));
    fn send_sync<T: Send + Sync>() {}
    send_sync::<EventStreams>();
    send_sync::<MessageEvent>();
    fn only_send<T: Send>() {}
    only_send::<oriole_sse::EventBody>();
}
