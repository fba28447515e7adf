//! Heartbeats: only when idle, by one timer, which ends with the last stream.

use std::future::pending;
use std::task::Poll;
use std::time::{Duration, Instant, SystemTime};

use bytes::Bytes;
use futures_util::{FutureExt, StreamExt, stream};
use oriole_sse::{AdaptiveHeartbeat, Clock, EventBody, EventStreams, MessageEvent, Sleep, SseOptions, interval};
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

/// A client goes after so long a silence.
async fn leave_after(streams: &EventStreams, address: &str, silence: Duration) {
    let streams = streams.for_client(address.parse().expect("an address"));
    let mut body = open(&streams, then_silent(vec![event(1)])).await;
    assert!(frame(&mut body).await.is_some());
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
    time::sleep(silence).await;
    drop(body);
}

/// How long it takes until a silent stream says something.
async fn beat(streams: &EventStreams, address: &str) -> Duration {
    let begun = time::Instant::now();
    let mut body = open(&streams.for_client(address.parse().expect("an address")), stream::pending()).await;
    assert_eq!(frame(&mut body).await.as_deref(), Some(&b":\n\n"[..]));
    begun.elapsed()
}

#[tokio::test(start_paused = true)]
async fn a_network_that_cuts_silent_streams_has_more_heartbeats() {
    let second = Duration::from_secs(1);
    let streams = EventStreams::new(SseOptions::default().adaptive_heartbeat(AdaptiveHeartbeat::default()));
    // Another stream, whose heartbeat is due later than those to come.
    let other = open(&streams.for_client("203.0.113.1".parse().expect("an address")), stream::pending()).await;
    for number in 0..3 {
        assert_eq!(beat(&streams, "192.0.2.200").await.as_secs(), 15, "{number}");
        leave_after(&streams, &format!("192.0.2.{number}"), 8 * second).await;
    }
    let expected = 6 * second;
    assert_eq!(streams.heartbeat_interval_of("192.0.2.9".parse().expect("an address")), Some(expected));
    let took = beat(&streams, "192.0.2.200").await;
    assert!(took >= expected && took < 7 * second, "{took:?}");
    for address in ["192.0.3.1", "203.0.113.1"] {
        assert_eq!(beat(&streams, address).await.as_secs(), 15, "{address} is elsewhere");
    }
    drop(other);

    // Streams whose client is nobody's, those that end by themselves, and those that broke in a write teach nothing.
    let streams = EventStreams::new(SseOptions::default().adaptive_heartbeat(AdaptiveHeartbeat::default().cuts_min(1)));
    let address = "192.0.2.1";
    let ours = streams.for_client(address.parse().expect("an address"));
    drop(open(&streams, stream::pending()).await);
    let mut body = open(&ours, stream::iter([event(1)])).await;
    while frame(&mut body).await.is_some() {}
    time::sleep(8 * second).await;
    drop(body);
    let mut body = open(&ours, then_silent(vec![event(1)])).await;
    assert!(frame(&mut body).await.is_some());
    time::sleep(8 * second).await;
    drop(body);
    assert_eq!(beat(&streams, address).await.as_secs(), 15);
    leave_after(&streams, address, 8 * second).await;
    assert_eq!(beat(&streams, address).await.as_secs(), 6);

    let off = EventStreams::default();
    for _ in 0..8 {
        leave_after(&off, address, 8 * second).await;
    }
    assert_eq!(beat(&off, address).await.as_secs(), 15, "not unless it is asked for");
}

/// Opens a silent stream, and takes so many heartbeats.
async fn stay(streams: &EventStreams, address: &str, heartbeats: usize) -> EventBody {
    let mut body = open(&streams.for_client(address.parse().expect("an address")), stream::pending()).await;
    for _ in 0..heartbeats {
        assert!(frame(&mut body).await.is_some());
    }
    assert_eq!(frame_now(&mut body).await, Poll::Pending);
    body
}

/// Several clients of one network go after so long a silence.
async fn leave_together(streams: &EventStreams, silence: Duration) {
    for number in 1..=3 {
        leave_after(streams, &format!("192.0.2.{number}"), silence).await;
    }
}

/// A stream that was silent for longer, and is still there 75 s later, shows that nothing cuts: whether something was known of its network
/// before or not, and until that is long ago.
#[tokio::test(start_paused = true)]
async fn who_stays_silent_for_longer_shows_that_nothing_cuts() {
    let second = Duration::from_secs(1);
    for is_known in [false, true] {
        let streams = EventStreams::new(SseOptions::default().adaptive_heartbeat(AdaptiveHeartbeat::default()));
        if is_known {
            leave_after(&streams, "192.0.2.1", 8 * second).await;
            leave_after(&streams, "192.0.2.2", 8 * second).await;
        }
        // The first heartbeat, and those of the next 75 s.
        let patient = stay(&streams, "192.0.2.200", 6).await;
        leave_together(&streams, 8 * second).await;
        assert_eq!(beat(&streams, "192.0.2.9").await.as_secs(), 15, "{is_known}");
        drop(patient);
        time::sleep(3600 * second).await;
        leave_together(&streams, 8 * second).await;
        assert_eq!(beat(&streams, "192.0.2.9").await.as_secs(), 6, "what was then may be so no longer");
    }
}

