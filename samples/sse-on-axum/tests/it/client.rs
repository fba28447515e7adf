//! The program as a child process, and connections to it.

use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read, Write};
use std::net::TcpStream;
use std::process::{Child, Command, ExitStatus, Stdio};
use std::time::Duration;

use oriole_sse::{Decoder, ReceivedEvent};

/// The running sample; killed when dropped.
pub(crate) struct Program {
    child: Child,
    address: String,
}

/// One request and its answer.
pub(crate) struct Connection {
    reader: BufReader<TcpStream>,
    chunked: bool,
    length: usize,
    pub(crate) decoder: Decoder,
    /// Arrived, and not asked for yet.
    events: VecDeque<ReceivedEvent>,
}

/// The head of an answer.
pub(crate) struct Head {
    pub(crate) status: String,
    headers: Vec<(String, String)>,
}

impl Program {
    pub(crate) fn start() -> Self {
        let mut child = Command::new(env!("CARGO_BIN_EXE_sample-sse-on-axum"))
            .env("PORT", "0")
            .stdout(Stdio::piped())
            .spawn()
            .expect("the sample starts");
        let mut line = String::new();
        BufReader::new(child.stdout.take().expect("its output")).read_line(&mut line).expect("its first line");
        let address = line.trim().strip_prefix("listening on http://").expect("its address").to_string();
        Self { child, address }
    }

    pub(crate) fn request(&self, line: &str, headers: &str) -> Connection {
        let mut stream = TcpStream::connect(&self.address).expect("it listens");
        stream.set_read_timeout(Some(Duration::from_secs(10))).expect("a time limit");
        write!(stream, "{line}\r\nHost: {}\r\n{headers}\r\n", self.address).expect("it reads");
        Connection {
            reader: BufReader::new(stream),
            chunked: false,
            length: 0,
            decoder: Decoder::default(),
            events: VecDeque::new(),
        }
    }

    /// Asks it to stop, as a supervisor does.
    #[cfg(unix)]
    pub(crate) fn terminate(&self) {
        let status = Command::new("kill").arg("-TERM").arg(self.child.id().to_string()).status();
        assert!(status.expect("a kill command").success());
    }

    pub(crate) fn exit(&mut self) -> ExitStatus {
        self.child.wait().expect("its end")
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

impl Connection {
    pub(crate) fn head(&mut self) -> Head {
        let status = self.line();
        let headers: Vec<_> = std::iter::from_fn(|| {
            let line = self.line();
            let (name, value) = line.split_once(": ")?;
            Some((name.to_ascii_lowercase(), value.to_string()))
        })
        .collect();
        let head = Head { status, headers };
        self.chunked = head.header("transfer-encoding") == Some("chunked");
        self.length = head.header("content-length").map_or(0, |length| length.parse().expect("a length"));
        head
    }

    /// Waits for this many events.
    pub(crate) fn events(&mut self, count: usize) -> Vec<ReceivedEvent> {
        while self.events.len() < count {
            let chunk = self.chunk().expect("the stream goes on");
            self.events.extend(self.decoder.feed(&chunk).map(|event| event.expect("within the limits")));
        }
        self.events.drain(..count).collect()
    }

    /// Reads to the end of an event stream.
    pub(crate) fn rest(&mut self) {
        while let Some(chunk) = self.chunk() {
            let _ = self.decoder.feed(&chunk).count();
        }
        assert!(!self.decoder.end(), "the stream broke off inside an event");
    }

    /// Reads a body of known length.
    pub(crate) fn body(&mut self) -> String {
        let mut body = vec![0; self.length];
        self.reader.read_exact(&mut body).expect("the body");
        String::from_utf8(body).expect("text")
    }

    /// Reads a chunk; `None` for the last.
    fn chunk(&mut self) -> Option<Vec<u8>> {
        assert!(self.chunked, "a body of unknown length over HTTP/1.1 comes in chunks");
        let length = usize::from_str_radix(&self.line(), 16).expect("a chunk's length");
        let mut chunk = vec![0; length];
        self.reader.read_exact(&mut chunk).expect("a chunk");
        assert_eq!(self.line(), "", "a chunk ends with a line end");
        (length > 0).then_some(chunk)
    }

    fn line(&mut self) -> String {
        let mut line = String::new();
        self.reader.read_line(&mut line).expect("a line");
        line.strip_suffix("\r\n").expect("a whole line").to_string()
    }
}

impl Head {
    pub(crate) fn header(&self, name: &str) -> Option<&str> {
        self.headers.iter().find(|(given, _)| given == name).map(|(_, value)| value.as_str())
    }
}
