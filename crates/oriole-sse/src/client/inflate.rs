//! Undoing a body's compression.

use std::io::{self, Write};
use std::mem;

use bytes::{Buf, Bytes};
use flate2::write::{MultiGzDecoder, ZlibDecoder};

/// How much of a compressed body is looked at in one step. One byte of it becomes at most some 1,032 bytes, so a step
/// holds about 1 MiB, whatever the server sends.
const STEP_BYTES: usize = 1024;

/// Undoes a content coding, as the bytes come.
#[derive(Debug)]
pub(super) enum Inflate {
    Gzip(MultiGzDecoder<Vec<u8>>),
    Deflate(ZlibDecoder<Vec<u8>>),
}

impl Inflate {
    /// Finds what undoes a coding; `None` for one that is not known.
    pub(super) fn of(coding: &str) -> Option<Self> {
        match coding.to_ascii_lowercase().as_str() {
            "gzip" | "x-gzip" => Some(Self::Gzip(MultiGzDecoder::new(Vec::new()))),
            "deflate" => Some(Self::Deflate(ZlibDecoder::new(Vec::new()))),
            _ => None,
        }
    }

    /// Takes a step's bytes from the input and gives what they mean, as far as can be said yet.
    pub(super) fn step(&mut self, input: &mut Bytes) -> io::Result<Bytes> {
        let step = &input[..input.len().min(STEP_BYTES)];
        let out = match self {
            Self::Gzip(decoder) => {
                decoder.write_all(step)?;
                decoder.flush()?;
                mem::take(decoder.get_mut())
            }
            Self::Deflate(decoder) => {
                decoder.write_all(step)?;
                decoder.flush()?;
                mem::take(decoder.get_mut())
            }
        };
        input.advance(input.len().min(STEP_BYTES));
        Ok(out.into())
    }
}
