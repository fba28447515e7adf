//! Who asks, where proxies stand between: most are played by the test, which writes what they would.

use driver::Nginx;
use http_tests::{App, Connection, PATIENCE, within};
use oriole::prelude::*;
use oriole::{Application, ClientIp, Error, ForwardedHeader, Listen, PeerAddr, TrustedProxies};
use std::net::SocketAddr;
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::{TcpSocket, UnixStream};
use tokio::task::JoinSet;

/// Lets one address in, and nobody whose address is not known.
struct Only(&'static str);

impl Guard for Only {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        Ok(ClientIp::of(&ctx.http().extensions).is_some_and(|ClientIp(ip)| ip.to_string() == self.0))
    }
}

#[injectable]
pub struct Door;

#[controller]
impl Door {
    #[get("ip")]
    fn ip(&self, ClientIp(ip): ClientIp) -> String {
        ip.to_string()
    }

    #[get("both")]
    fn both(&self, ClientIp(ip): ClientIp, PeerAddr(peer): PeerAddr) -> String {
        format!("{ip} by {}", peer.ip())
    }

    #[get("inner")]
    #[use_guards(Only("192.0.2.1"))]
    fn inner(&self) -> &'static str {
        "in"
    }
}

#[module(controllers = [Door])]
pub struct DoorModule;

/// An application that trusts this machine, and the network of a balancer.
async fn behind_proxies() -> App {
    App::serve_with::<DoorModule>(|app| app.trusted_proxies(["loopback", "10.0.0.0/8"])).await
}

#[tokio::test]
async fn what_a_client_says_of_itself_stands_left_of_what_proxies_say() {
    let app = behind_proxies().await;
    for (headers, expected) in [
        ("", "127.0.0.1"),
        ("X-Forwarded-For: 192.0.2.1\r\n", "192.0.2.1"),
        ("X-Forwarded-For: 198.51.100.9, 192.0.2.1\r\n", "192.0.2.1"),
        ("X-Forwarded-For: 10.0.0.7, 192.0.2.1, 10.0.0.2\r\n", "192.0.2.1"),
        ("X-Forwarded-For: 198.51.100.9\r\nAccept: */*\r\nx-forwarded-for: 192.0.2.1, 10.0.0.2\r\n", "192.0.2.1"),
        ("X-Forwarded-For: [2001:db8::7]:4711\r\n", "2001:db8::7"),
        ("X-Forwarded-For: 192.0.2.1, _hidden, 10.0.0.2\r\n", "10.0.0.2"),
        ("X-Forwarded-For: \u{ff}\r\n", "127.0.0.1"),
        // Neither is what was asked for.
        ("Forwarded: for=192.0.2.1\r\nX-Real-IP: 192.0.2.1\r\n", "127.0.0.1"),
    ] {
        let answer = app.send("GET", "/ip", headers, "").await;
        assert_eq!((answer.status, answer.body.as_str()), (200, expected), "{headers}");
    }
    for (headers, status) in
        [("", 403), ("X-Forwarded-For: 192.0.2.1\r\n", 200), ("X-Forwarded-For: 192.0.2.2\r\n", 403)]
    {
        assert_eq!(app.send("GET", "/inner", headers, "").await.status, status, "a guard: {headers}");
    }
    app.end().await;
}

#[tokio::test]
async fn forwarded_is_read_instead_where_it_is_said() {
    let forwarded = || TrustedProxies::from("loopback, 10.0.0.0/8").header(ForwardedHeader::Forwarded);
    let app = App::serve_with::<DoorModule>(|app| app.trusted_proxies(forwarded())).await;
    for (headers, expected) in [
        ("Forwarded: for=198.51.100.9, For=\"[2001:db8::7]:4711\";proto=https\r\n", "2001:db8::7"),
        ("Forwarded: for=\"198.51.100.9\r\nForwarded: for=192.0.2.1, for=10.0.0.2\r\n", "192.0.2.1"),
        ("Forwarded: for=192.0.2.1, for=_hidden\r\n", "127.0.0.1"),
        ("X-Forwarded-For: 192.0.2.1\r\n", "127.0.0.1"),
    ] {
        assert_eq!(app.send("GET", "/ip", headers, "").await.body, expected, "{headers}");
    }
    app.end().await;
}

#[tokio::test]
async fn a_peer_that_is_not_trusted_is_the_client_whatever_it_says() {
    let header = "X-Forwarded-For: 192.0.2.1\r\n";
    let trusts_others = |app: Application| app.trusted_proxies(["10.0.0.0/8"]).peer_addr(true);
    let app = App::serve_with::<DoorModule>(trusts_others).await;
    assert_eq!(app.send("GET", "/both", header, "").await.body, "127.0.0.1 by 127.0.0.1");
    app.end().await;
    let trusts_us = |app: Application| app.trusted_proxies(["loopback"]).peer_addr(true);
    let app = App::serve_with::<DoorModule>(trusts_us).await;
    assert_eq!(app.send("GET", "/both", header, "").await.body, "192.0.2.1 by 127.0.0.1");
    app.end().await;
    let keeps_peers = |app: Application| app.peer_addr(true);
    let app = App::serve_with::<DoorModule>(keeps_peers).await;
    assert_eq!(app.send("GET", "/ip", header, "").await.body, "127.0.0.1");
    app.end().await;
    // Nothing was asked for, so that nothing is known: a mistake of the program.
    let app = App::serve::<DoorModule>().await;
    assert_eq!(app.send("GET", "/ip", header, "").await.status, 500);
    app.end().await;
}

