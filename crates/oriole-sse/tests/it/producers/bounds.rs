//! What bounds producers.

use std::time::Duration;

use futures_util::StreamExt;
use http::StatusCode;
use oriole_sse::{Hub, HubOptions, MemoryStore, MessageEvent, ProducerError, ProducerOptions, Producers, event_name};

use super::support::{PACE, Page, all, append, numbers, producers, read, silent};

fn with(options: ProducerOptions) -> Producers {
    Producers::new(Hub::default(), options)
}

#[tokio::test(start_paused = true)]
async fn so_many_run_at_a_time() {
    let producers = with(ProducerOptions::default().running_max(2));
    for id in ["a", "b", "a"] {
        producers.start(id, silent).expect("room, or there already");
    }
    assert_eq!(producers.running(), 2);
    let refused = producers.start("c", silent).expect_err("one too many");
    assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
    assert!(matches!(refused, ProducerError::TooMany { running_max: 2, .. }));
    let wait = refused.retry_after().expect("there may be room later").as_secs();
    assert!((1..=10).contains(&wait), "{wait}");
    assert!(producers.join("c").or_start(silent).await.is_err());
    assert!(producers.stop("a").await.expect("it runs"));
    producers.start("c", silent).expect("room again");
}

#[tokio::test(start_paused = true)]
async fn one_that_is_too_old_ends() {
    let producers = with(ProducerOptions::default().time_to_live(Duration::from_secs(5)));
    producers.start("a", silent).expect("room");
    tokio::time::sleep(Duration::from_millis(4990)).await;
    assert_eq!(producers.running(), 1);
    assert_eq!(read(producers.join("a")).await, all(0, "expired"));
    assert_eq!(producers.running(), 0);
    // One that ends in time is none.
    producers.start("b", numbers(49)).expect("room");
    assert_eq!(read(producers.join("b")).await, all(49, "complete"));
}

/// The time of day decides, since a restart is in between; a store's clock is the publisher's.
#[tokio::test(start_paused = true)]
async fn the_time_before_a_restart_counts() {
    let store = MemoryStore::default();
    append(&store, "a", "0").await;
    for (time_to_live, expected) in [(Duration::ZERO, all(1, "expired")), (Duration::from_secs(600), all(1, "expired"))]
    {
        // The second finds that the first has ended it.
        let options = ProducerOptions::default().time_to_live(time_to_live);
        let again = Producers::new(Hub::with_store(HubOptions::default(), store.clone()), options);
        assert_eq!(read(again.join("a").or_start(numbers(3))).await, expected);
    }
    append(&store, "b", "0").await;
    let again = producers(store);
    assert_eq!(read(again.join("b").or_start(numbers(3))).await, all(3, "complete"));
}

#[tokio::test(start_paused = true)]
async fn what_one_gives_is_bounded_in_events_and_bytes() {
    for (given, reason, kept) in [(3, "complete", 3), (4, "too-long", 3)] {
        let producers = with(ProducerOptions::default().events_max(3));
        assert_eq!(read(producers.join("a").or_start(numbers(given))).await, all(kept, reason));
        // `data: 0` and two line ends.
        let producers = with(ProducerOptions::default().bytes_max(3 * 9));
        assert_eq!(read(producers.join("a").or_start(numbers(given))).await, all(kept, reason));
    }
    let producers = with(ProducerOptions::default().bytes_max(3 * 9 - 1));
    assert_eq!(read(producers.join("a").or_start(numbers(3))).await, all(2, "too-long"));
}

/// What earlier runs gave counts.
#[tokio::test(start_paused = true)]
async fn a_log_that_is_too_long_already_is_ended() {
    for (logged, reason, shown) in [(2, "complete", 3), (3, "complete", 3), (4, "too-long", 4)] {
        let store = MemoryStore::default();
        for number in 0..logged {
            append(&store, "a", &number.to_string()).await;
        }
        let hub = Hub::with_store(HubOptions::default(), store);
        let producers = Producers::new(hub, ProducerOptions::default().events_max(3));
        assert_eq!(read(producers.join("a").or_start(numbers(3))).await, all(shown, reason));
    }
}

