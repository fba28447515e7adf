//! Reading, on threads of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use redb::{AccessGuard, Database, ReadOnlyTable, ReadableDatabase, StorageError};

use super::super::{Bounds, Page, PageLimits, Position, Rewind, Sequence, StoreError, Topic};
use super::block::events;
use super::format::{BLOCKS, NOTES, TOPICS, damaged, to_millis};
use super::jobs::Read;
use super::log::Log;
use super::recent::Piece;
use super::state::Shared;

/// Answers one question after the other, until nobody can ask any more.
pub(super) fn run(shared: &Shared, jobs: &Arc<Mutex<Receiver<Read>>>) {
    loop {
        let job = jobs.lock().unwrap_or_else(PoisonError::into_inner).recv();
        let Ok(job) = job else { return };
        // A file that somebody else has changed makes redb panic; who has asked is then told that it is away.
        let _ = catch_unwind(AssertUnwindSafe(|| shared.answer(job)));
    }
}

impl Shared {
    fn answer(&self, job: Read) {
        // Who has asked may be gone: then there is nothing to read.
        let _ = match job {
            Read::Page { answer, .. } if answer.is_closed() => false,
            Read::Find { answer, .. } if answer.is_closed() => false,
            Read::Page { topic, after, limits, answer } => answer
                .send(self.read(&topic, |view| page(view, after, limits), |bounds| Page { bounds, records: vec![] }))
                .is_ok(),
            Read::Find { topic, rewind, answer } => {
                answer.send(self.read(&topic, |view| find(view, rewind), |bounds| bounds.end())).is_ok()
            }
            Read::Note { name, answer } => answer.send(self.ask(|database| note(database, &name))).is_ok(),
        };
    }

    fn ask<T>(&self, ask: impl FnOnce(&Database) -> Result<T, redb::Error>) -> Result<T, StoreError> {
        let database = self.database();
        let database = database.as_ref().ok_or_else(|| StoreError::away(None))?;
        // A file that failed is opened again by the thread that writes, as soon as it has something to do.
        ask(database).map_err(|error| StoreError::away(Some(error.into())))
    }

    /// Reads a topic's log; one that is not there is empty.
    fn read<T>(
        &self,
        topic: &Topic,
        read: impl FnOnce(&View) -> Result<T, redb::Error>,
        empty: impl FnOnce(Bounds) -> T,
    ) -> Result<T, StoreError> {
        // Before the transaction begins, see there.
        let known = self.state().log(topic).cloned();
        let found = self.ask(|database| View::begin(database, topic, known)?.as_ref().map(read).transpose())?;
        // What the log holds by now is not what was read.
        let none = Sequence(0);
        Ok(found
            .unwrap_or_else(|| empty(Bounds { epoch: self.state().bounds(topic).epoch, trimmed: none, last: none })))
    }
}

/// A topic's log, whose bounds and events are of one moment. The transaction ends with it, whoever reads the page however slowly.
struct View {
    log: Log,
    blocks: ReadOnlyTable<(u64, u64), &'static [u8]>,
}

/// Some of its events.
enum Events<'a> {
    Settled(AccessGuard<'a, &'static [u8]>),
    Recent(&'a Piece),
}

impl View {
    /// Begins a transaction for what was known of the log just before; `None` if there is none.
    ///
    /// The state of all logs is changed after a commit, so the transaction is not behind what was known. If the log was settled
    /// since, its row says so, and has all that was known. Otherwise its blocks are those of then, and what was known is right.
    fn begin(database: &Database, topic: &Topic, known: Option<Log>) -> Result<Option<Self>, redb::Error> {
        let txn = database.begin_read()?;
        let Some(row) = txn.open_table(TOPICS)?.get(topic.as_str())?.map(|row| Log::from_row(row.value())) else {
            return Ok(None);
        };
        let is_settled = |known: &Log| known.id != row.id || known.bounds().last <= row.bounds().last;
        let log = known.filter(|known| !is_settled(known)).unwrap_or(row);
        Ok(Some(Self { log, blocks: txn.open_table(BLOCKS)? }))
    }