#[cfg(unix)]
#[tokio::test]
async fn a_proxy_over_a_socket_of_unix_is_trusted_where_it_is_said() {
    let folder = tempfile::tempdir().expect("a folder");
    for (proxies, written, expected) in [
        (vec!["unix:"], "192.0.2.1", "192.0.2.1"),
        // As nginx writes it behind another nginx.
        (vec!["unix:"], "192.0.2.1, unix:", "192.0.2.1"),
        (vec!["loopback"], "192.0.2.1", "no client's address"),
    ] {
        let path = folder.path().join("client-ip.sock");
        let app = Oriole::create::<DoorModule>().await.expect("the module is sound");
        let app = app.shutdown_on_signals(false).trusted_proxies(proxies);
        let server = app.bind_all([Listen::unix(&path)]).await.expect("it can be bound");
        let (shutdown, mut running) = (server.shutdown_handle(), JoinSet::new());
        running.spawn(server.serve());
        let stream = UnixStream::connect(&path).await.expect("it listens");
        let answer = asked(stream, &format!("X-Forwarded-For: {written}\r\n")).await;
        let is_known = expected == "192.0.2.1";
        assert_eq!((answer.starts_with("HTTP/1.1 200"), answer.ends_with(expected)), (is_known, is_known), "{answer}");
        shutdown.shutdown();
        within(PATIENCE, running.join_next()).await.expect("it runs").expect("no panic").expect("it ends well");
    }
}

/// Asks for the client's address on a connection of its own.
async fn asked(mut stream: impl AsyncRead + AsyncWrite + Unpin, headers: &str) -> String {
    let head = format!("GET /ip HTTP/1.1\r\nHost: site\r\n{headers}Connection: close\r\n\r\n");
    stream.write_all(head.as_bytes()).await.expect("it reads");
    let mut answer = String::new();
    within(PATIENCE, stream.read_to_string(&mut answer)).await.expect("an answer");
    answer
}

/// A client at another address than the proxies, which says of itself that it is somebody else.
#[cfg(target_os = "linux")]
#[tokio::test]
async fn nginx_tells_of_its_client_and_of_nginx_before_it() {
    const TELLS: &str = "proxy_set_header X-Forwarded-For $proxy_add_x_forwarded_for;";
    const TELLS_BY_FORWARDED: &str = "proxy_set_header Forwarded \"for=$remote_addr\";";
    let by = |header| TrustedProxies::from("127.0.0.1").header(header);
    for (header, locations, expected) in [
        (ForwardedHeader::XForwardedFor, vec![TELLS], "127.0.0.2"),
        (ForwardedHeader::XForwardedFor, vec![TELLS, TELLS], "127.0.0.2"),
        // The one in between hands on what it was told, and does not tell of the first.
        (ForwardedHeader::XForwardedFor, vec![TELLS, ""], "127.0.0.2"),
        // Which tells nothing, so that what the client says reaches the application.
        (ForwardedHeader::XForwardedFor, vec![""], "192.0.2.1"),
        (ForwardedHeader::Forwarded, vec![TELLS_BY_FORWARDED], "127.0.0.2"),
    ] {
        let app = App::serve_with::<DoorModule>(|app| app.trusted_proxies(by(header))).await;
        let nginx = Nginx::before(&format!("http://{}", app.addr), &locations);
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.bind("127.0.0.2:0".parse().expect("an address")).expect("all of 127.0.0.0/8 is this machine");
        let stream = socket.connect(SocketAddr::from(([127, 0, 0, 1], nginx.port(0)))).await.expect("it listens");
        let answer = asked(stream, "X-Forwarded-For: 192.0.2.1\r\nForwarded: for=192.0.2.1\r\n").await;
        assert!(answer.starts_with("HTTP/1.1 200") && answer.ends_with(expected), "{locations:?}: {answer}");
        app.end().await;
    }
}

#[tokio::test]
async fn what_is_no_proxy_is_told_when_the_application_starts() {
    for (wrong, told) in [
        ("proxy.example", "`proxy.example` is no proxy that could be trusted"),
        ("10.0.0.0/33", "`10.0.0.0/33` is no proxy that could be trusted"),
        ("0.0.0.0/0", "`0.0.0.0/0` trusts everybody"),
    ] {
        let app = Oriole::create::<DoorModule>().await.expect("the module is sound");
        match app.trusted_proxies(["loopback", wrong]).into_service().await {
            Err(Error::Settings { problems }) => assert!(problems.contains(told), "{problems}"),
            other => panic!("{wrong}: {other:?}"),
        }
    }
}

/// One connection may carry requests of many clients, as a proxy's do.
#[tokio::test]
async fn each_request_of_a_connection_has_its_own_client() {
    let app = behind_proxies().await;
    let mut connection = Connection::open(app.addr).await;
    for client in ["192.0.2.1", "192.0.2.2"] {
        connection.send(format!("GET /ip HTTP/1.1\r\nHost: test\r\nX-Forwarded-For: {client}\r\n\r\n")).await;
        assert_eq!(connection.response_to("GET").await.body, client);
    }
    app.end().await;
}
