//! A body's bytes, cut anywhere, to its lines.

use alloc::vec::Vec;
use core::mem;

use memchr::memchr2;

use super::DecodeError;

/// Assembles lines across chunk borders (rules E5 to E11) and drops the byte order mark (rules E3 and E4).
#[derive(Debug, Default)]
pub(super) struct Lines {
    /// The part of a line that earlier chunks brought.
    part: Vec<u8>,
    /// Whether that part became a line, which has been given out.
    is_given: bool,
    /// Whether the last chunk ended with a CR, whose LF, if one follows, is part of the same line end (rule E8).
    after_cr: bool,
    /// Whether the body's first line has been seen.
    begun: bool,
}

/// A line without its end.
#[derive(Clone, Copy, Debug)]
pub(super) enum Line<'p, 'c> {
    /// It lies in the chunk as a whole, and can be borrowed from there.
    InChunk(&'c [u8]),
    /// It was put together from more than one chunk.
    Assembled(&'p [u8]),
}

impl Lines {
    /// Takes the next line out of the input; `None` means that the input holds no further line end and has been kept.
    #[inline]
    pub(super) fn next<'c>(
        &mut self,
        input: &mut &'c [u8],
        bytes_max: usize,
    ) -> Result<Option<Line<'_, 'c>>, DecodeError> {
        if self.after_cr {
            match input.split_first() {
                Some((b'\n', rest)) => *input = rest,
                Some(_) => {}
                None => return Ok(None),
            }
            self.after_cr = false;
        }
        self.release();
        // Every event ends with an empty line, for which a search is not worth its start.
        let end = match input.first() {
            Some(b'\n' | b'\r') => Some(0),
            _ => memchr2(b'\r', b'\n', input),
        };
        let Some(end) = end else {
            self.keep(input, bytes_max)?;
            *input = &[];
            return Ok(None);
        };
        // A CR ends the line at once (rule E9), so a missing LF is looked for later.
        let end_bytes = match input.get(end..end + 2) {
            Some(b"\r\n") => 2,
            None if input[end] == b'\r' => {
                self.after_cr = true;
                1
            }
            _ => 1,
        };
        let (head, rest) = input.split_at(end);
        *input = &rest[end_bytes..];

        let is_first = !mem::replace(&mut self.begun, true);
        if self.part.is_empty() {
            if end > bytes_max {
                return Err(DecodeError::LineTooLong { bytes_max });
            }
            return Ok(Some(Line::InChunk(without_bom(head, is_first))));
        }
        self.keep(head, bytes_max)?;
        self.is_given = true;
        Ok(Some(Line::Assembled(without_bom(&self.part, is_first))))
    }

    /// Whether nothing of a line was read, and no byte order mark can follow.
    #[inline]
    pub(super) fn is_between(&self) -> bool {
        self.begun && !self.after_cr && self.part.is_empty()
    }

    /// Whether a line was begun and not ended.
    pub(super) fn is_unfinished(&self) -> bool {
        !self.part.is_empty() && !self.is_given
    }

    /// Forgets everything about the body.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    #[inline]
    fn keep(&mut self, bytes: &[u8], bytes_max: usize) -> Result<(), DecodeError> {
        if bytes.is_empty() {
            return Ok(());
        }
        if bytes.len() > bytes_max - self.part.len() {
            return Err(DecodeError::LineTooLong { bytes_max });
        }
        self.part.extend_from_slice(bytes);
        Ok(())
    }

    /// Lets go of a line that was given out.
    #[inline]
    pub(super) fn release(&mut self) {
        if self.is_given {
            self.let_go();
        }
    }

    fn let_go(&mut self) {
        self.is_given = false;
        self.part.clear();
        // One long line must not be paid for by the rest of a stream that may last for days.
        self.part.shrink_to(KEPT_CAPACITY);
    }
}

/// How much memory for an unfinished line is kept from one line to the next.
const KEPT_CAPACITY: usize = 4096;

#[inline]
fn without_bom(line: &[u8], is_first: bool) -> &[u8] {
    if is_first { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line }
}
