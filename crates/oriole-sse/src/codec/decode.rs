//! Bytes to events.

use alloc::string::String;
use alloc::sync::Arc;
use core::mem;
use core::time::Duration;

use super::DecodeError;
use super::lines::Lines;
use crate::event::EventId;

/// Reads events out of a body's bytes, exactly as the WHATWG text says (rules E1 to E27 and E29), cut into chunks anywhere.
///
/// Decoding never fails on what the bytes say: ill-formed UTF-8 becomes U+FFFD, unknown fields are skipped. It fails
/// only when a limit of [`DecoderOptions`] is exceeded. Time is linear in the input however it is cut; memory is
/// bounded by the two limits.
///
/// It does no I/O and knows no connection: feed it with each chunk, [`end`](Self::end) it with the body, and go on with
/// the next body of the same source. The last event id and the reconnection time stay across bodies.
///
/// # Examples
///
/// ```
/// use oriole_sse::{Decoder, DecoderOptions};
///
/// let mut decoder = Decoder::new(DecoderOptions::default());
/// let mut seen = Vec::new();
/// for chunk in ["id: 7\nda", "ta: hello\n", "\nretry: 250\ndata: unfinished"] {
///     for event in decoder.feed(chunk.as_bytes()) {
///         seen.push(event?.into_data());
///     }
/// }
/// assert!(decoder.end(), "the second event had no blank line");
/// assert_eq!(seen, ["hello"]);
/// assert_eq!(decoder.last_event_id(), "7");
/// assert_eq!(decoder.reconnection_time(), Some(std::time::Duration::from_millis(250)));
/// # Ok::<(), oriole_sse::DecodeError>(())
/// ```
#[derive(Debug)]
pub struct Decoder {
    options: DecoderOptions,
    lines: Lines,
    block: Block,
    failed: Option<DecodeError>,
}

/// Bounds what a [`Decoder`] holds in memory.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecoderOptions {
    /// The longest line, in bytes without its end, comments and unknown fields included. 16 MiB by default.
    pub line_bytes_max: usize,
    /// The largest event: the bytes of its data, each line with its LF, of its type and of its id. 16 MiB by default.
    pub event_bytes_max: usize,
}

/// Is an event as a client sees it.
///
/// It is another type than [`MessageEvent`](crate::MessageEvent) because it says other things: a type is always there,
/// and the id is the last one seen on the stream, be it this event's or an earlier one's.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct ReceivedEvent {
    data: String,
    /// `None` for `message`; shared with the event before it, if that had the same.
    event_type: Option<Arc<str>>,
    /// `None` for the empty one, so that streams without ids count no references.
    last_event_id: Option<Arc<str>>,
}

/// Iterates over the events that one chunk completes; made by [`Decoder::feed`].
///
/// Dropping it early skips the remaining events of the chunk; the decoder itself still reads the whole chunk, so its
/// last event id moves on.
#[derive(Debug)]
#[must_use = "events are lost unless the iterator is run"]
pub struct ReceivedEvents<'d, 'c> {
    decoder: &'d mut Decoder,
    chunk: &'c [u8],
    failed: bool,
}

/// The block of lines that is being read, and what outlives it.
#[derive(Debug)]
struct Block {
    data: String,
    event_type: String,
    /// The type of the last event that had one.
    last_event_type: Option<Arc<str>>,
    /// The id buffer, if the block has given an id; else it is the committed one.
    id: String,
    has_id: bool,
    last_event_id: Option<Arc<str>>,
    reconnection_time_ms: Option<u64>,
}

impl Decoder {
    /// Makes a decoder that has seen nothing yet.
    #[must_use]
    pub fn new(options: DecoderOptions) -> Self {
        Self::with_last_event_id(options, &EventId::default())
    }

    /// Makes a decoder that resumes a stream: until the stream gives another id, events carry this one.
    #[must_use]
    pub fn with_last_event_id(options: DecoderOptions, last_event_id: &EventId) -> Self {
        let block = Block {
            data: String::new(),
            event_type: String::new(),
            last_event_type: None,
            id: String::new(),
            has_id: false,
            last_event_id: shared(last_event_id.as_str()),
            reconnection_time_ms: None,
        };
        Self { options, lines: Lines::default(), block, failed: None }
    }

