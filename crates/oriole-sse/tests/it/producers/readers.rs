//! Who reads, and who does not.

use futures_util::StreamExt;
use http::StatusCode;
use oriole_sse::{
    Checkpoint, EventStreamExt, EventStreams, GuardAnswer, LastEventId, MemoryStore, MessageEvent, ProducerError,
    Producers, Verdict, event_name,
};
use tokio::task::JoinSet;

use super::support::{PACE, Page, all, numbers, producers, read, silent};
use crate::support::{Ends, rest};

fn started(store: MemoryStore) -> Producers {
    let producers = producers(store);
    producers.start("a", numbers(5)).expect("room");
    producers
}

#[tokio::test(start_paused = true)]
async fn it_runs_on_without_readers_and_one_that_comes_late_gets_everything() {
    let producers = started(MemoryStore::default());
    assert_eq!(producers.running(), 1);
    tokio::time::sleep(PACE * 10).await;
    assert_eq!(producers.running(), 0);
    for _ in 0..2 {
        assert_eq!(read(producers.join("a")).await, all(5, "complete"));
    }
}

#[tokio::test(start_paused = true)]
async fn a_client_that_is_cut_off_goes_on_where_it_was_and_does_not_return_after_the_end() {
    let producers = started(MemoryStore::default());
    let mut page = Page::default();
    let mut connections = 0;
    loop {
        let mut joined = match page.from(producers.join("a")).await {
            Ok(joined) => joined,
            Err(error) => {
                assert_eq!((error.status(), error.body_text()), (StatusCode::NO_CONTENT, String::new()));
                break;
            }
        };
        connections += 1;
        // Its hello, and one event.
        assert!(page.take(&mut joined).await && page.take(&mut joined).await);
        tokio::time::sleep(PACE).await;
    }
    assert_eq!((page.shown, connections), (all(5, "complete"), 6));
}

#[tokio::test(start_paused = true)]
async fn others_join_while_it_runs() {
    let producers = started(MemoryStore::default());
    let mut tabs = JoinSet::new();
    for tab in 0..5 {
        let producers = producers.clone();
        tabs.spawn(async move {
            tokio::time::sleep(PACE * tab + PACE / 2).await;
            read(producers.join("a")).await
        });
    }
    assert!(tabs.join_all().await.iter().all(|shown| *shown == all(5, "complete")));
}

#[tokio::test(start_paused = true)]
async fn the_last_event_can_be_repeated() {
    let producers = started(MemoryStore::default());
    let joined = producers.join("a").await.expect("it runs");
    let events: Vec<_> = joined.collect().await;
    let before_last = events[events.len() - 2].fields().id.cloned().expect("an id");
    let joined = producers.join("a").from(LastEventId::from(before_last)).await.expect("one is left");
    assert_eq!(joined.verdict(), Verdict::Resumed);
    let left: Vec<_> = joined.skip(1).map(|event| event.fields().data.map(str::to_owned)).collect().await;
    assert_eq!(left, [Some("{\"reason\":\"complete\"}".to_owned())]);
}

#[tokio::test(start_paused = true)]
async fn what_a_stranger_resumes_from_begins_anew() {
    let producers = started(MemoryStore::default());
    let mut ann = producers.join("a").principal("ann").await.expect("it runs");
    let (hello, first) = (ann.next().await.expect("hello"), ann.next().await.expect("an event"));
    assert!(hello.fields().id.is_some());
    let stolen = LastEventId::from(first.fields().id.cloned().expect("an id"));
    let bob = producers.join("a").principal("bob").from(stolen.clone()).await.expect("it runs");
    assert_eq!(bob.verdict(), Verdict::Live);
    let mut page = Page::default();
    page.read(bob).await;
    assert_eq!(page.shown, all(5, "complete"));
    let ann = producers.join("a").principal("ann").from(stolen).await.expect("one is left");
    assert_eq!(ann.verdict(), Verdict::Resumed);
}

#[tokio::test(start_paused = true)]
async fn a_client_can_be_the_one_that_begins_it() {
    let producers = producers(MemoryStore::default());
    let error = producers.join("a").await.expect_err("nobody has begun it");
    assert_eq!((error.status(), error.body_text().as_str()), (StatusCode::NOT_FOUND, "there is no such stream"));
    let (one, other) = (producers.join("a").or_start(numbers(3)), producers.join("a").or_start(numbers(3)));
    let (one, other) = tokio::join!(read(one), read(other));
    assert_eq!((&one, &other), (&all(3, "complete"), &all(3, "complete")));
    assert_eq!(read(producers.join("a").or_start(silent)).await, all(3, "complete"), "and it is not begun again");
}

