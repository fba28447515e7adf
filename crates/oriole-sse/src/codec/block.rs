//! A block of lines to an event.

use alloc::boxed::Box;
use alloc::string::String;
use core::mem;

use super::last_id::{COPIED_BYTES_MAX, LastId};
use super::lines::Line;
use super::places::Places;
use super::received::ReceivedEvent;
use super::whole::Whole;
use super::{DecodeError, DecoderOptions};

/// The block of lines that is being read, and what outlives it.
///
/// While a chunk is read, values that lie in it as a whole are *held*: borrowed from the chunk, and copied only if
/// another chunk, or another line of data, follows. Most events of most streams are never copied.
#[derive(Debug, Default)]
pub(super) struct Block {
    data: String,
    event_type: String,
    /// The id buffer, if the block has given an id; else it is the committed one.
    id: String,
    has_id: bool,
    given: Given,
    last_id: LastId,
    reconnection_time_ms: Option<u64>,
}

/// What was found last, as far as it is not borrowed from the chunk.
#[derive(Debug, Default)]
struct Given {
    data: String,
    event_type: String,
    comment: String,
}

/// Says what a line did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Step {
    Nothing,
    Dispatch,
    /// A comment that was asked for has been kept.
    Comment,
}

/// What is borrowed from the chunk that is being read, rather than copied into the block.
///
/// Each takes the place of the buffer of the same name.
#[derive(Clone, Copy, Debug, Default)]
pub(crate) struct Held<'c> {
    data: Option<&'c str>,
    event_type: Option<&'c str>,
    id: Option<&'c str>,
    /// Takes the place of all three: of an event that was not read line by line.
    whole: Option<Whole<'c>>,
}

impl Held<'_> {
    /// What is held counts towards the limit, data with its LF.
    #[inline]
    fn size(&self) -> usize {
        self.data.map_or(0, |text| text.len() + 1) + self.event_type.map_or(0, str::len) + self.id.map_or(0, str::len)
    }
}

impl Block {
    pub(super) fn with_last_event_id(id: &str) -> Self {
        Self { last_id: LastId::new(id), ..Self::default() }
    }

