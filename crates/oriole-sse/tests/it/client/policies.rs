//! What goes beyond the standard: whether to come back, and when.

use std::time::Duration;

use http::Method;
use oriole_sse::{Backoff, ClientOptions, GaveUpReason, ReadyState, Signal, SourceError, event_name};
use tokio::time::Instant;

use super::script::{Answer, Script, Step, all, bytes, lines, next_data, redirect, says, status, stays, stream, wait};

const ENDED: &str = "lost: the event stream ended; 3000 ms";

fn quick() -> ClientOptions {
    ClientOptions::default().reconnection_time(Duration::from_millis(100))
}

/// Runs a source until there have been so many requests.
async fn until_requests(script: &Script, options: ClientOptions, count: usize) {
    let mut source = script.source_with(options);
    while script.requests().len() < count {
        // The last request of a script is not answered.
        let _ = tokio::time::timeout(Duration::from_secs(60), source.next_signal()).await;
    }
}

#[tokio::test(start_paused = true)]
async fn the_wait_is_the_longer_of_the_servers_time_and_the_backoff() {
    // Empty answers are no progress.
    let script = Script::new(std::iter::repeat_n(says("retry: 3000\n"), 9));
    until_requests(&script, ClientOptions::default(), 9).await;
    assert_eq!(script.waits(), [3000, 3000, 4000, 8000, 16000, 30000, 30000, 30000]);
}

#[tokio::test(start_paused = true)]
async fn the_backoff_starts_anew_after_progress_only() {
    let script = Script::new([
        Answer::Refuse,
        Answer::Refuse,
        Answer::Refuse,
        says(": comments are no progress\n\n"),
        says("id: ids are none\n\n"),
        says("data: an event is\n\n"),
        says(""),
        // As is a connection that lasts.
        stream(vec![wait(10_000)]),
        says(""),
        stream(vec![wait(9_999)]),
    ]);
    until_requests(&script, quick(), 11).await;
    assert_eq!(script.waits(), [1000, 2000, 4000, 8000, 16000, 100, 1000, 10_100, 1000, 11_999]);
}

#[tokio::test(start_paused = true)]
async fn a_connection_is_progress_when_it_has_lasted_as_long_as_is_said() {
    let connected = |millis| stream(vec![wait(millis)]);
    let script = Script::new([Answer::Refuse, Answer::Refuse, connected(4_999), connected(5_000), connected(4_999)]);
    let options = quick().backoff(Backoff::default().reset_after(Duration::from_secs(5)));
    until_requests(&script, options, 6).await;
    // From request to request: what the connection lasted, and the wait.
    assert_eq!(script.waits(), [1000, 2000, 4_999 + 4000, 5_000 + 100, 4_999 + 1000]);
}

#[tokio::test(start_paused = true)]
async fn a_server_may_ask_for_no_wait_but_a_failing_one_is_not_hammered() {
    let script = Script::new([says("retry: 0\ndata\n\n"), says("data\n\n"), Answer::Refuse, Answer::Refuse]);
    until_requests(&script, ClientOptions::default(), 5).await;
    assert_eq!(script.waits(), [0, 0, 1000, 2000]);
    // Unless it is wanted.
    let script = Script::new([says("retry: 0\n\n"), says(""), says("")]);
    until_requests(&script, ClientOptions::default().backoff(Backoff::default().initial(Duration::ZERO)), 4).await;
    assert_eq!(script.waits(), [0, 0, 0]);
}

#[tokio::test(start_paused = true)]
async fn jitter_lengthens_the_wait_and_never_shortens_it() {
    for (fraction, percent, expected) in [(0.0, 25, 3000), (0.5, 25, 3375), (1.0, 100, 6000), (0.7, 0, 3000)] {
        let script = Script::new([says("data: 1\n\n")]);
        let options = ClientOptions::default().jitter_percent(percent);
        let mut source = script.builder().options(options).jitter(move || fraction).build().expect("an address");
        while script.requests().len() < 2 {
            let _ = tokio::time::timeout(Duration::from_secs(60), source.next_signal()).await;
        }
        assert_eq!(script.waits(), [expected]);
    }
}

