//! Bounds, each from both sides.

use std::time::Duration;

use futures_util::StreamExt;
use oriole_sse::{ClientOptions, DecodeError, DecoderOptions, EventId, Signal, SourceError};

use super::script::{Answer, Script, Step, all, bytes, lines, next_data, redirect, says, stays, stream};

fn decoder(options: DecoderOptions) -> ClientOptions {
    ClientOptions::default().decoder(options)
}

#[tokio::test(start_paused = true)]
async fn a_line_or_an_event_beyond_its_limit_fails_for_good_and_closes_the_connection() {
    let script = || Script::new([stays("data: 1\n\ndata: 12345678\n\n")]);
    for (options, passes) in [
        (DecoderOptions::default().line_bytes_max(14), true),
        (DecoderOptions::default().line_bytes_max(13), false),
        (DecoderOptions::default().event_bytes_max(9), true),
        (DecoderOptions::default().event_bytes_max(8), false),
    ] {
        let script = script();
        let mut source = script.source_with(decoder(options));
        assert_eq!(next_data(&mut source).await, "1", "what came before is given");
        let item = source.next().await;
        if passes {
            assert_eq!(item.expect("an event").expect("no failure").data(), "12345678");
        } else {
            let Some(Err(SourceError::Decode(error))) = item else { panic!("{item:?}") };
            assert!(matches!(
                error,
                DecodeError::LineTooLong { bytes_max: 13, .. } | DecodeError::EventTooLarge { bytes_max: 8, .. }
            ));
            assert!(source.next().await.is_none());
            assert_eq!(script.bodies_alive(), 0);
        }
    }
}

#[tokio::test(start_paused = true)]
async fn an_endless_line_fails_at_the_default_limit() {
    let chunk = Step::Bytes(bytes::Bytes::from(vec![b'x'; 1 << 20]));
    let script = Script::new([stream(std::iter::repeat_n(chunk, 32).collect())]);
    assert_eq!(all(&mut script.source()).await, ["open", "failed: a line of the event stream exceeds 16777216 bytes"]);
}

#[tokio::test(start_paused = true)]
async fn an_error_carries_status_headers_and_a_bounded_part_of_the_body() {
    let answer = |steps| Answer::Respond { status: 503, headers: vec![("x-reason", "tired".into())], steps };
    for (steps, body, truncated) in [
        (vec![bytes("1234")], "1234", false),
        (vec![bytes("12"), bytes("34")], "1234", false),
        (vec![bytes("123"), bytes("45")], "1234", true),
        (vec![bytes("1234"), bytes("5")], "1234", true),
        (vec![bytes("12"), Step::Silence], "12", true),
        (vec![bytes("12"), Step::Break], "12", true),
        (vec![], "", false),
    ] {
        let script = Script::new([answer(steps)]);
        let start = tokio::time::Instant::now();
        let signal = script.source_with(ClientOptions::default().error_body_bytes_max(4)).next_signal().await;
        let Some(Signal::Failed(error)) = signal else { panic!("{signal:?}") };
        let response = error.response().expect("a response");
        assert_eq!((response.status.as_u16(), response.url.as_str()), (503, "https://example.com/events"));
        assert_eq!(response.headers["x-reason"], "tired");
        assert_eq!((&response.body[..], response.body_is_truncated), (body.as_bytes(), truncated));
        assert!(start.elapsed() <= Duration::from_secs(2));
    }
}

#[tokio::test(start_paused = true)]
async fn an_id_is_sent_up_to_its_limit() {
    for (len, is_sent) in [(8, true), (9, false)] {
        let script = Script::new([stays("")]);
        let builder = script.builder().options(ClientOptions::default().last_event_id_bytes_max(8));
        let id = "x".repeat(len);
        let mut source = builder.last_event_id(EventId::new(id.clone()).expect("an id")).build().expect("an address");
        let first = if is_sent { "open".to_string() } else { format!("left out {id:?} TooLong") };
        assert_eq!(lines(&mut source, 1).await, [first]);
        if !is_sent {
            assert_eq!(lines(&mut source, 1).await, ["open"]);
        }
        assert_eq!(script.header("last-event-id"), [is_sent.then_some(id)]);
    }
}

#[tokio::test(start_paused = true)]
async fn redirects_are_followed_up_to_their_limit() {
    for (count, passes) in [(0, true), (2, true), (3, false)] {
        let redirects = std::iter::repeat_n(redirect(302, "/next"), count);
        let script = Script::new(redirects.chain([stays("")]));
        let expected = if passes { "open" } else { "failed: the server redirects in a way that cannot be followed" };
        assert_eq!(lines(&mut script.source_with(ClientOptions::default().redirects_max(2)), 1).await, [expected]);
    }
}

/// Neither are ids compared nor copied for each event that inherits one: that would be 400 GiB here.
#[tokio::test(start_paused = true)]
async fn a_long_id_costs_events_nothing() {
    let body = format!("id: {}\ndata: first\n\n{}", "x".repeat(8 << 20), "data\n\n".repeat(50_000));
    let script = Script::new([stays(&body)]);
    let mut source = script.source();
    assert_eq!(next_data(&mut source).await, "first");
    let mut last = None;
    for _ in 0..50_000 {
        last = source.next().await;
    }
    let last = last.expect("open").expect("no failure");
    assert_eq!((last.data(), last.last_event_id().len()), ("", 8 << 20));
    assert_eq!((source.last_event_id().len(), source.handle().last_event_id().len()), (8 << 20, 8 << 20));
}

/// No one polls for ever: a body that is always ready without an event lets others run.
#[tokio::test(start_paused = true)]
async fn an_endless_body_without_events_does_not_hold_the_thread() {
    let script = Script::new([stream(std::iter::repeat_n(bytes(":\n"), 100_000).collect())]);
    let mut source = script.source();
    let mut turns = 0;
    loop {
        tokio::select! {
            biased;
            signal = source.next_signal() => match signal {
                Some(Signal::Open(_)) => {}
                other => {
                    assert!(matches!(other, Some(Signal::Reconnecting { .. })));
                    break;
                }
            },
            () = tokio::task::yield_now() => turns += 1,
        }
    }
    assert!(turns > 100, "{turns}");
}

#[tokio::test(start_paused = true)]
async fn hostile_bytes_never_panic() {
    let hostile: [&[u8]; 6] = [
        b"\xFF\xFE\0\0\n\n\xC0\xAF\ndata: \xED\xA0\x80\n\n",
        b"\xEF\xBB\xBF\xEF\xBB\xBFdata: 1\n\n",
        b"id: \xFF\x80\nretry: 99999999999999999999999999999\ndata\n\n",
        b"\r\r\r\n\n\n:\0\r",
        b"event: \0\ndata: \0\n\n",
        b"data\xE2\x80\xA8: 1\n\n",
    ];
    for body in hostile {
        let script = Script::new([stream(body.iter().map(|byte| Step::Bytes(vec![*byte].into())).collect()), says("")]);
        let mut source = script.source();
        while let Some(signal) = source.next_signal().await {
            if matches!(signal, Signal::Reconnecting { .. }) {
                break;
            }
        }
    }
}
