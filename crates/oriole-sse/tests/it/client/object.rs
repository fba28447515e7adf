//! The rules of the standard for the object: states, listeners, closing, dropping.

use std::sync::{Arc, Mutex, OnceLock};
use std::time::Duration;

use oriole_sse::{EventSource, EventSourceHandle, Listeners, ReadyState, RequestError, SourceError};

use super::script::{Script, all, lines, next_data, says, status, stays};

#[tokio::test(start_paused = true)]
async fn c16_error_listeners_hear_losses_and_the_failure_but_not_events_of_that_name() {
    let script = Script::new([says("event: error\ndata: mine\n\nevent: open\ndata: too\n\n"), status(404)]);
    let heard = Arc::new(Mutex::new(vec![]));
    let hear = |kind: &'static str| {
        let heard = Arc::clone(&heard);
        move |text: &str| heard.lock().expect("no panic").push(format!("{kind} {text}"))
    };
    let (opened, lost, mine, too) = (hear("opened"), hear("lost"), hear("event"), hear("event"));
    let listeners = Listeners::new()
        .on_open(move |head| opened(&head.url))
        .on_error(move |error| lost(&error.to_string()))
        .on("error", move |event| mine(event.data()))
        .on("open", move |event| too(event.data()));
    let result = script.source().run(listeners).await;
    assert!(matches!(result, Err(SourceError::Status(_))));
    assert_eq!(
        *heard.lock().expect("no panic"),
        [
            "opened https://example.com/events",
            "event mine",
            "event too",
            "lost the event stream ended",
            "lost the server answered 404 Not Found",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn listeners_hear_their_type_exactly() {
    let script = Script::new([stays("event: a\ndata: 1\n\nevent: A\ndata: 2\n\ndata: 3\n\nevent: b\ndata: 4\n\n")]);
    let source = script.source();
    let handle = source.handle();
    let (mut named, mut messages, mut every) = (vec![], vec![], 0);
    let listeners = Listeners::new()
        .on("a", |event| named.push(event.data().to_string()))
        .on_message(|event| messages.push(event.data().to_string()))
        .on_any(|_| every += 1)
        .on("b", move |_| handle.close());
    source.run(listeners).await.expect("closed");
    assert_eq!((named, messages, every), (vec!["1".to_string()], vec!["3".to_string()], 4));
}

#[tokio::test(start_paused = true)]
async fn a1_the_states_are_numbered_as_in_browsers() {
    assert_eq!([ReadyState::Connecting, ReadyState::Open, ReadyState::Closed].map(|state| state as u8), [0, 1, 2]);
    let script = Script::new([says("data: 1\n\n")]);
    let mut source = script.source();
    let mut states = vec![source.ready_state() as u8];
    for _ in 0..3 {
        let _ = source.next_signal().await;
        states.push(source.ready_state() as u8);
    }
    source.close();
    states.push(source.ready_state() as u8);
    assert_eq!(states, [0, 1, 1, 0, 2]);
}

/// Rule E28: what was decoded, or could have been, is not delivered after a close.
#[tokio::test(start_paused = true)]
async fn a2_close_is_final_at_once_also_for_events_that_have_arrived() {
    let script = Script::new([stays("data: 1\n\ndata: 2\n\ndata: 3\n\n")]);
    let mut source = script.source();
    assert_eq!(lines(&mut source, 2).await, ["open", "message:1:"]);
    assert_eq!(script.bodies_alive(), 1);
    source.close();
    assert_eq!(script.bodies_alive(), 0, "the connection is dropped by the call itself");
    assert_eq!(source.ready_state(), ReadyState::Closed);
    assert!(source.next_signal().await.is_none());
}

#[tokio::test(start_paused = true)]
async fn a2_a_handle_closes_from_another_task_and_wakes_the_reader() {
    let script = Script::new([stays("data: 1\n\ndata: 2\n\n")]);
    let mut source = script.source();
    let handle = source.handle();
    assert_eq!(lines(&mut source, 2).await, ["open", "message:1:"]);
    handle.close();
    assert_eq!((source.ready_state(), handle.ready_state()), (ReadyState::Closed, ReadyState::Closed));
    assert!(source.next_signal().await.is_none(), "the second event has arrived, and is not given");
    assert_eq!(script.bodies_alive(), 0);

    // While it connects.
    let mut source = Script::new([]).source();
    let handle = source.handle();
    let close = async {
        tokio::time::sleep(Duration::from_secs(1)).await;
        handle.close();
    };
    let (signal, ()) = tokio::join!(source.next_signal(), close);
    assert!(signal.is_none());
}

/// What is closed by its own hooks says nothing more, neither an event nor a loss.
#[tokio::test(start_paused = true)]
async fn a2_a_close_in_the_middle_of_a_poll_is_final_too() {
    let script = Script::new([stays("id: 1\ndata: 1\n\ndata: 2\n\n")]);
    let handle: Arc<OnceLock<EventSourceHandle>> = Arc::default();
    let mine = Arc::clone(&handle);
    let hook = move |_: &str| mine.get().expect("a source").close();
    let mut source = script.builder().on_last_event_id(hook).build().expect("an address");
    let _ = handle.set(source.handle());
    assert_eq!(all(&mut source).await, ["open", "message:1:1"]);

    for is_fatal in [true, false] {
        let handle: Arc<OnceLock<EventSourceHandle>> = Arc::default();
        let mine = Arc::clone(&handle);
        let factory = move |_, _| {
            mine.get().expect("a source").close();
            let error = if is_fatal { RequestError::fatal("no") } else { RequestError::passing("no") };
            std::future::ready(Err(error))
        };
        let mut source = Script::new([]).builder().request_factory(factory).build().expect("an address");
        let _ = handle.set(source.handle());
        assert!(source.next_signal().await.is_none());
    }
}

/// The event that made the reader close the source has been handled, and is not to come again.
#[tokio::test(start_paused = true)]
async fn the_id_of_the_last_event_is_stored_after_a_close() {
    let script = Script::new([stays("id: 1\ndata: 1\n\nid: 2\nevent: end\ndata\n\nid: 3\ndata: 3\n\n")]);
    let stored = Arc::new(Mutex::new(vec![]));
    let store = Arc::clone(&stored);
    let hook = move |id: &str| store.lock().expect("no panic").push(id.to_string());
    let source = script.builder().on_last_event_id(hook).build().expect("an address");
    let handle = source.handle();
    source.run(Listeners::new().on("end", move |_| handle.close())).await.expect("closed");
    assert_eq!(*stored.lock().expect("no panic"), ["1", "2"]);
}

#[tokio::test(start_paused = true)]
async fn a3_dropping_the_source_aborts_the_connection() {
    let script = Script::new([stays("data: 1\n\n")]);
    let mut source = script.source();
    let handle = source.handle();
    assert_eq!(next_data(&mut source).await, "1");
    drop(source);
    assert_eq!(script.bodies_alive(), 0);
    assert_eq!(handle.ready_state(), ReadyState::Closed);
}

#[test]
fn a4_the_address_is_shown_resolved_and_without_credentials() {
    let source = EventSource::new("HTTPS://user:pass@Example.COM:443/a/../b#c").expect("an address");
    assert_eq!(source.url(), "https://example.com/b");
    assert_eq!(source.handle().url(), "https://example.com/b");
}
