//! What the files of the Web Platform Tests' `eventsource` folder assert, file by file.
//!
//! Left out, since only browsers have it: cookies and CORS (`eventsource-cross-origin*`, `request-credentials`,
//! `resources/cors*`), workers, documents and their base address (`*-document-domain`, `*-empty-url`,
//! `*-multi-window`), the back-forward cache, prototypes and trusted DOM events (`interfaces`, `*-prototype`,
//! `*-stringify`, `*-trusted`, `*-realm`), and streams of `fetch` (`*-readable-stream*`).

use oriole_sse::{BuildError, EventSource, ReadyState, Signal};

use crate::client::{Client, hasty};
use crate::server::Server;

/// Serves a body once and gives the first so many events.
async fn events(body: impl AsRef<[u8]>, count: usize) -> Vec<(String, String, String)> {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let serve = async {
        let mut connection = server.stream().await;
        connection.send(body).await;
        connection
    };
    let read = async {
        let mut events = vec![];
        for _ in 0..count {
            events.push(client.event().await);
        }
        events
    };
    tokio::join!(serve, read).1
}

async fn data(body: impl AsRef<[u8]>, count: usize) -> Vec<String> {
    events(body, count).await.into_iter().map(|event| event.1).collect()
}

#[tokio::test]
async fn event_data() {
    let body = "data:msg\ndata:msg\n\n:\nfalsefield:msg\n\nfalsefield:msg\nData:data\n\ndata\n\ndata:end\n\n";
    assert_eq!(data(body, 3).await, ["msg\nmsg", "", "end"]);
}

#[tokio::test]
async fn eventsource_close() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let connection = server.stream().await;
    client.open().await;
    assert_eq!(client.handle.ready_state(), ReadyState::Open);
    client.handle.close();
    assert_eq!(client.handle.ready_state(), ReadyState::Closed);
    assert!(client.signal().await.is_none(), "neither an event nor an error");
    connection.closed().await;
}

/// Another part of the file: connections that bring events come back until one fails.
#[tokio::test]
async fn eventsource_close_after_a_failed_reconnection() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    for round in ["opened", "reconnected"] {
        let connection = server.request().await;
        connection.answer("200 OK", "Content-Type: text/event-stream\r\n", &format!("data: {round}\n\n")).await;
        assert_eq!(client.data().await, round);
        client.lost().await;
    }
    server.request().await.answer("204 No Content", "", "").await;
    client.failed().await;
    assert_eq!(client.handle.ready_state(), ReadyState::Closed);
}

/// The rest of the file: a close while the reconnection is waited for.
#[tokio::test]
async fn eventsource_close_between_connections() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let mut connection = server.stream().await;
    connection.send("retry: 3600000\ndata: 1\n\n").await;
    drop(connection);
    assert_eq!(client.data().await, "1");
    client.lost().await;
    assert_eq!(client.handle.ready_state(), ReadyState::Connecting);
    client.handle.close();
    assert!(client.signal().await.is_none());
}

#[test]
fn eventsource_constructor_url_bogus() {
    assert!(matches!(EventSource::new("http://this is invalid/"), Err(BuildError::Url { .. })));
}

/// `eventsource-eventtarget` and `eventsource-onmessage`: listeners.
#[tokio::test]
async fn eventsource_eventtarget() {
    let server = Server::start().await;
    let source = EventSource::builder(&server.url("/")).options(hasty()).build().expect("an address");
    let handle = source.handle();
    let heard = std::sync::Mutex::new(vec![]);
    let hear = |event: &oriole_sse::ReceivedEvent| heard.lock().expect("no panic").push(event.data().to_string());
    let listeners = oriole_sse::Listeners::new().on("message", hear).on_message(hear).on("end", |_| handle.close());
    let serve = async {
        let mut connection = server.stream().await;
        connection.send("data: data\n\nevent: test\ndata: unheard\n\nevent: end\ndata\n\n").await;
        connection
    };
    let (_connection, result) = tokio::join!(serve, source.run(listeners));
    assert!(result.is_ok());
    assert_eq!(*heard.lock().expect("no panic"), ["data", "data"]);
}

#[tokio::test]
async fn eventsource_onopen_and_ready_state() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let mut connection = server.request().await;
    assert_eq!(client.handle.ready_state(), ReadyState::Connecting);
    connection.head("200 OK", "Content-Type: text/event-stream\r\n").await;
    client.open().await;
    assert_eq!(client.handle.ready_state(), ReadyState::Open);
}

