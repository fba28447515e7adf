//! The text of a cursor.
//!
//! In base64url: the version, the number of the key, then for each topic its tag (4 bytes), its epoch (4 bytes) and a
//! sequence (LEB128, 1 to 10 bytes), then the signature (12 bytes).

use base64::Engine;
use base64::engine::general_purpose::URL_SAFE_NO_PAD;
use ring::digest;

use super::key::SIGNATURE_BYTES;
use super::{CursorFault, CursorKey};
use crate::store::{Epoch, Position, Sequence, Topic};

/// Stands for a topic's name.
///
/// Two names can have the same tag; their epochs then still differ, so that the place of one is never taken for one of the
/// other.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct TopicTag([u8; 4]);

/// A place in one topic.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Place {
    pub(crate) topic: TopicTag,
    pub(crate) position: Position,
}

const VERSION: u8 = 1;
const HEAD_BYTES: usize = 2;
const PLACE_BYTES_MAX: usize = 4 + 4 + 10;

impl TopicTag {
    pub(crate) fn of(topic: &Topic) -> Self {
        let hash = digest::digest(&digest::SHA256, topic.as_str().as_bytes());
        Self(*hash.as_ref().first_chunk().unwrap_or(&[0; 4]))
    }
}

/// Appends the text that says these places, signed.
pub(crate) fn write(
    key: &CursorKey,
    principal: Option<&str>,
    places: impl IntoIterator<Item = Place>,
    out: &mut Vec<u8>,
) {
    let mut payload = Vec::with_capacity(HEAD_BYTES + PLACE_BYTES_MAX + SIGNATURE_BYTES);
    payload.extend_from_slice(&[VERSION, key.number()]);
    for Place { topic, position } in places {
        payload.extend_from_slice(&topic.0);
        payload.extend_from_slice(&position.epoch.0.to_be_bytes());
        put_number(&mut payload, position.sequence.0);
    }
    let signature = key.sign(&payload, principal);
    payload.extend_from_slice(&signature);

    let start = out.len();
    out.resize(start + payload.len() * 4 / 3 + 4, 0);
    // The space is enough, so it does not fail.
    let written = URL_SAFE_NO_PAD.encode_slice(&payload, &mut out[start..]).unwrap_or_default();
    out.truncate(start + written);
}

/// Tells how many bytes the text of so many places may have.
pub(crate) fn text_bytes_max(places: usize) -> usize {
    let bytes_max = places.saturating_mul(PLACE_BYTES_MAX).saturating_add(HEAD_BYTES + SIGNATURE_BYTES);
    bytes_max.saturating_mul(4).div_ceil(3)
}

/// Reads a text that says at most so many places.
pub(crate) fn read(
    keys: &[CursorKey],
    principal: Option<&str>,
    text: &str,
    places_max: usize,
) -> Result<Vec<Place>, CursorFault> {
    if text.len() > text_bytes_max(places_max) {
        return Err(CursorFault::TooLong);
    }
    // Strict: no padding, no stray bits, so that a cursor has one text.
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| CursorFault::Malformed)?;
    let (payload, signature) = bytes.split_last_chunk::<SIGNATURE_BYTES>().ok_or(CursorFault::Malformed)?;
    let [VERSION, number, rest @ ..] = payload else {
        return Err(CursorFault::Malformed);
    };
    let mut keys = keys.iter().filter(|key| key.number() == *number).peekable();
    keys.peek().ok_or(CursorFault::UnknownKey)?;
    if !keys.any(|key| key.has_signed(payload, principal, signature)) {
        return Err(CursorFault::Forged);
    }
    places(rest).ok_or(CursorFault::Malformed)
}

fn places(mut rest: &[u8]) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    while !rest.is_empty() {
        let (topic, after) = rest.split_first_chunk()?;
        let (epoch, mut after) = after.split_first_chunk()?;
        let sequence = take_number(&mut after)?;
        let position = Position { epoch: Epoch(u32::from_be_bytes(*epoch)), sequence: Sequence(sequence) };
        places.push(Place { topic: TopicTag(*topic), position });
        rest = after;
    }
    Some(places)
}

fn put_number(out: &mut Vec<u8>, mut number: u64) {
    while number >= 0x80 {
        out.push((number & 0x7f) as u8 | 0x80);
        number >>= 7;
    }
    out.push(number as u8);
}

fn take_number(bytes: &mut &[u8]) -> Option<u64> {
    let mut number = 0_u64;
    for shift in (0..64).step_by(7) {
        let (byte, rest) = bytes.split_first()?;
        *bytes = rest;
        let bits = u64::from(byte & 0x7f);
        if bits << shift >> shift != bits {
            return None;
        }
        number |= bits << shift;
        if byte & 0x80 == 0 {
            return Some(number);
        }
    }
    None
}
