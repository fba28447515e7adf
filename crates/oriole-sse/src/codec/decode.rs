//! Bytes to events.

use core::time::Duration;

use super::block::{Block, Held, Step};
use super::lines::Lines;
use super::whole;
use super::{DecodeError, Decoded, EventView, ReceivedEvent};
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
    /// Whether nothing of the next block was read, and nothing of the last one is left to let go of: then the next event
    /// may be read at one go.
    is_between: bool,
    failed: Option<DecodeError>,
}

/// Bounds what a [`Decoder`] holds in memory, and says what it gives out.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct DecoderOptions {
    /// The longest line, in bytes without its end, comments and unknown fields included. 16 MiB by default.
    pub line_bytes_max: usize,
    /// The largest event: the bytes of its data, each line with its LF, of its type and of its id. 16 MiB by default.
    pub event_bytes_max: usize,
    /// Whether comments are given out by [`Decoder::next_item`], each as soon as its line ends. Not by default.
    pub comments: bool,
}

/// Says what the decoder stands behind.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Found {
    Event,
    Comment,
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

impl Decoder {
    /// Makes a decoder that has seen nothing yet.
    #[must_use]
    pub fn new(options: DecoderOptions) -> Self {
        Self::with_last_event_id(options, &EventId::default())
    }

    /// Makes a decoder that resumes a stream: until the stream gives another id, events carry this one.
    #[must_use]
    pub fn with_last_event_id(options: DecoderOptions, last_event_id: &EventId) -> Self {
        let block = Block::with_last_event_id(last_event_id.as_str());
        Self { options, lines: Lines::default(), block, is_between: false, failed: None }
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
    #[inline]
    pub fn next_event(&mut self, input: &mut &[u8]) -> Result<Option<ReceivedEvent>, DecodeError> {
        loop {
            let mut held = Held::default();
            match self.advance(input, &mut held)? {
                Some(Found::Event) => return Ok(Some(self.event(held))),
                Some(Found::Comment) => {}
                None => return Ok(None),
            }
        }
    }

    /// Reads up to the next event or, if [`DecoderOptions::comments`] asks for them, comment, and shows it in place;
    /// `None` means that all of the input was read.
    ///
    /// This is the fastest form: an event of one line that came in one chunk is neither copied nor allocated.
    ///
    /// # Errors
    ///
    /// Those of [`next_event`](Self::next_event).
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole_sse::{Decoded, Decoder, DecoderOptions};
    ///
    /// let mut decoder = Decoder::new(DecoderOptions::default().comments(true));
    /// let mut input: &[u8] = b": welcome\ndata: 1\n\n";
    /// let mut seen = Vec::new();
    /// while let Some(item) = decoder.next_item(&mut input)? {
    ///     seen.push(match item {
    ///         Decoded::Event(event) => format!("{}: {}", event.event_type(), event.data()),
    ///         Decoded::Comment(text) => format!("comment:{text}"),
    ///         _ => unreachable!(),
    ///     });
    /// }
    /// assert_eq!(seen, ["comment: welcome", "message: 1"]);
    /// # Ok::<(), oriole_sse::DecodeError>(())
    /// ```
    #[inline]
    pub fn next_item<'v, 'c: 'v>(&'v mut self, input: &mut &'c [u8]) -> Result<Option<Decoded<'v>>, DecodeError> {
        let mut held = Held::default();
        let found = self.advance(input, &mut held)?;
        Ok(found.map(|found| match found {
            Found::Event => Decoded::Event(EventView { block: &mut self.block, held }),
            Found::Comment => Decoded::Comment(self.block.given_comment()),
        }))
    }

    /// Reads up to the next event or comment, which is then taken with [`event`](Self::event), or shown.
    ///
    /// Finding and taking are two steps so that an event is made where it is returned to: moving one around costs more
    /// than finding it. For the same reason all that makes one is inlined; what is seldom is not.
    #[inline(always)]
    pub(crate) fn advance<'c>(
        &mut self,
        input: &mut &'c [u8],
        held: &mut Held<'c>,
    ) -> Result<Option<Found>, DecodeError> {
        if self.is_between && self.take_whole(input, held) {
            return Ok(Some(Found::Event));
        }
        self.advance_by_lines(input, held)
    }

    /// Takes the event that the input begins with, if it can be read at one go.
    #[inline(always)]
    fn take_whole<'c>(&mut self, input: &mut &'c [u8], held: &mut Held<'c>) -> bool {
        let Some((whole, end)) = whole::read(input, &self.options) else {
            return false;
        };
        *input = &input[end..];
        self.block.take(whole, held);
        true
    }

    #[cold]
    fn advance_by_lines<'c>(
        &mut self,
        input: &mut &'c [u8],
        held: &mut Held<'c>,
    ) -> Result<Option<Found>, DecodeError> {
        if !self.is_between {
            self.lines.release();
            self.block.release();
            self.is_between = self.lines.is_between() && self.block.is_empty() && self.failed.is_none();
            if self.is_between && self.take_whole(input, held) {
                return Ok(Some(Found::Event));
            }
        }
        if self.is_between && input.is_empty() {
            return Ok(None);
        }
        self.is_between = false;
        let Self { options, lines, block, failed, .. } = self;
        if let Some(error) = *failed {
            *input = &[];
            return Err(error);
        }
        let error = loop {
            let line = match lines.next(input, options.line_bytes_max) {
                Ok(Some(line)) => line,
                Ok(None) => {
                    block.keep(*held);
                    return Ok(None);
                }
                Err(error) => break error,
            };
            match block.read(line, held, options) {
                Ok(Step::Nothing) => {}
                Ok(Step::Dispatch) => {
                    if block.dispatch(held) {
                        return Ok(Some(Found::Event));
                    }
                }
                Ok(Step::Comment) => {
                    block.keep(*held);
                    return Ok(Some(Found::Comment));
                }
                Err(error) => break error,
            }
        };
        *failed = Some(error);
        *input = &[];
        Err(error)
    }

    /// Takes the event that was found.
    #[inline(always)]
    pub(crate) fn event(&mut self, held: Held<'_>) -> ReceivedEvent {
        self.block.event(held)
    }

    /// Shows the comment that was found.
    #[cfg(feature = "client")]
    pub(crate) fn comment(&self) -> &str {
        self.block.given_comment()
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
        self.is_between = false;
        self.failed = None;
    }

    /// Shows the committed last event id: what a reconnection sends as `Last-Event-ID`, unless it is empty.
    #[must_use]
    pub fn last_event_id(&self) -> &str {
        self.block.last_event_id()
    }

    /// Shows the reconnection time that the stream asked for last, if any (rule E20); a huge one is held at `u64::MAX`
    /// milliseconds.
    #[must_use]
    pub fn reconnection_time(&self) -> Option<Duration> {
        self.block.reconnection_time_ms().map(Duration::from_millis)
    }

    /// Counts how often the last event id was set, be it to the same.
    #[cfg(feature = "client")]
    pub(crate) fn id_changes(&self) -> u64 {
        self.block.id_changes()
    }

    /// Says where the bodies to come are from (rule E26).
    #[cfg(feature = "client")]
    pub(crate) fn set_origin(&mut self, origin: alloc::sync::Arc<str>) {
        self.block.set_origin(origin);
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

    /// Sets [`comments`](Self::comments).
    #[must_use]
    pub fn comments(mut self, comments: bool) -> Self {
        self.comments = comments;
        self
    }
}

impl Default for DecoderOptions {
    fn default() -> Self {
        Self { line_bytes_max: 16 << 20, event_bytes_max: 16 << 20, comments: false }
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
