//! The development console on plain axum, where the address of a request's other end is the program's to find.

use axum::Router;
use axum::extract::ConnectInfo;
use http_tests::{Connection, PATIENCE, Response, within};
use oriole_sse::{Console, ConsoleOptions, Hub};
use std::net::{IpAddr, SocketAddr};
use tokio::net::TcpListener;
use tokio::task::JoinSet;

struct Server {
    addr: SocketAddr,
    _tasks: JoinSet<()>,
}

impl Server {
    async fn start(options: ConsoleOptions) -> Self {
        let console = Console::new(Hub::default(), options).expect("a build for development");
        let routes = Router::new().nest_service("/tools/streams", console);
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let addr = listener.local_addr().expect("it is bound");
        let mut tasks = JoinSet::new();
        let service = routes.into_make_service_with_connect_info::<SocketAddr>();
        tasks.spawn(async move { axum::serve(listener, service).await.expect("it serves") });
        Self { addr, _tasks: tasks }
    }

    async fn get(&self, target: &str, host: &str) -> Response {
        let mut connection = Connection::open(self.addr).await;
        connection.send(format!("GET {target} HTTP/1.1\r\nHost: {host}\r\n\r\n")).await;
        within(PATIENCE, connection.response_to("GET")).await
    }
}

#[tokio::test]
async fn it_is_a_service_at_any_path() {
    let options = ConsoleOptions::default();
    let server = Server::start(options.peer_by(|extensions| {
        let ConnectInfo(peer): &ConnectInfo<SocketAddr> = extensions.get()?;
        Some(peer.ip())
    }))
    .await;
    for target in ["/tools/streams", "/tools/streams/"] {
        let page = server.get(target, "localhost").await;
        assert_eq!((page.status, page.body.contains("Development console")), (200, true), "{target}");
    }
    let (status, body) = words(server.get("/tools/streams/else", "localhost").await);
    assert_eq!((status, body.contains("#token=")), (403, true), "{body}");
}

fn words(answer: Response) -> (u16, String) {
    (answer.status, answer.body)
}

/// Where it is not known who asks, nobody is answered; other machines are only if they are named.
#[tokio::test]
async fn only_this_machine_is_answered() {
    let server = Server::start(ConsoleOptions::default()).await;
    let (status, body) = words(server.get("/tools/streams", "localhost").await);
    assert_eq!((status, body.contains("ConsoleOptions::peer_by")), (403, true), "{body}");

    let of = |peer: &str| -> IpAddr { peer.parse().expect("an address") };
    for peer in ["127.0.0.1", "127.1.2.3", "::1", "::ffff:127.0.0.1", "172.17.0.1", "::ffff:172.17.0.1"] {
        let options = ConsoleOptions::default().allow_peer(of("172.17.0.1"));
        let peer = of(peer);
        let server = Server::start(options.peer_by(move |_| Some(peer))).await;
        assert_eq!(server.get("/tools/streams", "localhost").await.status, 200, "{peer}");
    }
    for peer in ["172.17.0.2", "10.0.0.1", "0.0.0.0", "2001:db8::1", "::ffff:10.0.0.1"] {
        let options = ConsoleOptions::default().allow_peer(of("172.17.0.1"));
        let peer = of(peer);
        let server = Server::start(options.peer_by(move |_| Some(peer))).await;
        let (status, body) = words(server.get("/tools/streams", "localhost").await);
        assert_eq!((status, body.contains("this machine alone")), (403, true), "{peer}: {body}");
    }
}

#[tokio::test]
async fn another_name_is_answered_if_it_is_allowed() {
    let options = ConsoleOptions::default().peer_by(|_| "::1".parse().ok()).allow_host("box.internal");
    let server = Server::start(options).await;
    for (host, status) in [("BOX.internal:8080", 200), ("box.internal", 200), ("other.internal", 403)] {
        assert_eq!(server.get("/tools/streams", host).await.status, status, "{host}");
    }
}
