//! Events as they are in the file: next to each other, in blocks.
//!
//! What a topic is given is written in as few pieces as can be, since each of them is a walk down the tree; [where it is
//! little](super::recent), that of several transactions in one. A block is found by the sequence of its last event. It begins with how
//! many events there are; their sequences have no gaps.

use redb::{StorageError, Table};

use super::super::{Record, Sequence};
use super::format::{damaged, to_time};

/// By topic and the sequence of the last event.
pub(super) type Blocks<'txn> = Table<'txn, (u64, u64), &'static [u8]>;

/// An event as it is in a block.
#[derive(Clone, Copy, Debug)]
pub(super) struct Kept<'a> {
    /// In milliseconds since 1970, as is `high_at`.
    pub(super) at: u64,
    /// The latest time of all events up to this one, which therefore grows with the sequence.
    pub(super) high_at: u64,
    pub(super) frame: &'a [u8],
    pub(super) coalesce_key: Option<&'a str>,
}

/// The block that a topic is given at the moment.
#[derive(Debug, Default)]
pub(super) struct Block {
    bytes: Vec<u8>,
    events: u32,
    /// It was written before, and begun anew.
    is_next: bool,
}

/// Beyond it a block takes no further event. With what the tree adds, it fits into four pages of 4 KiB.
pub(super) const BLOCK_BYTES_MAX: usize = 16_000;
const COUNT_BYTES: usize = 4;
/// Two times, and how long key and frame are.
const HEAD_BYTES: usize = 8 + 8 + 4 + 4;
const NO_KEY: u32 = u32::MAX;

impl Block {
    /// Takes the event of this sequence, which follows the one before.
    pub(super) fn push(
        &mut self,
        blocks: &mut Blocks<'_>,
        (id, sequence): (u64, u64),
        event: &Kept<'_>,
    ) -> Result<(), StorageError> {
        let key = event.coalesce_key.unwrap_or_default();
        let bytes = HEAD_BYTES + key.len() + event.frame.len();
        if self.bytes.len() + bytes > BLOCK_BYTES_MAX {
            self.write(blocks, (id, sequence - 1))?;
        }
        if self.events == 0 {
            self.bytes.reserve(COUNT_BYTES + bytes);
            self.bytes.extend_from_slice(&[0; COUNT_BYTES]);
        }
        let length = |bytes: usize| match u32::try_from(bytes) {
            Ok(length) if length < NO_KEY => Ok(length),
            _ => Err(StorageError::ValueTooLarge(bytes)),
        };
        let (key_bytes, frame_bytes) = (length(key.len())?, length(event.frame.len())?);
        let key_bytes = if event.coalesce_key.is_some() { key_bytes } else { NO_KEY };
        self.bytes.extend_from_slice(&event.at.to_le_bytes());
        self.bytes.extend_from_slice(&event.high_at.to_le_bytes());
        self.bytes.extend_from_slice(&key_bytes.to_le_bytes());
        self.bytes.extend_from_slice(&frame_bytes.to_le_bytes());
        self.bytes.extend_from_slice(key.as_bytes());
        self.bytes.extend_from_slice(event.frame);
        self.events += 1;
        Ok(())
    }

    /// Writes what it has, whose last event is this one.
    pub(super) fn write(&mut self, blocks: &mut Blocks<'_>, last: (u64, u64)) -> Result<(), StorageError> {
        if self.events > 0 {
            self.bytes[..COUNT_BYTES].copy_from_slice(&self.events.to_le_bytes());
            blocks.insert(last, &*self.bytes)?;
            self.is_next = true;
        }
        self.bytes.clear();
        self.events = 0;
        Ok(())
    }

    /// Takes the events of another. They follow those that it has, whose last one is this.
    pub(super) fn absorb(
        &mut self,
        blocks: &mut Blocks<'_>,
        last: (u64, u64),
        block: &[u8],
    ) -> Result<(), StorageError> {
        let (count, events) =
            block.split_first_chunk().ok_or_else(|| damaged("a block of events is not of its form"))?;
        if self.bytes.len() + events.len() > BLOCK_BYTES_MAX {
            self.write(blocks, last)?;
        }
        if self.events == 0 {
            self.bytes.extend_from_slice(&[0; COUNT_BYTES]);
        }
        self.bytes.extend_from_slice(events);
        self.events += u32::from_le_bytes(*count);
        Ok(())
    }

