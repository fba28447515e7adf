//! An event that lies in a chunk as a whole.

use memchr::memchr2;

use super::DecoderOptions;
use super::block::well_formed;
use super::last_id::COPIED_BYTES_MAX;
use super::places::{Place, Places};

/// An event as most are: a type and an id that is not empty, each at most once, then one line of data, and all of it in
/// one chunk.
///
/// It is read at one go, validated at one go, and kept with one copy, from its first value to the end of its data.
#[derive(Clone, Copy, Debug)]
pub(super) struct Whole<'c> {
    pub(super) text: &'c str,
    pub(super) places: Places,
}

/// Reads the event that the chunk begins with, and tells where it ends.
///
/// `None` if it is another kind of event, if it does not end here, or if it breaks a limit: then it is to be read line
/// by line, which finds the same in what is well-formed, and knows what to do about the rest.
#[inline(always)]
pub(super) fn read<'c>(chunk: &'c [u8], options: &DecoderOptions) -> Option<(Whole<'c>, usize)> {
    let (mut event_type, mut id) = (None, None);
    let (mut at, mut start) = (0, usize::MAX);
    let data_at = loop {
        let line = chunk.get(at..)?;
        // The space after the colon goes (rule E14).
        let name_bytes = match line {
            [b'd', b'a', b't', b'a', b':', b' ', ..] => break at + 6,
            [b'd', b'a', b't', b'a', b':', ..] => break at + 5,
            [b'e', b'v', b'e', b'n', b't', b':', b' ', ..] if event_type.is_none() => 7,
            [b'e', b'v', b'e', b'n', b't', b':', ..] if event_type.is_none() => 6,
            [b'i', b'd', b':', b' ', ..] if id.is_none() => 4,
            [b'i', b'd', b':', ..] if id.is_none() => 3,
            _ => return None,
        };
        let value_bytes = short_line(&line[name_bytes..])?;
        let line_bytes = name_bytes + value_bytes;
        let end_bytes = match line[line_bytes..] {
            [b'\n', ..] => 1,
            [b'\r', b'\n', ..] => 2,
            _ => return None,
        };
        if line_bytes > options.line_bytes_max {
            return None;
        }
        start = start.min(at + name_bytes);
        let place = Place { at: u8::try_from(at + name_bytes - start).ok()?, bytes: u8::try_from(value_bytes).ok()? };
        if line[0] == b'e' {
            event_type = Some(place);
        } else if value_bytes > 0 {
            id = Some(place);
        } else {
            return None;
        }
        at += line_bytes + end_bytes;
    };
    let start = start.min(data_at);
    let data_bytes = memchr2(b'\r', b'\n', &chunk[data_at..])?;
    let end = data_at + data_bytes;
    let ends_bytes = match chunk[end..] {
        [b'\n', b'\n', ..] => 2,
        [b'\r', b'\n', b'\r', b'\n', ..] => 4,
        _ => return None,
    };
    let bytes = |place: Option<Place>| place.map_or(0, |place| usize::from(place.bytes));
    // Data counts with its LF.
    let event_bytes = data_bytes + 1 + bytes(event_type) + bytes(id);
    if end - at > options.line_bytes_max || event_bytes > options.event_bytes_max || bytes(id) > COPIED_BYTES_MAX {
        return None;
    }
    let places = Places::data_last(event_type, id, u8::try_from(data_at - start).ok()?);
    Some((Whole { text: well_formed(&chunk[start..end])?, places }, end + ends_bytes))
}

/// Finds the end of a type or an id, which are too short for a search that has to be started; `None` if a control
/// character comes before it, such as the NUL of rule E19.
#[inline]
fn short_line(value: &[u8]) -> Option<usize> {
    const LOW: u64 = u64::from_ne_bytes([1; 8]);
    const HIGH: u64 = LOW << 7;
    // A byte's highest bit says that it is CR at most. A borrow can only spoil the bytes after the first of them.
    let at_most_cr = |word: u64| word.wrapping_sub(LOW * (u64::from(b'\r') + 1)) & !word & HIGH;
    let words = value.chunks_exact(8);
    let rest = words.remainder();
    let mut end = None;
    for (index, word) in words.enumerate() {
        let found = at_most_cr(u64::from_le_bytes(word.try_into().ok()?));
        if found != 0 {
            end = Some(index * 8 + found.trailing_zeros() as usize / 8);
            break;
        }
    }
    let end = match end {
        Some(end) => end,
        None => value.len() - rest.len() + rest.iter().position(|byte| *byte <= b'\r')?,
    };
    matches!(value[end], b'\n' | b'\r').then_some(end)
}
