//! HTTP/1.1 as bytes, so that nothing is hidden by a library.

use crate::{PATIENCE, within};
use serde_json::Value;
use std::net::SocketAddr;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpSocket, TcpStream};

/// One connection.
#[derive(Debug)]
pub struct Connection {
    stream: TcpStream,
    buffer: Vec<u8>,
}

/// One answer.
#[derive(Debug, PartialEq, Eq)]
pub struct Response {
    /// The status.
    pub status: u16,
    /// The headers, names in lower case.
    pub headers: Vec<(String, String)>,
    /// The body, with its chunks put together.
    pub body: String,
}

impl Response {
    /// The first header of a name.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }

    /// The body as JSON.
    ///
    /// # Panics
    ///
    /// If it is none.
    #[must_use]
    #[track_caller]
    pub fn json(&self) -> Value {
        serde_json::from_str(&self.body).unwrap_or_else(|error| panic!("{error}: {self:?}"))
    }
}

#[allow(clippy::missing_panics_doc, reason = "a test ends where its socket does")]
impl Connection {
    /// Connects.
    pub async fn open(addr: SocketAddr) -> Self {
        let stream = within(PATIENCE, TcpStream::connect(addr)).await.expect("the server listens");
        stream.set_nodelay(true).expect("a socket can be told");
        Self { stream, buffer: Vec::new() }
    }

    /// Connects with little room for what it does not read, so that a server soon finds that it takes nothing.
    pub async fn narrow(addr: SocketAddr) -> Self {
        let socket = TcpSocket::new_v4().expect("there is room for a socket");
        socket.set_recv_buffer_size(16 * 1024).expect("a socket can be told");
        let stream = within(PATIENCE, socket.connect(addr)).await.expect("the server listens");
        Self { stream, buffer: Vec::new() }
    }

    /// Sends bytes as they are.
    pub async fn send(&mut self, bytes: impl AsRef<[u8]>) {
        within(PATIENCE, self.stream.write_all(bytes.as_ref())).await.expect("the server reads");
    }

    /// Sends bytes and says whether the server took them.
    pub async fn try_send(&mut self, bytes: impl AsRef<[u8]>) -> bool {
        within(PATIENCE, self.stream.write_all(bytes.as_ref())).await.is_ok()
    }

    /// Says that nothing more will be sent; the answer can still be read.
    pub async fn finish(&mut self) {
        within(PATIENCE, self.stream.shutdown()).await.expect("the server is there");
    }

    /// Asks without a body.
    pub async fn ask(&mut self, method: &str, target: &str) {
        self.send(format!("{method} {target} HTTP/1.1\r\nHost: test\r\n\r\n")).await;
    }

    /// Reads a head; the body is left.
    pub async fn head(&mut self) -> Response {
        let end = loop {
            if let Some(at) = find(&self.buffer, b"\r\n\r\n") {
                break at;
            }
            assert!(self.read().await, "closed within a head: {:?}", String::from_utf8_lossy(&self.buffer));
        };
        let head = String::from_utf8(self.buffer[..end].to_vec()).expect("a head is text");
        self.buffer.drain(..end + 4);
        let mut lines = head.split("\r\n");
        let status_line = lines.next().expect("a head has a first line");
        let status = status_line.split(' ').nth(1).and_then(|status| status.parse().ok());
        let headers = lines
            .map(|line| {
                let (name, value) = line.split_once(':').unwrap_or((line, ""));
                (name.to_ascii_lowercase(), value.trim().to_owned())
            })
            .collect();
        Response { status: status.unwrap_or_else(|| panic!("{status_line}")), headers, body: String::new() }
    }

    /// Reads a whole answer to a request of the given method.
    pub async fn response_to(&mut self, method: &str) -> Response {
        let mut response = self.head().await;
        let has_body = method != "HEAD" && !matches!(response.status, 100..200 | 204 | 304);
        let body = if !has_body {
            Vec::new()
        } else if response.header("transfer-encoding") == Some("chunked") {
            let mut body = Vec::new();
            while let Some(chunk) = self.chunk().await {
                body.extend(chunk.into_bytes());
            }
            body
        } else if let Some(length) = response.header("content-length") {
            let length = length.parse().expect("a length is a number");
            while self.buffer.len() < length {
                assert!(self.read().await, "closed within a body");
            }
            self.buffer.drain(..length).collect()
        } else {
            while self.read().await {}
            std::mem::take(&mut self.buffer)
        };
        response.body = String::from_utf8(body).expect("the bodies of these tests are text");
        response
    }

    /// Reads the next chunk of a chunked body, which is text; `None` is the complete end.
    pub async fn chunk(&mut self) -> Option<String> {
        let chunk = self.chunk_of_bytes().await?;
        Some(String::from_utf8(chunk).expect("these chunks are text"))
    }

    /// Reads the next chunk of a chunked body; `None` is the complete end.
    pub async fn chunk_of_bytes(&mut self) -> Option<Vec<u8>> {
        let line = loop {
            if let Some(at) = find(&self.buffer, b"\r\n") {
                break at;
            }
            assert!(self.read().await, "closed between two chunks");
        };
        let size = std::str::from_utf8(&self.buffer[..line]).expect("a size is text");
        let size = usize::from_str_radix(size, 16).expect("a size is a number");
        while self.buffer.len() < line + 2 + size + 2 {
            assert!(self.read().await, "closed within a chunk");
        }
        let chunk = self.buffer[line + 2..line + 2 + size].to_vec();
        self.buffer.drain(..line + 2 + size + 2);
        (size > 0).then_some(chunk)
    }

    /// Reads chunks until the body has ended, and gives all of it.
    pub async fn rest(&mut self) -> String {
        let mut body = String::new();
        while let Some(chunk) = self.chunk().await {
            body.push_str(&chunk);
        }
        body
    }

    /// Waits until the server closes; what it still sent is given.
    pub async fn closed(&mut self) -> String {
        while self.read().await {}
        String::from_utf8_lossy(&std::mem::take(&mut self.buffer)).into_owned()
    }

    /// Whether the connection is open with nothing to read.
    #[must_use]
    pub fn is_silent(&self) -> bool {
        let mut byte = [0];
        self.buffer.is_empty()
            && matches!(self.stream.try_read(&mut byte), Err(error) if error.kind() == std::io::ErrorKind::WouldBlock)
    }

    /// The local end's address.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.stream.local_addr().expect("a connected socket has one")
    }

    /// More bytes, or `false` if there will be none.
    async fn read(&mut self) -> bool {
        match within(PATIENCE, self.stream.read_buf(&mut self.buffer)).await {
            Ok(0) => false,
            Ok(_) => true,
            Err(error) if error.kind() == std::io::ErrorKind::ConnectionReset => false,
            Err(error) => panic!("{error}"),
        }
    }
}

fn find(text: &[u8], part: &[u8]) -> Option<usize> {
    text.windows(part.len()).position(|window| window == part)
}
