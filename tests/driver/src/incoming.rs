//! An answer that is still coming.

use crate::Answer;
use oriole_sse::{Decoder, ReceivedEvent};
use std::collections::VecDeque;
use std::io::{BufRead, BufReader, Read};
use std::net::TcpStream;
use std::time::Duration;

/// The longest silence that is taken for an answer still to come.
const SILENCE_MAX: Duration = Duration::from_secs(120);

/// The head of an answer, and its body still to be read.
#[derive(Debug)]
pub struct Incoming {
    /// The head; its body is empty.
    pub head: Answer,
    reader: BufReader<TcpStream>,
    has_body: bool,
    decoder: Decoder,
    /// Arrived, and not asked for yet.
    events: VecDeque<ReceivedEvent>,
}

impl Incoming {
    #[track_caller]
    pub(crate) fn read(stream: TcpStream, is_head: bool) -> Self {
        stream.set_read_timeout(Some(SILENCE_MAX)).unwrap_or_else(|error| panic!("no time limit: {error}"));
        let head = Answer { status: 0, headers: Vec::new(), body: Vec::new() };
        let decoder = Decoder::default();
        let mut incoming =
            Self { head, reader: BufReader::new(stream), has_body: false, decoder, events: VecDeque::new() };
        let first = incoming.line();
        let status = first.split(' ').nth(1).and_then(|status| status.parse().ok());
        incoming.head.status = status.unwrap_or_else(|| panic!("no status line, but {first:?}"));
        loop {
            let line = incoming.line();
            let Some((name, value)) = line.split_once(':') else { break };
            incoming.head.headers.push((name.to_ascii_lowercase(), value.trim().to_owned()));
        }
        incoming.has_body = !is_head && !matches!(incoming.head.status, 100..200 | 204 | 304);
        incoming
    }

    /// The first header of a name, which is given in lower case.
    #[must_use]
    pub fn header(&self, name: &str) -> Option<&str> {
        self.head.header(name)
    }

    /// Reads a chunk; `None` for the last.
    ///
    /// # Panics
    ///
    /// When the body is not chunked, breaks off or stays silent.
    #[track_caller]
    pub fn chunk(&mut self) -> Option<Vec<u8>> {
        assert_eq!(self.header("transfer-encoding"), Some("chunked"), "the body is not chunked: {:?}", self.head);
        let line = self.line();
        let size =
            usize::from_str_radix(&line, 16).unwrap_or_else(|error| panic!("no size of a chunk: {line:?}: {error}"));
        let chunk = self.exactly(size);
        assert_eq!(self.line(), "", "a chunk ends with a line end");
        (size > 0).then_some(chunk)
    }

    /// Waits for so many events of an event stream.
    ///
    /// # Panics
    ///
    /// When it ends, breaks off or stays silent before that.
    #[track_caller]
    pub fn events(&mut self, count: usize) -> Vec<ReceivedEvent> {
        while self.events.len() < count {
            let Some(chunk) = self.chunk() else {
                panic!("the stream ended after {:?}, {count} events were expected", self.events);
            };
            self.feed(&chunk);
        }
        self.events.drain(..count).collect()
    }

    /// Reads an event stream to its end in good order, and gives the events that were not asked for yet.
    ///
    /// # Panics
    ///
    /// When it breaks off, also within an event.
    #[track_caller]
    pub fn last_events(&mut self) -> Vec<ReceivedEvent> {
        while let Some(chunk) = self.chunk() {
            self.feed(&chunk);
        }
        assert!(!self.decoder.end(), "the stream broke off within an event");
        self.events.drain(..).collect()
    }

    /// The reconnection time that the events so far have set.
    #[must_use]
    pub fn reconnection_time(&self) -> Option<Duration> {
        self.decoder.reconnection_time()
    }

    /// Reads the body to its end.
    ///
    /// # Panics
    ///
    /// When it breaks off or stays silent.
    #[must_use]
    #[track_caller]
    pub fn whole(mut self) -> Answer {
        let mut body = Vec::new();
        if self.has_body && self.header("transfer-encoding") == Some("chunked") {
            while let Some(chunk) = self.chunk() {
                body.extend(chunk);
            }
        } else if self.has_body
            && let Some(length) = self.header("content-length")
        {
            let length = length.parse().unwrap_or_else(|error| panic!("no length: {length:?}: {error}"));
            body = self.exactly(length);
        } else if self.has_body {
            self.reader.read_to_end(&mut body).unwrap_or_else(|error| panic!("the body breaks off: {error}"));
        }
        Answer { body, ..self.head }
    }

    #[track_caller]
    fn feed(&mut self, chunk: &[u8]) {
        for event in self.decoder.feed(chunk) {
            self.events.push_back(event.unwrap_or_else(|error| panic!("no event: {error}")));
        }
    }

    #[track_caller]
    fn exactly(&mut self, bytes: usize) -> Vec<u8> {
        let mut read = vec![0; bytes];
        self.reader.read_exact(&mut read).unwrap_or_else(|error| panic!("the body breaks off: {error}"));
        read
    }

    #[track_caller]
    fn line(&mut self) -> String {
        let mut line = String::new();
        let read = self.reader.read_line(&mut line);
        let read = read.unwrap_or_else(|error| panic!("no further line ({error}) of {:?}: {line:?}", self.head));
        assert_ne!(read, 0, "it closes within an answer: {:?}", self.head);
        line.trim_end().to_owned()
    }
}