#[tokio::test(start_paused = true)]
async fn chosen_statuses_are_retried_and_retry_after_counts() {
    let script = Script::new([
        status(503),
        status(503).header("retry-after", "7"),
        status(429).header("retry-after", "0"),
        status(429).header("retry-after", "99999999999999999999999"),
        status(404).header("retry-after", "1"),
    ]);
    let options = quick().retry_statuses(ClientOptions::PASSING_STATUSES);
    assert_eq!(
        all(&mut script.source_with(options)).await,
        [
            "lost: the server answered 503 Service Unavailable; 1000 ms",
            "lost: the server answered 503 Service Unavailable; 7000 ms",
            "lost: the server answered 429 Too Many Requests; 4000 ms",
            "lost: the server answered 429 Too Many Requests; 600000 ms",
            "failed: the server answered 404 Not Found",
        ]
    );
    assert_eq!(script.waits(), [1000, 7000, 4000, 600_000]);
}

#[tokio::test(start_paused = true)]
async fn no_server_may_ask_for_a_longer_wait_than_is_said() {
    let script = Script::new([
        status(503).header("retry-after", "59"),
        status(503).header("retry-after", "60"),
        status(503).header("retry-after", "61"),
        status(404),
    ]);
    let options = quick().retry_statuses(ClientOptions::PASSING_STATUSES).retry_after_max(Duration::from_secs(60));
    all(&mut script.source_with(options)).await;
    assert_eq!(script.waits(), [59_000, 60_000, 60_000]);
}

#[tokio::test(start_paused = true)]
async fn attempts_in_a_row_are_capped() {
    let refused = || std::iter::repeat_n(Answer::Refuse, 2);
    let script =
        Script::new(refused().chain([says("data: 1\n\n")]).chain(refused()).chain([says(""), says("data: 2\n\n")]));
    let mut source = script.source_with(quick().attempts_max(3));
    let lines = all(&mut source).await;
    assert_eq!(
        lines.last().map(String::as_str),
        Some("failed: too many attempts in a row failed, the last one so: the event stream ended")
    );
    assert_eq!(script.requests().len(), 6);
    // Zero counts as one.
    let script = Script::new([Answer::Refuse]);
    let signal = script.source_with(quick().attempts_max(0)).next_signal().await;
    let Some(Signal::Failed(SourceError::GaveUp { reason: GaveUpReason::Attempts, last, .. })) = signal else {
        panic!("{signal:?}")
    };
    assert!(matches!(*last, SourceError::Transport(_)));
}

#[tokio::test(start_paused = true)]
async fn the_time_without_progress_is_capped() {
    let start = Instant::now();
    let script = Script::new(std::iter::repeat_n(Answer::Refuse, 99));
    let lines = all(&mut script.source_with(quick().give_up_after(Duration::from_secs(10)))).await;
    assert_eq!(
        lines.last().map(String::as_str),
        Some("failed: there was no event for too long, at last so: the connection was not made")
    );
    // 1 + 2 + 4 s, and the next wait of 8 s would be too long.
    assert_eq!((script.requests().len(), start.elapsed()), (4, Duration::from_secs(7)));

    // A long connection with events is progress up to its end.
    let script = Script::new([stream(vec![bytes("data: 1\n\n"), wait(60_000)]), stays("data: 2\n\n")]);
    let mut source = script.source_with(quick().give_up_after(Duration::from_secs(1)));
    assert_eq!((next_data(&mut source).await, next_data(&mut source).await), ("1".into(), "2".into()));
}

#[tokio::test(start_paused = true)]
async fn a_first_attempt_need_not_be_retried() {
    let options = || ClientOptions::default().retry_first_attempt(false);
    let script = Script::new([Answer::Refuse]);
    assert_eq!(
        all(&mut script.source_with(options())).await,
        ["failed: the first attempt to connect failed: the connection was not made"]
    );
    let script = Script::new([says(""), Answer::Refuse, stays("")]);
    assert_eq!(lines(&mut script.source_with(options()), 4).await[..2], ["open", ENDED]);
    assert_eq!(script.requests().len(), 3);
}