#[tokio::test(start_paused = true)]
async fn a_client_that_may_not_read_it_begins_nothing() {
    let producers = producers(MemoryStore::default());
    let refuses = |_: Checkpoint| std::future::ready(GuardAnswer::Refuse);
    let refused = producers.join("a").or_start(numbers(3)).guard(refuses).await.expect_err("refused");
    assert_eq!((refused.status(), producers.running()), (StatusCode::FORBIDDEN, 0));
    // Nor does it learn whether there is one.
    for id in ["a", "there"] {
        producers.start("there", numbers(1)).expect("room");
        let refused = producers.join(id).guard(refuses).await.expect_err("refused");
        assert_eq!(refused.status(), StatusCode::FORBIDDEN, "{id}");
    }
    let permits = |_: Checkpoint| std::future::ready(GuardAnswer::Pass);
    assert!(matches!(producers.join("a").guard(permits).await, Err(ProducerError::Unknown)));
    assert_eq!(read(producers.join("a").or_start(numbers(3)).guard(permits)).await, all(3, "complete"));
}

#[tokio::test(start_paused = true)]
async fn it_can_be_stopped_and_its_stream_is_dropped() {
    let (producers, ends) = (producers(MemoryStore::default()), Ends::default());
    let of = ends.clone();
    producers.start("a", move |done| of.of(numbers(100)(done))).expect("room");
    let mut page = Page::default();
    let mut joined = producers.join("a").await.expect("it runs");
    for _ in 0..3 {
        page.take(&mut joined).await;
    }
    assert_eq!(ends.count(), 0);
    assert!(producers.stop("a").await.expect("it can be"), "it ran");
    assert_eq!((ends.count(), producers.running()), (1, 0));
    page.read(joined).await;
    assert_eq!(page.shown, all(2, "stopped"));
    assert!(!producers.stop("a").await.expect("it can be asked"), "it had ended");
    assert!(matches!(producers.stop("b").await, Err(ProducerError::Unknown)));
    assert!(matches!(producers.stop("").await, Err(ProducerError::Id(_))));
}

struct PanicsWhenDropped;

impl Drop for PanicsWhenDropped {
    fn drop(&mut self) {
        panic!("a bug");
    }
}

#[tokio::test(start_paused = true)]
async fn one_that_fails_says_so_after_everything_that_it_gave() {
    let producers = producers(MemoryStore::default());
    let one = || futures_util::stream::iter([MessageEvent::new("0")]);
    let failure = || Err::<MessageEvent, _>(std::io::Error::other("out of words"));
    producers.start("error", move |_| one().map(Ok).chain(futures_util::stream::iter([failure()]))).expect("room");
    let panics = |_| futures_util::stream::poll_fn(|_| -> std::task::Poll<Option<MessageEvent>> { panic!("a bug") });
    producers.start("panic", move |done| one().chain(panics(done))).expect("room");
    let with_id = move |_| one().chain(futures_util::stream::iter([MessageEvent::new("1").id(7_u64)]));
    producers.start("id", with_id).expect("room");
    let named = MessageEvent::new("1").event_type(event_name!("finished"));
    producers.start("name", move |_| one().chain(futures_util::stream::iter([named]))).expect("room");
    let bomb = PanicsWhenDropped;
    producers.start("drop", move |_| one().inspect(move |_| _ = &bomb)).expect("room");
    for id in ["error", "panic", "id", "name", "drop"] {
        assert_eq!(read(producers.join(id)).await, all(1, "failed"), "{id}");
    }
    let make = |_| -> futures_util::stream::Pending<MessageEvent> { panic!("a bug") };
    assert_eq!(read(producers.join("make").or_start(make)).await, all(0, "failed"));
}

#[tokio::test(start_paused = true)]
async fn it_is_served_as_any_stream() {
    let producers = started(MemoryStore::default());
    let joined = producers.join("a").await.expect("it runs");
    let body = EventStreams::default().open_events(joined.finalize(|| ())).await.into_body();
    let text = rest(body).await;
    assert!(text.starts_with("event: hello\n") || text.starts_with("id: "), "{text}");
    assert!(
        text.contains("data: 4\n\n") && text.ends_with("event: finished\ndata: {\"reason\":\"complete\"}\n\n"),
        "{text}"
    );
}
