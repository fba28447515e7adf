//! The HTTP transport, over loopback: TCP, TLS with a certificate made here, proxies.

use std::sync::Arc;

use futures_util::StreamExt;
use http::Method;
use oriole_sse::{
    BuildError, EventSource, HttpTransport, HttpTransportOptions, ProxyOptions, Signal, SourceError, TransportErrorKind,
};
use rustls::pki_types::{PrivateKeyDer, PrivatePkcs8KeyDer};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt, copy_bidirectional};
use tokio::net::{TcpListener, TcpStream};
use tokio::task::JoinSet;
use tokio_rustls::TlsAcceptor;

const HEAD: &str = "HTTP/1.1 200 OK\r\nContent-Type: text/event-stream\r\n";

/// Reads the head of a request.
async fn read_head(io: &mut (impl AsyncRead + Unpin)) -> String {
    let mut head = vec![];
    while !head.ends_with(b"\r\n\r\n") {
        head.push(io.read_u8().await.expect("a request"));
    }
    String::from_utf8(head).expect("text")
}

/// Takes connections and answers each with the next of these texts, then ends it.
async fn serve(listener: TcpListener, answers: Vec<String>) -> Vec<String> {
    let mut heads = vec![];
    for answer in answers {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        heads.push(read_head(&mut socket).await);
        socket.write_all(answer.as_bytes()).await.expect("a reader");
        // The client is the one that ends a connection whose answer does not.
        if answer.contains("keep-alive") {
            let _ = socket.read_u8().await;
        }
    }
    heads
}

async fn listen() -> (TcpListener, u16) {
    let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
    let port = listener.local_addr().expect("an address").port();
    (listener, port)
}

fn source(url: &str, options: HttpTransportOptions) -> EventSource {
    let transport = HttpTransport::new(options).expect("good roots");
    EventSource::builder(url).transport(transport).build().expect("an address")
}

/// The next item of the stream that is an event, or the error of the first loss.
async fn first(source: &mut EventSource) -> Result<String, SourceError> {
    loop {
        match source.next_signal().await.expect("the source is open") {
            Signal::Event(event) => return Ok(event.into_data()),
            Signal::Reconnecting { error, .. } | Signal::Failed(error) => return Err(error),
            _ => {}
        }
    }
}

#[tokio::test]
async fn bodies_of_every_framing_are_read_and_interim_answers_skipped() {
    for rest in [
        "Transfer-Encoding: chunked\r\n\r\n4\r\ndata\r\n5\r\n: 1\n\n\r\n0\r\n\r\n",
        "Content-Length: 9\r\nConnection: keep-alive\r\n\r\ndata: 1\n\n",
        "Connection: close\r\n\r\ndata: 1\n\n",
    ] {
        for interim in ["", "HTTP/1.1 103 Early Hints\r\nLink: </a>\r\n\r\n", "HTTP/1.1 100 Continue\r\n\r\n"] {
            let (listener, port) = listen().await;
            let mut server = JoinSet::new();
            server.spawn(serve(listener, vec![format!("{interim}{HEAD}{rest}")]));
            let mut source = source(&format!("http://localhost:{port}/a?b"), HttpTransportOptions::default());
            assert_eq!(first(&mut source).await.expect("an event"), "1");
            assert!(matches!(first(&mut source).await, Err(SourceError::BodyEnded)), "{rest}");
            source.close();
            let heads = server.join_next().await.expect("one").expect("no panic");
            assert!(heads[0].starts_with("GET /a?b HTTP/1.1\r\n"), "{heads:?}");
            assert!(heads[0].to_lowercase().contains(&format!("\r\nhost: localhost:{port}\r\n")), "{heads:?}");
        }
    }
}

#[tokio::test]
async fn what_breaks_off_is_an_error_of_the_exchange() {
    for answer in [
        format!("{HEAD}Transfer-Encoding: chunked\r\n\r\n4\r\nda"),
        format!("{HEAD}Content-Length: 99\r\n\r\ndata: 1\n"),
        "HTTP/1.1 200 O".to_string(),
        "nonsense\r\n\r\n".to_string(),
        String::new(),
        format!("{HEAD}X: {}\r\n\r\n", "x".repeat(9000)),
    ] {
        let (listener, port) = listen().await;
        let mut server = JoinSet::new();
        server.spawn(serve(listener, vec![answer.clone()]));
        let mut source = source(&format!("http://127.0.0.1:{port}"), HttpTransportOptions::default().head_bytes_max(0));
        let Err(SourceError::Transport(error)) = first(&mut source).await else { panic!("{answer:?}") };
        assert_eq!(error.kind(), TransportErrorKind::Exchange, "{answer:?}");
        assert!(error.may_have_been_sent());
    }
}

