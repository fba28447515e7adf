//! One of the protocols, and what they have in common.

use super::http1::{self, Http1};
use super::http2::{self, Http2};
use crate::load::target::Protocol;
use std::io;

/// Writes requests, and reads answers.
#[derive(Debug)]
pub(in crate::load) enum Wire {
    Http1(Http1),
    Http2(Http2),
}

/// What happened beside data.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(in crate::load) enum Mark {
    /// A head with this status; 0 for one that this client cannot read.
    Head(u16),
    /// The end of an answer.
    End,
}

/// A part of what came in.
pub(in crate::load) enum Part<'a> {
    Mark(Mark),
    Data(&'a [u8]),
    /// To be sent back.
    Reply(&'a [u8]),
}

impl Wire {
    pub(in crate::load) fn new(protocol: &Protocol) -> Self {
        match protocol {
            Protocol::Http1 | Protocol::Http1OverTls(_) => Self::Http1(Http1::default()),
            Protocol::Http2 => Self::Http2(Http2::default()),
        }
    }

    /// The bytes that ask for a path, the first of a connection's.
    pub(in crate::load) fn request(&self, path: &str, last_event_id: Option<&str>) -> Vec<u8> {
        match self {
            Self::Http1(_) => http1::request(path, last_event_id).into_bytes(),
            Self::Http2(_) => http2::request(path, last_event_id),
        }
    }

    /// Takes what came in apart.
    pub(in crate::load) fn take(&mut self, bytes: &[u8], give: impl FnMut(Part<'_>)) -> io::Result<()> {
        match self {
            Self::Http1(wire) => wire.take(bytes, give),
            Self::Http2(wire) => wire.take(bytes, give),
        }
    }
}

pub(super) fn broken(what: &str) -> io::Error {
    io::Error::new(io::ErrorKind::InvalidData, format!("{what} cannot be read"))
}

/// As much of the bytes as there is of what is wanted.
pub(super) fn cut<'a>(bytes: &mut &'a [u8], most: u64) -> &'a [u8] {
    let (part, rest) = bytes.split_at(bytes.len().min(usize::try_from(most).unwrap_or(usize::MAX)));
    *bytes = rest;
    part
}
