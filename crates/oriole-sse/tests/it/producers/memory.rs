//! How much of what was produced before is in memory.

use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::{StreamExt, stream};
use oriole_sse::{Hub, HubOptions, MemoryStore, MessageEvent, ProducerOptions, Producers, Progress};
use tokio::time::sleep;

use super::support::{Page, append, producers, read};

const SECOND: Duration = Duration::from_secs(1);

/// The room for one log: what each may have, and what its events take beside.
const ONE: usize = 64 * 1024;

fn options() -> ProducerOptions {
    ProducerOptions::default().events_max(10).bytes_max(ONE - 8 * 1024).progress_bytes_max(ONE)
}

/// What closures were given and keep, by the names of their producers.
type Kept = Arc<Mutex<Vec<(&'static str, Progress)>>>;

fn keep(kept: &Kept, name: &'static str) -> impl FnOnce(Progress) -> stream::Pending<MessageEvent> + Send + 'static {
    let kept = Arc::clone(kept);
    move |progress| {
        kept.lock().expect("nobody panicked").push((name, progress));
        stream::pending()
    }
}

fn names(kept: &Kept) -> Vec<&'static str> {
    kept.lock().expect("nobody panicked").iter().map(|(name, _)| *name).collect()
}

/// A process that finds logs of the process before it.
async fn after(logs: &[&str], event: &str, options: ProducerOptions) -> (Producers, MemoryStore) {
    let store = MemoryStore::default();
    for log in logs {
        append(&store, log, event).await;
    }
    (Producers::new(Hub::with_store(HubOptions::default(), store.clone()), options), store)
}

#[tokio::test(start_paused = true)]
async fn runs_wait_for_room_in_the_order_in_which_they_began() {
    let half = "-".repeat(ONE / 2);
    let (producers, _) = after(&["a", "b", "c"], &half, options()).await;
    let kept = Kept::default();
    for name in ["a", "b", "c"] {
        producers.start(name, keep(&kept, name)).expect("room");
        sleep(SECOND).await;
    }
    assert_eq!(
        (names(&kept), producers.running()),
        (vec!["a"], 3),
        "half of it is kept, so there is none for another log"
    );
    // A clone of it is it.
    let clone = kept.lock().expect("nobody panicked")[0].1.clone();
    kept.lock().expect("nobody panicked").clear();
    sleep(SECOND).await;
    assert_eq!(names(&kept), [""; 0]);
    drop(clone);
    sleep(SECOND).await;
    assert_eq!(names(&kept), ["b"]);
    kept.lock().expect("nobody panicked").clear();
    sleep(SECOND).await;
    assert_eq!(names(&kept), ["c"]);
}

/// Room for a whole log is wanted while it is read, and what it turns out to need is kept.
#[tokio::test(start_paused = true)]
async fn a_short_log_takes_little_room() {
    let logs: Vec<_> = (0..20).map(|number| number.to_string()).collect();
    let logs: Vec<_> = logs.iter().map(String::as_str).collect();
    for (progress_bytes_max, expected) in [(ONE + 19 * 1024, 20), (ONE + 18 * 1024, 19), (0, 1)] {
        let options = options().events_max(1).bytes_max(ONE - 1024).progress_bytes_max(progress_bytes_max);
        let (producers, _) = after(&logs, "1", options).await;
        let kept = Kept::default();
        for log in &logs {
            producers.start(log, keep(&kept, "short")).expect("room");
        }
        sleep(SECOND).await;
        assert_eq!(names(&kept).len(), expected, "{progress_bytes_max}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_run_does_not_wait_for_ever_and_its_client_returns() {
    let half = "-".repeat(ONE / 2);
    let (producers, _) = after(&["a", "b"], &half, options().store_patience(10 * SECOND)).await;
    let kept = Kept::default();
    producers.start("a", keep(&kept, "a")).expect("room");
    sleep(SECOND).await;
    let mut page = Page::default();
    page.read(producers.join("b").or_start(keep(&kept, "b")).await.expect("room")).await;
    assert_eq!((page.shown, producers.running()), (vec![half.clone()], 1), "its stream is over, and its log is not");
    kept.lock().expect("nobody panicked").clear();
    let rest = |progress: Progress| stream::iter(progress.len()..3).map(|number| MessageEvent::new(number.to_string()));
    let expected = [half, "1".into(), "2".into(), "finished{\"reason\":\"complete\"}".into()];
    assert_eq!(read(producers.join("b").or_start(rest)).await, expected);
}

/// One that waits can be stopped, and interrupted, and one that is new waits for nobody.
#[tokio::test(start_paused = true)]
async fn who_waits_hears_what_it_is_told() {
    let half = "-".repeat(ONE / 2);
    let (here, store) = after(&["a", "b", "c"], &half, options()).await;
    let kept = Kept::default();
    for name in ["a", "b", "c", "new"] {
        here.start(name, keep(&kept, name)).expect("room");
    }
    sleep(SECOND).await;
    assert_eq!(names(&kept), ["a", "new"]);
    assert!(here.stop("b").await.expect("it is known"));
    sleep(SECOND).await;
    assert_eq!(read(here.join("b")).await, [half.clone(), "finished{\"reason\":\"stopped\"}".into()]);
    here.drain().await;
    assert_eq!((here.running(), names(&kept)), (0, vec!["a", "new"]));
    let next = producers(store);
    assert_eq!(read(next.join("c").or_start(|_| stream::empty::<MessageEvent>())).await.len(), 2, "it was left open");
}

#[test]
fn the_default_has_room_for_several_logs() {
    let options = ProducerOptions::default();
    assert_eq!((options.progress_bytes_max, options.bytes_max), (64 * 1024 * 1024, 8 * 1024 * 1024));
}
