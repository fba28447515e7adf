//! The text of a cursor.
//!
//! In base64url: the version, the number of the key, then for each topic its tag (4 bytes), its epoch (4 bytes) and a
//! sequence (LEB128, 1 to 10 bytes), then the signature (12 bytes).
//!
//! Of a subscription that was changed while it went on, the version is another, the number of topics stands before them, and
//! behind them what was changed: the number of topics that were taken away and their tags, the number of those that were added and
//! their names, each after its length. A third version says nothing but that the client is not to come back.

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

/// Is what a client says with its cursor.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Cursor {
    pub(crate) places: Vec<Place>,
    pub(crate) changes: Option<Changes>,
    /// It is no place: the client was told not to come back.
    pub(crate) is_over: bool,
}

/// Says in what a subscription differs from the one that the client asked for.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub(crate) struct Changes {
    pub(crate) removed: Vec<TopicTag>,
    pub(crate) added: Vec<Topic>,
}

const VERSION: u8 = 1;
const VERSION_CHANGED: u8 = 2;
const VERSION_OVER: u8 = 3;
const HEAD_BYTES: usize = 2;
const PLACE_BYTES_MAX: usize = 4 + 4 + 10;
/// Three numbers of topics, as far as anybody has so many.
const COUNTS_BYTES_MAX: usize = 3 * 3;
const NAME_LENGTH_BYTES_MAX: usize = 2;

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
    places.into_iter().for_each(|place| put_place(&mut payload, place));
    sign(key, principal, payload, out);
}

/// Appends the text that says these places, and what was changed, signed.
pub(crate) fn write_changed(
    key: &CursorKey,
    principal: Option<&str>,
    places: &[Place],
    changes: &Changes,
    out: &mut Vec<u8>,
) {
    let mut payload = vec![VERSION_CHANGED, key.number()];
    put_number(&mut payload, places.len() as u64);
    places.iter().for_each(|place| put_place(&mut payload, *place));
    put_number(&mut payload, changes.removed.len() as u64);
    changes.removed.iter().for_each(|tag| payload.extend_from_slice(&tag.0));
    put_number(&mut payload, changes.added.len() as u64);
    for topic in &changes.added {
        put_number(&mut payload, topic.as_str().len() as u64);
        payload.extend_from_slice(topic.as_str().as_bytes());
    }
    sign(key, principal, payload, out);
}

/// Appends the text that a client is given who is not to come back, signed.
pub(crate) fn write_over(key: &CursorKey, principal: Option<&str>, out: &mut Vec<u8>) {
    sign(key, principal, vec![VERSION_OVER, key.number()], out);
}

fn sign(key: &CursorKey, principal: Option<&str>, mut payload: Vec<u8>, out: &mut Vec<u8>) {
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

/// Tells how many bytes the text of so many places and these changes may have.
pub(crate) fn changed_text_bytes_max(places: usize, changes: &Changes) -> usize {
    let names: usize = changes.added.iter().map(|topic| NAME_LENGTH_BYTES_MAX + topic.as_str().len()).sum();
    let bytes_max = COUNTS_BYTES_MAX + 4 * changes.removed.len() + names;
    text_bytes_max(places).saturating_add((bytes_max * 4).div_ceil(3))
}

/// Reads a text that says at most so many places; with what was changed it may have so many bytes.
pub(crate) fn read(
    keys: &[CursorKey],
    principal: Option<&str>,
    text: &str,
    places_max: usize,
    bytes_max: usize,
) -> Result<Cursor, CursorFault> {
    let plain_bytes_max = text_bytes_max(places_max);
    if text.len() > plain_bytes_max.max(bytes_max) {
        return Err(CursorFault::TooLong);
    }
    let is_long = text.len() > plain_bytes_max;
    let fault = if is_long { CursorFault::TooLong } else { CursorFault::Malformed };
    // Strict: no padding, no stray bits, so that a cursor has one text.
    let bytes = URL_SAFE_NO_PAD.decode(text).map_err(|_| fault)?;
    let (payload, signature) = bytes.split_last_chunk::<SIGNATURE_BYTES>().ok_or(fault)?;
    let (version, number, rest) = match payload {
        [version @ VERSION, number, rest @ ..] if !is_long => (version, number, rest),
        [version @ VERSION_CHANGED, number, rest @ ..] => (version, number, rest),
        [version @ VERSION_OVER, number] => (version, number, &[][..]),
        _ => return Err(fault),
    };
    let mut keys = keys.iter().filter(|key| key.number() == *number).peekable();
    keys.peek().ok_or(CursorFault::UnknownKey)?;
    if !keys.any(|key| key.has_signed(payload, principal, signature)) {
        return Err(CursorFault::Forged);
    }
    let cursor = match *version {
        VERSION => places(rest).map(|places| Cursor { places, ..Cursor::default() }),
        VERSION_OVER => Some(Cursor { is_over: true, ..Cursor::default() }),
        _ => changed(rest),
    };
    let cursor = cursor.ok_or(CursorFault::Malformed)?;
    if cursor.places.len() > places_max { Err(CursorFault::TooLong) } else { Ok(cursor) }
}

fn places(mut rest: &[u8]) -> Option<Vec<Place>> {
    let mut places = Vec::new();
    while !rest.is_empty() {
        places.push(take_place(&mut rest)?);
    }
    Some(places)
}

fn changed(mut rest: &[u8]) -> Option<Cursor> {
    let rest = &mut rest;
    // It was signed, so nobody else chose the numbers; each item takes a byte at least, all the same.
    let count = |rest: &mut &[u8]| take_number(rest).filter(|count| *count <= rest.len() as u64);
    let places = (0..count(rest)?).map(|_| take_place(rest)).collect::<Option<_>>()?;
    let removed = (0..count(rest)?).map(|_| take_tag(rest)).collect::<Option<_>>()?;
    let added = (0..count(rest)?).map(|_| take_name(rest)).collect::<Option<_>>()?;
    rest.is_empty().then_some(Cursor { places, changes: Some(Changes { removed, added }), is_over: false })
}

fn put_place(out: &mut Vec<u8>, Place { topic, position }: Place) {
    out.extend_from_slice(&topic.0);
    out.extend_from_slice(&position.epoch.0.to_be_bytes());
    put_number(out, position.sequence.0);
}

fn take_place(rest: &mut &[u8]) -> Option<Place> {
    let topic = take_tag(rest)?;
    let (epoch, after) = rest.split_first_chunk()?;
    *rest = after;
    let sequence = take_number(rest)?;
    Some(Place { topic, position: Position { epoch: Epoch(u32::from_be_bytes(*epoch)), sequence: Sequence(sequence) } })
}

fn take_tag(rest: &mut &[u8]) -> Option<TopicTag> {
    let (tag, after) = rest.split_first_chunk()?;
    *rest = after;
    Some(TopicTag(*tag))
}

fn take_name(rest: &mut &[u8]) -> Option<Topic> {
    let length = usize::try_from(take_number(rest)?).ok()?;
    let (name, after) = rest.split_at_checked(length)?;
    *rest = after;
    Topic::stored(std::str::from_utf8(name).ok()?).ok()
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
