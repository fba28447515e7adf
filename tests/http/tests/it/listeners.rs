//! `MSV` and `KAL`: several listeners, TLS, and connections that are kept or closed.

use futures_util::stream;
use http_tests::{App, Connection, PATIENCE, Recorder, within};
use oriole::prelude::*;
use oriole::{Error, HttpsOptions, Listen, Server};
use rcgen::{CertifiedKey, generate_simple_self_signed};
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;
use tokio::sync::Notify;
use tokio::task::JoinSet;
use tokio_rustls::TlsConnector;
use tokio_rustls::client::TlsStream;
use tokio_rustls::rustls::crypto::ring;
use tokio_rustls::rustls::pki_types::ServerName;
use tokio_rustls::rustls::{ClientConfig, RootCertStore};

#[injectable]
pub struct Stage {
    #[inject(default)]
    log: Recorder,
    #[inject(default)]
    go: Notify,
}

#[injectable]
pub struct Site {
    stage: Arc<Stage>,
}

#[controller]
impl Site {
    #[get]
    async fn root(&self) -> &'static str {
        "here"
    }

    #[get("slow")]
    async fn slow(&self) -> &'static str {
        self.stage.log.record("slow");
        futures_util::future::pending().await
    }

    #[get("soon")]
    async fn soon(&self) -> &'static str {
        self.stage.log.record("soon");
        self.stage.go.notified().await;
        "done"
    }

    #[sse("events")]
    fn events(&self) -> impl Stream<Item = MessageEvent> {
        stream::iter([MessageEvent::new("first")]).chain(stream::pending())
    }
}

#[module(controllers = [Site], providers = [Stage])]
pub struct SiteModule;

pub fn certificate() -> CertifiedKey<rcgen::KeyPair> {
    generate_simple_self_signed(["localhost".to_owned()]).expect("a certificate can be made")
}

pub fn https(certificate: &CertifiedKey<rcgen::KeyPair>) -> HttpsOptions {
    HttpsOptions::pem(certificate.cert.pem(), certificate.signing_key.serialize_pem())
}

async fn bind(addrs: impl IntoIterator<Item = Listen>) -> Result<Server, Error> {
    let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
    // Whoever waits for more than is right waits for an hour.
    let hour = Duration::from_secs(3600);
    app.shutdown_on_signals(false).shutdown_timeout(hour).header_read_timeout(hour).bind_all(addrs).await
}

/// A connection that trusts the certificate.
pub struct Tls(pub TlsStream<TcpStream>);

impl Tls {
    pub async fn open(addr: SocketAddr, certificate: &CertifiedKey<rcgen::KeyPair>, alpn: &[&str]) -> Self {
        let mut roots = RootCertStore::empty();
        roots.add(certificate.cert.der().clone()).expect("it is a certificate");
        let mut config = ClientConfig::builder_with_provider(Arc::new(ring::default_provider()))
            .with_safe_default_protocol_versions()
            .expect("ring knows them")
            .with_root_certificates(roots)
            .with_no_client_auth();
        config.alpn_protocols = alpn.iter().map(|name| name.as_bytes().to_vec()).collect();
        let stream = TcpStream::connect(addr).await.expect("it listens");
        let name = ServerName::try_from("localhost").expect("a name");
        let connected = TlsConnector::from(Arc::new(config)).connect(name, stream);
        Self(within(PATIENCE, connected).await.expect("the certificate is trusted"))
    }

    pub async fn ask(&mut self, target: &str) {
        let head = format!("GET {target} HTTP/1.1\r\nHost: localhost\r\n\r\n");
        self.0.write_all(head.as_bytes()).await.expect("it reads");
    }

    pub async fn until(&mut self, end: &str) -> String {
        let mut text = String::new();
        while !text.ends_with(end) {
            let byte = within(PATIENCE, self.0.read_u8()).await.unwrap_or_else(|error| panic!("{error} after {text}"));
            text.push(char::from(byte));
        }
        text
    }
}

