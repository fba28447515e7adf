//! The rules of the standard: C for the connection, and those E rules that need one.

use std::sync::Mutex;
use std::time::Duration;

use futures_util::StreamExt;
use oriole_sse::{BuildError, ClientOptions, EventSource, Listeners, ReadyState, Signal, SourceError};

use super::script::{
    Answer, Script, Step, all, bytes, is_silent, lines, next_data, redirect, says, status, stays, stream, wait,
};

#[tokio::test(start_paused = true)]
async fn c1_the_request_asks_for_a_stream_past_all_caches() {
    let script = Script::new([stays("data: 1\n\n")]);
    assert_eq!(next_data(&mut script.source()).await, "1");
    let request = &script.requests()[0];
    assert_eq!((request.method.as_str(), request.url.as_str()), ("GET", "https://example.com/events"));
    assert_eq!(request.headers["accept"], "text/event-stream");
    assert_eq!(request.headers["cache-control"], "no-cache");
    assert_eq!(request.headers.len(), 2);
}

#[tokio::test(start_paused = true)]
async fn c2_the_committed_id_goes_out_with_every_later_request() {
    let script = Script::new([
        says("data: 1\n\n"),
        says("id: grün\ndata: 2\n\n"),
        says("data: 3\n\n"),
        says(": nothing\n\n"),
        Answer::Refuse,
        says("id:\ndata: 4\n\n"),
        stays("data: 5\n\n"),
    ]);
    let mut source = script.source();
    for data in ["1", "2", "3", "4", "5"] {
        assert_eq!(next_data(&mut source).await, data);
    }
    let id = Some("grün".to_string());
    // Two drops and more without a new id change nothing.
    assert_eq!(script.header("last-event-id"), [None, None, id.clone(), id.clone(), id.clone(), id, None]);
}

#[tokio::test(start_paused = true)]
async fn c2_an_id_that_no_header_can_carry_is_left_out_and_reported() {
    let script = Script::new([says("id: a\u{1}b\ndata: 1\n\n"), says("data: 2\n\n"), says("id: 3\ndata: 3\n\n")]);
    let mut source = script.source();
    assert_eq!(
        lines(&mut source, 8).await,
        [
            "open",
            "message:1:a\u{1}b",
            "lost: the event stream ended; 3000 ms",
            "left out \"a\\u{1}b\" ControlCharacter",
            "open",
            "message:2:a\u{1}b",
            "lost: the event stream ended; 3000 ms",
            "left out \"a\\u{1}b\" ControlCharacter",
        ]
    );
    assert_eq!(next_data(&mut source).await, "3");
    assert_eq!(lines(&mut source, 1).await.len(), 1);
    // The last request is not answered.
    let silence = tokio::time::timeout(Duration::from_secs(60), source.next_signal()).await;
    assert!(silence.is_err());
    assert_eq!(script.header("last-event-id"), [None, None, None, Some("3".into())]);
}