#[tokio::test]
async fn eventsource_reconnect() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    for round in ["1", "2", "3"] {
        let mut connection = server.stream().await;
        connection.send(format!("data: {round}\n\n")).await;
        drop(connection);
        client.open().await;
        assert_eq!(client.data().await, round);
        client.lost().await;
        assert_eq!(client.handle.ready_state(), ReadyState::Connecting);
    }
}

#[tokio::test]
async fn eventsource_request_cancellation() {
    let server = Server::start().await;
    let client = Client::start(&server.url("/"));
    let connection = server.request().await;
    drop(client);
    connection.closed().await;
}

#[test]
fn eventsource_url() {
    let source = EventSource::new("http://example.com:80/a/../test?x#y").expect("an address");
    assert_eq!(source.url(), "http://example.com/test?x");
}

#[tokio::test]
async fn format_bom() {
    assert_eq!(data("\u{FEFF}data:1\n\n\u{FEFF}data:2\n\ndata:3\n\n", 2).await, ["1", "3"]);
    assert_eq!(data("\u{FEFF}\u{FEFF}data:1\n\ndata:2\n\ndata:3\n\n", 2).await, ["2", "3"]);
}

#[tokio::test]
async fn format_comments() {
    let long = "x".repeat(2 << 10);
    let body = format!("data:1\r:\0\n:\r\ndata:2\n:{long}\rdata:3\n:data:fail\r:{long}\ndata:4\n\n");
    assert_eq!(data(body, 1).await, ["1\n2\n3\n4"]);
}

#[tokio::test]
async fn format_data_before_final_empty_line() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let mut connection = server.stream().await;
    connection.send("retry:1\ndata:test1\n\nid:test\ndata:test2").await;
    drop(connection);
    assert_eq!(client.event().await, ("message".into(), "test1".into(), "".into()));
    let mut connection = server.stream().await;
    assert_eq!(connection.header("last-event-id"), None);
    connection.send("data:test1\n\n").await;
    assert_eq!(client.event().await, ("message".into(), "test1".into(), "".into()));
}

#[tokio::test]
async fn format_field_data() {
    assert_eq!(data("data:\n\ndata\ndata\n\ndata:test\n\n", 3).await, ["", "\n", "test"]);
}

#[tokio::test]
async fn format_field_event() {
    let named = events("event:test\ndata:x\n\ndata:x\n\n", 2).await;
    assert_eq!((named[0].0.as_str(), named[1].0.as_str()), ("test", "message"));
    assert_eq!(events("event: \ndata:data\n\n", 1).await, [("message".into(), "data".into(), "".into())]);
}

/// `format-field-id`, `-id-2` and `-id-3`.
#[tokio::test]
async fn format_field_id() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    for (body, ids) in [
        ("id: …\nretry: 1\ndata: hello\n\n", vec!["…"]),
        ("data: a\n\ndata: b\n\n", vec!["…", "…"]),
        ("id: 1\ndata: a\n\nid\ndata: b\n\n", vec!["1", ""]),
    ] {
        let mut connection = server.stream().await;
        let expected = client.handle.last_event_id().to_string();
        assert_eq!(connection.header("last-event-id").unwrap_or_default(), expected);
        connection.send(body).await;
        drop(connection);
        for id in ids {
            assert_eq!(client.event().await.2, id);
        }
        client.lost().await;
    }
    assert_eq!(server.stream().await.header("last-event-id"), None, "an empty id resets");
}

#[tokio::test]
async fn format_field_id_null() {
    for value in ["\0\0", "x\0", "\0x", "x\0x", " \0"] {
        let events = events(format!("id: kept\nid: {value}\ndata: hello\n\n"), 1).await;
        assert_eq!(events[0].2, "kept", "{value:?}");
    }
}

#[tokio::test]
async fn format_field_parsing() {
    let body =
        "data:\0\ndata:  2\rData:1\ndata\0:2\ndata:1\r\0data:4\nda-ta:3\rdata_5\ndata:3\rdata:\r\n data:32\ndata:4\n\n";
    assert_eq!(data(body, 1).await, ["\0\n 2\n1\n3\n\n4"]);
}

