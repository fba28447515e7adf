//! Heartbeats: only when idle, by one timer, which ends with the last stream.

use std::future::pending;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use oriole_sse::{Clock, EventStreams, MessageEvent, Sleep, SseOptions, interval};
use tokio::time;

use crate::support::{event, frame, frame_now, open, rest, streams, then_silent};

/// Parity: SSE.21.
#[tokio::test(start_paused = true)]
async fn a_silent_stream_says_something_once_per_interval() {
    let start = time::Instant::now();
    let mut body = open(&streams(), stream::pending()).await;
    for beat in 1..=3 {
        assert_eq!(frame(&mut body).await.as_deref(), Some(&b":\n\n"[..]));
        assert_eq!(start.elapsed().as_secs(), beat * 15);
    }
}

#[tokio::test(start_paused = true)]
async fn a_stream_that_speaks_has_no_heartbeat() {
    let ticks = interval(Duration::from_millis(14_900)).map(|tick| MessageEvent::new(tick.to_string())).take(100);
    let body = streams().open_events(ticks).await.into_body();
    assert!(!rest(body).await.contains(":\n\n"));
}

#[tokio::test(start_paused = true)]
async fn the_wait_begins_anew_with_every_write() {
    let start = time::Instant::now();
    let items = stream::once(time::sleep(Duration::from_secs(10))).map(|()| event(1)).chain(stream::pending());
    let mut body = open(&streams(), items).await;
    assert_eq!(frame(&mut body).await.as_deref(), Some(&b"data: 1\n\n"[..]));
    assert_eq!(frame(&mut body).await.as_deref(), Some(&b":\n\n"[..]));
    assert_eq!(start.elapsed().as_secs(), 25);
}

#[tokio::test(start_paused = true)]
async fn heartbeats_do_not_pile_up_for_a_reader_that_stalls() {
    let mut body = open(&streams(), then_silent(vec![event(1)])).await;
    assert!(frame(&mut body).await.is_some());
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
    time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(frame_now(&mut body).await, Poll::Ready(Some(Bytes::from(":\n\n"))));
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
}

#[tokio::test(start_paused = true)]
async fn the_interval_is_an_option_and_has_a_least() {
    for (interval, least) in [(5_000, 5_000), (30, 30), (10, 10), (9, 10), (0, 10)] {
        let streams = EventStreams::new(SseOptions::default().heartbeat_interval(Duration::from_millis(interval)));
        let start = time::Instant::now();
        let mut body = open(&streams, stream::pending()).await;
        // The head goes out after its delay; the wait is for what follows the last beat.
        assert!(frame(&mut body).await.is_some());
        let first = start.elapsed();
        assert!(frame(&mut body).await.is_some());
        // One timer serves all streams, and goes in steps.
        let waited = (start.elapsed() - first).as_millis();
        assert!((least..=2 * least).contains(&waited), "{interval}: {waited}");
    }
}

#[tokio::test(start_paused = true)]
async fn heartbeats_can_be_off() {
    let streams = EventStreams::new(SseOptions::default().heartbeat_interval(None));
    let mut body = open(&streams, stream::pending()).await;
    assert!(time::timeout(Duration::from_secs(86_400), frame(&mut body)).await.is_err());
}

#[tokio::test(start_paused = true)]
async fn one_task_serves_all_streams_and_ends_with_the_last() {
    let tasks = || tokio::runtime::Handle::current().metrics().num_alive_tasks();
    let before = tasks();
    let streams = streams();
    assert_eq!(tasks(), before, "none before the first stream");
    for _ in 0..2 {
        let mut bodies = vec![];
        for _ in 0..100 {
            bodies.push(open(&streams, stream::pending()).await);
        }
        assert_eq!(tasks(), before + 1);
        for body in &mut bodies {
            assert_eq!(frame(body).await.as_deref(), Some(&b":\n\n"[..]));
        }
        drop(bodies);
        streams.drained().await;
        assert_eq!(tasks(), before);
    }
}

#[test]
fn streams_outlive_the_runtime_of_their_timer() {
    let runtime =
        || tokio::runtime::Builder::new_current_thread().enable_all().start_paused(true).build().expect("a runtime");
    let streams = streams();
    let kept = runtime().block_on(open(&streams, stream::pending()));
    runtime().block_on(async {
        let mut body = open(&streams, stream::pending()).await;
        assert_eq!(frame(&mut body).await.as_deref(), Some(&b":\n\n"[..]));
        drop((body, kept));
        streams.drained().await;
    });
}

#[test]
fn a_runtime_that_has_ended_starts_no_timer_and_blocks_nobody() {
    let runtime =
        tokio::runtime::Builder::new_multi_thread().worker_threads(1).enable_all().build().expect("a runtime");
    let handle = runtime.handle().clone();
    drop(runtime);
    let _context = handle.enter();
    let streams = streams();
    let body = open(&streams, then_silent(vec![event(1)])).now_or_never().expect("the first item is ready");
    assert_eq!(streams.active(), 1);
    drop(body);
    assert_eq!(streams.drained().now_or_never(), Some(()));
}

/// A clock by which time never passes.
#[derive(Debug)]
struct Stopped(Instant);

impl Clock for Stopped {
    fn now(&self) -> Instant {
        self.0
    }

    fn wall(&self) -> SystemTime {
        SystemTime::UNIX_EPOCH
    }

    fn sleep_until(&self, _moment: Instant) -> Sleep {
        Box::pin(pending())
    }
}

#[tokio::test(start_paused = true)]
async fn time_comes_from_the_clock_that_is_given() {
    let streams = EventStreams::with_clock(SseOptions::default(), Stopped(Instant::now()));
    let opening = streams.open_events(stream::pending());
    assert!(time::timeout(Duration::from_secs(3600), opening).await.is_err(), "the delay never ends");
    let mut body = open(&streams, then_silent(vec![event(1)])).await;
    assert!(frame(&mut body).await.is_some());
    assert!(time::timeout(Duration::from_secs(3600), frame(&mut body)).await.is_err(), "no heartbeat either");
}