/// One application on several addresses, all of which end with it.
///
/// Parity: MSV.1, MSV.2.
#[tokio::test]
async fn several_listeners_serve_one_application() {
    let certificate = certificate();
    let server = bind([
        Listen::http("127.0.0.1:0"),
        Listen::http(SocketAddr::from(([127, 0, 0, 1], 0))),
        Listen::https("127.0.0.1:0", https(&certificate)),
    ])
    .await
    .expect("all can be bound");
    let addrs = server.local_addrs().to_vec();
    assert_eq!((addrs.len(), server.local_addr()), (3, addrs[0]));
    let shutdown = server.shutdown_handle();
    let mut running = JoinSet::new();
    running.spawn(server.serve());
    for _ in 0..3 {
        for addr in &addrs[..2] {
            let mut connection = Connection::open(*addr).await;
            connection.ask("GET", "/").await;
            assert_eq!(connection.response_to("GET").await.body, "here");
        }
        let mut tls = Tls::open(addrs[2], &certificate, &["http/1.1"]).await;
        tls.ask("/").await;
        assert!(tls.until("here").await.starts_with("HTTP/1.1 200"));
    }
    shutdown.shutdown();
    within(PATIENCE, running.join_next()).await.expect("it runs").expect("no panic").expect("it ends well");
    for addr in addrs {
        assert!(TcpStream::connect(addr).await.is_err(), "{addr} is closed");
    }
}

/// As Nest has it: the same handler under servers made by hand, which are closed by hand.
///
/// Parity: MSV.2.
#[tokio::test]
async fn servers_by_hand_serve_it_as_well() {
    let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
    let service = app.into_service().await.expect("no hook fails");
    let mut servers = JoinSet::new();
    let mut addrs = Vec::new();
    for _ in 0..2 {
        let socket = tokio::net::TcpListener::bind("127.0.0.1:0").await.expect("a port is free");
        addrs.push(socket.local_addr().expect("it is bound"));
        let service = service.clone();
        servers.spawn(async move { axum::serve(socket, tower::make::Shared::new(service)).await });
    }
    for addr in addrs {
        let mut connection = Connection::open(addr).await;
        connection.ask("GET", "/").await;
        assert_eq!(connection.response_to("GET").await.body, "here");
    }
    service.close().await.expect("no hook fails");
    servers.shutdown().await;
}

