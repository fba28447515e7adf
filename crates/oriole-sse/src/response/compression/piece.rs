//! Bytes that fit into every compressed stream.

use bytes::Bytes;
use flate2::{Compress, Crc, FlushCompress};

/// A whole number of blocks (RFC 1951): they refer to nothing before them, end with a whole byte, and none says that it is the last.
#[derive(Debug)]
pub(super) struct Piece {
    pub(super) bytes: Bytes,
    /// Of what it was made of, with the number of its bytes.
    pub(super) crc: Crc,
}

/// The most that a block without compression holds.
const STORED_BYTES_MAX: usize = 0xFFFF;

/// What stands before it: its kind, its length, and the same inverted.
const STORED_HEAD_BYTES: usize = 5;

/// With what a compressor ends whom one tells to give all that it has: an empty block without compression.
const SYNC: [u8; 4] = [0, 0, 0xFF, 0xFF];

impl Piece {
    /// Wraps bytes as they are.
    pub(super) fn stored(plain: &[u8]) -> Self {
        let mut bytes = Vec::with_capacity(stored_bytes(plain.len()));
        for part in plain.chunks(STORED_BYTES_MAX) {
            let length = u16::try_from(part.len()).unwrap_or(u16::MAX);
            bytes.push(0);
            bytes.extend_from_slice(&length.to_le_bytes());
            bytes.extend_from_slice(&(!length).to_le_bytes());
            bytes.extend_from_slice(part);
        }
        Self { bytes: bytes.into(), crc: crc(plain) }
    }

    /// Compresses bytes by themselves, if that makes less of them.
    pub(super) fn deflated(plain: &[u8], compressor: &mut Compress) -> Self {
        compressor.reset();
        let room = stored_bytes(plain.len());
        let mut bytes = Vec::with_capacity(room);
        let compressed = compressor.compress_vec(plain, &mut bytes, FlushCompress::Sync);
        let is_all = compressed.is_ok() && compressor.total_in() == plain.len() as u64 && bytes.ends_with(&SYNC);
        if !is_all || bytes.len() >= room {
            return Self::stored(plain);
        }
        Self { bytes: bytes.into_boxed_slice().into(), crc: crc(plain) }
    }
}

fn stored_bytes(plain: usize) -> usize {
    plain + plain.div_ceil(STORED_BYTES_MAX) * STORED_HEAD_BYTES
}

fn crc(plain: &[u8]) -> Crc {
    let mut crc = Crc::new();
    crc.update(plain);
    crc
}
