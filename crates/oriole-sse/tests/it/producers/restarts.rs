//! The process ends in the middle.

use std::time::Duration;

use futures_util::StreamExt;
use http::StatusCode;
use oriole_sse::{Hub, HubOptions, MemoryStore, ProducerOptions, Producers};
use proptest::prelude::*;

use super::support::{PACE, Page, all, append, numbers, producers, read};

#[tokio::test(start_paused = true)]
async fn a_drain_leaves_the_log_open_and_the_next_process_goes_on() {
    let store = MemoryStore::default();
    let before = producers(store.clone());
    let mut page = Page::default();
    let mut joined = before.join("a").or_start(numbers(6)).await.expect("room");
    for _ in 0..3 {
        page.take(&mut joined).await;
    }
    before.drain().await;
    assert_eq!(before.running(), 0);
    page.read(joined).await;
    assert_eq!(page.shown, ["0", "1"], "its client is sent away, without a last event");
    let refused = before.start("b", numbers(1)).expect_err("nothing begins any more");
    assert_eq!((refused.status(), before.running()), (StatusCode::SERVICE_UNAVAILABLE, 0));
    let wait = refused.retry_after().expect("the next process has it").as_secs();
    assert!((1..=10).contains(&wait), "{wait}");

    let after = producers(store);
    page.read(page.from(after.join("a").or_start(numbers(6))).await.expect("room")).await;
    assert_eq!(page.shown, all(6, "complete"));
}

#[tokio::test(start_paused = true)]
async fn one_that_nobody_goes_on_with_can_be_stopped() {
    let store = MemoryStore::default();
    let before = producers(store.clone());
    before.start("a", numbers(6)).expect("room");
    tokio::time::sleep(PACE * 2 + PACE / 2).await;
    before.drain().await;
    let after = producers(store);
    assert!(after.stop("a").await.expect("it is known"));
    assert_eq!(read(after.join("a").or_start(numbers(6))).await, all(2, "stopped"));
}

#[tokio::test(start_paused = true)]
async fn one_that_never_was_is_not_resumed() {
    let store = MemoryStore::default();
    let producers = producers(store.clone());
    let join = || producers.join("a").or_resume(numbers(3));
    assert!(matches!(join().await, Err(oriole_sse::ProducerError::Unknown)));
    assert_eq!(producers.running(), 0);
    append(&store, "a", "0").await;
    assert_eq!(read(join()).await, all(3, "complete"));
}

/// Two processes believe that it is theirs: each event is in the log once, and the readers of both get it.
#[tokio::test(start_paused = true)]
async fn two_processes_do_not_double_anything() {
    let store = MemoryStore::default();
    let (one, other) = (producers(store.clone()), producers(store.clone()));
    for events in [0, 7] {
        let id = format!("after {events}");
        one.start(id.as_str(), numbers(20)).expect("room");
        tokio::time::sleep(PACE * events + PACE / 2).await;
        let reads = (one.join(id.as_str()), other.join(id.as_str()).or_start(numbers(20)));
        let (one, other) = tokio::join!(read(reads.0), read(reads.1));
        assert_eq!((&one, &other), (&all(20, "complete"), &all(20, "complete")));
        assert_eq!(read(producers(store.clone()).join(id)).await, all(20, "complete"));
    }
}

/// One that stops it runs elsewhere.
#[tokio::test(start_paused = true)]
async fn a_producer_of_another_process_can_be_stopped() {
    let store = MemoryStore::default();
    let (one, other) = (producers(store.clone()), producers(store));
    one.start("a", numbers(20)).expect("room");
    tokio::time::sleep(PACE * 3 + PACE / 2).await;
    assert!(other.stop("a").await.expect("it is known"));
    tokio::time::sleep(PACE).await;
    assert_eq!(one.running(), 0, "it noticed with its next event");
    assert_eq!(read(one.join("a")).await, all(3, "stopped"));
}

