//! HTTP/2 with prior knowledge (RFC 9113): one request for each connection.

use super::language::{Mark, Part, broken, cut};
use std::io;

const PREFACE: &[u8] = b"PRI * HTTP/2.0\r\n\r\nSM\r\n\r\n";
/// The one stream of a connection.
const STREAM: u32 = 1;
/// The largest window: what a server may send before it is told that something was read.
const WINDOW: u32 = (1 << 31) - 1;
/// The window of a connection cannot be set, but raised from here.
const WINDOW_BY_DEFAULT: u32 = 65_535;
/// So much is read before the server is told of it.
const TOLD_AFTER: u32 = 1 << 30;
const FRAME_HEAD_BYTES: usize = 9;
/// Beyond data, no frame of these servers is longer.
const FRAME_BYTES_MAX: u32 = 16 * 1024;

/// The kinds of frames.
mod kind {
    pub(super) const DATA: u8 = 0;
    pub(super) const HEADERS: u8 = 1;
    pub(super) const RST_STREAM: u8 = 3;
    pub(super) const SETTINGS: u8 = 4;
    pub(super) const PING: u8 = 6;
    pub(super) const GOAWAY: u8 = 7;
    pub(super) const WINDOW_UPDATE: u8 = 8;
}

const END_STREAM: u8 = 0x1;
const END_HEADERS: u8 = 0x4;
const PADDED: u8 = 0x8;
const PRIORITY: u8 = 0x20;
/// Of settings and pings.
const ACK: u8 = 0x1;
const INITIAL_WINDOW_SIZE: u16 = 4;

/// Reads the answer of one connection.
#[derive(Debug, Default)]
pub(in crate::load) struct Http2 {
    /// What there is of a frame's head.
    head: Vec<u8>,
    frame: Frame,
    /// What there is of its content, which for data is given at once.
    content: Vec<u8>,
    untold: u32,
}

#[derive(Clone, Copy, Debug, Default)]
struct Frame {
    kind: u8,
    flags: u8,
    left: u32,
}

/// Opens a connection, and asks on its one stream.
pub(super) fn request(path: &str, last_event_id: Option<&str>) -> Vec<u8> {
    // The fields of RFC 7541's static table: 2 is `:method: GET`, 6 `:scheme: http`, 4 `:path`, 1 `:authority`, 19 `accept` and
    // 58 `user-agent`.
    let mut fields = vec![0x82, 0x86, 0x04];
    string(&mut fields, path);
    fields.push(0x01);
    string(&mut fields, "localhost");
    // An index of four bits ends at 14: what is more follows.
    fields.extend([0x0f, 19 - 15]);
    string(&mut fields, "*/*");
    fields.extend([0x0f, 58 - 15]);
    string(&mut fields, "benches/1.0");
    if let Some(id) = last_event_id {
        fields.push(0x00);
        string(&mut fields, "last-event-id");
        string(&mut fields, id);
    }
    let mut settings = INITIAL_WINDOW_SIZE.to_be_bytes().to_vec();
    settings.extend(WINDOW.to_be_bytes());
    let mut out = PREFACE.to_vec();
    frame(&mut out, kind::SETTINGS, 0, 0, &settings);
    frame(&mut out, kind::WINDOW_UPDATE, 0, 0, &(WINDOW - WINDOW_BY_DEFAULT).to_be_bytes());
    frame(&mut out, kind::HEADERS, END_STREAM | END_HEADERS, STREAM, &fields);
    out
}

/// A string as it is, with its length before it: seven bits, and what is more follows.
fn string(out: &mut Vec<u8>, text: &str) {
    let len = text.len();
    match u8::try_from(len).ok().filter(|len| *len < 127) {
        Some(len) => out.push(len),
        None => {
            out.push(127);
            let mut rest = len - 127;
            while rest >= 128 {
                out.push(0x80 | u8::try_from(rest % 128).unwrap_or_default());
                rest /= 128;
            }
            out.push(u8::try_from(rest).unwrap_or_default());
        }
    }
    out.extend_from_slice(text.as_bytes());
}

fn frame(out: &mut Vec<u8>, kind: u8, flags: u8, stream: u32, content: &[u8]) {
    let len = u32::try_from(content.len()).unwrap_or(u32::MAX).to_be_bytes();
    out.extend_from_slice(&len[1..]);
    out.extend([kind, flags]);
    out.extend(stream.to_be_bytes());
    out.extend_from_slice(content);
}

