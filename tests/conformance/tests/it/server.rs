//! A server that does on a socket what the test says, byte by byte.

use std::time::Duration;

use tokio::io::{AsyncReadExt, AsyncWriteExt, BufReader};
use tokio::net::{TcpListener, TcpStream};
use tokio::time::timeout;

/// How long anything may take; nothing takes this long unless it fails.
pub(crate) const PATIENCE: Duration = Duration::from_secs(120);

pub(crate) struct Server {
    listener: TcpListener,
    port: u16,
}

/// A connection on which a request has come.
pub(crate) struct Connection {
    socket: BufReader<TcpStream>,
    /// Method, path and version.
    pub(crate) line: String,
    headers: Vec<(String, Vec<u8>)>,
    pub(crate) body: Vec<u8>,
}

impl Server {
    pub(crate) async fn start() -> Self {
        let listener = TcpListener::bind(("127.0.0.1", 0)).await.expect("a port");
        let port = listener.local_addr().expect("an address").port();
        Self { listener, port }
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://127.0.0.1:{}{path}", self.port)
    }

    /// Waits for the next request.
    pub(crate) async fn request(&self) -> Connection {
        timeout(PATIENCE, async {
            let (socket, _) = self.listener.accept().await.expect("a connection");
            Connection::read(socket).await
        })
        .await
        .expect("a request in time")
    }

    /// Waits for the next request and answers it with an open event stream.
    pub(crate) async fn stream(&self) -> Connection {
        let mut connection = self.request().await;
        connection.head("200 OK", "Content-Type: text/event-stream\r\n").await;
        connection
    }
}

impl Connection {
    async fn read(socket: TcpStream) -> Self {
        let mut socket = BufReader::new(socket);
        let mut head = vec![];
        while !head.ends_with(b"\r\n\r\n") {
            head.push(socket.read_u8().await.expect("a head"));
        }
        let mut lines = head.split(|byte| *byte == b'\n').map(|line| line.strip_suffix(b"\r").unwrap_or(line));
        let line = String::from_utf8(lines.next().expect("a line").to_vec()).expect("text");
        let headers: Vec<_> = lines
            .filter_map(|line| {
                let colon = line.iter().position(|byte| *byte == b':')?;
                let name = String::from_utf8_lossy(&line[..colon]).to_lowercase();
                Some((name, line[colon + 1..].trim_ascii().to_vec()))
            })
            .collect();
        let mut connection = Self { socket, line, headers, body: vec![] };
        let length = connection.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        connection.body = vec![0; length];
        connection.socket.read_exact(&mut connection.body).await.expect("a body");
        connection
    }

    pub(crate) fn header(&self, name: &str) -> Option<String> {
        let value = &self.headers.iter().find(|(given, _)| given == name)?.1;
        Some(String::from_utf8(value.clone()).expect("UTF-8"))
    }

    pub(crate) async fn head(&mut self, status: &str, headers: &str) {
        self.send(format!("HTTP/1.1 {status}\r\n{headers}\r\n")).await;
    }

    pub(crate) async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        // A client that has closed is none that misses something.
        let _ = self.socket.write_all(bytes.as_ref()).await;
        let _ = self.socket.flush().await;
    }

    /// Answers and ends.
    pub(crate) async fn answer(mut self, status: &str, headers: &str, body: &str) {
        self.head(status, &format!("{headers}Content-Length: {}\r\n", body.len())).await;
        self.send(body).await;
    }

    /// Waits until the client ends the connection.
    pub(crate) async fn closed(mut self) {
        let read = timeout(PATIENCE, self.socket.read_u8()).await.expect("an end in time");
        assert!(read.is_err(), "the client said more");
    }
}