    /// Reads a chunk and iterates over the events that it completes.
    ///
    /// Each item is an event, or the one error after which nothing more comes; see [`Decoder::next_event`].
    pub fn feed<'d, 'c>(&'d mut self, chunk: &'c [u8]) -> ReceivedEvents<'d, 'c> {
        ReceivedEvents { decoder: self, chunk, failed: false }
    }

    /// Reads up to the next event and moves the input past what was read; `None` means that all of it was read.
    ///
    /// [`Decoder::feed`] is the same in the form of an iterator. This form is for adapters that keep the chunk
    /// themselves and give out one event at a time.
    ///
    /// # Errors
    ///
    /// [`DecodeError::LineTooLong`] and [`DecodeError::EventTooLarge`] when a limit is exceeded. Every call until
    /// [`reset`](Self::reset) then gives the same error: close the connection. Events before the error have been given
    /// out.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::{Decoder, DecoderOptions};
    ///
    /// let mut decoder = Decoder::new(DecoderOptions::default());
    /// let mut input: &[u8] = b"data: 1\n\ndata: 2\n\n";
    /// assert_eq!(decoder.next_event(&mut input)?.map(|event| event.into_data()).as_deref(), Some("1"));
    /// assert_eq!(input, b"data: 2\n\n");
    /// # Ok::<(), oriole_sse::DecodeError>(())
    /// ```
    pub fn next_event(&mut self, input: &mut &[u8]) -> Result<Option<ReceivedEvent>, DecodeError> {
        if let Some(error) = self.failed {
            *input = &[];
            return Err(error);
        }
        let Self { options, lines, block, .. } = self;
        let result = loop {
            match lines.next(input, options.line_bytes_max, |line| block.read(line, options.event_bytes_max)) {
                Ok(Some(Ok(None))) => {}
                Ok(Some(Ok(Some(event)))) => break Ok(Some(event)),
                Ok(None) => break Ok(None),
                Ok(Some(Err(error))) | Err(error) => break Err(error),
            }
        };
        if let Err(error) = result {
            self.failed = Some(error);
            *input = &[];
        }
        result
    }

    /// Ends the body and says whether it broke off inside an event.
    ///
    /// A line without its end and an event without its blank line are dropped (rule E11), and so is an id that was
    /// given in such an event (rule E29). Like [`reset`](Self::reset), it makes the decoder ready for the next body.
    pub fn end(&mut self) -> bool {
        let unfinished = self.lines.is_unfinished() || self.block.is_unfinished();
        self.reset();
        unfinished
    }

    /// Forgets the body, wherever it was broken off, and makes the decoder ready for the first byte of the next one.
    ///
    /// The committed last event id and the reconnection time stay, as in browsers; the next body may begin with a byte
    /// order mark again (rule E4).
    pub fn reset(&mut self) {
        self.lines.reset();
        self.block.abandon();
        self.failed = None;
    }

    /// Shows the committed last event id: what a reconnection sends as `Last-Event-ID`, unless it is empty.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.block.last_event_id.as_deref().unwrap_or_default()
    }

    /// Shows the reconnection time that the stream asked for last, if any (rule E20); a huge one is held at `u64::MAX`
    /// milliseconds.
    #[must_use]
    pub fn reconnection_time(&self) -> Option<Duration> {
        self.block.reconnection_time_ms.map(Duration::from_millis)
    }
}

impl Default for Decoder {
    fn default() -> Self {
        Self::new(DecoderOptions::default())
    }
}

impl DecoderOptions {
    /// Sets [`line_bytes_max`](Self::line_bytes_max).
    #[must_use]
    pub fn line_bytes_max(mut self, bytes: usize) -> Self {
        self.line_bytes_max = bytes;
        self
    }

    /// Sets [`event_bytes_max`](Self::event_bytes_max).
    #[must_use]
    pub fn event_bytes_max(mut self, bytes: usize) -> Self {
        self.event_bytes_max = bytes;
        self
    }
}

