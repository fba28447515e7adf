//! HTTP/1.1.

use super::language::{Mark, Part, broken, cut};
use std::io;

/// Reads the answers of one connection, one after the other.
#[derive(Debug, Default)]
pub(in crate::load) struct Http1 {
    state: State,
    head: Vec<u8>,
}

#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
enum State {
    #[default]
    Head,
    /// The line that says how long a chunk is; `None` once it has an extension.
    Size(u64),
    Extension(u64),
    Chunk(u64),
    /// The line break after a chunk.
    ChunkEnd(u64),
    /// The line break after the last chunk.
    LastEnd(u64),
    Length(u64),
    UntilClose,
}

pub(super) fn request(path: &str, last_event_id: Option<&str>) -> String {
    let id = last_event_id.map(|id| format!("last-event-id: {id}\r\n")).unwrap_or_default();
    format!("GET {path} HTTP/1.1\r\nhost: localhost\r\naccept: */*\r\nuser-agent: benches/1.0\r\n{id}\r\n")
}

impl Http1 {
    /// Takes what came in apart.
    pub(super) fn take(&mut self, mut bytes: &[u8], mut give: impl FnMut(Part<'_>)) -> io::Result<()> {
        while !bytes.is_empty() {
            match self.state {
                State::Head => {
                    let read = self.head.len();
                    self.head.extend_from_slice(bytes);
                    let from = read.saturating_sub(3);
                    let Some(end) = memchr::memmem::find(&self.head[from..], b"\r\n\r\n") else { return Ok(()) };
                    bytes = &bytes[from + end + 4 - read..];
                    let (status, state) = read_head(&self.head).ok_or_else(|| broken("a head"))?;
                    self.head = Vec::new();
                    give(Part::Mark(Mark::Head(status)));
                    self.go_on(state, &mut give);
                }
                State::Size(size) | State::Extension(size) => {
                    let (byte, rest) = (bytes[0], &bytes[1..]);
                    bytes = rest;
                    self.state = match (byte, char::from(byte).to_digit(16), self.state) {
                        (b'\n', ..) if size == 0 => State::LastEnd(2),
                        (b'\n', ..) => State::Chunk(size),
                        (_, Some(digit), State::Size(_)) => State::Size(size * 16 + u64::from(digit)),
                        _ => State::Extension(size),
                    };
                }
                State::Chunk(left) => {
                    let data = cut(&mut bytes, left);
                    give(Part::Data(data));
                    self.state = match left - data.len() as u64 {
                        0 => State::ChunkEnd(2),
                        left => State::Chunk(left),
                    };
                }
                State::ChunkEnd(left) => {
                    let line_end = cut(&mut bytes, left).len() as u64;
                    self.state = if left > line_end { State::ChunkEnd(left - line_end) } else { State::Size(0) };
                }
                State::LastEnd(left) => {
                    let left = left - cut(&mut bytes, left).len() as u64;
                    let state = if left > 0 { State::LastEnd(left) } else { State::Length(0) };
                    self.go_on(state, &mut give);
                }
                State::Length(left) => {
                    let data = cut(&mut bytes, left);
                    give(Part::Data(data));
                    self.go_on(State::Length(left - data.len() as u64), &mut give);
                }
                State::UntilClose => {
                    give(Part::Data(bytes));
                    return Ok(());
                }
            }
        }
        Ok(())
    }

    fn go_on(&mut self, state: State, give: &mut impl FnMut(Part<'_>)) {
        self.state = state;
        if state == State::Length(0) {
            self.state = State::Head;
            give(Part::Mark(Mark::End));
        }
    }
}

/// The status, and what follows.
fn read_head(head: &[u8]) -> Option<(u16, State)> {
    let head = std::str::from_utf8(head).ok()?.to_ascii_lowercase();
    let status = head.split(' ').nth(1)?.parse().ok()?;
    let header = |name: &str| {
        let lines = head.lines().filter_map(|line| line.split_once(':'));
        lines.filter(|(key, _)| *key == name).map(|(_, value)| value.trim()).next()
    };
    let state = match (header("transfer-encoding"), header("content-length")) {
        (Some("chunked"), _) => State::Size(0),
        (_, Some(length)) => State::Length(length.parse().ok()?),
        _ => State::UntilClose,
    };
    Some((status, state))
}

#[cfg(test)]
mod tests {
    use super::{Http1, Mark, Part};

    /// The data, and what else there was.
    fn read<'a>(pieces: impl IntoIterator<Item = &'a [u8]>) -> (String, Vec<Mark>) {
        let (mut wire, mut data, mut marks) = (Http1::default(), String::new(), Vec::new());
        for piece in pieces {
            let give = |part: Part<'_>| match part {
                Part::Mark(mark) => marks.push(mark),
                Part::Data(bytes) => data.push_str(&String::from_utf8_lossy(bytes)),
                Part::Reply(_) => panic!("there is nothing to reply"),
            };
            wire.take(piece, give).expect("it is HTTP");
        }
        (data, marks)
    }

    #[test]
    fn answers_are_read_however_they_are_cut() {
        let chunked = "HTTP/1.1 200 OK\r\nTransfer-Encoding: chunked\r\n\r\n5\r\nhello\r\n01b;x=1\r\n, and twenty-seven in total\r\n0\r\n\r\n";
        let sized = "HTTP/1.1 404 Not Found\r\ncontent-length: 3\r\n\r\nnayHTTP/1.1 204 No Content\r\nContent-Length: 0\r\n\r\n";
        let all = format!("{chunked}{sized}");
        let marks = [Mark::Head(200), Mark::End, Mark::Head(404), Mark::End, Mark::Head(204), Mark::End];
        for size in 1..=all.len() {
            let (data, found) = read(all.as_bytes().chunks(size));
            assert_eq!(data, "hello, and twenty-seven in totalnay", "in pieces of {size}");
            assert_eq!(found, marks, "in pieces of {size}");
        }
    }

    #[test]
    fn without_a_length_an_answer_ends_with_its_connection() {
        let (data, marks) = read([&b"HTTP/1.1 200 OK\r\n\r\nda"[..], b"ta"]);
        assert_eq!((data.as_str(), marks), ("data", vec![Mark::Head(200)]));
    }
}
