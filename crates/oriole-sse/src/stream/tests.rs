use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::time::Duration;

use futures_util::{FutureExt, StreamExt, stream};
use tokio::time::Instant;

use super::{EventStreamExt, interval};

/// Parity: SSE.8.
#[test]
fn a_finalizer_runs_exactly_once_however_the_stream_ends() {
    let runs = Arc::new(AtomicUsize::new(0));
    let stream = |items: Vec<u8>| {
        let runs = Arc::clone(&runs);
        stream::iter(items).finalize(move || {
            runs.fetch_add(1, Ordering::Relaxed);
        })
    };

    drop(stream(vec![1]));
    assert_eq!(runs.load(Ordering::Relaxed), 1, "never polled");

    let mut completed = stream(vec![]);
    assert_eq!(completed.next().now_or_never(), Some(None));
    assert_eq!(runs.load(Ordering::Relaxed), 2, "completed");
    assert_eq!(completed.next().now_or_never(), Some(None));
    drop(completed);
    assert_eq!(runs.load(Ordering::Relaxed), 2, "not twice");

    let mut left = stream(vec![1, 2]);
    assert_eq!(left.next().now_or_never(), Some(Some(1)));
    assert_eq!(runs.load(Ordering::Relaxed), 2, "not yet");
    drop(left);
    assert_eq!(runs.load(Ordering::Relaxed), 3, "left");
}

#[tokio::test(start_paused = true)]
async fn the_first_tick_comes_after_one_period_and_the_count_has_no_gaps() {
    let start = Instant::now();
    let mut ticks = interval(Duration::from_secs(1));
    // Time counts from the first poll.
    tokio::time::advance(Duration::from_millis(300)).await;
    let at = |tick| async move { (tick, start.elapsed().as_millis()) };
    assert_eq!(ticks.by_ref().take(2).then(at).collect::<Vec<_>>().await, [(0, 1300), (1, 2300)]);

    // A late reader gets one tick, and then the beat goes on.
    tokio::time::advance(Duration::from_millis(3400)).await;
    assert_eq!(ticks.by_ref().take(2).then(at).collect::<Vec<_>>().await, [(2, 5700), (3, 6300)]);
}

#[tokio::test(start_paused = true)]
async fn the_shortest_period_is_a_millisecond_and_the_longest_never_ends() {
    let start = Instant::now();
    assert_eq!(interval(Duration::ZERO).skip(9).next().await, Some(9));
    assert_eq!(start.elapsed(), Duration::from_millis(10));
    assert_eq!(interval(Duration::MAX).next().now_or_never(), None);
}
