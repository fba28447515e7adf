//! One compressed stream (RFC 1952).

use std::sync::Arc;

use bytes::Bytes;
use flate2::Crc;

use super::pieces::Pieces;

/// Makes a file of gzip of what it is given.
pub(in crate::response) struct Gzip {
    pieces: Arc<Pieces>,
    /// Of everything so far.
    sum: Crc,
    has_begun: bool,
    is_over: bool,
}

/// Deflate, without a name or a time, made on an unknown system.
const HEAD: [u8; 10] = [0x1F, 0x8B, 8, 0, 0, 0, 0, 0, 0, 0xFF];

/// The last block, which is empty.
const LAST: [u8; 2] = [3, 0];

const SUMS_BYTES: usize = 8;

impl Gzip {
    pub(super) fn new(pieces: Arc<Pieces>) -> Self {
        pieces.enter();
        Self { pieces, sum: Crc::new(), has_begun: false, is_over: false }
    }

    /// Whether everything was given.
    pub(in crate::response) fn is_over(&self) -> bool {
        self.is_over
    }

    /// From how many bytes on it is worth the trouble.
    pub(in crate::response) fn bytes_min(&self) -> usize {
        self.pieces.bytes_min()
    }

    /// Gives what stands for these bytes, each part for itself, with the head before the first of all and the sums behind the last.
    pub(in crate::response) fn wrap(&mut self, parts: [Bytes; 2], is_last: bool) -> Bytes {
        let sum = &mut self.sum;
        let [own, shared] = parts.map(|plain| if plain.is_empty() { plain } else { self.pieces.take(plain, sum) });
        if self.has_begun && !is_last {
            // One alone is given as it is.
            match (own.is_empty(), shared.is_empty()) {
                (true, _) => return shared,
                (_, true) => return own,
                _ => {}
            }
        }
        let length = own.len() + shared.len();
        let mut bytes = Vec::with_capacity(HEAD.len() + length + LAST.len() + SUMS_BYTES);
        if !self.has_begun {
            bytes.extend_from_slice(&HEAD);
        }
        bytes.extend_from_slice(&own);
        bytes.extend_from_slice(&shared);
        if is_last {
            bytes.extend_from_slice(&LAST);
            bytes.extend_from_slice(&self.sum.sum().to_le_bytes());
            bytes.extend_from_slice(&self.sum.amount().to_le_bytes());
        }
        (self.has_begun, self.is_over) = (true, is_last);
        bytes.into()
    }
}

impl Drop for Gzip {
    fn drop(&mut self) {
        self.pieces.leave();
    }
}
