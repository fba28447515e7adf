//! Files that are something else, newer, or damaged.

use std::time::{Duration, SystemTime};

use dice::Dice;
use redb::{Database, ReadableDatabase, ReadableTable, TableDefinition};

use super::support::{event, read_all, topic};
use crate::store::redb::block::events;
use crate::store::redb::format::{BLOCKS, FORMAT, open_file};
use crate::store::redb::{RedbOpenError, RedbStore, RedbStoreOptions};
use crate::store::{Append, Epoch, PageLimits, Position, Retention, Rewind, Sequence, Store, Topic};

#[test]
fn what_is_no_store_is_named_and_left_alone() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("other");
    for content in ["a", "some text of somebody's\n", &"x".repeat(100_000)] {
        std::fs::write(&path, content).expect("written");
        let refused = RedbStore::open(&path).expect_err("a text");
        assert_eq!(std::fs::read_to_string(&path).expect("a file"), content);
        assert_eq!(refused.to_string(), format!("{} is not a store of events", path.display()));
    }
    std::fs::write(&path, "").expect("written");
    RedbStore::open(&path).expect("an empty file becomes one");

    // Another application's database.
    let path = folder.path().join("foreign.redb");
    let database = Database::create(&path).expect("a database");
    let txn = database.begin_write().expect("there");
    txn.open_table(TableDefinition::<'_, &str, u64>::new("events")).expect("a table");
    txn.commit().expect("there");
    drop(database);
    let refused = RedbStore::open(&path).expect_err("another's");
    assert!(matches!(refused, RedbOpenError::NotAStore { .. }), "{refused:?}");
    let database = Database::open(&path).expect("a database");
    assert_eq!(database.begin_read().expect("there").list_tables().expect("there").count(), 1);
}

#[test]
fn a_newer_format_is_named() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    drop(RedbStore::open(&path).expect("a store"));
    let newer = FORMAT + 1;
    for format in [newer, 0] {
        let database = open_file(&path, 1024 * 1024, false).expect("a database");
        let txn = database.begin_write().expect("there");
        let meta = TableDefinition::<'_, &str, u64>::new("oriole-sse");
        txn.open_table(meta).expect("a table").insert("format", format).expect("there");
        txn.commit().expect("there");
        drop(database);
        let refused = RedbStore::open(&path).expect_err("another format");
        assert_eq!(
            refused.to_string(),
            format!("{} has the format {format}, and this version reads formats up to {FORMAT}", path.display())
        );
    }
}

/// A file of format 1, as the version before wrote it, has its events where they were.
#[tokio::test]
async fn a_file_of_format_1_is_turned_into_this_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    let options = RedbStoreOptions::default().retention(Retention::default().events_max(300));
    let store = RedbStore::open_with(&path, options).expect("a store");
    let named = |name: &str| Topic::new(name).expect("a topic");
    let at = |seconds| SystemTime::UNIX_EPOCH + Duration::from_secs(seconds);
    for (name, events) in [("a", 400_u64), ("b", 1), ("c", 30)] {
        let event = |number: u64| {
            let event = Append::new(named(name), at(number), format!("{name}{number}").repeat(20).into());
            if number.is_multiple_of(3) { event.coalesce_key(number.to_string()) } else { event }
        };
        store.append((1..=events).map(event).collect()).await.expect("there");
    }
    let read = async |store: &RedbStore, name| {
        let start = Position { epoch: Epoch(0), sequence: Sequence(0) };
        let limits = PageLimits { events_max: usize::MAX, bytes_max: u64::MAX };
        store.read(&named(name), start, limits).await.expect("there")
    };
    let all = async |store: &RedbStore| (read(store, "a").await, read(store, "b").await, read(store, "c").await);
    let before = all(&store).await;
    assert_eq!(before.0.records.len(), 300);
    drop(store);

    // Each event was a row of its own: its times, the length of its key, its key and its frame.
    let database = Database::open(&path).expect("a database");
    let txn = database.begin_write().expect("there");
    {
        let rows = TableDefinition::<'_, (u64, u64), &[u8]>::new("events");
        let (mut rows, blocks) = (txn.open_table(rows).expect("a table"), txn.open_table(BLOCKS).expect("a table"));
        let trimmed = before.0.bounds.trimmed.0;
        for block in blocks.iter().expect("there") {
            let (last, block) = block.expect("there");
            let (topic, last) = last.value();
            for event in events(last, block.value()) {
                let (sequence, event) = event.expect("whole");
                // What was left of a block by a trim was no row any more.
                if topic == 0 && sequence <= trimmed {
                    continue;
                }
                let key = event.coalesce_key.map_or(u32::MAX, |key| key.len() as u32);
                let mut row = [event.at.to_le_bytes(), event.high_at.to_le_bytes()].concat();
                row.extend_from_slice(&key.to_le_bytes());
                row.extend_from_slice(event.coalesce_key.unwrap_or_default().as_bytes());
                row.extend_from_slice(event.frame);
                rows.insert((topic, sequence), &*row).expect("there");
            }
        }
        let meta = TableDefinition::<'_, &str, u64>::new("oriole-sse");
        txn.open_table(meta).expect("a table").insert("format", 1).expect("there");
    }
    txn.delete_table(BLOCKS).expect("there");
    txn.commit().expect("there");
    drop(database);

    for _ in 0..2 {
        let store = RedbStore::open_with(&path, options).expect("a store");
        assert_eq!(all(&store).await, before);
        for since in [0, 150, 250, 400, 401] {
            let place = store.find(&named("a"), Rewind::Since(at(since))).await.expect("there");
            assert_eq!(place.sequence.0, since.clamp(101, 401) - 1, "{since}");
        }
    }
    // It goes on as any other: what is beyond the retention goes.
    let store = RedbStore::open_with(&path, options).expect("a store");
    store.append((0..290).map(|_| Append::new(named("a"), at(500), "x".into())).collect()).await.expect("there");
    let page = read(&store, "a").await;
    assert_eq!((page.records.len(), page.records[0].sequence), (300, Sequence(391)));
}

