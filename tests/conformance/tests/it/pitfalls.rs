//! Ways in which clients are known to fail.

use std::time::Duration;

use oriole_sse::{EventSource, Signal};

use crate::client::Client;
use crate::server::Server;

#[tokio::test]
async fn a_byte_order_mark_at_the_start_of_every_body_panics_nobody() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    for cut in [0, 1, 2, 3] {
        let mut connection = server.stream().await;
        let body = "\u{FEFF}data: 1\n\n".as_bytes();
        connection.send(&body[..cut]).await;
        client.open().await;
        connection.send(&body[cut..]).await;
        assert_eq!(client.data().await, "1");
        drop(connection);
        client.lost().await;
    }
}

#[tokio::test]
async fn a_line_of_8_mib_in_small_pieces_arrives() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let serve = async {
        let mut connection = server.stream().await;
        connection.send("data: ").await;
        for _ in 0..8192 {
            connection.send([b'x'; 1024]).await;
        }
        connection.send("\n\n").await;
        connection
    };
    let (_connection, data) = tokio::join!(serve, client.data());
    assert_eq!(data.len(), 8 << 20);
}

#[tokio::test]
async fn ill_formed_utf_8_is_replaced() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let mut connection = server.stream().await;
    connection.send(b"data: \xC0\xAF|\xE2\x82x|\xED\xA0\x80|\xFF\nevent: \x80\nid: \xFE\n\n").await;
    let (r, data) = ("\u{FFFD}", client.event().await);
    assert_eq!(data, (r.into(), format!("{r}{r}|{r}x|{r}{r}{r}|{r}"), r.into()));
}

#[tokio::test]
async fn an_id_with_control_characters_stops_no_reconnection() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let mut connection = server.stream().await;
    connection.send("id: a\u{7F}\u{1B}b\ndata: 1\n\n").await;
    drop(connection);
    assert_eq!(client.data().await, "1");
    client.lost().await;
    let mut connection = server.stream().await;
    assert_eq!(connection.header("last-event-id"), None);
    assert!(matches!(client.signal().await, Some(Signal::IdLeftOut { .. })));
    connection.send("id: plain\ndata: 2\n\n").await;
    drop(connection);
    assert_eq!(client.data().await, "2");
    assert_eq!(server.request().await.header("last-event-id").as_deref(), Some("plain"));
}

#[tokio::test]
async fn a_307_carries_no_credentials_to_another_origin() {
    let (first, other) = (Server::start().await, Server::start().await);
    let builder = EventSource::builder(&first.url("/"))
        .header("authorization", "Bearer secret")
        .header("cookie", "session=secret")
        .header("x-api-key", "secret");
    let mut client = Client::build(builder);
    let connection = first.request().await;
    assert_eq!(connection.header("authorization").as_deref(), Some("Bearer secret"));
    connection.answer("307 Elsewhere", &format!("Location: {}\r\n", other.url("/x")), "").await;
    let connection = other.stream().await;
    client.open().await;
    for name in ["authorization", "cookie", "x-api-key"] {
        assert_eq!(connection.header(name), None, "{name}");
    }
}

#[tokio::test]
async fn a_huge_retry_does_not_reconnect_at_once() {
    let server = Server::start().await;
    let mut client = Client::start(&server.url("/"));
    let mut connection = server.stream().await;
    connection.send("retry: 18446744073709551615\ndata: 1\n\n").await;
    drop(connection);
    assert_eq!(client.data().await, "1");
    let signal = client.signal().await;
    let Some(Signal::Reconnecting { wait, .. }) = signal else { panic!("{signal:?}") };
    assert!(wait >= Duration::from_millis(u64::MAX));
    let request = tokio::time::timeout(Duration::from_millis(50), server.request()).await;
    assert!(request.is_err());
}
