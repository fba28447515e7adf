//! Frames of HTTP/2, as RFC 9113 has them.

use http_tests::{App, PATIENCE, within};
use tokio::io::{AsyncRead, AsyncReadExt, AsyncWrite, AsyncWriteExt};
use tokio::net::TcpStream;

pub const DATA: u8 = 0;
pub const HEADERS: u8 = 1;
pub const SETTINGS: u8 = 4;
pub const PING: u8 = 6;
pub const GOAWAY: u8 = 7;
pub const WINDOW_UPDATE: u8 = 8;
pub const END_STREAM: u8 = 1;
pub const ACK: u8 = 1;

/// What a client says first: the preface, and its settings.
pub fn opening() -> Vec<u8> {
    [&b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n"[..], &frame(SETTINGS, 0, 0, b"")].concat()
}

/// `GET`, with a path that HPACK writes as a literal.
pub fn get(stream: u32, path: &str) -> Vec<u8> {
    let mut block = vec![0x82, 0x86, 0x04, u8::try_from(path.len()).expect("a short path")];
    block.extend(path.as_bytes());
    block.extend([0x01, 4]);
    block.extend(b"test");
    // END_STREAM and END_HEADERS.
    frame(HEADERS, 5, stream, &block)
}

fn frame(kind: u8, flags: u8, stream: u32, payload: &[u8]) -> Vec<u8> {
    let mut frame = u32::try_from(payload.len()).expect("a small frame").to_be_bytes()[1..].to_vec();
    frame.extend([kind, flags]);
    frame.extend(stream.to_be_bytes());
    frame.extend(payload);
    frame
}

/// A client that writes its frames itself.
pub struct Client<S>(S);

impl Client<TcpStream> {
    pub async fn open(app: &App) -> Self {
        Self::over(TcpStream::connect(app.addr).await.expect("it listens")).await
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> Client<S> {
    pub async fn over(stream: S) -> Self {
        let mut client = Self(stream);
        client.0.write_all(&opening()).await.expect("it reads");
        client
    }

    /// One that has sent its [opening].
    pub fn opened(stream: S) -> Self {
        Self(stream)
    }

    pub async fn send(&mut self, kind: u8, flags: u8, stream: u32, payload: &[u8]) {
        self.0.write_all(&frame(kind, flags, stream, payload)).await.expect("it reads");
    }

    pub async fn get(&mut self, stream: u32, path: &str) {
        self.0.write_all(&get(stream, path)).await.expect("it reads");
    }

    /// The next frame of one of the kinds: kind, flags, stream, payload.
    pub async fn frame(&mut self, kinds: &[u8]) -> (u8, u8, u32, Vec<u8>) {
        loop {
            let mut head = [0; 9];
            within(PATIENCE, self.0.read_exact(&mut head)).await.expect("a frame comes");
            let length = u32::from_be_bytes([0, head[0], head[1], head[2]]) as usize;
            let mut payload = vec![0; length];
            within(PATIENCE, self.0.read_exact(&mut payload)).await.expect("a frame is whole");
            if kinds.contains(&head[3]) {
                let stream = u32::from_be_bytes([head[5], head[6], head[7], head[8]]);
                return (head[3], head[4], stream, payload);
            }
        }
    }

    /// Gives a stream room for so many bytes more; the connection, if the stream is 0.
    pub async fn widen(&mut self, stream: u32, bytes: u32) {
        self.send(WINDOW_UPDATE, 0, stream, &bytes.to_be_bytes()).await;
    }

    /// Reads until the server hangs up.
    pub async fn closed(&mut self) {
        let mut rest = vec![];
        // Whether it says goodbye or not.
        let _ = within(PATIENCE, self.0.read_to_end(&mut rest)).await;
    }
}
