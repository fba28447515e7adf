//! Alarms against a clock that is set by hand.

use super::{Alarm, Alarms, RUNG};
use hyper::rt::Timer;
use std::future::{Future, poll_fn};
use std::pin::{Pin, pin};
use std::sync::atomic::Ordering;
use std::task::Poll;
use std::time::Duration;
use tokio::task::coop::{consume_budget, has_budget_remaining};
use tokio::time::Instant;

const fn seconds(count: u64) -> Duration {
    Duration::from_secs(count)
}

/// Whether it has rung; asked several times, as a connection asks.
async fn has_rung(alarm: &mut Alarm) -> bool {
    poll_fn(|cx| Poll::Ready((0..3).all(|_| Pin::new(&mut *alarm).poll(cx).is_ready()))).await
}

/// When it rings.
async fn rings(alarm: &mut Alarm, begun: Instant) -> u64 {
    assert!(!has_rung(alarm).await);
    Pin::new(alarm).await;
    begun.elapsed().as_secs()
}

/// What one clock says is early for another: who is told too early looks at its timer.
#[tokio::test(start_paused = true)]
async fn an_alarm_rings_at_its_time_and_again_when_it_is_set_again() {
    for told in [0, u64::MAX] {
        RUNG.fetch_max(told, Ordering::Relaxed);
        let begun = Instant::now();
        let (mut soon, mut late) = (Alarm::after(seconds(10)), Alarm::after(seconds(20)));
        assert!(!has_rung(&mut late).await);
        assert_eq!(rings(&mut soon, begun).await, 10);
        assert!(has_rung(&mut soon).await, "it rings until it is set again");
        soon.set(seconds(5));
        assert_eq!(rings(&mut soon, begun).await, 15);
        assert_eq!(rings(&mut late, begun).await, 20);
        // It does not end the program.
        soon.set(Duration::MAX);
        assert!(!has_rung(&mut soon).await);
    }
}

#[tokio::test(start_paused = true)]
async fn hyper_sets_an_alarm_again() {
    let begun = Instant::now();
    let mut alarm = Alarms.sleep(seconds(10));
    assert!(poll_fn(|cx| Poll::Ready(alarm.as_mut().poll(cx).is_pending())).await);
    Alarms.reset(&mut alarm, Alarms.now() + seconds(30));
    alarm.as_mut().await;
    assert_eq!(begun.elapsed().as_secs(), 30);
    Alarms.sleep_until(Alarms.now() + seconds(10)).await;
    assert_eq!(begun.elapsed().as_secs(), 40);
}

/// A task that has had its turn is told that a timer is not ready, which says nothing of the timer.
#[tokio::test(start_paused = true)]
async fn an_alarm_is_set_however_much_its_task_has_done() {
    let begun = Instant::now();
    let mut alarm = Alarm::after(seconds(10));
    for rung in [10, 15] {
        let polled = poll_fn(|cx| {
            while has_budget_remaining() {
                let _ = pin!(consume_budget()).poll(cx);
            }
            Poll::Ready(Pin::new(&mut alarm).poll(cx))
        });
        assert!(polled.await.is_pending());
        Pin::new(&mut alarm).await;
        assert_eq!(begun.elapsed().as_secs(), rung);
        alarm.set(seconds(5));
    }
}