#[tokio::test]
async fn what_is_not_there_is_told_apart() {
    let (listener, port) = listen().await;
    drop(listener);
    for (url, kind) in [
        (format!("http://127.0.0.1:{port}/"), TransportErrorKind::Connect),
        (format!("https://[::1]:{port}/"), TransportErrorKind::Connect),
        ("http://nothing.invalid/".to_string(), TransportErrorKind::Resolve),
    ] {
        let result = first(&mut source(&url, HttpTransportOptions::default())).await;
        let Err(SourceError::Transport(error)) = result else { panic!("{url}: {result:?}") };
        assert_eq!(error.kind(), kind, "{url}");
        assert!(!error.may_have_been_sent());
    }
}

#[tokio::test]
async fn a_body_goes_out_with_its_length() {
    let (listener, port) = listen().await;
    let server = async {
        let (mut socket, _) = listener.accept().await.expect("a connection");
        let head = read_head(&mut socket).await.to_lowercase();
        assert!(head.starts_with("post / http/1.1\r\n") && head.contains("\r\ncontent-length: 3\r\n"), "{head}");
        let mut body = [0; 3];
        socket.read_exact(&mut body).await.expect("the body");
        assert_eq!(&body, b"why");
        socket.write_all(format!("{HEAD}Content-Length: 9\r\n\r\ndata: 1\n\n").as_bytes()).await.expect("a reader");
    };
    let builder = EventSource::builder(&format!("http://127.0.0.1:{port}")).method(Method::POST).body("why");
    let mut source = builder.build().expect("an address");
    let client = async {
        assert_eq!(source.next().await.expect("open").expect("no failure").data(), "1");
        assert!(source.next().await.is_none());
    };
    tokio::join!(server, client);
}

/// A certificate for these names, and what accepts connections with it.
fn certificate(names: &[&str]) -> (Vec<u8>, TlsAcceptor) {
    let names: Vec<_> = names.iter().map(ToString::to_string).collect();
    let made = rcgen::generate_simple_self_signed(names).expect("names");
    let der = made.cert.der().to_vec();
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(made.signing_key.serialize_der()));
    let config = rustls::ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("versions")
        .with_no_client_auth()
        .with_single_cert(vec![made.cert.der().clone()], key)
        .expect("a key");
    (der, TlsAcceptor::from(Arc::new(config)))
}

/// Answers one request over TLS; gives the request, or nothing if TLS was not agreed upon.
async fn serve_secured(io: impl AsyncRead + AsyncWrite + Unpin, acceptor: TlsAcceptor) -> Option<String> {
    let mut io = acceptor.accept(io).await.ok()?;
    let head = read_head(&mut io).await;
    io.write_all(format!("{HEAD}Content-Length: 14\r\n\r\ndata: secret\n\n").as_bytes()).await.expect("a reader");
    let _ = io.shutdown().await;
    Some(head)
}

#[tokio::test]
async fn tls_trusts_a_given_root_and_nobody_else() {
    let (der, acceptor) = certificate(&["localhost", "127.0.0.1"]);
    let (stranger, _) = certificate(&["localhost"]);
    for (host, options, passes) in [
        ("localhost", HttpTransportOptions::default().root(der.clone()), true),
        ("127.0.0.1", HttpTransportOptions::default().root(der.clone()).public_roots(false), true),
        ("localhost", HttpTransportOptions::default(), false),
        ("localhost", HttpTransportOptions::default().root(stranger), false),
    ] {
        let (listener, port) = listen().await;
        let acceptor = acceptor.clone();
        let mut server = JoinSet::new();
        server.spawn(async move { serve_secured(listener.accept().await.expect("a connection").0, acceptor).await });
        let mut source = source(&format!("https://{host}:{port}/x"), options);
        match first(&mut source).await {
            Ok(data) => assert!(passes && data == "secret"),
            Err(SourceError::Transport(error)) => {
                assert!(!passes && error.kind() == TransportErrorKind::Tls && !error.may_have_been_sent(), "{error:?}");
            }
            Err(error) => panic!("{error:?}"),
        }
        source.close();
        let head = server.join_next().await.expect("one").expect("no panic");
        assert_eq!(head.is_some_and(|head| head.starts_with("GET /x HTTP/1.1\r\n")), passes);
    }
    let broken = HttpTransport::new(HttpTransportOptions::default().root(*b"no certificate"));
    assert!(matches!(broken, Err(BuildError::Certificate { .. })));
}

#[tokio::test]
async fn a_proxy_is_sent_the_absolute_address_and_its_own_credentials() {
    let (listener, port) = listen().await;
    let mut server = JoinSet::new();
    server.spawn(serve(listener, vec![format!("{HEAD}Content-Length: 9\r\n\r\ndata: 1\n\n")]));
    let proxy = ProxyOptions::default().all(format!("http://user:secret@127.0.0.1:{port}"));
    let mut source = source("http://example.invalid/a?b", HttpTransportOptions::default().proxy(proxy));
    assert_eq!(first(&mut source).await.expect("an event"), "1");
    let head = server.join_next().await.expect("one").expect("no panic").remove(0).to_lowercase();
    assert!(head.starts_with("get http://example.invalid/a?b http/1.1\r\n"), "{head}");
    assert!(head.contains("\r\nhost: example.invalid\r\n"), "{head}");
    assert!(head.contains("\r\nproxy-authorization: basic dxnlcjpzzwnyzxq=\r\n"), "{head}");
}