#[tokio::test(start_paused = true)]
async fn silence_beyond_the_idle_timeout_loses_the_connection_and_any_byte_prevents_it() {
    let options = ClientOptions::default().idle_timeout(Duration::from_secs(10));
    let script = Script::new([stream(vec![
        wait(9_999),
        bytes(":"),
        wait(9_999),
        bytes("\n"),
        wait(9_999),
        bytes("data: 1\n\n"),
        wait(10_001),
        bytes("data: too late\n\n"),
    ])]);
    let start = Instant::now();
    let mut source = script.source_with(options);
    assert_eq!(lines(&mut source, 3).await, ["open", "message:1:", "lost: nothing came for 10s; 3000 ms"]);
    assert_eq!(start.elapsed(), Duration::from_millis(29_997 + 10_000));
    assert_eq!(script.bodies_alive(), 0);
}

#[tokio::test(start_paused = true)]
async fn a_slow_reader_loses_no_connection_by_the_idle_timeout() {
    let script = Script::new([stream(vec![bytes("data: 1\n\n"), wait(1), bytes("data: 2\n\n"), Step::Silence])]);
    let mut source = script.source_with(ClientOptions::default().idle_timeout(Duration::from_secs(10)));
    assert_eq!(next_data(&mut source).await, "1");
    tokio::time::sleep(Duration::from_secs(3600)).await;
    assert_eq!(lines(&mut source, 1).await, ["message:2:"]);
}

#[tokio::test(start_paused = true)]
async fn an_answer_that_does_not_come_is_given_up() {
    let script = Script::new([Answer::Silence, stays("")]);
    let mut source = script.source_with(ClientOptions::default().head_timeout(Duration::from_secs(5)));
    assert_eq!(lines(&mut source, 2).await, ["lost: no answer came within 5s; 3000 ms", "open"]);
    assert_eq!(script.waits(), [8000]);
    // The rest of a refusal comes later, and makes it no other.
    let slow = Answer::Respond { status: 403, headers: vec![], steps: vec![wait(1500), bytes("no"), Step::Silence] };
    let mut source = Script::new([slow]).source_with(ClientOptions::default().head_timeout(Duration::from_secs(1)));
    let signal = source.next_signal().await;
    let Some(Signal::Failed(error @ SourceError::Status(_))) = signal else { panic!("{signal:?}") };
    assert_eq!(error.response().map(|response| &response.body[..]), Some(&b"no"[..]));
}

#[tokio::test(start_paused = true)]
async fn a_request_that_is_not_idempotent_is_not_repeated_unless_asked() {
    let post = |script: &Script, options: ClientOptions| {
        script.builder().method(Method::POST).body("why").options(options).build().expect("an address")
    };
    // What never reached the server may be sent again.
    let script = Script::new([Answer::Refuse, Answer::Break, says("")]);
    assert_eq!(
        all(&mut post(&script, quick())).await,
        [
            "lost: the connection was not made; 1000 ms",
            "failed: the POST request is not repeated after this: the connection broke",
        ]
    );
    // A body that ends is the end, and no error; one that breaks off is one.
    let script = Script::new([says("data: 1\n\n"), says("")]);
    assert_eq!(all(&mut post(&script, quick())).await, ["open", "message:1:"]);
    for (steps, why) in [
        (vec![bytes("data: 1\n\n"), Step::Break], "the connection broke"),
        (vec![bytes("data: 1\n\nda")], "the event stream ended"),
        (vec![bytes("data: 1\n\ndata: 2\n")], "the event stream ended"),
    ] {
        let script = Script::new([stream(steps), says("")]);
        let failed = format!("failed: the POST request is not repeated after this: {why}");
        assert_eq!(all(&mut post(&script, quick())).await, ["open", "message:1:", &failed]);
        assert_eq!(script.requests().len(), 1);
    }

    let script = Script::new([says("data: 1\n\n"), stays("data: 2\n\n")]);
    let mut source = post(&script, quick().repeat_non_idempotent(true));
    assert_eq!((next_data(&mut source).await, next_data(&mut source).await), ("1".into(), "2".into()));
    let requests = script.requests();
    assert!(requests.iter().all(|request| request.method == "POST" && request.body == "why"));
    // Neither is a retried status an exception.
    let script = Script::new([status(503)]);
    let options = quick().retry_statuses(ClientOptions::PASSING_STATUSES);
    let lines = all(&mut post(&script, options)).await;
    assert_eq!(
        lines,
        ["failed: the POST request is not repeated after this: the server answered 503 Service Unavailable"]
    );
}

