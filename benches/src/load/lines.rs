//! Finds the numbers of events in the bytes of a stream.

use memchr::memchr;

/// Reads the lines of one stream, and keeps the start of one that is not complete.
#[derive(Debug, Default)]
pub(super) struct Lines {
    started: Vec<u8>,
}

/// A line that means something here.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Line<'a> {
    /// An event's number, and when it was published.
    Event { seq: u64, at_nanos: u64 },
    /// An event's id.
    Id(&'a [u8]),
}

impl Lines {
    pub(super) fn take(&mut self, mut bytes: &[u8], mut give: impl FnMut(Line<'_>)) {
        while let Some(end) = memchr(b'\n', bytes) {
            let (line, rest) = (&bytes[..end], &bytes[end + 1..]);
            bytes = rest;
            if self.started.is_empty() {
                read(line).into_iter().for_each(&mut give);
            } else {
                self.started.extend_from_slice(line);
                read(&self.started).into_iter().for_each(&mut give);
                self.started.clear();
            }
        }
        self.started.extend_from_slice(bytes);
    }
}

fn read(line: &[u8]) -> Option<Line<'_>> {
    if let Some(id) = line.strip_prefix(b"id:") {
        return Some(Line::Id(id.strip_prefix(b" ").unwrap_or(id)));
    }
    let data = line.strip_prefix(b"data:")?;
    let data = data.strip_prefix(b" ").unwrap_or(data).strip_prefix(b"{\"seq\":")?;
    let (seq, rest) = number(data)?;
    let (at_nanos, _) = number(rest.strip_prefix(b",\"at\":")?)?;
    Some(Line::Event { seq, at_nanos })
}

fn number(bytes: &[u8]) -> Option<(u64, &[u8])> {
    let digits = bytes.iter().take_while(|byte| byte.is_ascii_digit()).count();
    let (digits, rest) = bytes.split_at(digits);
    let value = digits.iter().fold(0_u64, |value, digit| value.wrapping_mul(10) + u64::from(digit - b'0'));
    (!digits.is_empty()).then_some((value, rest))
}

#[cfg(test)]
mod tests {
    use super::{Line, Lines};
    use benches_feed::event_text;

    #[test]
    fn events_are_found_however_they_are_cut() {
        let stream = format!(
            ": a comment\n\nid: seven\nevent: hello\ndata: {{\"verdict\":\"live\"}}\n\ndata: {}\n\ndata:{}\n\n",
            event_text(7, 70),
            event_text(8, 80)
        );
        for size in 1..=stream.len() {
            let (mut lines, mut ids, mut events) = (Lines::default(), Vec::new(), Vec::new());
            for piece in stream.as_bytes().chunks(size) {
                lines.take(piece, |line| match line {
                    Line::Event { seq, at_nanos } => events.push((seq, at_nanos)),
                    Line::Id(id) => ids.push(id.to_vec()),
                });
            }
            assert_eq!((events, ids), (vec![(7, 70), (8, 80)], vec![b"seven".to_vec()]), "in pieces of {size}");
        }
    }
}