/// What becomes of a block's bytes; `None` if it goes.
pub(super) type Damage = dyn Fn(&[u8]) -> Option<Vec<u8>>;

/// What a block says of itself is compared with what it has, and blocks with each other: no event has another's number.
#[tokio::test]
async fn a_damaged_block_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    let store = RedbStore::open(&path).expect("a store");
    // A batch is a block, since there is no room for another in it.
    for frames in [["1", "2"], ["3", "4"], ["5", "6"]] {
        store.append(frames.map(|frame| event(&frame.repeat(7_900))).to_vec()).await.expect("there");
    }
    let whole = read_all(&store).await;
    assert_eq!(whole.len(), 6);
    drop(store);
    let good = std::fs::read(&path).expect("a file");

    let says = |count: u32| move |block: &[u8]| Some([&count.to_le_bytes(), &block[4..]].concat());
    let (few, many) = (says(1), says(3));
    let longer = |block: &[u8]| Some([block, b"x"].concat());
    let shorter = |block: &[u8]| Some(block[..block.len() - 1].to_vec());
    let gone = |_: &[u8]| None;
    let damages: [&Damage; 5] = [&few, &many, &longer, &shorter, &gone];
    for (number, damage) in damages.iter().enumerate() {
        for last in [2, 4, 6] {
            std::fs::write(&path, &good).expect("written");
            let database = open_file(&path, 1024 * 1024, false).expect("a database");
            let txn = database.begin_write().expect("there");
            {
                let mut blocks = txn.open_table(BLOCKS).expect("a table");
                let block = blocks.remove((0, last)).expect("there").expect("a block").value().to_vec();
                if let Some(block) = damage(&block) {
                    blocks.insert((0, last), &*block).expect("there");
                }
            }
            txn.commit().expect("there");
            drop(database);

            let store = RedbStore::open(&path).expect("a store");
            let mut after = Position { sequence: Sequence(0), ..whole[0].0 };
            let limits = PageLimits { events_max: 1, bytes_max: u64::MAX };
            while let Ok(page) = store.read(&topic(), after, limits).await {
                assert_eq!(page.records.len(), 1, "damage {number} of {last} at {after:?} is told");
                let (place, text) = &whole[usize::try_from(after.sequence.0).expect("small")];
                assert_eq!((page.records[0].sequence, &*page.records[0].frame), (place.sequence, text.as_bytes()));
                after = *place;
            }
            assert!(after.sequence.0 < last, "damage {number} of {last}");
        }
    }
}

#[test]
fn a_damaged_file_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    drop(RedbStore::open(&path).expect("a store"));
    let good = std::fs::read(&path).expect("a file");
    let mut dice = Dice::new(7);
    for round in 0..40 {
        let mut bad = good.clone();
        for _ in 0..1 + dice.roll() % 400 {
            let at = usize::try_from(dice.roll() % good.len() as u64).expect("small");
            bad[at] ^= dice.roll() as u8;
        }
        if round % 4 == 0 {
            bad.truncate(usize::try_from(dice.roll() % good.len() as u64).expect("small"));
        }
        std::fs::write(&path, &bad).expect("written");
        // Whatever comes of it, it is an answer.
        let _ = RedbStore::open(&path).map_err(|error| error.to_string());
    }
}