/// A socket that an ended server left is taken over; one on which somebody listens is not.
#[cfg(unix)]
#[tokio::test]
async fn a_socket_of_unix_is_served() {
    let folder = std::env::temp_dir().join(format!("oriole-unix-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let path = folder.join("site.sock");
    drop(std::os::unix::net::UnixListener::bind(&path).expect("it can be bound"));
    assert!(path.exists(), "the file of a socket outlives it");
    let server = bind([Listen::unix(&path), Listen::http("127.0.0.1:0")]).await.expect("the file is left over");
    assert_eq!(server.local_addrs().len(), 1);
    let error = bind([Listen::unix(&path)]).await.expect_err("somebody listens");
    assert!(error.to_string().starts_with(&format!("cannot listen on {}: ", path.display())), "{error}");
    let shutdown = server.shutdown_handle();
    let mut running = JoinSet::new();
    running.spawn(server.serve());
    let mut stream = tokio::net::UnixStream::connect(&path).await.expect("it listens");
    for (target, expected) in [("/", "here"), ("/events", "data: first\n\n\r\n")] {
        let head = format!("GET {target} HTTP/1.1\r\nHost: site\r\n\r\n");
        stream.write_all(head.as_bytes()).await.expect("it reads");
        let mut text = String::new();
        while !text.ends_with(expected) {
            let byte = within(PATIENCE, stream.read_u8()).await.unwrap_or_else(|error| panic!("{error} after {text}"));
            text.push(char::from(byte));
        }
        assert!(text.starts_with("HTTP/1.1 200"), "{text}");
    }
    shutdown.shutdown();
    let mut rest = String::new();
    within(PATIENCE, stream.read_to_string(&mut rest)).await.expect("it is closed in good order");
    assert!(rest.ends_with("0\r\n\r\n"), "{rest}");
    within(PATIENCE, running.join_next()).await.expect("it runs").expect("no panic").expect("it ends well");
    assert!(!path.exists(), "the file goes with the server");
    // A file that is no socket is nobody's to remove.
    std::fs::write(&path, "mine").expect("it can be written");
    bind([Listen::unix(&path)]).await.expect_err("there is a file");
    assert_eq!(std::fs::read_to_string(&path).expect("it is there"), "mine");
    std::fs::remove_dir_all(&folder).expect("it can be removed");
}

/// The orderly end of an event stream, with TLS's own good-bye after it.
#[tokio::test]
async fn event_streams_and_the_end_work_over_tls() {
    let certificate = certificate();
    let server = bind([Listen::https("127.0.0.1:0", https(&certificate))]).await.expect("it can be bound");
    let (addr, shutdown) = (server.local_addr(), server.shutdown_handle());
    let mut running = JoinSet::new();
    running.spawn(server.serve());
    let mut tls = Tls::open(addr, &certificate, &[]).await;
    tls.ask("/events").await;
    assert!(tls.until("data: first\n\n\r\n").await.contains("content-type: text/event-stream"));
    // One that is in the midst of its handshake does not hold up the end.
    let mut hesitant = TcpStream::connect(addr).await.expect("it listens");
    hesitant.write_all(&[22, 3, 1]).await.expect("it reads");
    shutdown.shutdown();
    let last = tls.until("0\r\n\r\n").await;
    assert!(last.contains("retry: "), "{last}");
    let mut rest = Vec::new();
    // Without TLS's good-bye this is an error.
    within(PATIENCE, tls.0.read_to_end(&mut rest)).await.expect("the connection is closed in good order");
    within(PATIENCE, running.join_next()).await.expect("it runs").expect("no panic").expect("it ends well");
}

#[tokio::test]
async fn a_client_that_speaks_no_tls_is_let_go() {
    let certificate = certificate();
    let server = bind([Listen::https("127.0.0.1:0", https(&certificate))]).await.expect("it can be bound");
    let (addr, shutdown) = (server.local_addr(), server.shutdown_handle());
    let mut running = JoinSet::new();
    running.spawn(server.serve());
    let mut plain = Connection::open(addr).await;
    plain.ask("GET", "/").await;
    assert!(!plain.closed().await.contains("HTTP/1.1"));
    let mut tls = Tls::open(addr, &certificate, &[]).await;
    tls.ask("/").await;
    assert!(tls.until("here").await.starts_with("HTTP/1.1 200"));
    shutdown.shutdown();
    within(PATIENCE, running.join_next()).await.expect("it runs").expect("no panic").expect("it ends well");
}

/// By ALPN: HTTP/2 where both can.
#[tokio::test]
async fn the_protocol_is_agreed_on_in_the_handshake() {
    let certificate = certificate();
    let server = bind([Listen::https("127.0.0.1:0", https(&certificate))]).await.expect("it can be bound");
    let (addr, shutdown) = (server.local_addr(), server.shutdown_handle());
    let mut running = JoinSet::new();
    running.spawn(server.serve());
    let mut tls = Tls::open(addr, &certificate, &["h2", "http/1.1"]).await;
    let agreed = tls.0.get_ref().1.alpn_protocol().map(<[u8]>::to_vec);
    if cfg!(feature = "http2") {
        assert_eq!(agreed.as_deref(), Some(&b"h2"[..]));
        tls.0.write_all(b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n\0\0\0\x04\0\0\0\0\0").await.expect("it reads");
        let mut head = [0; 9];
        within(PATIENCE, tls.0.read_exact(&mut head)).await.expect("a frame comes");
        assert_eq!(head[3], 4, "the server's settings");
    } else {
        assert_eq!(agreed.as_deref(), Some(&b"http/1.1"[..]));
    }
    drop(tls);
    shutdown.shutdown();
    within(PATIENCE, running.join_next()).await.expect("it runs").expect("no panic").expect("it ends well");
}

#[tokio::test]
async fn what_cannot_be_bound_says_why() {
    let pem = certificate();
    let (other, key) = (certificate(), pem.signing_key.serialize_pem());
    for (options, expected) in [
        (HttpsOptions::pem("", key.clone()), "there is no certificate in the PEM text"),
        (HttpsOptions::pem(pem.cert.pem(), "nonsense"), "there is no private key in the PEM text"),
        (HttpsOptions::pem(other.cert.pem(), key), "the certificate cannot be served: "),
        (HttpsOptions::pem_files("/nowhere/chain.pem", "/nowhere/key.pem"), "cannot read /nowhere/chain.pem: "),
    ] {
        let error = bind([Listen::https("127.0.0.1:0", options)]).await.expect_err("it cannot be");
        assert!(error.to_string().starts_with(expected), "{error}");
    }
    let error = bind([Listen::http("nonsense")]).await.expect_err("no address");
    assert!(error.to_string().starts_with("cannot listen on nonsense: "), "{error}");
    assert_eq!(bind([]).await.expect_err("none at all").to_string(), "there is no address to listen on");
}

#[tokio::test]
async fn pem_files_are_read() {
    let certificate = certificate();
    let folder = std::env::temp_dir().join(format!("oriole-https-{}", std::process::id()));
    std::fs::create_dir_all(&folder).expect("a folder can be made");
    let (chain, key) = (folder.join("chain.pem"), folder.join("key.pem"));
    std::fs::write(&chain, certificate.cert.pem()).expect("it can be written");
    std::fs::write(&key, certificate.signing_key.serialize_pem()).expect("it can be written");
    let bound = bind([Listen::https("127.0.0.1:0", HttpsOptions::pem_files(&chain, &key))]).await;
    std::fs::remove_dir_all(&folder).expect("it can be removed");
    drop(bound.expect("the files are sound"));
}

#[tokio::test]
async fn keep_alive_can_be_turned_off() {
    let app = App::serve::<SiteModule>().await;
    let mut kept = Connection::open(app.addr).await;
    for _ in 0..2 {
        kept.ask("GET", "/").await;
        assert_eq!(kept.response_to("GET").await.body, "here");
    }
    app.end().await;
    let app = App::serve_with::<SiteModule>(|app| app.http1_keep_alive(false)).await;
    let mut once = Connection::open(app.addr).await;
    once.ask("GET", "/").await;
    let answer = once.response_to("GET").await;
    assert_eq!((answer.header("connection"), answer.body.as_str()), (Some("close"), "here"));
    assert_eq!(once.closed().await, "");
    app.end().await;
}

/// Responses that are under way are awaited, and connections that rest are not.
///
/// Parity: KAL.1.
#[tokio::test]
async fn the_end_waits_for_answers() {
    let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
    let stage = app.get::<Stage>().expect("it is provided");
    let mut app = App::run(app).await;
    let mut resting = Connection::open(app.addr).await;
    resting.ask("GET", "/").await;
    resting.response_to("GET").await;
    let mut asking = Connection::open(app.addr).await;
    asking.ask("GET", "/soon").await;
    within(PATIENCE, stage.log.wait_for("soon")).await;
    app.shutdown.shutdown();
    assert_eq!(resting.closed().await, "");
    stage.go.notify_one();
    assert_eq!(asking.response_to("GET").await.body, "done");
    app.ended().await;
}

/// Parity: KAL.2.
#[tokio::test]
async fn connections_can_be_closed_by_force() {
    let app = Oriole::create::<SiteModule>().await.expect("the module is sound");
    let log = app.get::<Stage>().expect("it is provided").log.clone();
    let mut app = App::run(app.force_close_connections(true).shutdown_timeout(Duration::from_secs(60))).await;
    let mut asking = Connection::open(app.addr).await;
    asking.ask("GET", "/slow").await;
    within(PATIENCE, log.wait_for("slow")).await;
    let mut stream = Connection::open(app.addr).await;
    stream.ask("GET", "/events").await;
    assert_eq!(stream.head().await.status, 200);
    stream.chunk().await;
    app.shutdown.shutdown();
    app.ended().await;
    assert_eq!((asking.closed().await, stream.closed().await), (String::new(), String::new()));
}