/// The attempt begins with the POST again, whatever the redirect made of it.
#[tokio::test(start_paused = true)]
async fn a_redirect_to_a_get_makes_no_post_repeatable() {
    for (answers, expected) in [
        (vec![redirect(303, "/stream"), says("data: 1\n\n")], vec!["open", "message:1:"]),
        (
            vec![redirect(303, "/stream"), stream(vec![Step::Break])],
            vec!["open", "failed: the POST request is not repeated after this: the connection broke"],
        ),
        (
            vec![redirect(307, "/stream"), Answer::Refuse],
            vec!["failed: the POST request is not repeated after this: the connection was not made"],
        ),
    ] {
        let script = Script::new(answers.into_iter().chain([stays("data: again\n\n")]));
        let mut source = script.builder().method(Method::POST).build().expect("an address");
        assert_eq!(all(&mut source).await, expected);
        assert_eq!(script.requests().len(), 2);
    }
}

/// A server that says why it ends is believed, if it is asked for: there is nothing to return for.
#[tokio::test(start_paused = true)]
async fn a_source_does_not_return_if_it_is_told_so() {
    let ends = |reason: &str| says(&format!("data: 1\n\nevent: end\ndata: {{\"reason\":\"{reason}\"}}\n\ndata: 2\n\n"));
    let obeying = || quick().end_event(event_name!("end"));
    for reason in ["finished", "replaced", "revoked"] {
        let script = Script::new([ends(reason)]);
        let mut source = script.source_with(obeying());
        let read: Vec<_> = all(&mut source).await;
        assert_eq!(read.len(), 3, "the head, an event and the end, and nothing behind it: {read:?}");
        assert!(read[2].contains(reason), "{read:?}");
        assert_eq!((source.ready_state(), script.requests().len()), (ReadyState::Closed, 1));
        assert_eq!(script.bodies_alive(), 0);
    }
    // For these it returns; and as an event it means nothing unless it is asked for, or has another form.
    for (options, answer) in [
        (obeying(), ends("drain")),
        (obeying(), ends("lifetime")),
        (quick(), ends("finished")),
        (obeying(), says("event: end\ndata: finished\n\n")),
        (obeying(), says("event: ended\ndata: {\"reason\":\"finished\"}\n\n")),
    ] {
        let script = Script::new([answer, says("")]);
        until_requests(&script, options, 2).await;
    }
}

#[tokio::test(start_paused = true)]
async fn a_restart_connects_anew_at_once() {
    let script = Script::new([
        stays("id: 1\ndata: 1\n\ndata: skipped\n\n"),
        stays("data: 2\n\n"),
        Answer::Refuse,
        stays("data: 3\n\n"),
    ]);
    let mut source = script.source();
    let handle = source.handle();
    assert_eq!(next_data(&mut source).await, "1");
    handle.restart();
    assert_eq!(lines(&mut source, 3).await, ["lost: a new connection was asked for; 0 ms", "open", "message:2:1"]);
    assert_eq!(script.waits(), [0]);
    assert_eq!(script.header("last-event-id"), [None, Some("1".into())]);
    // It ends a wait, too.
    handle.restart();
    assert_eq!(lines(&mut source, 2).await[1], "lost: the connection was not made; 3000 ms");
    handle.restart();
    assert_eq!(next_data(&mut source).await, "3");
    assert_eq!(script.waits(), [0, 0, 0]);
}

/// What the connection brought counts, though it was the application that ended it.
#[tokio::test(start_paused = true)]
async fn a_restart_forgets_no_progress() {
    let script = Script::new([stays("data: 1\n\n"), Answer::Refuse, stays("data: 2\n\n")]);
    let mut source = script.source_with(quick().give_up_after(Duration::from_secs(60)));
    assert_eq!(next_data(&mut source).await, "1");
    tokio::time::sleep(Duration::from_secs(3600)).await;
    source.handle().restart();
    assert_eq!(next_data(&mut source).await, "2");
}

/// That is asked for.
#[tokio::test(start_paused = true)]
async fn a_restart_repeats_what_is_not_idempotent() {
    let script = Script::new([stays("data: 1\n\n"), stays("data: 2\n\n")]);
    let mut source = script.builder().method(Method::POST).build().expect("an address");
    assert_eq!(next_data(&mut source).await, "1");
    source.handle().restart();
    assert_eq!(next_data(&mut source).await, "2");
}
