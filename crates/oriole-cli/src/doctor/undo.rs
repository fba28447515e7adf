//! Undoing compression as it arrives.

use std::io::{self, Write};
use std::mem;

use flate2::write::{MultiGzDecoder, ZlibDecoder};

/// More than this is not unpacked of one read; a stream that grows further is no stream of a doctor's.
const UNPACKED_BYTES_MAX: usize = 1024 * 1024;
/// One byte becomes at most some 1,032.
const STEP_BYTES: usize = 1024;

/// What undoes a coding.
pub(super) enum Undo {
    Nothing,
    Gzip(MultiGzDecoder<Vec<u8>>),
    Deflate(ZlibDecoder<Vec<u8>>),
    /// A coding that was not asked for.
    Unknown,
}

impl Undo {
    pub(super) fn of(coding: Option<&str>) -> Self {
        match coding.map(str::to_ascii_lowercase).as_deref() {
            None => Self::Nothing,
            Some("gzip" | "x-gzip") => Self::Gzip(MultiGzDecoder::new(Vec::new())),
            Some("deflate") => Self::Deflate(ZlibDecoder::new(Vec::new())),
            Some(_) => Self::Unknown,
        }
    }

    /// Whether the body can be read.
    pub(super) fn is_known(&self) -> bool {
        !matches!(self, Self::Unknown)
    }

    /// What these bytes mean, as far as can be said yet.
    pub(super) fn undo(&mut self, bytes: &[u8]) -> io::Result<Vec<u8>> {
        let mut out = Vec::new();
        for step in bytes.chunks(STEP_BYTES) {
            match self {
                Self::Nothing => out.extend_from_slice(step),
                Self::Unknown => {}
                Self::Gzip(decoder) => {
                    decoder.write_all(step)?;
                    decoder.flush()?;
                    out.append(&mut mem::take(decoder.get_mut()));
                }
                Self::Deflate(decoder) => {
                    decoder.write_all(step)?;
                    decoder.flush()?;
                    out.append(&mut mem::take(decoder.get_mut()));
                }
            }
            if out.len() > UNPACKED_BYTES_MAX {
                return Err(io::Error::other("it unpacks to too much"));
            }
        }
        Ok(out)
    }
}
