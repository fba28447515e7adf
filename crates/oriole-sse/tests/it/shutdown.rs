//! The common end of all streams.

use std::collections::HashSet;
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use futures_util::stream;
use http::StatusCode;
use oriole_sse::{Decoder, EventStreams, SseOptions};
use tokio::task::JoinSet;

use crate::support::{Ends, event, frame, frame_now, is_end, open, report, rest, streams, then_silent};

fn retry(text: &str) -> Duration {
    let mut decoder = Decoder::default();
    assert_eq!(decoder.feed(text.as_bytes()).count(), 0, "no event: {text:?}");
    assert!(!decoder.end(), "complete: {text:?}");
    decoder.reconnection_time().expect("a reconnection time")
}

#[tokio::test(start_paused = true)]
async fn every_stream_ends_with_a_retry_of_its_own() {
    let (streams, ends) = (streams(), Ends::default());
    let mut readers = JoinSet::new();
    for _ in 0..100 {
        let body = open(&streams, ends.of(then_silent(vec![]))).await;
        readers.spawn(rest(body));
    }
    tokio::time::sleep(Duration::from_secs(1)).await;
    assert_eq!((streams.active(), ends.count()), (100, 0));

    streams.drain();
    assert!(streams.is_draining());
    streams.drained().await;
    assert_eq!((streams.active(), ends.count()), (0, 100));

    let mut waits = HashSet::new();
    for text in readers.join_all().await {
        let wait = retry(&text);
        assert!((Duration::from_millis(500)..=Duration::from_secs(5)).contains(&wait));
        waits.insert(wait);
    }
    assert_eq!(waits.len(), 100, "no two alike");
}

