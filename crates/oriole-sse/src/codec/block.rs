//! A block of lines to an event.

use alloc::borrow::Cow;
use alloc::string::String;
use alloc::sync::Arc;
use core::mem;

use super::lines::Line;
use super::received::{Decoded, EventData, EventView};
use super::{DecodeError, DecoderOptions};

/// The block of lines that is being read, and what outlives it.
///
/// While a chunk is read, a first line of data that lies in it as a whole is *held*: borrowed from the chunk, and copied
/// only if more data or another chunk follows. Most events of most streams are never copied.
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

/// A text, and the same to be shared by events, made when the first of them needs it.
#[derive(Debug, Default)]
pub(super) struct SharedText {
    text: String,
    shared: Option<Arc<str>>,
}

impl SharedText {
    /// Makes it this text, without a copy if it is so already.
    fn set(&mut self, text: &str) {
        if self.text != text {
            self.text.clear();
            self.text.shrink_to(text.len().max(KEPT_CAPACITY));
            self.text.push_str(text);
            self.shared = None;
        }
    }

    pub(super) fn as_str(&self) -> &str {
        &self.text
    }

    /// `None` for the empty one, so that streams without ids count no references.
    pub(super) fn share(&mut self) -> Option<Arc<str>> {
        if self.shared.is_none() && !self.text.is_empty() {
            self.shared = Some(self.text.as_str().into());
        }
        self.shared.clone()
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
        held: &mut Option<&'c str>,
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
        // Most lines are data, and most data is one line of valid text.
        if let Line::InChunk(line) = line
            && held.is_none()
            && self.data.is_empty()
            && let Some(value) = line.strip_prefix(b"data:")
            && let Ok(text) = core::str::from_utf8(value.strip_prefix(b" ").unwrap_or(value))
        {
            if self.size() + text.len() + 1 > bytes_max {
                return Err(too_large);
            }
            *held = Some(text);
            return Ok(Step::Nothing);
        }
        let (name, value) = split(bytes);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        // What is held counts, with its LF.
        let room = bytes_max.checked_sub(self.size() + held.map_or(0, |text| text.len() + 1)).ok_or(too_large)?;
        match name {
            b"data" => {
                self.keep(held.take());
                let room = room.checked_sub(1).ok_or(too_large)?;
                push_lossy(&mut self.data, value, room).ok_or(too_large)?;
                self.data.push('\n');
            }
            b"event" => {
                let room = room + self.event_type.len();
                self.event_type.clear();
                push_lossy(&mut self.event_type, value, room).ok_or(too_large)?;
            }
            b"id" if !value.contains(&0) => {
                let room = room + self.id.len();
                self.id.clear();
                push_lossy(&mut self.id, value, room).ok_or(too_large)?;
                self.has_id = true;
            }
            b"retry" => {
                if let Some(wait) = digits(value) {
                    self.reconnection_time_ms = Some(wait);
                }
            }
            b"" if options.comments && bytes[0] == b':' => return Ok(Step::Comment(comment(line))),
            // A comment has an empty name; every other name is unknown.
            _ => {}
        }
        Ok(Step::Nothing)
    }

    /// Copies data that was held, since its chunk goes.
    pub(super) fn keep(&mut self, held: Option<&str>) {
        if let Some(text) = held {
            self.data.reserve(text.len() + 1);
            self.data.push_str(text);
            self.data.push('\n');
        }
    }

    /// Ends the block and shows the event that it was, if it had data.
    #[inline]
    pub(super) fn dispatch<'v>(&'v mut self, held: Option<&'v str>) -> Option<Decoded<'v>> {
        if mem::take(&mut self.has_id) {
            self.last_event_id.set(&self.id);
            empty(&mut self.id);
        }
        let event_type = if self.event_type.is_empty() {
            None
        } else {
            self.last_event_type.set(&self.event_type);
            empty(&mut self.event_type);
            Some(&mut self.last_event_type)
        };
        let data = match held {
            Some(text) => EventData::InChunk(text),
            None => {
                // Empty only if there was no data line: each one, even an empty one, brought its LF.
                self.data.pop()?;
                self.given = mem::take(&mut self.data);
                EventData::Buffered(&mut self.given)
            }
        };
        let last_event_id = &mut self.last_event_id;
        Some(Decoded::Event(EventView { data, event_type, last_event_id, origin: self.origin.as_ref() }))
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

/// How much memory for a type or an id is kept from one event to the next.
const KEPT_CAPACITY: usize = 256;

/// Splits a line at its first colon. No name that means anything is longer than five bytes, so a colon further on need
/// not be looked for: the name is unknown, and is given as empty.
fn split(line: &[u8]) -> (&[u8], &[u8]) {
    match line.iter().take(6).position(|byte| *byte == b':') {
        Some(colon) => (&line[..colon], &line[colon + 1..]),
        None if line.len() <= 5 => (line, &[]),
        None => (&[], &[]),
    }
}

fn empty(text: &mut String) {
    text.clear();
    text.shrink_to(KEPT_CAPACITY);
}

/// Appends bytes as text, each maximal ill-formed part as one U+FFFD (rule E2); `None` if the text needs more room.
fn push_lossy(text: &mut String, bytes: &[u8], room: usize) -> Option<()> {
    if let Ok(valid) = core::str::from_utf8(bytes) {
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
