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
    /// Takes the next line out of the input and shows it to `read`; `None` means that the input holds no further line
    /// end and has been kept.
    #[inline]
    pub(super) fn next<'c, T>(
        &mut self,
        input: &mut &'c [u8],
        bytes_max: usize,
        read: impl FnOnce(Line<'_, 'c>) -> T,
    ) -> Result<Option<T>, DecodeError> {
        if mem::take(&mut self.after_cr) {
            match input.split_first() {
                Some((b'\n', rest)) => *input = rest,
                Some(_) => {}
                None => self.after_cr = true,
            }
        }
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
        let head = &input[..end];
        let is_cr = input[end] == b'\r';
        let mut rest = &input[end + 1..];
        if is_cr {
            // A CR ends the line at once (rule E9), so a missing LF is looked for later.
            match rest.split_first() {
                Some((b'\n', after)) => rest = after,
                Some(_) => {}
                None => self.after_cr = true,
            }
        }
        *input = rest;

        let first = !mem::replace(&mut self.begun, true);
        if self.part.is_empty() {
            if head.len() > bytes_max {
                return Err(DecodeError::LineTooLong { bytes_max });
            }
            return Ok(Some(read(Line::InChunk(without_bom(head, first)))));
        }
        self.keep(head, bytes_max)?;
        let value = read(Line::Assembled(without_bom(&self.part, first)));
        self.part.clear();
        // One long line must not be paid for by the rest of a stream that may last for days.
        self.part.shrink_to(KEPT_CAPACITY);
        Ok(Some(value))
    }

    /// Whether a line was begun and not ended.
    pub(super) fn is_unfinished(&self) -> bool {
        !self.part.is_empty()
    }

    /// Forgets everything about the body.
    pub(super) fn reset(&mut self) {
        *self = Self::default();
    }

    fn keep(&mut self, bytes: &[u8], bytes_max: usize) -> Result<(), DecodeError> {
        if bytes.len() > bytes_max - self.part.len() {
            return Err(DecodeError::LineTooLong { bytes_max });
        }
        self.part.extend_from_slice(bytes);
        Ok(())
    }
}

/// How much memory for an unfinished line is kept from one line to the next.
const KEPT_CAPACITY: usize = 4096;

fn without_bom(line: &[u8], first: bool) -> &[u8] {
    if first { line.strip_prefix(b"\xEF\xBB\xBF").unwrap_or(line) } else { line }
}