    /// Shows the blocks from the one on that has this event, each with the sequence of its last one.
    fn from(
        &self,
        sequence: u64,
    ) -> Result<impl Iterator<Item = Result<(u64, Events<'_>), StorageError>>, StorageError> {
        let Log { id, recent, .. } = &self.log;
        // Beyond those that are settled there is none.
        let rows = self.blocks.range((*id, sequence)..=(*id, self.log.settled().max(sequence)))?;
        let rows = rows.map(|row| row.map(|(last, block)| (last.value().1, Events::Settled(block))));
        let recent = recent.iter().filter(move |piece| piece.last >= sequence);
        Ok(rows.chain(recent.map(|piece| Ok((piece.last, Events::Recent(piece))))))
    }
}

impl Events<'_> {
    fn bytes(&self) -> &[u8] {
        match self {
            Self::Settled(block) => block.value(),
            Self::Recent(piece) => &piece.block,
        }
    }
}

fn page(view: &View, after: Position, limits: PageLimits) -> Result<Page, redb::Error> {
    let bounds = view.log.bounds();
    let after = if after.epoch == bounds.epoch { after.sequence.max(bounds.trimmed) } else { bounds.trimmed };
    let mut page = Page { bounds, records: vec![] };
    if after >= bounds.last {
        return Ok(page);
    }
    let (mut bytes, mut expected) = (0_u64, after.0 + 1);
    let missing = || damaged("an event is missing");
    'blocks: for block in view.from(after.0 + 1)? {
        let (last, block) = block?;
        for event in events(last, block.bytes()) {
            let (sequence, kept) = event?;
            if sequence <= after.0 {
                continue;
            }
            // What is not there was lost, since a log has no gaps.
            if sequence != expected {
                return Err(missing().into());
            }
            expected += 1;
            if !page.records.is_empty() && bytes.saturating_add(kept.bytes()) > limits.bytes_max {
                break 'blocks;
            }
            bytes += kept.bytes();
            page.records.push(kept.to_record(sequence));
            if page.records.len() >= limits.events_max {
                break 'blocks;
            }
        }
    }
    if page.records.is_empty() {
        return Err(missing().into());
    }
    Ok(page)
}

fn find(view: &View, rewind: Rewind) -> Result<Position, redb::Error> {
    let bounds = view.log.bounds();
    let at = |sequence| Position { epoch: bounds.epoch, sequence: Sequence(sequence) };
    let (trimmed, last) = (bounds.trimmed.0, bounds.last.0);
    let time = match rewind {
        Rewind::Events(events) => return Ok(at(last.saturating_sub(events).max(trimmed))),
        Rewind::Since(time) => to_millis(time),
    };
    // Publishers' clocks may differ, so times do not grow with sequences; the latest time so far does. The first event
    // that is late enough is not before the first whose latest time so far is.
    let (mut low, mut high) = (trimmed + 1, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let missing = || damaged("an event is missing");
        let (end, block) = view.from(middle)?.next().ok_or_else(missing)??;
        let mut events = events(end, block.bytes());
        let event = events.find(|event| !matches!(event, Ok((sequence, _)) if *sequence < middle));
        let (sequence, event) = event.ok_or_else(missing)??;
        if sequence > middle {
            return Err(missing().into());
        }
        if event.high_at < time {
            low = middle + 1;
        } else {
            high = middle;
        }
    }
    if low <= last {
        for block in view.from(low)? {
            let (end, block) = block?;
            for event in events(end, block.bytes()) {
                let (sequence, event) = event?;
                if sequence >= low && event.at >= time {
                    return Ok(at(sequence - 1));
                }
            }
        }
    }
    Ok(at(last))
}

fn note(database: &Database, name: &str) -> Result<Option<Bytes>, redb::Error> {
    let txn = database.begin_read()?;
    let note = txn.open_table(NOTES)?.get(name)?;
    Ok(note.map(|note| Bytes::copy_from_slice(note.value())))
}