impl Default for DecoderOptions {
    fn default() -> Self {
        Self { line_bytes_max: 16 << 20, event_bytes_max: 16 << 20 }
    }
}

impl ReceivedEvent {
    /// Shows the data, with LF between its lines.
    #[must_use]
    pub fn data(&self) -> &str {
        &self.data
    }

    /// Takes the data.
    #[must_use]
    pub fn into_data(self) -> String {
        self.data
    }

    /// Shows the type: `message` unless the event gave another (rule E25).
    #[must_use]
    pub fn event_type(&self) -> &str {
        self.event_type.as_deref().unwrap_or("message")
    }

    /// Shows the last id that the stream had given when this event ended; empty if there was none.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.last_event_id.as_deref().unwrap_or_default()
    }
}

impl Iterator for ReceivedEvents<'_, '_> {
    type Item = Result<ReceivedEvent, DecodeError>;

    fn next(&mut self) -> Option<Self::Item> {
        if self.failed {
            return None;
        }
        let item = self.decoder.next_event(&mut self.chunk).transpose();
        self.failed = matches!(item, Some(Err(_)));
        item
    }
}

impl core::iter::FusedIterator for ReceivedEvents<'_, '_> {}

impl Drop for ReceivedEvents<'_, '_> {
    fn drop(&mut self) {
        while let Some(Ok(_)) = self.next() {}
    }
}

impl Block {
    /// Reads one line (rules E12 to E27).
    fn read(&mut self, line: &[u8], bytes_max: usize) -> Result<Option<ReceivedEvent>, DecodeError> {
        if line.is_empty() {
            return Ok(self.dispatch());
        }
        let (name, value) = split(line);
        let value = value.strip_prefix(b" ").unwrap_or(value);
        let too_large = DecodeError::EventTooLarge { bytes_max };
        match name {
            b"data" => {
                let room = bytes_max.checked_sub(self.size() + 1).ok_or(too_large)?;
                push_lossy(&mut self.data, value, room).ok_or(too_large)?;
                self.data.push('\n');
            }
            b"event" => {
                self.event_type.clear();
                let room = bytes_max.checked_sub(self.size()).ok_or(too_large)?;
                push_lossy(&mut self.event_type, value, room).ok_or(too_large)?;
            }
            b"id" if !value.contains(&0) => {
                self.id.clear();
                let room = bytes_max.checked_sub(self.size()).ok_or(too_large)?;
                push_lossy(&mut self.id, value, room).ok_or(too_large)?;
                self.has_id = true;
            }
            b"retry" => {
                if let Some(wait) = digits(value) {
                    self.reconnection_time_ms = Some(wait);
                }
            }
            // A comment has an empty name; every other name is unknown.
            _ => {}
        }
        Ok(None)
    }

    fn dispatch(&mut self) -> Option<ReceivedEvent> {
        if mem::take(&mut self.has_id) {
            share(&self.id, &mut self.last_event_id);
            empty(&mut self.id);
        }
        let mut data = mem::take(&mut self.data);
        let event_type = if self.event_type.is_empty() {
            None
        } else {
            share(&self.event_type, &mut self.last_event_type);
            empty(&mut self.event_type);
            self.last_event_type.clone()
        };
        // Empty only if there was no data line: each one, even an empty one, brought its LF.
        data.pop()?;
        Some(ReceivedEvent { data, event_type, last_event_id: self.last_event_id.clone() })
    }

    fn abandon(&mut self) {
        self.data = String::new();
        self.event_type = String::new();
        self.id = String::new();
        self.has_id = false;
    }

    fn is_unfinished(&self) -> bool {
        self.has_id || self.size() > 0
    }

    fn size(&self) -> usize {
        self.data.len() + self.event_type.len() + self.id.len()
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

/// Makes the last text this one, without a copy if it is so already; an empty one is `None`.
fn share(text: &str, last: &mut Option<Arc<str>>) {
    if last.as_deref().unwrap_or_default() != text {
        *last = shared(text);
    }
}

fn shared(text: &str) -> Option<Arc<str>> {
    (!text.is_empty()).then(|| text.into())
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