    /// Reads one line (rules E12 to E27).
    #[inline]
    pub(super) fn read<'c>(
        &mut self,
        line: Line<'_, 'c>,
        held: &mut Held<'c>,
        options: &DecoderOptions,
    ) -> Result<Step, DecodeError> {
        match line {
            Line::InChunk(bytes) => {
                if bytes.is_empty() {
                    return Ok(Step::Dispatch);
                }
                let (name, start) = split(bytes);
                if name == Name::Comment {
                    return Ok(self.comment(bytes, options));
                }
                if self.hold(&bytes[start..], name, held, options)? {
                    return Ok(Step::Nothing);
                }
                self.copy(&bytes[start..], name, held, options)?;
            }
            Line::Assembled(bytes) => {
                if bytes.is_empty() {
                    return Ok(Step::Dispatch);
                }
                let (name, start) = split(bytes);
                if name == Name::Comment {
                    return Ok(self.comment(bytes, options));
                }
                self.copy(&bytes[start..], name, held, options)?;
            }
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
        options: &DecoderOptions,
    ) -> Result<bool, DecodeError> {
        let place = match name {
            Name::Data if self.data.is_empty() && held.data.is_none() => &mut held.data,
            Name::Event if self.event_type.is_empty() && held.event_type.is_none() => &mut held.event_type,
            Name::Id if !self.has_id && held.id.is_none() => &mut held.id,
            _ => return Ok(false),
        };
        let Some(text) = well_formed(value) else {
            return Ok(false);
        };
        // An id with NUL is none (rule E19), and an empty type is as none.
        if (name == Name::Id && value.contains(&0)) || (name == Name::Event && text.is_empty()) {
            return Ok(true);
        }
        *place = Some(text);
        let bytes_max = options.event_bytes_max;
        if self.size() + held.size() > bytes_max {
            return Err(DecodeError::EventTooLarge { bytes_max });
        }
        Ok(true)
    }

    /// Reads a value that cannot be borrowed.
    fn copy(
        &mut self,
        value: &[u8],
        name: Name,
        held: &mut Held<'_>,
        options: &DecoderOptions,
    ) -> Result<(), DecodeError> {
        let bytes_max = options.event_bytes_max;
        let too_large = DecodeError::EventTooLarge { bytes_max };
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
            Name::Id | Name::Comment | Name::Unknown => {}
        }
        Ok(())
    }

    fn comment(&mut self, line: &[u8], options: &DecoderOptions) -> Step {
        if !options.comments {
            return Step::Nothing;
        }
        // The text after the colon, as it is: whether a blank follows is the writer's style.
        self.given.comment = String::from_utf8_lossy(&line[1..]).into_owned();
        Step::Comment
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

    /// Ends the block and says whether it is an event, which it is if it has data.
    #[inline]
    pub(super) fn dispatch(&mut self, held: &mut Held<'_>) -> bool {
        if let Some(id) = held.id {
            self.last_id.set(id);
        } else if mem::take(&mut self.has_id) {
            self.last_id.set(&self.id);
            empty(&mut self.id);
        }
        if held.data.is_none() {
            // Each line of data, even an empty one, brings its LF.
            if self.data.pop().is_none() {
                *held = Held::default();
                empty(&mut self.event_type);
                return false;
            }
            mem::swap(&mut self.given.data, &mut self.data);
        }
        if !self.event_type.is_empty() {
            self.given.event_type = mem::take(&mut self.event_type);
        }
        true
    }

    /// Takes an event that was read as a whole, in place of [`read`](Self::read) and [`dispatch`](Self::dispatch).
    #[inline]
    pub(super) fn take<'c>(&mut self, whole: Whole<'c>, held: &mut Held<'c>) {
        let id = whole.places.id(whole.text);
        if !id.is_empty() {
            self.last_id.set(id);
        }
        held.whole = Some(whole);
    }

    #[inline]
    pub(super) fn data<'v>(&'v self, held: &Held<'v>) -> &'v str {
        if let Some(whole) = held.whole {
            return whole.places.data(whole.text);
        }
        held.data.unwrap_or(&self.given.data)
    }

    /// Shows the type of the event that was dispatched; empty if it gave none.
    #[inline]
    pub(super) fn event_type<'v>(&'v self, held: &Held<'v>) -> &'v str {
        if let Some(whole) = held.whole {
            return whole.places.event_type(whole.text);
        }
        held.event_type.unwrap_or(&self.given.event_type)
    }

    /// Makes an event to keep of the one that was found.
    #[inline(always)]
    pub(super) fn event(&mut self, held: Held<'_>) -> ReceivedEvent {
        let id = self.last_id.copied();
        // Else the id is to be added, since it is another event's.
        if let Some(whole) = held.whole.filter(|whole| whole.places.has_id() || id.is_empty()) {
            return ReceivedEvent::new(whole.text.into(), whole.places, self.last_id.share());
        }
        let Self { given, last_id, .. } = self;
        let (data, mut event_type) = match held.whole {
            Some(Whole { text, places, .. }) => (Some(places.data(text)), places.event_type(text)),
            None => (held.data, held.event_type.unwrap_or(&given.event_type)),
        };
        let shared = if event_type.len() > COPIED_BYTES_MAX {
            Some(last_id.share_with(mem::take(&mut event_type)))
        } else {
            last_id.share()
        };
        let id = last_id.copied();
        let text = match data {
            Some(data) => joined(String::new(), data, event_type, id),
            // A small buffer is used again.
            None if given.data.len() <= KEPT_DATA_CAPACITY => joined(String::new(), &given.data, event_type, id),
            None => joined(mem::take(&mut given.data), "", event_type, id),
        };
        ReceivedEvent::new(text, Places::data_first(event_type, id), shared)
    }

    #[inline]
    pub(super) fn given_comment(&self) -> &str {
        &self.given.comment
    }

    /// Lets go of what was found before.
    #[inline]
    pub(super) fn release(&mut self) {
        let Given { data, event_type, comment } = &mut self.given;
        data.clear();
        if data.capacity() > KEPT_DATA_CAPACITY {
            *data = String::new();
        }
        if event_type.capacity() | comment.capacity() > 0 {
            (*event_type, *comment) = <_>::default();
        }
    }

    pub(super) fn abandon(&mut self) {
        self.given = Given::default();
        self.data = String::new();
        self.event_type = String::new();
        self.id = String::new();
        self.has_id = false;
    }

    pub(super) fn is_unfinished(&self) -> bool {
        self.has_id || self.size() > 0
    }

    /// Whether nothing of a block was read.
    #[inline]
    pub(super) fn is_empty(&self) -> bool {
        !self.has_id && self.data.is_empty() && self.event_type.is_empty()
    }

    pub(super) fn last_event_id(&self) -> &str {
        self.last_id.as_str()
    }

    pub(super) fn reconnection_time_ms(&self) -> Option<u64> {
        self.reconnection_time_ms
    }

    #[cfg(feature = "client")]
    pub(super) fn id_changes(&self) -> u64 {
        self.last_id.changes()
    }

    #[cfg(feature = "client")]
    pub(super) fn set_origin(&mut self, origin: alloc::sync::Arc<str>) {
        self.last_id.set_origin(origin);
    }

    #[inline]
    fn size(&self) -> usize {
        self.data.len() + self.event_type.len() + self.id.len()
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

/// Splits a line that is not empty at its first colon, and tells where the value begins (rules E14 and E15).
#[inline]
fn split(line: &[u8]) -> (Name, usize) {
    // Patterns of a fixed length are compared as words.
    let (name, text_bytes) = match line {
        [b'd', b'a', b't', b'a', ..] => (Name::Data, 4),
        [b'e', b'v', b'e', b'n', b't', ..] => (Name::Event, 5),
        [b'i', b'd', ..] => (Name::Id, 2),
        [b'r', b'e', b't', b'r', b'y', ..] => (Name::Retry, 5),
        [b':', ..] => return (Name::Comment, 1),
        _ => return (Name::Unknown, line.len()),
    };
    match &line[text_bytes..] {
        [b':', b' ', ..] => (name, text_bytes + 2),
        [b':', ..] => (name, text_bytes + 1),
        // A name without a colon.
        [] => (name, text_bytes),
        _ => (Name::Unknown, line.len()),
    }
}

/// How much memory for a type or an id is kept from one event to the next.
const KEPT_CAPACITY: usize = 256;

/// How much memory for data is kept from one event to the next, in each of two buffers. What fits is copied out of them;
/// more is moved.
const KEPT_DATA_CAPACITY: usize = 1024;

fn empty(text: &mut String) {
    text.clear();
    if text.capacity() > KEPT_CAPACITY {
        text.shrink_to(KEPT_CAPACITY);
    }
}

/// Below this length the vector instructions do not pay: what models send is ASCII almost throughout, which the standard
/// library is quick about.
const VECTOR_BYTES_MIN: usize = 128;

#[inline(always)]
pub(super) fn well_formed(bytes: &[u8]) -> Option<&str> {
    if bytes.len() < VECTOR_BYTES_MIN {
        core::str::from_utf8(bytes).ok()
    } else {
        simdutf8::basic::from_utf8(bytes).ok()
    }
}

/// Appends the parts of an event to what there is of it.
fn joined(mut text: String, data: &str, event_type: &str, id: &str) -> Box<str> {
    text.reserve_exact(data.len() + event_type.len() + id.len());
    text.push_str(data);
    text.push_str(event_type);
    text.push_str(id);
    text.into()
}

/// Appends bytes as text, each maximal ill-formed part as one U+FFFD (rule E2); `None` if the text needs more room.
fn push_lossy(text: &mut String, bytes: &[u8], room: usize) -> Option<()> {
    if let Some(valid) = well_formed(bytes) {
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
