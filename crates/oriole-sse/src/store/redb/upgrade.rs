//! From the formats of earlier versions to this one's.
//!
//! A step is one transaction, so that a file is in one format or in the other whatever happens; none is ever removed.

use redb::{Database, ReadableTable, StorageError, TableDefinition};

use super::block::{Block, Kept};
use super::format::{Tables, damaged};

/// In format 1 each event was a row of its own, by topic and sequence.
const EVENTS_1: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("events");

/// Puts the events of format 1 into blocks.
pub(super) fn from_1(database: &Database) -> Result<(), redb::Error> {
    let txn = database.begin_write()?;
    {
        let mut tables = Tables::open(&txn)?;
        let events = txn.open_table(EVENTS_1)?;
        let (mut block, mut last) = (Block::default(), (0, 0));
        for row in events.iter()? {
            let (at, event) = row?;
            let at = at.value();
            // Nothing stands between the events of a topic, but for what a crash of somebody else's left.
            if at != (last.0, last.1 + 1) {
                block.write(&mut tables.blocks, last)?;
            }
            block.push(&mut tables.blocks, at, &read_1(event.value())?)?;
            last = at;
        }
        block.write(&mut tables.blocks, last)?;
        tables.put_format()?;
    }
    txn.delete_table(EVENTS_1)?;
    Ok(txn.commit()?)
}

/// Format 2 had no events but those in blocks of their topics'.
pub(super) fn from_2(database: &Database) -> Result<(), redb::Error> {
    let txn = database.begin_write()?;
    // Opening them makes the table that was not there.
    Tables::open(&txn)?.put_format()?;
    Ok(txn.commit()?)
}

const NO_KEY: u32 = u32::MAX;

/// Reads the times, the length of the key, the key, and the frame, which was the rest.
fn read_1(bytes: &[u8]) -> Result<Kept<'_>, StorageError> {
    let parse = || {
        let (at, rest) = bytes.split_first_chunk()?;
        let (high_at, rest) = rest.split_first_chunk()?;
        let (key_bytes, rest) = rest.split_first_chunk()?;
        let (coalesce_key, frame) = match u32::from_le_bytes(*key_bytes) {
            NO_KEY => (None, rest),
            key_bytes => {
                let (key, frame) = rest.split_at_checked(usize::try_from(key_bytes).ok()?)?;
                (Some(std::str::from_utf8(key).ok()?), frame)
            }
        };
        Some(Kept { at: u64::from_le_bytes(*at), high_at: u64::from_le_bytes(*high_at), frame, coalesce_key })
    };
    parse().ok_or_else(|| damaged("an event is not of its form"))
}