/// `format-field-retry`, `-retry-bogus` and `-retry-empty`.
#[tokio::test]
async fn format_field_retry() {
    for (lines, wait) in [
        ("retry:7\n", 7),
        ("retry:03\n", 3),
        ("retry:9\nretry:1000x\n", 9),
        ("retry:9\nretry:\n", 9),
        ("retry:9\nretry\n", 9),
        ("retry:9\nretry:-1\n", 9),
    ] {
        let server = Server::start().await;
        let mut client = Client::build(EventSource::builder(&server.url("/")).options(hasty().jitter_percent(0)));
        let mut connection = server.stream().await;
        connection.send(format!("{lines}data: x\n\n")).await;
        drop(connection);
        assert_eq!(client.data().await, "x");
        let signal = client.signal().await;
        let Some(Signal::Reconnecting { wait: waited, .. }) = signal else { panic!("{signal:?}") };
        assert_eq!(waited.as_millis(), wait, "{lines:?}");
    }
}

#[tokio::test]
async fn format_field_unknown() {
    assert_eq!(
        data("data:test\n data\ndata\nfoobar:xxx\njustsometext\n:thisisacommentyay\ndata:test\n\n", 1).await,
        ["test\n\ntest"]
    );
}

#[tokio::test]
async fn format_leading_space() {
    assert_eq!(data("data:\ttest\rdata: \ndata:test\n\n", 1).await, ["\ttest\n\ntest"]);
}

/// `format-mime-bogus`, `-trailing-semicolon`, `-valid-bogus`.
#[tokio::test]
async fn format_mime() {
    for (mime, passes) in [
        ("x%20bogus", false),
        ("text/event-stream;", true),
        ("text/event-stream;x=bogus", true),
        ("text/x-bogus", false),
    ] {
        let server = Server::start().await;
        let mut client = Client::start(&server.url("/"));
        let connection = server.request().await;
        connection.answer("200 OK", &format!("Content-Type: {mime}\r\n"), "data: data\n\n").await;
        if passes {
            assert_eq!(client.data().await, "data");
        } else {
            client.failed().await;
            assert_eq!(client.handle.ready_state(), ReadyState::Closed);
        }
    }
}

#[tokio::test]
async fn format_newlines() {
    assert_eq!(data("data:test\r\ndata\ndata:test\r\n\r\n", 1).await, ["test\n\ntest"]);
}

#[tokio::test]
async fn format_null_character() {
    assert_eq!(data("data:\0\n\n\n\n", 1).await, ["\0"]);
}

#[tokio::test]
async fn format_utf_8() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let connection = server.request().await;
    connection.answer("200 OK", "Content-Type: text/event-stream;charset=windows-1252\r\n", "data:ok…\n\n").await;
    assert_eq!(client.data().await, "ok…");
}

/// `request-accept` and `request-cache-control`.
#[tokio::test]
async fn request_headers() {
    let server = Server::start().await;
    let _client = Client::start(&server.url("/?pipe=sub"));
    let connection = server.request().await;
    assert_eq!(connection.line, "GET /?pipe=sub HTTP/1.1");
    assert_eq!(connection.header("accept").as_deref(), Some("text/event-stream"));
    assert_eq!(connection.header("cache-control").as_deref(), Some("no-cache"));
}

#[tokio::test]
async fn request_redirect() {
    for code in [301, 302, 303, 307] {
        let server = Server::start().await;
        let mut client = Client::start(&server.url("/"));
        server.request().await.answer(&format!("{code} Moved"), "Location: /there\r\n", "").await;
        let mut connection = server.stream().await;
        assert_eq!(connection.line, "GET /there HTTP/1.1");
        client.open().await;
        connection.send("data: data\n\n").await;
        assert_eq!(client.data().await, "data");
    }
}

#[tokio::test]
async fn request_status_error() {
    for code in [204, 205, 210, 299, 404, 410, 503] {
        let server = Server::start().await;
        let mut client = Client::start(&server.url("/"));
        let mut connection = server.request().await;
        connection.head(&format!("{code} Status"), "Content-Type: text/event-stream\r\nContent-Length: 0\r\n").await;
        assert!(client.failed().await.contains(&code.to_string()));
        assert_eq!(client.handle.ready_state(), ReadyState::Closed);
        connection.closed().await;
    }
}
