//! A server as small as can be, over real sockets: HTTP/1.0 to the end of the connection, so that a body is what it is.

use std::net::SocketAddr;
use std::sync::{Arc, Mutex};

use oriole_sse::{EventId, EventStreams, Hub, LastEventId};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpSocket, TcpStream};
use tokio::task::JoinSet;

use crate::support::frame;

/// What serves now; another may take over, as it is when a process hands its socket to the next.
type Serving = Arc<Mutex<(Hub, EventStreams)>>;

pub(super) struct Server {
    address: SocketAddr,
    serving: Serving,
    tasks: JoinSet<()>,
}

impl Server {
    pub(super) async fn start(hub: Hub, streams: EventStreams) -> Self {
        raise_open_files();
        let listener = TcpListener::bind("127.0.0.1:0").await.expect("a port");
        let address = listener.local_addr().expect("an address");
        let serving = Arc::new(Mutex::new((hub, streams)));
        let mut tasks = JoinSet::new();
        tasks.spawn(serve(listener, Arc::clone(&serving)));
        Self { address, serving, tasks }
    }

    pub(super) fn address(&self) -> SocketAddr {
        self.address
    }

    pub(super) fn replace(&self, hub: Hub, streams: EventStreams) {
        *self.serving.lock().expect("no panic") = (hub, streams);
    }

    /// Asks for a topic, or for several with a comma in between.
    pub(super) async fn connect(&self, topic: &str, last_event_id: Option<&str>) -> TcpStream {
        connect(self.address, topic, last_event_id).await
    }

    /// The same by a socket that takes little that is not read, whatever the system would give it.
    pub(super) async fn connect_narrowly(&self, topic: &str) -> TcpStream {
        let socket = TcpSocket::new_v4().expect("a socket");
        socket.set_recv_buffer_size(16 * 1024).expect("a size");
        ask(socket.connect(self.address).await.expect("a connection"), topic, None).await
    }

    pub(super) fn stop(&mut self) {
        self.tasks.abort_all();
    }
}

pub(super) async fn connect(address: SocketAddr, topic: &str, last_event_id: Option<&str>) -> TcpStream {
    ask(TcpStream::connect(address).await.expect("a connection"), topic, last_event_id).await
}

async fn ask(mut stream: TcpStream, topic: &str, last_event_id: Option<&str>) -> TcpStream {
    let request = format!("GET /{topic} HTTP/1.1\r\n{}\r\n\r\n", last_event_id.unwrap_or_default());
    stream.write_all(request.as_bytes()).await.expect("sent");
    stream
}

async fn serve(listener: TcpListener, serving: Serving) {
    let mut connections = JoinSet::new();
    while let Ok((stream, _)) = listener.accept().await {
        let (hub, streams) = serving.lock().expect("no panic").clone();
        connections.spawn(async move {
            // A client that has left is no concern of anybody.
            let _ = answer(stream, hub, streams).await;
        });
    }
}

/// Takes the topics of the first line, and the second, which is the bare last event id.
async fn answer(mut stream: TcpStream, hub: Hub, streams: EventStreams) -> Result<(), std::io::Error> {
    let mut head = vec![0; 1024];
    let read = stream.read(&mut head).await?;
    let head = std::str::from_utf8(&head[..read]).expect("text");
    let mut lines = head.split("\r\n");
    let mut topics = lines.next().and_then(|line| line.split([' ', '/']).nth(2)).expect("a topic").split(',');
    let id = EventId::new(lines.next().unwrap_or_default()).expect("an id");
    let subscribe = hub.subscribe(topics.next().expect("a topic")).from(LastEventId::from(id));
    let subscription = topics.fold(subscribe, |all, topic| all.and(topic)).await.expect("room");
    let mut body = streams.open_events(subscription).await.into_body();
    stream.write_all(b"HTTP/1.0 200 OK\r\ncontent-type: text/event-stream\r\n\r\n").await?;
    while let Some(bytes) = frame(&mut body).await {
        stream.write_all(&bytes).await?;
    }
    Ok(())
}

/// A few thousand sockets are more than many systems allow a process that does not ask.
fn raise_open_files() {
    use rustix::process::{Resource, Rlimit, getrlimit, setrlimit};
    let Rlimit { maximum, .. } = getrlimit(Resource::Nofile);
    let _ = setrlimit(Resource::Nofile, Rlimit { current: maximum, maximum });
}