/// Heartbeats to a client that vanished without a word go well until the server notices: they say nothing of its network.
#[tokio::test(start_paused = true)]
async fn who_vanishes_does_not_keep_a_network_from_learning() {
    let second = Duration::from_secs(1);
    for (heartbeats, expected) in [(5, 6), (6, 15)] {
        let streams = EventStreams::new(SseOptions::default().adaptive_heartbeat(AdaptiveHeartbeat::default()));
        let vanished = stay(&streams, "192.0.2.200", heartbeats).await;
        drop(vanished);
        leave_together(&streams, 8 * second).await;
        assert_eq!(beat(&streams, "192.0.2.9").await.as_secs(), expected, "{heartbeats}");
    }
}

/// What was learned is wrong if a stream is silent for longer than what was taken for a cut, and still there.
#[tokio::test(start_paused = true)]
async fn what_was_learned_is_taken_back() {
    let second = Duration::from_secs(1);
    let streams = EventStreams::new(SseOptions::default().adaptive_heartbeat(AdaptiveHeartbeat::default()));
    let mut patient = open(&streams.for_client("192.0.2.200".parse().expect("an address")), stream::pending()).await;
    assert_eq!(frame_now(&mut patient).await, Poll::Pending);
    for number in 1..=3 {
        let ours = streams.for_client(format!("192.0.2.{number}").parse().expect("an address"));
        let mut body = open(&ours, then_silent(vec![event(1)])).await;
        assert!(frame(&mut body).await.is_some());
        assert_eq!(frame_now(&mut body).await, Poll::Pending);
        time::sleep(4 * second).await;
        drop(body);
    }
    assert_eq!(beat(&streams, "192.0.2.9").await.as_secs(), 3);
    // Its first heartbeat is at 15 s, as it was when it began, and it is still there 75 s later.
    let begun = time::Instant::now();
    while begun.elapsed() < 90 * second {
        assert!(frame(&mut patient).await.is_some());
    }
    assert_eq!(beat(&streams, "192.0.2.9").await.as_secs(), 15);
}

/// One client that comes and goes is not a network.
#[tokio::test(start_paused = true)]
async fn one_address_alone_teaches_nothing() {
    let second = Duration::from_secs(1);
    for (one, others) in
        [("192.0.2.1", ["192.0.2.2", "192.0.2.3"]), ("2001:db8::1", ["2001:db8:0:1::1", "2001:db8:0:2::1"])]
    {
        let streams = EventStreams::new(SseOptions::default().adaptive_heartbeat(AdaptiveHeartbeat::default()));
        for _ in 0..8 {
            leave_after(&streams, one, 8 * second).await;
        }
        if one.contains(':') {
            leave_after(&streams, "2001:db8::2", 8 * second).await;
            leave_after(&streams, "2001:db8::3", 8 * second).await;
        }
        assert_eq!(beat(&streams, one).await.as_secs(), 15, "a household has as many addresses as it likes");
        for other in others {
            leave_after(&streams, other, 8 * second).await;
        }
        assert_eq!(beat(&streams, one).await.as_secs(), 6, "{one}");
    }
}

/// Beyond the bound, those are forgotten that were not heard of for longest.
#[tokio::test(start_paused = true)]
async fn so_many_networks_are_known() {
    let address = |network: usize| format!("10.0.{network}.1");
    for (networks_max, is_first_known) in [(100, true), (4, false)] {
        let adaptive = AdaptiveHeartbeat::default().cuts_min(1).networks_max(networks_max);
        let streams = EventStreams::new(SseOptions::default().adaptive_heartbeat(adaptive));
        for network in 0..8 {
            leave_after(&streams, &address(network), Duration::from_secs(8)).await;
        }
        let known = [0, 7].map(|network| {
            let interval = streams.heartbeat_interval_of(address(network).parse().expect("an address"));
            interval == Some(Duration::from_secs(6))
        });
        assert_eq!(known, [is_first_known, true], "{networks_max}");
    }
}

/// A bound of zero is one of 10 ms, as for every interval.
#[tokio::test(start_paused = true)]
async fn who_leaves_at_once_does_not_keep_the_timer_busy() {
    let adaptive = AdaptiveHeartbeat::default().interval_min(Duration::ZERO).cuts_min(1);
    let streams = EventStreams::new(SseOptions::default().adaptive_heartbeat(adaptive));
    leave_after(&streams, "192.0.2.1", Duration::from_millis(4)).await;
    assert_eq!(beat(&streams, "192.0.2.1").await.as_secs(), 15, "too short to do anything about");
    leave_after(&streams, "192.0.2.1", Duration::from_millis(12)).await;
    let beat = beat(&streams, "192.0.2.1").await;
    assert!((Duration::from_millis(10)..=Duration::from_millis(100)).contains(&beat), "{beat:?}");
}