#[tokio::test]
async fn a_secure_connection_is_tunnelled_through_a_proxy() {
    let (der, acceptor) = certificate(&["localhost"]);
    let (target, target_port) = listen().await;
    let (proxy, proxy_port) = listen().await;
    let mut servers = JoinSet::new();
    servers.spawn(async move {
        serve_secured(target.accept().await.expect("a connection").0, acceptor).await.expect("trust")
    });
    servers.spawn(async move {
        let (mut client, _) = proxy.accept().await.expect("a connection");
        let head = read_head(&mut client).await;
        let mut server = TcpStream::connect(("127.0.0.1", target_port)).await.expect("the target");
        client.write_all(b"HTTP/1.1 200 Connection established\r\n\r\n").await.expect("a reader");
        let _ = copy_bidirectional(&mut client, &mut server).await;
        head
    });
    let proxy = ProxyOptions::default().all(format!("http://u:p@127.0.0.1:{proxy_port}"));
    let mut source =
        source(&format!("https://localhost:{target_port}/x"), HttpTransportOptions::default().proxy(proxy).root(der));
    assert_eq!(first(&mut source).await.expect("an event"), "secret");
    drop(source);
    let mut heads = servers.join_all().await;
    heads.sort();
    assert!(heads[0].starts_with(&format!("CONNECT localhost:{target_port} HTTP/1.1\r\n")), "{heads:?}");
    assert!(heads[0].to_lowercase().contains("proxy-authorization: basic dtpw\r\n"), "{heads:?}");
    assert!(heads[1].starts_with("GET /x HTTP/1.1\r\n") && !heads[1].to_lowercase().contains("proxy"), "{heads:?}");
}

#[tokio::test]
async fn a_proxy_that_refuses_is_told_apart_and_hosts_can_be_excepted() {
    let (listener, port) = listen().await;
    let mut server = JoinSet::new();
    server.spawn(serve(listener, vec!["HTTP/1.1 407 No\r\nContent-Length: 0\r\n\r\n".into()]));
    let proxy = ProxyOptions::default().all(format!("http://127.0.0.1:{port}"));
    let mut refused = source("https://example.invalid/", HttpTransportOptions::default().proxy(proxy));
    let Err(SourceError::Transport(error)) = first(&mut refused).await else { panic!("refused") };
    assert_eq!((error.kind(), error.may_have_been_sent()), (TransportErrorKind::Proxy, false));

    let (listener, port) = listen().await;
    server.spawn(serve(listener, vec![format!("{HEAD}Content-Length: 9\r\n\r\ndata: 1\n\n")]));
    let proxy = ProxyOptions::default().all("http://proxy.invalid").none("127.0.0.1");
    let mut direct = source(&format!("http://127.0.0.1:{port}"), HttpTransportOptions::default().proxy(proxy));
    assert_eq!(first(&mut direct).await.expect("an event"), "1");
}

/// Else requests would go past it, and nobody would know.
#[test]
fn a_proxy_that_cannot_be_used_is_an_error_at_construction() {
    let made =
        |proxy: &str| HttpTransport::new(HttpTransportOptions::default().proxy(ProxyOptions::default().all(proxy)));
    for bad in ["http://user:pass word@proxy:1", "socks5://proxy", "ftp://proxy", "http://", "http://proxy:99999", " "]
    {
        let error = made(bad).expect_err(bad);
        assert!(matches!(error, BuildError::Proxy { .. }) && !error.to_string().contains("word"), "{error}");
    }
    for good in
        ["", "proxy", "proxy:3128", "http://u:p@proxy:3128/", "https://proxy", "http://[::1]:3128", "http://[::1]"]
    {
        made(good).expect(good);
    }
}

#[test]
fn proxies_are_read_from_the_environment_as_curl_does() {
    let read = |variables: &'static [(&str, &str)]| {
        ProxyOptions::from_variables(|name| {
            variables.iter().find(|(given, _)| *given == name).map(|(_, value)| value.to_string())
        })
    };
    let proxy = read(&[("http_proxy", "http://a"), ("HTTPS_PROXY", "http://b"), ("no_proxy", "x.y")]);
    assert_eq!((proxy.http.as_str(), proxy.https.as_str(), proxy.none.as_str()), ("http://a", "http://b", "x.y"));
    let proxy = read(&[("ALL_PROXY", "http://c"), ("HTTP_PROXY", "http://evil"), ("REQUEST_METHOD", "GET")]);
    assert_eq!((proxy.http.as_str(), proxy.https.as_str()), ("http://c", "http://c"));
    assert_eq!(read(&[]), ProxyOptions::default());
}
