//! A block of lines to an event.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use core::mem;

use super::lines::Line;
use super::received::{Decoded, EventData, EventType, EventView};
use super::text::{KEPT_CAPACITY, SharedText};
use super::{DecodeError, DecoderOptions};

/// The block of lines that is being read, and what outlives it.
///
/// While a chunk is read, values that lie in it as a whole are *held*: borrowed from the chunk, and copied only if
/// another chunk, or another line of data, follows. Most events of most streams are never copied.
#[derive(Debug, Default)]
pub(super) struct Block {
    data: String,
    /// The data of the last event that was dispatched, if it could not be borrowed from the chunk.
    given: String,
    event_type: String,
    /// The type of the last event that had one.
    last_event_type: SharedText,
    /// The id buffer, if the block has given an id; else it is the committed one.
    id: String,
    has_id: bool,
    last_event_id: SharedText,
    reconnection_time_ms: Option<u64>,
    /// Where the body comes from; the client's to set.
    origin: Option<Arc<str>>,
}

/// Says what a line did.
pub(super) enum Step<'c> {
    Nothing,
    Dispatch,
    Comment(Cow<'c, str>),
}

/// What is borrowed from the chunk that is being read, rather than copied into the block.
///
/// Each takes the place of the buffer of the same name.
#[derive(Clone, Copy, Debug, Default)]
pub(super) struct Held<'c> {
    data: Option<&'c str>,
    event_type: Option<&'c str>,
    id: Option<&'c str>,
}

impl Held<'_> {
    pub(super) fn has_data(&self) -> bool {
        self.data.is_some()
    }

    /// What is held counts towards the limit, data with its LF.
    fn size(&self) -> usize {
        self.data.map_or(0, |text| text.len() + 1) + self.event_type.map_or(0, str::len) + self.id.map_or(0, str::len)
    }
}

impl Block {
    pub(super) fn with_last_event_id(id: &str) -> Self {
        let mut block = Self::default();
        block.last_event_id.set(id);
        block
    }

    /// Reads one line (rules E12 to E27).
    #[inline]
    pub(super) fn read<'c>(
        &mut self,
        line: Line<'_, 'c>,
        held: &mut Held<'c>,
        options: &DecoderOptions,
    ) -> Result<Step<'c>, DecodeError> {
        let bytes = match line {
            Line::InChunk(bytes) | Line::Assembled(bytes) => bytes,
        };
        if bytes.is_empty() {
            return Ok(Step::Dispatch);
        }
        let bytes_max = options.event_bytes_max;
        let too_large = DecodeError::EventTooLarge { bytes_max };
        // Most lines are data.
        let (name, value) = match bytes.strip_prefix(b"data:") {
            Some(value) => (Name::Data, value),
            None => split(bytes),
        };
        let value = value.strip_prefix(b" ").unwrap_or(value);
        if let Line::InChunk(line) = line
            // The value is the end of the line.
            && let Some(value) = line.get(line.len() - value.len()..)
            && self.hold(value, name, held, bytes_max)?
        {
            return Ok(Step::Nothing);
        }
        let room = bytes_max.checked_sub(self.size() + held.size()).ok_or(too_large)?;
        match name {
            Name::Data => {
                self.keep_data(held.data.take());
                let room = room.checked_sub(1).ok_or(too_large)?;
                push_lossy(&mut self.data, value, room).ok_or(too_large)?;
                self.data.push('\n');
            }
            Name::Event => {
                let room = room + self.event_type.len() + held.event_type.take().map_or(0, str::len);
                self.event_type.clear();
                push_lossy(&mut self.event_type, value, room).ok_or(too_large)?;
            }
            Name::Id if !value.contains(&0) => {
                let room = room + self.id.len() + held.id.take().map_or(0, str::len);
                self.id.clear();
                push_lossy(&mut self.id, value, room).ok_or(too_large)?;
                self.has_id = true;
            }
            Name::Retry => {
                if let Some(wait) = digits(value) {
                    self.reconnection_time_ms = Some(wait);
                }
            }
            Name::Comment if options.comments => return Ok(Step::Comment(comment(line))),
            Name::Id | Name::Comment | Name::Unknown => {}
        }
        Ok(Step::Nothing)
    }

    /// Borrows a value from the chunk, if it can take the place of an empty buffer; `false` if it is to be read otherwise.
    #[inline]
    fn hold<'c>(
        &self,
        value: &'c [u8],
        name: Name,
        held: &mut Held<'c>,
        bytes_max: usize,
    ) -> Result<bool, DecodeError> {
        let place = match name {
            Name::Data if self.data.is_empty() && held.data.is_none() => &mut held.data,
            Name::Event if self.event_type.is_empty() && held.event_type.is_none() => &mut held.event_type,
            Name::Id if !self.has_id && held.id.is_none() => &mut held.id,
            _ => return Ok(false),
        };
        let Ok(text) = simdutf8::basic::from_utf8(value) else {
            return Ok(false);
        };
        // An id with NUL is none (rule E19), and an empty type is as none.
        if (name == Name::Id && value.contains(&0)) || (name == Name::Event && value.is_empty()) {
            return Ok(true);
        }
        *place = Some(text);
        if self.size() + held.size() > bytes_max {
            return Err(DecodeError::EventTooLarge { bytes_max });
        }
        Ok(true)
    }

    /// Copies what was held, since its chunk goes.
    pub(super) fn keep(&mut self, held: Held<'_>) {
        self.keep_data(held.data);
        if let Some(text) = held.event_type {
            self.event_type.push_str(text);
        }
        if let Some(text) = held.id {
            self.id.clear();
            self.id.push_str(text);
            self.has_id = true;
        }
    }

    fn keep_data(&mut self, held: Option<&str>) {
        if let Some(text) = held {
            self.data.reserve(text.len() + 1);
            self.data.push_str(text);
            self.data.push('\n');
        }
    }

    /// Ends the block and shows the event that it was, if it had data.
    #[inline]
    pub(super) fn dispatch<'v>(&'v mut self, held: Held<'v>) -> Option<Decoded<'v>> {
        if let Some(id) = held.id {
            self.last_event_id.set(id);
        } else if mem::take(&mut self.has_id) {
            self.last_event_id.set(&self.id);
            empty(&mut self.id);
        }
        let data = match held.data {
            Some(text) => EventData::InChunk(text),
            None => {
                if self.data.pop().is_none() {
                    // There was no data line: each one, even an empty one, brings its LF.
                    empty(&mut self.event_type);
                    return None;
                }
                self.given = mem::take(&mut self.data);
                EventData::Buffered(&mut self.given)
            }
        };
        let event_type = match held.event_type {
            Some(text) => EventType::InChunk(text),
            None if self.event_type.is_empty() => EventType::Message,
            None => {
                self.last_event_type.set(&self.event_type);
                empty(&mut self.event_type);
                EventType::Buffered
            }
        };
        Some(Decoded::Event(EventView {
            data,
            event_type,
            last_event_type: &mut self.last_event_type,
            last_event_id: &mut self.last_event_id,
            origin: self.origin.as_ref(),
        }))
    }

    /// Lets go of the data of the event before.
    #[inline]
    pub(super) fn release(&mut self) {
        if self.given.capacity() > 0 {
            self.given = String::new();
        }
    }

    pub(super) fn abandon(&mut self) {
        self.data = String::new();
        self.given = String::new();
        self.event_type = String::new();
        self.id = String::new();
        self.has_id = false;
    }

    pub(super) fn is_unfinished(&self) -> bool {
        self.has_id || self.size() > 0
    }

    pub(super) fn last_event_id(&self) -> &str {
        self.last_event_id.as_str()
    }

    pub(super) fn reconnection_time_ms(&self) -> Option<u64> {
        self.reconnection_time_ms
    }

    #[cfg(feature = "client")]
    pub(super) fn set_origin(&mut self, origin: Option<Arc<str>>) {
        self.origin = origin;
    }

    pub(super) fn has_data(&self) -> bool {
        !self.data.is_empty()
    }

    fn size(&self) -> usize {
        self.data.len() + self.event_type.len() + self.id.len()
    }
}

