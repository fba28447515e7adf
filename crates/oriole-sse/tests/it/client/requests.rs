//! Requests: factory, headers, the resume point, and what redirects carry.

use std::sync::atomic::{AtomicU32, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use http::{HeaderValue, Method};
use oriole_sse::{BuildError, EventId, EventSource, ReceivedEventStreamExt, RequestError};

use super::script::{Answer, Script, all, lines, next_data, redirect, says, stays};

#[tokio::test(start_paused = true)]
async fn a_factory_completes_the_request_of_each_attempt() {
    let script = Script::new([Answer::Refuse, says("id: 7\ndata: 1\n\n"), stays("data: 2\n\n")]);
    let tokens = Arc::new(AtomicU32::new(0));
    let mut source = script
        .builder()
        .header("authorization", "stale")
        .request_factory(move |attempt, mut request| {
            let tokens = Arc::clone(&tokens);
            async move {
                // A token is fetched.
                tokio::time::sleep(Duration::from_millis(50)).await;
                let token = tokens.fetch_add(1, Ordering::Relaxed);
                let value = format!("{token} {} {} {}", attempt.number, attempt.fruitless, attempt.last_event_id);
                request.headers_mut().insert("authorization", value.parse()?);
                if request.headers_mut().remove("last-event-id").is_some() {
                    *request.uri_mut() = format!("{}?after={}", request.uri(), attempt.last_event_id).parse()?;
                }
                Ok(request)
            }
        })
        .build()
        .expect("an address");
    assert_eq!((next_data(&mut source).await, next_data(&mut source).await), ("1".into(), "2".into()));
    assert_eq!(script.header("authorization").map_or_empty(), ["0 1 0 ", "1 2 1 ", "2 3 0 7"]);
    assert_eq!(script.header("last-event-id"), [None, None, None]);
    assert_eq!(script.requests()[2].url, "https://example.com/events?after=7");
}

trait Values {
    fn map_or_empty(self) -> Vec<String>;
}

impl Values for Vec<Option<String>> {
    fn map_or_empty(self) -> Vec<String> {
        self.into_iter().map(Option::unwrap_or_default).collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_factory_may_fail_in_passing_or_for_good() {
    let script = Script::new([]);
    let mut source = script
        .builder()
        .request_factory(|attempt, _| async move {
            match attempt.number {
                1 => Err("not a number".parse::<u8>().expect_err("none").into()),
                2 => Err(RequestError::passing("no token yet")),
                _ => Err(RequestError::fatal("logged out")),
            }
        })
        .build()
        .expect("an address");
    let lost = "lost: the request could not be made; 3000 ms";
    assert_eq!(all(&mut source).await, [lost, lost, "failed: the request could not be made"]);
    assert!(script.requests().is_empty());
}

#[tokio::test(start_paused = true)]
async fn a_factorys_address_must_be_one() {
    let script = Script::new([]);
    let mut source = script
        .builder()
        .request_factory(|_, mut request| async {
            *request.uri_mut() = "/relative".parse()?;
            Ok(request)
        })
        .build()
        .expect("an address");
    assert_eq!(lines(&mut source, 1).await, ["lost: the request could not be made; 3000 ms"]);
}

#[tokio::test(start_paused = true)]
async fn credentials_in_a_factorys_address_become_a_header() {
    let script = Script::new([stays("")]);
    let mut source = script
        .builder()
        .request_factory(|_, mut request| async {
            *request.uri_mut() = "https://user:pass@other.example/x".parse()?;
            Ok(request)
        })
        .build()
        .expect("an address");
    assert_eq!(lines(&mut source, 1).await, ["open"]);
    assert_eq!(script.requests()[0].url, "https://other.example/x");
    assert_eq!(script.header("authorization"), [Some("Basic dXNlcjpwYXNz".into())]);
}

#[tokio::test(start_paused = true)]
async fn any_method_and_body_and_headers_that_stand() {
    let script = Script::new([stays("data: 1\n\n")]);
    let mut source = script
        .builder()
        .method("REPORT".parse().expect("a method"))
        .body(r#"{"a": 1}"#)
        .header("content-type", "application/json; charset=utf-8")
        .header("accept", "text/event-stream, */*;q=0.1")
        .header("cache-control", "no-store")
        .header("x-twice", "1")
        .header("x-twice", "2")
        .build()
        .expect("an address");
    assert_eq!(next_data(&mut source).await, "1");
    let request = &script.requests()[0];
    assert_eq!((request.method.as_str(), &request.body[..]), ("REPORT", &br#"{"a": 1}"#[..]));
    assert_eq!(request.headers["accept"], "text/event-stream, */*;q=0.1");
    assert_eq!(request.headers["cache-control"], "no-store");
    assert_eq!(request.headers["content-type"], "application/json; charset=utf-8");
    assert_eq!(request.headers.get_all("x-twice").iter().count(), 2);
}

#[test]
fn a_header_that_is_none_is_an_error_at_construction() {
    for (name, value) in [("a b", "c"), ("a", "b\nc"), ("", "c")] {
        let error = EventSource::builder("http://a").header(name, value).header("fine", "x").build();
        assert!(matches!(error, Err(BuildError::Header { .. })), "{name:?} {value:?}");
    }
}

#[tokio::test(start_paused = true)]
async fn credentials_in_the_address_become_a_header() {
    let script = Script::new([stays("")]);
    let builder = EventSource::builder("http://Aladdin:open%20sesame@example.com/").transport(script.clone());
    assert_eq!(lines(&mut builder.build().expect("an address"), 1).await, ["open"]);
    assert_eq!(script.header("authorization"), [Some("Basic QWxhZGRpbjpvcGVuIHNlc2FtZQ==".into())]);
    assert_eq!(script.requests()[0].url, "http://example.com/");
}

#[tokio::test(start_paused = true)]
async fn the_resume_point_is_preset_and_stored_when_its_event_has_been_handled() {
    let script = Script::new([stays("data: 1\n\nid: 8\ndata: 2\n\nid: 9\n\ndata: 3\n\nid:\ndata: 4\n\n")]);
    let stored = Arc::new(Mutex::new(vec![]));
    let store = Arc::clone(&stored);
    let mut source = script
        .builder()
        .last_event_id(EventId::new("7").expect("an id"))
        .on_last_event_id(move |id| store.lock().expect("no panic").push(id.to_string()))
        .build()
        .expect("an address");
    let handle = source.handle();
    let stored = || stored.lock().expect("no panic").clone();
    assert_eq!((source.last_event_id(), &*handle.last_event_id()), ("7", "7"));
    assert_eq!(lines(&mut source, 2).await, ["open", "message:1:7"]);
    assert_eq!(lines(&mut source, 1).await, ["message:2:8"]);
    // The event is at the reader; if it crashes now, the event comes again.
    assert_eq!((stored(), source.last_event_id()), (vec![], "8"));
    assert_eq!(lines(&mut source, 1).await, ["message:3:9"]);
    assert_eq!((stored(), &*handle.last_event_id()), (vec!["8".to_string()], "8"));
    assert_eq!(lines(&mut source, 1).await, ["message:4:"]);
    let silence = tokio::time::timeout(Duration::from_secs(1), source.next_signal()).await;
    assert!(silence.is_err());
    assert_eq!(stored(), ["8", "9", ""]);
    assert_eq!(script.header("last-event-id"), [Some("7".into())]);
}

#[tokio::test(start_paused = true)]
async fn redirects_never_carry_credentials_to_another_origin() {
    for (location, is_same) in [
        ("/x", true),
        ("https://example.com:443/x", true),
        ("https://other.example/x", false),
        ("https://example.com:444/x", false),
        ("http://example.com/x", false),
        ("//sub.example.com/x", false),
        ("https://thief:me@other.example/x", false),
    ] {
        for code in [301, 302, 303, 307, 308] {
            // Back again, and still without them.
            let script = Script::new([
                redirect(code, location),
                redirect(307, "https://example.com/back"),
                stays("data: 1\n\n"),
            ]);
            let mut secret = HeaderValue::from_static("de");
            secret.set_sensitive(true);
            let mut source = script
                .builder()
                .header("authorization", "Bearer secret")
                .header("cookie", "session=secret")
                .header("x-api-key", "secret")
                .header("accept-language", secret)
                .header("user-agent", "test")
                .last_event_id(EventId::from(5_u8))
                .build()
                .expect("an address");
            assert_eq!(next_data(&mut source).await, "1");
            for request in &script.requests()[1..] {
                for name in ["authorization", "cookie", "x-api-key", "accept-language"] {
                    assert_eq!(request.headers.contains_key(name), is_same, "{location} {code} {name}");
                }
                assert!(!request.url.contains("thief"));
                for name in ["accept", "cache-control", "user-agent", "last-event-id"] {
                    assert!(request.headers.contains_key(name), "{location} {code} {name}");
                }
            }
        }
    }
}

#[tokio::test(start_paused = true)]
async fn a_redirect_changes_the_method_as_browsers_do() {
    for (code, expected) in [(301, "GET"), (302, "GET"), (303, "GET"), (307, "POST"), (308, "POST")] {
        let script = Script::new([redirect(code, "/x"), stays("data: 1\n\n")]);
        let builder = script.builder().method(Method::POST).body("why").header("content-type", "text/plain");
        assert_eq!(next_data(&mut builder.build().expect("an address")).await, "1");
        let second = &script.requests()[1];
        assert_eq!(second.method, expected);
        let (body, has_type) = if expected == "POST" { ("why", true) } else { ("", false) };
        assert_eq!((&second.body[..], second.headers.contains_key("content-type")), (body.as_bytes(), has_type));
    }
}

#[tokio::test(start_paused = true)]
async fn an_end_marker_ends_the_source() {
    let script = Script::new([stays("data: 1\n\ndata: [DONE]\n\ndata: 2\n\n")]);
    let mut numbers = script.source().until_data("[DONE]").json::<u8>();
    assert_eq!(numbers.next().await.expect("open").expect("a number"), 1);
    assert!(numbers.next().await.is_none());
    assert_eq!((script.bodies_alive(), script.requests().len()), (0, 1));
    assert!(numbers.next().await.is_none());
}
