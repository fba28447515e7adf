//! Events that are in the file by commit, and not yet by topic.
//!
//! A block and a row of bounds for each topic of a commit are a page and two walks down a tree for each. So a topic's few events of a
//! commit are first written beside those of the others, in rows that are added at the end of one table. They come into the topic's
//! own blocks once there are enough of them, or once the rows take too much room. Until then they are in memory as well, and
//! a topic's bounds are those of its row in `topics` and what the rows here add to them.

use std::collections::{HashMap, VecDeque};
use std::sync::Arc;

use redb::{StorageError, Table};

use super::super::Topic;
use super::block::Block;
use super::format::damaged;
use super::log::Log;

/// By a number that grows. A value is a series of blocks, each after its topic, the sequence of its last event, and its length.
pub(super) type RecentRows<'txn> = Table<'txn, u64, &'static [u8]>;

/// How much the rows take at most. It is what an opening reads beside the topics, and about what they take in memory.
pub(super) const RECENT_BYTES_MAX: usize = 4 * 1024 * 1024;
/// Beyond it a row takes no further block. With what the tree adds, it fits into four pages of 4 KiB.
const ROW_BYTES_MAX: usize = 16_000;
/// Topic, sequence and length.
const HEAD_BYTES: usize = 8 + 8 + 4;

/// A topic's events of a commit.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Piece {
    /// In which row they are.
    pub(super) row: u64,
    /// The sequence of the last one.
    pub(super) last: u64,
    /// As in a topic's own blocks.
    pub(super) block: Arc<[u8]>,
}

/// The rows that are there, the oldest first.
#[derive(Debug, Default)]
pub(super) struct Recent {
    rows: VecDeque<Row>,
    bytes: usize,
}

#[derive(Debug)]
pub(super) struct Row {
    number: u64,
    bytes: usize,
    topics: Vec<Topic>,
}

impl Recent {
    /// The number of the next row.
    pub(super) fn next(&self) -> u64 {
        self.rows.back().map_or(0, |row| row.number + 1)
    }

    /// Shows the oldest rows, with their topics: those that have to go so that so many bytes have room.
    pub(super) fn beyond(&self, bytes: usize) -> impl Iterator<Item = (u64, &[Topic])> {
        let mut left = self.bytes + bytes;
        self.rows
            .iter()
            .take_while(move |row| {
                let is_beyond = left > RECENT_BYTES_MAX;
                left = left.saturating_sub(row.bytes);
                is_beyond
            })
            .map(|row| (row.number, &*row.topics))
    }

    /// Takes over what was committed: rows up to one are gone, and others were added.
    pub(super) fn commit(&mut self, gone: Option<u64>, added: impl IntoIterator<Item = Row>) {
        let gone = gone.map_or(0, |gone| self.rows.partition_point(|row| row.number <= gone));
        self.bytes -= self.rows.drain(..gone).map(|row| row.bytes).sum::<usize>();
        for row in added {
            self.bytes += row.bytes;
            self.rows.push_back(row);
        }
    }
}

/// The rows of a commit.
#[derive(Debug)]
pub(super) struct NewRows {
    pub(super) rows: Vec<Row>,
    next: u64,
    bytes: Vec<u8>,
    topics: Vec<Topic>,
}

impl NewRows {
    pub(super) fn new(next: u64) -> Self {
        Self { rows: vec![], next, bytes: vec![], topics: vec![] }
    }

    /// Adds a topic's events.
    pub(super) fn push(
        &mut self,
        table: &mut RecentRows<'_>,
        topic: &Topic,
        log: &mut Log,
        block: &mut Block,
    ) -> Result<(), StorageError> {
        let (id, last) = (log.id, log.bounds().last.0);
        let block = block.take();
        if !self.bytes.is_empty() && self.bytes.len() + HEAD_BYTES + block.len() > ROW_BYTES_MAX {
            self.write(table)?;
        }
        let length = u32::try_from(block.len()).map_err(|_| StorageError::ValueTooLarge(block.len()))?;
        self.bytes.extend_from_slice(&id.to_le_bytes());
        self.bytes.extend_from_slice(&last.to_le_bytes());
        self.bytes.extend_from_slice(&length.to_le_bytes());
        self.bytes.extend_from_slice(&block);
        self.topics.push(topic.clone());
        log.recent.push(Piece { row: self.next, last, block: block.into() });
        Ok(())
    }

    /// Writes what is in no row yet.
    pub(super) fn write(&mut self, table: &mut RecentRows<'_>) -> Result<(), StorageError> {
        if !self.bytes.is_empty() {
            table.insert(self.next, &*self.bytes)?;
            let topics = std::mem::take(&mut self.topics);
            self.rows.push(Row { number: self.next, bytes: self.bytes.len(), topics });
            self.next += 1;
            self.bytes.clear();
        }
        Ok(())
    }
}

/// What so many bytes of a block take in a row.
pub(super) fn row_bytes(block: usize) -> usize {
    HEAD_BYTES + block
}

/// Adds what the rows have to the logs as their own rows say they are.
///
/// What came into a topic's blocks stays here until the row goes, and what belonged to a topic that was removed does as well.
pub(super) fn replay(
    rows: impl IntoIterator<Item = Result<(u64, Vec<u8>), StorageError>>,
    logs: &mut HashMap<Topic, Log>,
) -> Result<Recent, StorageError> {
    let names: HashMap<u64, Topic> = logs.iter().map(|(topic, log)| (log.id, topic.clone())).collect();
    let mut recent = Recent::default();
    for row in rows {
        let (number, bytes) = row?;
        let (mut rest, mut topics) = (&*bytes, vec![]);
        while !rest.is_empty() {
            let (id, last, block) = take(&mut rest).ok_or_else(|| damaged("a row of events is not of its form"))?;
            let Some(topic) = names.get(&id) else { continue };
            let Some(log) = logs.get_mut(topic).filter(|log| log.bounds().last.0 < last) else { continue };
            log.replay(Piece { row: number, last, block: block.into() })?;
            topics.push(topic.clone());
        }
        recent.commit(None, [Row { number, bytes: bytes.len(), topics }]);
    }
    Ok(recent)
}

/// Takes a topic, the sequence of its last event, and its block.
fn take<'a>(rest: &mut &'a [u8]) -> Option<(u64, u64, &'a [u8])> {
    let id = u64::from_le_bytes(*rest.split_off(..8)?.first_chunk()?);
    let last = u64::from_le_bytes(*rest.split_off(..8)?.first_chunk()?);
    let length = u32::from_le_bytes(*rest.split_off(..4)?.first_chunk()?);
    Some((id, last, rest.split_off(..usize::try_from(length).ok()?)?))
}