#[tokio::test(start_paused = true)]
async fn nobody_waits_for_ever_for_a_producer_that_runs_elsewhere() {
    let store = MemoryStore::default();
    append(&store, "a", "0").await;
    let here = producers(store.clone());
    let mut joined = here.join("a").await.expect("there is a log");
    let mut page = Page::default();
    assert!(page.take(&mut joined).await && page.take(&mut joined).await);
    let waited = tokio::time::Instant::now();
    tokio::time::sleep(Duration::from_secs(29)).await;
    append(&store, "a", "1").await;
    assert!(page.take(&mut joined).await, "it is not over");
    page.read(joined).await;
    let waited = waited.elapsed();
    assert!((Duration::from_secs(59)..Duration::from_secs(60)).contains(&waited), "{waited:?}");
    assert_eq!(page.shown, ["0", "1"]);
}

/// A source that is always ready does not keep the thread for itself.
#[tokio::test(start_paused = true)]
async fn one_that_never_waits_can_be_stopped() {
    let producers = with(ProducerOptions::default());
    producers.start("a", |_| futures_util::stream::repeat_with(|| MessageEvent::new("again"))).expect("room");
    tokio::task::yield_now().await;
    assert!(producers.stop("a").await.expect("it is known"), "it ran");
    let shown = read(producers.join("a")).await;
    assert_eq!(shown.last(), all(0, "stopped").last());
    assert!(shown.len() < producers.options().events_max, "{}", shown.len());
}

#[tokio::test(start_paused = true)]
async fn an_id_has_a_length() {
    let producers = with(ProducerOptions::default());
    let id = |bytes| "x".repeat(bytes);
    assert_eq!(read(producers.join(id(Producers::ID_BYTES_MAX)).or_start(numbers(1))).await, all(1, "complete"));
    for (wrong, text) in [
        (id(Producers::ID_BYTES_MAX + 1), "the id of a stream cannot be longer than 247 bytes"),
        (id(0), "the id of a stream cannot be empty"),
        ("a\nb".to_owned(), "the id of a stream cannot contain a control character"),
    ] {
        let refused = producers.start(&wrong, silent).expect_err(text);
        assert_eq!((refused.status(), refused.body_text().as_str()), (StatusCode::BAD_REQUEST, text));
        assert!(matches!(producers.join(&wrong).or_start(silent).await, Err(ProducerError::Id(_))));
        assert!(matches!(producers.stop(&wrong).await, Err(ProducerError::Id(_))));
    }
}

/// Something that comes in time is waited for, and what comes later is not.
#[tokio::test(start_paused = true)]
async fn how_long_a_client_waits_is_an_option() {
    for (comes_after, given) in [(4_900, 2), (5_100, 1)] {
        let store = MemoryStore::default();
        append(&store, "a", "0").await;
        let options = ProducerOptions::default().silence_max(Duration::from_secs(5));
        let here = Producers::new(Hub::with_store(HubOptions::default(), store.clone()), options);
        let (mut page, joined) = (Page::default(), here.join("a").await.expect("there is a log"));
        let publishing = async {
            tokio::time::sleep(Duration::from_millis(comes_after)).await;
            append(&store, "a", "1").await;
        };
        tokio::join!(page.read(joined), publishing);
        assert_eq!(page.shown.len(), given, "after {comes_after} ms: {:?}", page.shown);
    }
}

#[tokio::test(start_paused = true)]
async fn the_last_event_can_have_another_name() {
    let options = ProducerOptions::default().finished(event_name!("done"));
    let hub = HubOptions::default().topic_naming(oriole_sse::TopicNaming::InType);
    let producers = Producers::new(Hub::new(hub), options);
    producers.start("a", |done| numbers(1)(done).map(|event| event.event_type(event_name!("finished")))).expect("room");
    tokio::time::sleep(PACE * 3).await;
    // Also where types name their topic.
    assert_eq!(read(producers.join("a")).await, ["a:finished0", "a:done{\"reason\":\"complete\"}"]);
    assert!(!producers.stop("a").await.expect("known"), "it has ended");
}