/// A store in memory is lost with the process, and the page begins anew with it.
#[tokio::test(start_paused = true)]
async fn a_log_that_is_lost_begins_anew() {
    let mut page = Page::default();
    let before = producers(MemoryStore::default());
    let mut joined = before.join("a").or_start(numbers(6)).await.expect("room");
    for _ in 0..3 {
        page.take(&mut joined).await;
    }
    let after = producers(MemoryStore::default());
    page.read(page.from(after.join("a").or_start(numbers(6))).await.expect("room")).await;
    assert_eq!(page.shown, all(6, "complete"));
}

/// What happens next to a page and to the process that serves it.
#[derive(Clone, Copy, Debug)]
enum Step {
    /// The page reads so many events.
    Read(usize),
    /// The page loses its connection.
    Cut,
    /// The page is loaded anew.
    Reload,
    Wait(u64),
    /// The process ends in order, and another one begins.
    Restart,
    /// The process is gone without a word, tasks and all.
    Kill,
}

fn steps() -> impl Strategy<Value = Vec<Step>> {
    let step = prop_oneof![
        4 => (1_usize..5).prop_map(Step::Read),
        2 => Just(Step::Cut),
        1 => Just(Step::Reload),
        2 => (0_u64..500).prop_map(Step::Wait),
        1 => Just(Step::Restart),
        1 => Just(Step::Kill),
    ];
    proptest::collection::vec(step, 0..40)
}

const END: usize = 30;

async fn shown_after(steps: Vec<Step>) -> Vec<String> {
    let store = MemoryStore::default();
    let process = || {
        let hub = Hub::with_store(HubOptions::default(), store.clone());
        (hub.clone(), Producers::new(hub, ProducerOptions::default()))
    };
    let (mut hub, mut producers) = process();
    let (mut page, mut joined) = (Page::default(), None);
    for step in steps {
        match step {
            Step::Read(events) => {
                for _ in 0..events {
                    let stream = match &mut joined {
                        Some(stream) => stream,
                        None => match page.from(producers.join("a").or_start(numbers(END))).await {
                            Ok(stream) => joined.insert(stream),
                            // It has everything.
                            Err(_) => break,
                        },
                    };
                    if !page.take(stream).await {
                        joined = None;
                    }
                }
            }
            Step::Cut => joined = None,
            Step::Reload => (page, joined) = (Page::default(), None),
            Step::Wait(millis) => tokio::time::sleep(Duration::from_millis(millis)).await,
            Step::Restart => {
                let drained = hub.drain(Duration::ZERO);
                drop(joined.take());
                drained.await;
                producers.drain().await;
                (hub, producers) = process();
            }
            Step::Kill => {
                joined = None;
                // As near as a test comes to it: the old run goes on beside the new one, and they meet in the log.
                (hub, producers) = process();
            }
        }
    }
    // In the end a client reads to the end, however often its stream breaks off.
    for _ in 0..10 {
        let stream = match joined.take() {
            Some(stream) => stream,
            None => match page.from(producers.join("a").or_start(numbers(END))).await {
                Ok(stream) => stream,
                Err(_) => break,
            },
        };
        page.read(stream).await;
    }
    page.shown
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(64))]

    /// Nothing is lost and nothing doubled, whatever happens in between.
    #[test]
    fn a_page_shows_everything_once(steps in steps()) {
        let runtime = tokio::runtime::Builder::new_current_thread().enable_time().start_paused(true).build();
        let shown = runtime.expect("a runtime").block_on(shown_after(steps));
        prop_assert_eq!(shown, all(END, "complete"));
    }
}

/// A second reader that only looks on sees the same.
#[tokio::test(start_paused = true)]
async fn ids_are_those_of_the_log() {
    let producers = producers(MemoryStore::default());
    let ids = async |joined: oriole_sse::Joined| {
        let events: Vec<_> = joined.skip(1).collect().await;
        events.iter().map(|event| event.fields().id.cloned().expect("an id")).collect::<Vec<_>>()
    };
    let one = ids(producers.join("a").or_start(numbers(4)).await.expect("room")).await;
    let other = ids(producers.join("a").await.expect("room")).await;
    assert_eq!((one.len(), &one), (5, &other));
}