#[tokio::test(start_paused = true)]
async fn what_is_ready_goes_out_before_the_end() {
    let (streams, ends) = (streams(), Ends::default());
    let mut body = open(&streams, ends.of(then_silent(vec![event(1), event(2)]))).await;
    streams.drain();
    let last = frame(&mut body).await.expect("a frame");
    assert!(last.starts_with(b"data: 1\n\ndata: 2\n\nretry: "), "{last:?}");
    assert_eq!(ends.count(), 1, "dropped though the reader has not come to the end");
    assert!(is_end(&body));
    assert_eq!(frame(&mut body).await, None);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_never_pauses_ends_too() {
    let streams = EventStreams::new(SseOptions::default().frame_bytes_max(20));
    let mut body = open(&streams, stream::repeat_with(|| event(1))).await;
    assert_eq!(frame(&mut body).await.as_deref(), Some(&b"data: 1\n\ndata: 1\n\n"[..]));
    streams.drain();
    let text = rest(body).await;
    let (events, end) = text.split_at(text.find("retry").expect("a retry"));
    assert!(events.len() <= 5 * 9, "{events:?}");
    retry(end);
}

#[tokio::test(start_paused = true)]
async fn a_stream_of_large_events_ends_too() {
    let streams = EventStreams::new(SseOptions::default().frame_bytes_max(4));
    let mut body = open(&streams, stream::repeat_with(|| event(1))).await;
    assert_eq!(frame(&mut body).await.as_deref(), Some(&b"data: 1\n\n"[..]));
    streams.drain();
    let text = rest(body).await;
    assert!(text.len() < 5 * 9 && text.contains("\n\nretry: "), "{text:?}");
}

#[tokio::test(start_paused = true)]
async fn a_frame_too_small_for_the_retry_carries_it_alone() {
    let streams = EventStreams::new(SseOptions::default().frame_bytes_max(4));
    let body = open(&streams, stream::pending()).await;
    streams.drain();
    retry(&rest(body).await);
}

#[tokio::test(start_paused = true)]
async fn an_error_at_the_end_is_still_told() {
    let streams = streams();
    let body = open(&streams, stream::iter([event(1), crate::support::error("x")])).await;
    streams.drain();
    let text = rest(body).await;
    assert!(text.starts_with("data: 1\n\nevent: error\ndata: x\n\nretry: "), "{text:?}");
}

#[tokio::test(start_paused = true)]
async fn a_new_stream_is_sent_away_with_a_proper_end() {
    let (streams, ends) = (streams(), Ends::default());
    streams.drain();
    let response = streams.open(ends.of(then_silent(vec![event(1)])), report).await.expect("a response");
    assert_eq!(response.status(), StatusCode::OK);
    assert_eq!(response.headers()["content-type"], "text/event-stream");
    assert_eq!((streams.active(), ends.count()), (0, 1));
    retry(&rest(response.into_body()).await);
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_waits_for_its_head_ends_too() {
    let streams = streams();
    let opening = streams.open(then_silent(vec![]), report);
    let (response, ()) = tokio::join!(opening, async { streams.drain() });
    retry(&rest(response.expect("a response").into_body()).await);
}

/// However long the head may wait: it is the drain that wakes the stream.
#[tokio::test(start_paused = true)]
async fn a_drain_does_not_wait_for_the_head() {
    let streams = EventStreams::new(SseOptions::default().head_delay(Duration::from_secs(60)));
    let ends = Ends::default();
    let opening = streams.open(ends.of(then_silent(vec![])), report);
    let begun = tokio::time::Instant::now();
    let drain = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        streams.drain();
    };
    let (response, ()) = tokio::join!(opening, drain);
    assert_eq!(begun.elapsed(), Duration::from_secs(1));
    retry(&rest(response.expect("a response").into_body()).await);
    assert_eq!((streams.active(), ends.count()), (0, 1));
}

#[tokio::test(start_paused = true)]
async fn a_reader_that_stalls_is_not_waited_for_for_ever() {
    let (streams, ends) = (streams(), Ends::default());
    let mut body = open(&streams, ends.of(then_silent(vec![event(1)]))).await;
    assert!(frame(&mut body).await.is_some());
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
    streams.drain();
    assert!(tokio::time::timeout(Duration::from_secs(10), streams.drained()).await.is_err());
    // The server's deadline: it closes the connection, which drops the body.
    drop(body);
    streams.drained().await;
    assert_eq!(ends.count(), 1);
}

#[tokio::test(start_paused = true)]
async fn two_sets_share_nothing() {
    let (first, second) = (streams(), streams());
    let _body = open(&first, stream::pending()).await;
    second.drain();
    second.drained().await;
    assert!(!first.is_draining());
    assert_eq!((first.active(), second.active()), (1, 0));
    assert_eq!(first.clone().active(), 1, "a clone is the same set");
}

/// Parity: SSE.21.
#[tokio::test(start_paused = true)]
async fn a_drain_wakes_an_idle_stream() {
    let streams = streams();
    let mut body = open(&streams, stream::pending()).await;
    assert_eq!(frame_now(&mut body).await, Poll::<Option<Bytes>>::Pending);
    let (last, ()) = tokio::join!(frame(&mut body), async { streams.drain() });
    assert!(last.is_some_and(|bytes| bytes.starts_with(b"retry: ")));
}

/// One event each second, as an answer is written.
fn answer(events: u64) -> impl futures_util::Stream<Item = Result<oriole_sse::MessageEvent, crate::support::AppError>> {
    stream::unfold(0, move |number| async move {
        (number < events).then_some(())?;
        tokio::time::sleep(Duration::from_secs(1)).await;
        Some((event(number), number + 1))
    })
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_may_finish_does_so_while_others_are_ended() {
    let (streams, ends) = (streams(), Ends::default());
    let endless = open(&streams, ends.of(then_silent(vec![]))).await;
    let finite = open(&streams.letting_finish(), ends.of(answer(3))).await;
    let (endless, finite, ()) = tokio::join!(rest(endless), rest(finite), async {
        streams.drain();
        tokio::time::sleep(Duration::from_millis(10)).await;
        assert_eq!((streams.active(), ends.count()), (1, 1), "the other has ended");
        streams.drained().await;
    });
    retry(&endless);
    let end = finite.strip_prefix("data: 0\n\ndata: 1\n\ndata: 2\n\n").expect("all of it");
    assert_ne!(retry(end), retry(&endless), "and its client is told when to come back, too");
    assert_eq!((streams.active(), ends.count()), (0, 2));
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_may_finish_is_not_waited_for_for_ever() {
    let seconds = |seconds| Duration::from_secs(seconds);
    // On either side of the bound: four events take four seconds.
    for (timeout, events) in [(4_100, 4), (3_900, 3), (0, 0)] {
        let streams = EventStreams::new(SseOptions::default().finish_timeout(Duration::from_millis(timeout)));
        let body = open(&streams.letting_finish(), answer(u64::MAX)).await;
        let begun = tokio::time::Instant::now();
        let mut reading = JoinSet::new();
        reading.spawn(rest(body));
        streams.drain();
        tokio::time::sleep(seconds(2)).await;
        // A second drain does not put it off.
        streams.drain();
        streams.drained().await;
        let text = reading.join_all().await.remove(0);
        assert_eq!(text.matches("data:").count(), events, "{timeout}: {text:?}");
        assert!(text.contains("retry: ") && begun.elapsed() < seconds(6), "{timeout}: {text:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_may_finish_and_came_too_late_is_sent_away() {
    let streams = streams();
    streams.drain();
    retry(&rest(open(&streams.letting_finish(), answer(1)).await).await);
}