impl Http2 {
    pub(super) fn take(&mut self, mut bytes: &[u8], mut give: impl FnMut(Part<'_>)) -> io::Result<()> {
        while !bytes.is_empty() {
            if self.head.len() < FRAME_HEAD_BYTES {
                let missing = FRAME_HEAD_BYTES - self.head.len();
                self.head.extend_from_slice(cut(&mut bytes, missing as u64));
                let [high, middle, low, kind, flags, ..] = self.head[..] else { continue };
                if self.head.len() < FRAME_HEAD_BYTES {
                    continue;
                }
                self.frame = Frame { kind, flags, left: u32::from_be_bytes([0, high, middle, low]) };
                self.content.clear();
            }
            let part = cut(&mut bytes, u64::from(self.frame.left));
            self.frame.left -= u32::try_from(part.len()).unwrap_or(self.frame.left);
            if self.frame.kind == kind::DATA {
                give(Part::Data(part));
                self.count(part.len(), &mut give);
            } else if self.frame.left > FRAME_BYTES_MAX {
                return Err(broken("a frame of this length"));
            } else {
                self.content.extend_from_slice(part);
            }
            if self.frame.left == 0 {
                self.head.clear();
                self.end_of_frame(&mut give)?;
            }
        }
        Ok(())
    }

    fn end_of_frame(&mut self, give: &mut impl FnMut(Part<'_>)) -> io::Result<()> {
        let Frame { kind, flags, .. } = self.frame;
        if matches!(kind, kind::DATA | kind::HEADERS) && flags & (PADDED | PRIORITY) > 0 {
            // None of these servers sends any.
            return Err(broken("a padded frame"));
        }
        match kind {
            kind::HEADERS => give(Part::Mark(Mark::Head(status(&self.content)))),
            kind::SETTINGS if flags & ACK == 0 => reply(give, kind::SETTINGS, &[]),
            kind::PING if flags & ACK == 0 => reply(give, kind::PING, &self.content),
            kind::RST_STREAM | kind::GOAWAY => return Err(io::ErrorKind::ConnectionReset.into()),
            _ => {}
        }
        if matches!(kind, kind::DATA | kind::HEADERS) && flags & END_STREAM > 0 {
            give(Part::Mark(Mark::End));
        }
        Ok(())
    }

    /// Tells the server now and then that its data was read.
    fn count(&mut self, bytes: usize, give: &mut impl FnMut(Part<'_>)) {
        self.untold += u32::try_from(bytes).unwrap_or(TOLD_AFTER);
        if self.untold >= TOLD_AFTER {
            let mut out = Vec::new();
            for stream in [0, STREAM] {
                frame(&mut out, kind::WINDOW_UPDATE, 0, stream, &self.untold.to_be_bytes());
            }
            self.untold = 0;
            give(Part::Reply(&out));
        }
    }
}

fn reply(give: &mut impl FnMut(Part<'_>), kind: u8, content: &[u8]) {
    let mut out = Vec::new();
    frame(&mut out, kind, ACK, 0, content);
    give(Part::Reply(&out));
}

/// The status of a head, of which 200 is the only one that is known: 8 of the static table, before every other field.
fn status(fields: &[u8]) -> u16 {
    // What changes the size of the dynamic table comes first.
    let first = fields.iter().find(|byte| **byte & 0xe0 != 0x20);
    if first == Some(&0x88) { 200 } else { 0 }
}

#[cfg(test)]
mod tests {
    use super::{ACK, END_HEADERS, END_STREAM, Http2, Mark, PREFACE, Part, frame, kind, request};

    #[test]
    fn an_answer_is_read_however_it_is_cut() {
        let mut answer = Vec::new();
        frame(&mut answer, kind::SETTINGS, 0, 0, &[]);
        frame(&mut answer, kind::SETTINGS, ACK, 0, &[]);
        frame(&mut answer, kind::HEADERS, END_HEADERS, 1, &[0x20, 0x88, 0x5f]);
        frame(&mut answer, kind::DATA, 0, 1, b"hello, ");
        frame(&mut answer, kind::PING, 0, 0, b"8 bytes!");
        frame(&mut answer, kind::DATA, END_STREAM, 1, b"world");
        let mut replies = Vec::new();
        frame(&mut replies, kind::SETTINGS, ACK, 0, &[]);
        frame(&mut replies, kind::PING, ACK, 0, b"8 bytes!");
        for size in 1..=answer.len() {
            let (mut wire, mut data, mut marks, mut sent) = (Http2::default(), Vec::new(), Vec::new(), Vec::new());
            for piece in answer.chunks(size) {
                let give = |part: Part<'_>| match part {
                    Part::Mark(mark) => marks.push(mark),
                    Part::Data(bytes) => data.extend_from_slice(bytes),
                    Part::Reply(bytes) => sent.extend_from_slice(bytes),
                };
                wire.take(piece, give).expect("it is HTTP/2");
            }
            assert_eq!(data, b"hello, world", "in pieces of {size}");
            assert_eq!((&marks[..], &sent), (&[Mark::Head(200), Mark::End][..], &replies), "in pieces of {size}");
        }
    }

    #[test]
    fn another_status_is_no_success_and_a_reset_is_an_end() {
        let read = |kind, content: &[u8]| {
            let (mut bytes, mut marks) = (Vec::new(), Vec::new());
            frame(&mut bytes, kind, END_HEADERS, 1, content);
            let give = |part: Part<'_>| {
                if let Part::Mark(mark) = part {
                    marks.push(mark);
                }
            };
            let read = Http2::default().take(&bytes, give);
            (marks, read.is_ok())
        };
        assert_eq!(read(kind::HEADERS, &[0x8d]), (vec![Mark::Head(0)], true));
        assert_eq!(read(kind::RST_STREAM, &[0; 4]), (vec![], false));
    }

    #[test]
    fn a_long_id_has_its_length_in_several_bytes() {
        let asked = request("/events", Some(&"x".repeat(300)));
        assert!(asked.starts_with(PREFACE));
        // 300 is 127 and 173, and 173 is 45 and once 128.
        let length = [127, 0x80 | 45, 1, b'x'];
        assert!(asked.windows(4).any(|window| window == length));
    }
}
