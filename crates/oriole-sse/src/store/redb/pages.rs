//! Reading, on threads of its own.

use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::mpsc::Receiver;
use std::sync::{Arc, Mutex, PoisonError};

use bytes::Bytes;
use redb::{Database, ReadableDatabase};

use super::super::{Bounds, Page, PageLimits, Position, Rewind, Sequence, StoreError, Topic};
use super::block::events;
use super::format::{BLOCKS, NOTES, TOPICS, damaged, to_millis};
use super::jobs::Read;
use super::log::Log;
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
                .send(self.read(
                    &topic,
                    |database| page(database, &topic, after, limits),
                    |bounds| Page { bounds, records: vec![] },
                ))
                .is_ok(),
            Read::Find { topic, rewind, answer } => {
                answer.send(self.read(&topic, |database| find(database, &topic, rewind), |bounds| bounds.end())).is_ok()
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
        read: impl FnOnce(&Database) -> Result<Option<T>, redb::Error>,
        empty: impl FnOnce(Bounds) -> T,
    ) -> Result<T, StoreError> {
        let found = self.ask(read)?;
        // What the log holds by now is not what was read.
        let none = Sequence(0);
        Ok(found
            .unwrap_or_else(|| empty(Bounds { epoch: self.state().bounds(topic).epoch, trimmed: none, last: none })))
    }
}

fn page(database: &Database, topic: &Topic, after: Position, limits: PageLimits) -> Result<Option<Page>, redb::Error> {
    // Bounds and events are of one moment. The transaction ends with the page, whoever reads it however slowly.
    let txn = database.begin_read()?;
    let Some(log) = txn.open_table(TOPICS)?.get(topic.as_str())?.map(|row| Log::from_row(row.value())) else {
        return Ok(None);
    };
    let bounds = log.bounds();
    let after = if after.epoch == bounds.epoch { after.sequence.max(bounds.trimmed) } else { bounds.trimmed };
    let mut page = Page { bounds, records: vec![] };
    if after >= bounds.last {
        return Ok(Some(page));
    }
    let blocks = txn.open_table(BLOCKS)?;
    let (mut bytes, mut expected) = (0_u64, after.0 + 1);
    let missing = || damaged("an event is missing");
    'blocks: for entry in blocks.range((log.id, after.0 + 1)..=(log.id, bounds.last.0))? {
        let (last, block) = entry?;
        for event in events(last.value().1, block.value()) {
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
    Ok(Some(page))
}

fn find(database: &Database, topic: &Topic, rewind: Rewind) -> Result<Option<Position>, redb::Error> {
    let txn = database.begin_read()?;
    let Some(log) = txn.open_table(TOPICS)?.get(topic.as_str())?.map(|row| Log::from_row(row.value())) else {
        return Ok(None);
    };
    let bounds = log.bounds();
    let at = |sequence| Some(Position { epoch: bounds.epoch, sequence: Sequence(sequence) });
    let (trimmed, last) = (bounds.trimmed.0, bounds.last.0);
    let time = match rewind {
        Rewind::Events(events) => return Ok(at(last.saturating_sub(events).max(trimmed))),
        Rewind::Since(time) => to_millis(time),
    };
    // Publishers' clocks may differ, so times do not grow with sequences; the latest time so far does. The first event
    // that is late enough is not before the first whose latest time so far is.
    let blocks = txn.open_table(BLOCKS)?;
    let (mut low, mut high) = (trimmed + 1, last + 1);
    while low < high {
        let middle = low + (high - low) / 2;
        let missing = || damaged("an event is missing");
        let (end, block) = blocks.range((log.id, middle)..=(log.id, last))?.next().ok_or_else(missing)??;
        let mut events = events(end.value().1, block.value());
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
        for entry in blocks.range((log.id, low)..=(log.id, last))? {
            let (end, block) = entry?;
            for event in events(end.value().1, block.value()) {
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