#[test]
fn c4_an_address_that_does_not_parse_is_an_error_at_construction() {
    for bad in
        ["", "/events", "example.com", "http://", "http://this is invalid/", "ftp://example.com/", "http://a:99999/"]
    {
        assert!(matches!(EventSource::new(bad), Err(BuildError::Url { .. })), "{bad:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn c4_the_fragment_is_not_sent() {
    let script = Script::new([stays("")]);
    let mut source = EventSource::builder("http://EXAMPLE.com:80/a b?q=ü#part").transport(script.clone()).build();
    let source = source.as_mut().expect("an address");
    assert_eq!(lines(source, 1).await, ["open"]);
    assert_eq!(script.requests()[0].url, "http://example.com/a%20b?q=%C3%BC");
    assert_eq!(source.url(), "http://example.com/a%20b?q=%C3%BC");
}

#[tokio::test(start_paused = true)]
async fn c5_a_network_error_reestablishes_also_on_the_first_attempt() {
    let script =
        Script::new([Answer::Refuse, Answer::Break, stream(vec![bytes("data: 1\n\n"), Step::Break]), stays("")]);
    assert_eq!(
        lines(&mut script.source(), 6).await,
        [
            "lost: the connection was not made; 3000 ms",
            "lost: the connection broke; 3000 ms",
            "open",
            "message:1:",
            "lost: the connection broke; 3000 ms",
            "open",
        ]
    );
}

#[tokio::test(start_paused = true)]
async fn c6_a_status_other_than_200_fails() {
    for code in [201, 202, 204, 205, 206, 210, 299, 300, 304, 400, 401, 403, 404, 410, 429, 500, 502, 503, 504, 599] {
        let script = Script::new([status(code).header("content-type", "text/event-stream"), says("data: 1\n\n")]);
        let mut source = script.source();
        let signal = source.next_signal().await;
        let Some(Signal::Failed(error @ SourceError::Status(_))) = signal else { panic!("{code}: {signal:?}") };
        assert_eq!(error.status().map(|status| status.as_u16()), Some(code));
        assert_eq!(source.ready_state(), ReadyState::Closed);
        assert!(source.next_signal().await.is_none());
        tokio::time::sleep(Duration::from_secs(60)).await;
        assert_eq!(script.requests().len(), 1, "{code}");
    }
}

#[tokio::test(start_paused = true)]
async fn c7_any_other_mime_type_fails() {
    for (mime, passes) in [
        ("text/event-stream", true),
        ("TEXT/Event-Stream", true),
        ("text/event-stream;", true),
        ("text/event-stream; charset=windows-1251", true),
        (" text/event-stream ;a=b", true),
        ("text/event-streamer", false),
        ("text/x-bogus", false),
        ("x bogus", false),
        ("text/plain", false),
        ("", false),
    ] {
        let script = Script::new([stays("data: 1\n\n").header("content-type", mime)]);
        let expected = if passes { "open" } else { "failed: the answer is no event stream" };
        assert_eq!(lines(&mut script.source(), 1).await, [expected], "{mime:?}");
    }
    let script = Script::new([Answer::Respond { status: 200, headers: vec![], steps: vec![bytes("data: 1\n\n")] }]);
    assert_eq!(all(&mut script.source()).await, ["failed: the answer is no event stream"]);
}

/// Rule E1 as well: the charset parameter is ignored.
#[tokio::test(start_paused = true)]
async fn c8_open_is_announced_before_the_first_event_and_before_any_byte() {
    let slow = stream(vec![wait(5000), bytes("data: ok…\n\n"), Step::Silence]);
    let script = Script::new([slow.header("content-type", "text/event-stream;charset=windows-1251")]);
    let mut source = script.source();
    assert_eq!(source.ready_state(), ReadyState::Connecting);
    let Some(Signal::Open(opened)) = source.next_signal().await else { panic!("open") };
    assert_eq!((opened.attempt, opened.url.as_str()), (1, "https://example.com/events"));
    assert_eq!(source.ready_state(), ReadyState::Open);
    assert!(is_silent(&mut source).await);
    assert_eq!(next_data(&mut source).await, "ok…");
}

#[tokio::test(start_paused = true)]
async fn c9_redirects_are_followed() {
    for code in [301, 302, 303, 307, 308] {
        let script = Script::new([redirect(code, "../moved?x#y"), stays("data: 1\n\n")]);
        let mut source = script.source();
        let Some(Signal::Open(opened)) = source.next_signal().await else { panic!("{code}") };
        assert_eq!(opened.url, "https://example.com/moved?x");
        assert_eq!(script.requests()[1].method, "GET");
        assert_eq!(source.url(), "https://example.com/events");
    }
}

#[tokio::test(start_paused = true)]
async fn c9_a_redirect_without_location_is_a_status_and_loops_end() {
    for answer in [status(301), status(307), redirect(302, "")] {
        let script = Script::new([answer]);
        let lines = all(&mut script.source()).await;
        assert!(lines.len() == 1 && lines[0].starts_with("failed: the server answered 30"), "{lines:?}");
    }
    let script = Script::new(std::iter::repeat_n(redirect(307, "/events"), 50));
    assert_eq!(all(&mut script.source()).await, ["failed: the server redirects in a way that cannot be followed"]);
    assert_eq!(script.requests().len(), 21);
    for astray in ["ftp://example.com/", "http://", "data:text/event-stream,data:1"] {
        let script = Script::new([redirect(302, astray)]);
        assert_eq!(all(&mut script.source()).await, ["failed: the server redirects in a way that cannot be followed"]);
    }
}

#[tokio::test(start_paused = true)]
async fn c10_the_end_of_a_body_reestablishes_and_drops_what_is_unfinished() {
    // Rules E11 and E29 as well.
    let script = Script::new([says("id: 1\ndata: 1\n\nid: 2\ndata: 2\n"), stays("data: 3\n\n")]);
    assert_eq!(
        lines(&mut script.source(), 5).await,
        ["open", "message:1:1", "lost: the event stream ended; 3000 ms", "open", "message:3:1"]
    );
    assert_eq!(script.header("last-event-id"), [None, Some("1".into())]);
}

#[tokio::test(start_paused = true)]
async fn c11_a_reconnection_begins_at_the_first_address() {
    let script = Script::new([redirect(301, "https://other.example/x"), says("data: 1\n\n"), stays("data: 2\n\n")]);
    let mut source = script.source();
    assert_eq!((next_data(&mut source).await, next_data(&mut source).await), ("1".into(), "2".into()));
    let urls: Vec<_> = script.requests().into_iter().map(|request| request.url).collect();
    assert_eq!(urls, ["https://example.com/events", "https://other.example/x", "https://example.com/events"]);
}

#[tokio::test(start_paused = true)]
async fn c12_the_wait_is_the_reconnection_time_and_a_close_ends_it() {
    let script = Script::new([says("data: 1\n\n"), says("data: 2\n\n")]);
    let mut source = script.source();
    assert_eq!(lines(&mut source, 3).await.len(), 3);
    assert_eq!(source.ready_state(), ReadyState::Connecting);
    assert_eq!(next_data(&mut source).await, "2");
    assert_eq!(script.waits(), [3000]);
    assert_eq!(lines(&mut source, 1).await, ["lost: the event stream ended; 3000 ms"]);
    source.close();
    assert!(source.next_signal().await.is_none());
    tokio::time::sleep(Duration::from_secs(60)).await;
    assert_eq!(script.requests().len(), 2);
}

#[tokio::test(start_paused = true)]
async fn c13_the_servers_reconnection_time_survives_reconnections() {
    // Rule E20 as well: it counts as soon as its line is read, without a blank line.
    let script = Script::new([
        says("data: 1\n\nretry: 250\nretry: x\n"),
        says("data: 2\n\n"),
        says("data: 3\n\nretry: 5000"),
        stays("data: 4\n\n"),
    ]);
    let mut source = script.source();
    for data in ["1", "2", "3", "4"] {
        assert_eq!(next_data(&mut source).await, data);
    }
    assert_eq!(script.waits(), [250, 250, 250]);
    assert_eq!(source.reconnection_time(), Duration::from_millis(250));
}

#[tokio::test(start_paused = true)]
async fn c13_a_huge_reconnection_time_never_reconnects_at_once() {
    for huge in ["18446744073709551615", "99999999999999999999999999", "9223372036854775807", "31536000000"] {
        let script = Script::new([says(&format!("retry: {huge}\ndata: 1\n\n")), says("data: 2\n\n")]);
        let mut source = script.builder().jitter(|| 1.0).build().expect("an address");
        assert_eq!(lines(&mut source, 3).await.len(), 3);
        let day = tokio::time::timeout(Duration::from_secs(86_400), source.next_signal()).await;
        assert!(day.is_err(), "{huge}");
        assert_eq!(script.requests().len(), 1);
    }
}

#[tokio::test(start_paused = true)]
async fn c14_the_id_is_carried_over_to_events_without_one() {
    let script = Script::new([says("id: 1\ndata: a\n\n"), says("data: b\n\n"), stays("data: c\n\n")]);
    let mut source = script.source();
    let ids: Vec<_> = lines(&mut source, 8).await.into_iter().filter(|line| line.starts_with("message")).collect();
    assert_eq!(ids, ["message:a:1", "message:b:1", "message:c:1"]);
    assert_eq!(source.last_event_id(), "1");
}

#[tokio::test(start_paused = true)]
async fn c15_a_failure_is_told_once_and_nothing_comes_after_it() {
    let script = Script::new([status(404), says("data: 1\n\n")]);
    let mut source = script.source();
    let item = source.next().await;
    assert!(matches!(item, Some(Err(SourceError::Status(_)))), "{item:?}");
    for _ in 0..3 {
        assert!(source.next().await.is_none());
    }
    assert_eq!(source.ready_state(), ReadyState::Closed);
    source.handle().restart();
    assert!(source.next().await.is_none());
    assert_eq!(script.requests().len(), 1);
}

#[tokio::test(start_paused = true)]
async fn e4_every_connection_may_begin_with_a_byte_order_mark() {
    let script = Script::new([says("\u{FEFF}data: 1\n\n"), says("\u{FEFF}data: 2\n\n"), stays("\u{FEFF}data: 3\n\n")]);
    let mut source = script.source();
    for data in ["1", "2", "3"] {
        assert_eq!(next_data(&mut source).await, data);
    }
}

#[tokio::test(start_paused = true)]
async fn e26_an_event_carries_the_origin_after_redirects() {
    let script = Script::new([
        says("data: 1\n\n"),
        redirect(302, "http://other.example:8080/x"),
        says("data: 2\n\n"),
        stays("data: 3\n\n"),
    ]);
    let mut source = script.source();
    let mut origins = vec![];
    for _ in 0..3 {
        origins.push(source.next().await.expect("open").expect("no failure").origin().to_string());
    }
    assert_eq!(origins, ["https://example.com", "http://other.example:8080", "https://example.com"]);
}

#[tokio::test(start_paused = true)]
async fn comments_are_given_on_request() {
    let script = Script::new([stays(": hi\ndata: 1\n\n:\n")]);
    let mut options = ClientOptions::default();
    options.decoder = options.decoder.comments(true);
    assert_eq!(lines(&mut script.source_with(options), 4).await, ["open", ": hi", "message:1:", ":"]);
}

/// In their place among the events.
#[tokio::test(start_paused = true)]
async fn listeners_hear_comments_that_are_given() {
    for (is_asked, expected) in
        [(true, &["comment  hi", "event 1", "comment ", "event 2"][..]), (false, &["event 1", "event 2"])]
    {
        let mut options = ClientOptions::default();
        options.decoder = options.decoder.comments(is_asked);
        let source = Script::new([stays(": hi\ndata: 1\n\n:\ndata: 2\n\n")]).source_with(options);
        let (handle, heard) = (source.handle(), Mutex::new(vec![]));
        let hear = |text: String| heard.lock().expect("no panic").push(text);
        let listeners = Listeners::new().on_comment(|text| hear(format!("comment {text}"))).on_message(|event| {
            hear(format!("event {}", event.data()));
            if event.data() == "2" {
                handle.close();
            }
        });
        source.run(listeners).await.expect("closed");
        assert_eq!(heard.into_inner().expect("no panic"), expected);
    }
}