/// The text after the colon, as it is: whether a blank follows is the writer's style.
fn comment<'c>(line: Line<'_, 'c>) -> Cow<'c, str> {
    match line {
        Line::InChunk(bytes) => String::from_utf8_lossy(&bytes[1..]),
        Line::Assembled(bytes) => Cow::Owned(String::from_utf8_lossy(&bytes[1..]).into_owned()),
    }
}

/// The names that mean anything (rule E16).
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Name {
    Data,
    Event,
    Id,
    Retry,
    /// Rule E13.
    Comment,
    Unknown,
}

/// Splits a line at its first colon (rules E14 and E15).
#[inline]
fn split(line: &[u8]) -> (Name, &[u8]) {
    const NAMES: [(&[u8], Name); 5] = [
        (b"event", Name::Event),
        (b"id", Name::Id),
        (b"data", Name::Data),
        (b"retry", Name::Retry),
        (b"", Name::Comment),
    ];
    for (text, name) in NAMES {
        match line.strip_prefix(text) {
            Some([b':', value @ ..]) => return (name, value),
            // An empty line has been dealt with, so this is a name without a colon.
            Some([]) => return (name, &[]),
            _ => {}
        }
    }
    (Name::Unknown, &[])
}

fn empty(text: &mut String) {
    text.clear();
    if text.capacity() > KEPT_CAPACITY {
        text.shrink_to(KEPT_CAPACITY);
    }
}

/// Appends bytes as text, each maximal ill-formed part as one U+FFFD (rule E2); `None` if the text needs more room.
fn push_lossy(text: &mut String, bytes: &[u8], room: usize) -> Option<()> {
    if let Ok(valid) = simdutf8::basic::from_utf8(bytes) {
        if valid.len() > room {
            return None;
        }
        // One more for the LF that follows data.
        text.reserve(valid.len() + 1);
        text.push_str(valid);
        return Some(());
    }
    let text_bytes_max = text.len() + room;
    for chunk in bytes.utf8_chunks() {
        text.push_str(chunk.valid());
        if !chunk.invalid().is_empty() {
            text.push(char::REPLACEMENT_CHARACTER);
        }
        if text.len() > text_bytes_max {
            return None;
        }
    }
    Some(())
}

/// Reads a number of ASCII digits only, at least one, and holds a huge one at the maximum (rule E20).
fn digits(value: &[u8]) -> Option<u64> {
    if value.is_empty() {
        return None;
    }
    value.iter().try_fold(0_u64, |number, byte| {
        let digit = byte.is_ascii_digit().then(|| u64::from(byte - b'0'))?;
        Some(number.saturating_mul(10).saturating_add(digit))
    })
}
