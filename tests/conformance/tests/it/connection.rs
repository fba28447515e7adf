//! A scenario for each rule of the connection that `browser.rs` has none for.
//!
//! There: C1 `request_headers`, C6 `request_status_error`, C7 `format_mime`, C8 `eventsource_onopen_and_ready_state`, C12
//! `eventsource_reconnect` and `eventsource_close_between_connections`, C14 `format_field_id`, C15
//! `eventsource_close_after_a_failed_reconnection`. C3 is about browsers.

use std::time::Duration;

use oriole_sse::{EventSource, Signal};

use crate::client::{Client, hasty};
use crate::server::Server;

#[tokio::test]
async fn c2_the_id_goes_out_as_utf_8_and_over_any_number_of_drops() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    for body in ["id: größe\ndata: 1\n\n", "data: 2\n\n", ": nothing\n\n", "data: 3\n\n"] {
        let mut connection = server.stream().await;
        let sent = connection.header("last-event-id");
        assert_eq!(sent.unwrap_or_default(), &*client.handle.last_event_id());
        connection.send(body).await;
        drop(connection);
        while !matches!(client.signal().await, Some(Signal::Reconnecting { .. })) {}
    }
    assert_eq!(server.request().await.header("last-event-id").as_deref(), Some("größe"));
}

#[tokio::test]
async fn c4_the_fragment_is_not_sent() {
    let server = Server::start().await;
    let _client = Client::start(&server.url("/a b?q=1#part"));
    assert_eq!(server.request().await.line, "GET /a%20b?q=1 HTTP/1.1");
}

#[tokio::test]
async fn c5_a_server_that_is_not_there_yet_is_waited_for() {
    let server = Server::start().await;
    let url = server.url("/");
    drop(server);
    let mut client = Client::start(&url);
    client.lost().await;
    client.lost().await;
}

#[tokio::test]
async fn c5_a_connection_that_breaks_before_the_answer_is_tried_again() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    drop(server.request().await);
    client.lost().await;
    let mut half = server.request().await;
    half.send("HTTP/1.1 200 OK\r\nContent-Ty").await;
    drop(half);
    client.lost().await;
    let _connection = server.stream().await;
    client.open().await;
}

#[tokio::test]
async fn c9_interim_answers_are_skipped() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let mut connection = server.request().await;
    connection.send("HTTP/1.1 103 Early Hints\r\nLink: </x>\r\n\r\n").await;
    connection.head("200 OK", "Content-Type: text/event-stream\r\n").await;
    connection.send("data: 1\n\n").await;
    assert_eq!(client.data().await, "1");
}

#[tokio::test]
async fn c9_c11_a_loop_of_redirects_ends_and_a_reconnection_begins_at_the_first_address() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/loop"));
    for _ in 0..=20 {
        server.request().await.answer("302 Found", "Location: /loop\r\n", "").await;
    }
    assert!(client.failed().await.contains("redirects"));

    let mut client = Client::start(&server.url("/first"));
    for data in ["1", "2"] {
        let connection = server.request().await;
        assert_eq!(connection.line, "GET /first HTTP/1.1");
        connection.answer("301 Moved Permanently", "Location: /second\r\n", "").await;
        let mut connection = server.stream().await;
        assert_eq!(connection.line, "GET /second HTTP/1.1");
        connection.send(format!("data: {data}\n\n")).await;
        drop(connection);
        assert_eq!(client.data().await, data);
    }
}

#[tokio::test]
async fn c10_the_end_of_every_framing_reestablishes() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let head = "Content-Type: text/event-stream\r\n";
    for round in 0..6 {
        let mut connection = server.request().await;
        match round {
            0 => connection.head("200 OK", &format!("{head}Connection: close\r\n")).await,
            1 => connection.head("200 OK", &format!("{head}Content-Length: 9\r\n")).await,
            2 => connection.head("200 OK", &format!("{head}Content-Length: 99\r\n")).await,
            _ => connection.head("200 OK", &format!("{head}Transfer-Encoding: chunked\r\n")).await,
        }
        match round {
            0..=2 => connection.send("data: 1\n\n").await,
            3 => connection.send("9\r\ndata: 1\n\n\r\n0\r\n\r\n").await,
            4 => connection.send("9\r\ndata: 1\n\n\r\n").await,
            _ => connection.send("9\r\ndata: 1\n\n\r\nZ").await,
        }
        if round == 1 || round == 3 {
            // Ended by the framing, though the connection stays: the client does not wait for its end.
            assert_eq!(client.data().await, "1");
            client.lost().await;
            connection.closed().await;
        } else {
            drop(connection);
            assert_eq!(client.data().await, "1");
            client.lost().await;
        }
    }
}

#[tokio::test]
async fn c13_the_reconnection_time_survives_reconnections() {
    let server = Server::start().await;
    let mut client = Client::build(EventSource::builder(&server.url("/")).options(hasty().jitter_percent(0)));
    for body in ["retry: 30\n", "data: 1\n\n", "retry: no\ndata: 2\n\n", ""] {
        server.stream().await.send(body).await;
        let wait = loop {
            if let Some(Signal::Reconnecting { wait, .. }) = client.signal().await {
                break wait;
            }
        };
        assert_eq!(wait, Duration::from_millis(30), "{body:?}");
    }
}

#[tokio::test]
async fn c16_a_loss_is_no_event_of_that_name() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let mut connection = server.stream().await;
    connection.send("event: error\ndata: mine\n\n").await;
    drop(connection);
    assert_eq!(client.event().await.0, "error");
    assert_eq!(client.lost().await, "the event stream ended");
}

#[tokio::test]
async fn idle_connections_are_replaced() {
    let server = Server::start().await;
    let options = hasty().idle_timeout(Duration::from_millis(500));
    let mut client = Client::build(EventSource::builder(&server.url("/")).options(options));
    let mut connection = server.stream().await;
    connection.send("id: 1\ndata: 1\n\n").await;
    assert_eq!(client.data().await, "1");
    assert_eq!(client.lost().await, "nothing came for 500ms");
    connection.closed().await;
    assert_eq!(server.request().await.header("last-event-id").as_deref(), Some("1"));
}