    /// Gives what it has as a block that is whole, and is empty then.
    pub(super) fn take(&mut self) -> Vec<u8> {
        let mut bytes = std::mem::take(&mut self.bytes);
        if let Some(count) = bytes.first_chunk_mut() {
            *count = self.events.to_le_bytes();
        }
        self.events = 0;
        bytes
    }

    /// How long it is.
    pub(super) fn bytes(&self) -> usize {
        self.bytes.len()
    }

    /// Says whether a part of what it was given is written.
    pub(super) fn is_next(&self) -> bool {
        self.is_next
    }
}

/// Gives the events of a block with their sequences, of which this is the last.
pub(super) fn events(last: u64, block: &[u8]) -> impl Iterator<Item = Result<(u64, Kept<'_>), StorageError>> {
    let (count, mut rest) =
        block.split_first_chunk().map_or((0, block), |(count, rest)| (u32::from_le_bytes(*count), rest));
    // A count that is wrong would give events the numbers of others. A block without events is none.
    let is_whole = count > 0 && is_used_up_by(count, rest);
    let first = last.checked_sub(u64::from(count)).filter(|_| is_whole);
    (0..u64::from(count.max(1))).map(move |at| {
        let event = first.and_then(|first| Some((first + 1 + at, Kept::take(&mut rest)?)));
        event.ok_or_else(|| damaged("a block of events is not of its form"))
    })
}

/// Whether so many events are here, and nothing else.
fn is_used_up_by(count: u32, mut rest: &[u8]) -> bool {
    let skipped = (0..count).try_for_each(|_| {
        let _times: &[u8; 16] = take_chunk(&mut rest)?;
        let (key_bytes, frame_bytes) = take_lengths(&mut rest)?;
        rest = rest.get(key_bytes.unwrap_or(0).checked_add(frame_bytes)?..)?;
        Some(())
    });
    skipped.is_some() && rest.is_empty()
}

impl<'a> Kept<'a> {
    fn take(rest: &mut &'a [u8]) -> Option<Self> {
        let at = u64::from_le_bytes(*take_chunk(rest)?);
        let high_at = u64::from_le_bytes(*take_chunk(rest)?);
        let (key_bytes, frame_bytes) = take_lengths(rest)?;
        let coalesce_key = match key_bytes {
            None => None,
            Some(bytes) => Some(std::str::from_utf8(rest.split_off(..bytes)?).ok()?),
        };
        let frame = rest.split_off(..frame_bytes)?;
        Some(Self { at, high_at, frame, coalesce_key })
    }

    /// What it counts for, as [`Record::bytes`] says.
    pub(super) fn bytes(&self) -> u64 {
        (self.frame.len() + self.coalesce_key.map_or(0, str::len)) as u64
    }

    pub(super) fn to_record(self, sequence: u64) -> Record {
        let frame = self.frame.to_vec().into();
        Record::new(Sequence(sequence), to_time(self.at), frame, self.coalesce_key.map(std::sync::Arc::from))
    }
}

/// How long the key is, if there is one, and the frame.
fn take_lengths(rest: &mut &[u8]) -> Option<(Option<usize>, usize)> {
    let key_bytes = match u32::from_le_bytes(*take_chunk(rest)?) {
        NO_KEY => None,
        bytes => Some(usize::try_from(bytes).ok()?),
    };
    let frame_bytes = u32::from_le_bytes(*take_chunk(rest)?);
    Some((key_bytes, usize::try_from(frame_bytes).ok()?))
}

fn take_chunk<'a, const BYTES: usize>(rest: &mut &'a [u8]) -> Option<&'a [u8; BYTES]> {
    let (chunk, left) = rest.split_first_chunk()?;
    *rest = left;
    Some(chunk)
}
