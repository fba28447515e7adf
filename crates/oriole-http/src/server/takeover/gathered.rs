//! What is to be written to one client.

use bytes::{Buf, Bytes};
use std::collections::VecDeque;
use std::io::{self, IoSlice, Write as _};
use std::iter;
use std::pin::Pin;
use std::task::{Context, Poll};
use tokio::io::AsyncWrite;

/// Chunks (RFC 9112, section 7.1) that are written at once: small frames one after the other, and a large one as it is.
#[derive(Default)]
pub(super) struct Gathered {
    flat: Vec<u8>,
    /// Behind the others, whose last bytes are its head; its tail is [`TAIL`].
    large: Option<Bytes>,
}

/// How many bytes of small frames are gathered before they are written.
const FLAT_BYTES: usize = 16 * 1024;
/// From how many bytes on a frame is not copied: many clients may have the same, and some of them may take nothing for long.
const LARGE_BYTES: usize = 4 * 1024;
const TAIL: &[u8] = b"\r\n";

impl Gathered {
    pub(super) fn clear(&mut self) {
        self.flat.clear();
        self.large = None;
    }

    pub(super) fn is_empty(&self) -> bool {
        self.flat.is_empty()
    }

    pub(super) fn is_full(&self) -> bool {
        self.large.is_some() || self.flat.len() >= FLAT_BYTES
    }

    pub(super) fn put(&mut self, frame: Bytes) {
        if frame.len() < LARGE_BYTES {
            put_chunk(&mut self.flat, &frame);
            return;
        }
        put_head(&mut self.flat, frame.len());
        self.large = Some(frame);
    }

    pub(super) fn put_end(&mut self) {
        self.flat.extend_from_slice(b"0\r\n\r\n");
    }

    /// Writes once, as much as is taken; an error shows again when the rest is written.
    pub(super) fn write<W: AsyncWrite + Unpin>(&self, cx: &mut Context<'_>, stream: &mut W) -> usize {
        let written = match &self.large {
            Some(large) => {
                let slices = [IoSlice::new(&self.flat), IoSlice::new(large), IoSlice::new(TAIL)];
                Pin::new(stream).poll_write_vectored(cx, &slices)
            }
            None => Pin::new(stream).poll_write(cx, &self.flat),
        };
        match written {
            Poll::Ready(Ok(count)) => count,
            Poll::Ready(Err(_)) | Poll::Pending => 0,
        }
    }

    /// Gives what is behind so many bytes.
    pub(super) fn rest(&mut self, written: usize) -> impl Iterator<Item = Bytes> + use<> {
        let flat = self.flat.get(written..).map(Bytes::copy_from_slice);
        let mut large = self.large.take().into_iter().flat_map(|large| [large, Bytes::from_static(TAIL)]);
        let mut before = written.saturating_sub(self.flat.len());
        let large = iter::from_fn(move || {
            let mut piece = large.next()?;
            let count = before.min(piece.len());
            piece.advance(count);
            before -= count;
            Some(piece)
        });
        flat.into_iter().chain(large).filter(|piece| !piece.is_empty())
    }
}

/// How many pieces go out with one write.
const SLICES_MAX: usize = 8;

/// Writes the first pieces.
pub(super) fn poll_write_pieces<W: AsyncWrite + Unpin>(
    stream: &mut W,
    cx: &mut Context<'_>,
    pieces: &VecDeque<Bytes>,
) -> Poll<io::Result<usize>> {
    let mut slices = [IoSlice::new(&[]); SLICES_MAX];
    let count = slices.iter_mut().zip(pieces).map(|(slice, piece)| *slice = IoSlice::new(piece)).count();
    match &slices[..count] {
        [one] => Pin::new(stream).poll_write(cx, one),
        some => Pin::new(stream).poll_write_vectored(cx, some),
    }
}

/// Forgets so many of the first bytes.
pub(super) fn advance(pieces: &mut VecDeque<Bytes>, mut count: usize) {
    while let Some(piece) = pieces.front_mut() {
        let of_piece = count.min(piece.len());
        piece.advance(of_piece);
        count -= of_piece;
        if !piece.is_empty() {
            return;
        }
        pieces.pop_front();
    }
}

pub(super) fn put_chunk(out: &mut Vec<u8>, data: &[u8]) {
    if data.is_empty() {
        // It would be the end.
        return;
    }
    out.reserve(data.len() + 20);
    put_head(out, data.len());
    out.extend_from_slice(data);
    out.extend_from_slice(TAIL);
}

fn put_head(out: &mut Vec<u8>, bytes: usize) {
    // A vector takes everything.
    let _ = write!(out, "{bytes:X}\r\n");
}
