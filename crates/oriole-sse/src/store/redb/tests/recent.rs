//! Events that are in the file by commit, and not yet by topic.

use std::time::{Duration, SystemTime};

use dice::Dice;
use redb::{ReadableDatabase, ReadableTable, ReadableTableMetadata};

use super::disk::Disk;
use super::files::Damage;
use super::support::{append, read_all, topic_named};
use crate::store::redb::format::{BLOCKS, META, RECENT, open_file};
use crate::store::redb::recent::RECENT_BYTES_MAX;
use crate::store::redb::{RedbStore, RedbStoreOptions};
use crate::store::{Append, Epoch, Page, PageLimits, Position, Retention, Rewind, Sequence, Store};

const EVERYTHING: PageLimits = PageLimits { events_max: usize::MAX, bytes_max: u64::MAX };

fn at(seconds: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH + Duration::from_secs(seconds)
}

async fn read(store: &RedbStore, number: u64, after: Sequence, limits: PageLimits) -> Page {
    let epoch = store.open(&topic_named(number)).await.expect("there").epoch;
    store.close(&topic_named(number));
    store.read(&topic_named(number), Position { epoch, sequence: after }, limits).await.expect("whole")
}

/// How many rows of recent events and how many blocks a file has, and the bytes of the former.
fn count(path: &std::path::Path) -> (u64, u64, usize) {
    let database = open_file(path, 1024 * 1024, false).expect("a database");
    let txn = database.begin_read().expect("there");
    let (recent, blocks) = (txn.open_table(RECENT).expect("a table"), txn.open_table(BLOCKS).expect("a table"));
    let bytes = recent.iter().expect("there").map(|row| row.expect("there").1.value().len()).sum();
    (recent.len().expect("there"), blocks.len().expect("there"), bytes)
}

/// Whatever is settled and whatever is not, and however often the store is left: each topic has what it was given.
#[tokio::test]
async fn what_is_read_is_what_was_appended() {
    const TOPICS: u64 = 6;
    const KEPT: usize = 60;
    for seed in 0..25 {
        let mut dice = Dice::new(seed);
        let disk = Disk::default();
        let options = RedbStoreOptions::default().commit_window(Duration::ZERO);
        let options = options.retention(Retention::default().events_max(KEPT as u64).age_max(None));
        let mut store = disk.store(options);
        let mut given = vec![vec![]; TOPICS as usize];
        // Those that were appended to since the store was opened have no more than they may.
        let mut exact = vec![false; TOPICS as usize];
        for round in 0..60_u64 {
            // All of them together, and none of them twice by a name.
            let mut batch = vec![];
            for _ in 0..1 + dice.roll() % 20 {
                let number = dice.roll() % TOPICS;
                let events = &mut given[number as usize];
                let frame = format!("{number}/{}/{}", events.len(), "x".repeat((dice.roll() % 700) as usize));
                let mut append = Append::new(topic_named(number), at(round), frame.clone().into());
                if dice.chance(5) {
                    append = append.idempotency_key(frame.clone());
                }
                if dice.chance(10) {
                    append = append.coalesce_key(format!("{number}"));
                }
                events.push((round, frame));
                exact[number as usize] = true;
                batch.push(append);
            }
            let answers = store.append(batch).await.expect("there");
            assert!(answers.iter().all(|answer| matches!(answer, Ok(appended) if !appended.is_duplicate)));
            if dice.chance(10) {
                if dice.chance(50) {
                    store.shutdown().await.expect("closed");
                }
                drop(store);
                store = disk.store(options);
                exact.fill(false);
            }
            if dice.chance(10) {
                store.sweep(at(round)).await.expect("swept");
                exact.fill(true);
            }
            let number = dice.roll() % TOPICS;
            let events = &given[number as usize];
            let page = read(&store, number, Sequence(0), EVERYTHING).await;
            let trimmed = usize::try_from(page.bounds.trimmed.0).expect("small");
            let expected = events.len().saturating_sub(KEPT);
            assert!(if exact[number as usize] { trimmed == expected } else { trimmed <= expected }, "seed {seed}");
            let frames: Vec<_> = page.records.iter().map(|record| &*record.frame).collect();
            let kept: Vec<_> = events[trimmed..].iter().map(|(_, frame)| frame.as_bytes()).collect();
            assert_eq!(frames, kept, "seed {seed}, round {round}");
            assert_eq!(page.bounds.last.0, events.len() as u64);
            // A part of it, and a place by its time.
            if kept.is_empty() {
                continue;
            }
            let after = trimmed as u64 + dice.roll() % kept.len() as u64;
            let limits = PageLimits { events_max: 1 + (dice.roll() % 30) as usize, bytes_max: u64::MAX };
            let part = read(&store, number, Sequence(after), limits).await;
            let from = usize::try_from(after).expect("small") - trimmed;
            assert_eq!(part.records, page.records[from..(from + limits.events_max).min(kept.len())], "seed {seed}");
            let since = dice.roll() % (round + 2);
            let place = store.find(&topic_named(number), Rewind::Since(at(since))).await.expect("there");
            let before = events.iter().take_while(|(round, _)| *round < since).count().max(trimmed);
            assert_eq!(place.sequence.0, before as u64, "seed {seed}, round {round}");
        }
    }
}

/// Who reads while events are settled finds each of them once.
#[tokio::test(flavor = "multi_thread", worker_threads = 4)]
async fn who_reads_meanwhile_misses_nothing() {
    const EVENTS: u64 = 1_000;
    let folder = tempfile::tempdir().expect("a folder");
    let retention = Retention::default().events_max(EVENTS);
    let options = RedbStoreOptions::default().commit_window(Duration::ZERO).retention(retention);
    let store = RedbStore::open_with(folder.path().join("events.redb"), options).expect("a store");
    let mut readers = tokio::task::JoinSet::new();
    for number in 0..4 {
        let store = store.clone();
        readers.spawn(async move {
            let mut seen = 0;
            while seen < EVENTS {
                let page = read(&store, number, Sequence(seen), EVERYTHING).await;
                for record in page.records {
                    seen += 1;
                    assert_eq!(record.sequence.0, seen);
                    assert_eq!(&*record.frame, seen.to_string().repeat(50).as_bytes());
                }
                assert_eq!(page.bounds.last.0, seen);
                tokio::task::yield_now().await;
            }
        });
    }
    for event in 1..=EVENTS {
        let frame = event.to_string().repeat(50);
        let batch = (0..4).map(|number| Append::new(topic_named(number), at(event), frame.clone().into())).collect();
        store.append(batch).await.expect("there");
    }
    readers.join_all().await;
}

/// Rows go, the oldest first, as their events come into blocks: then there are no more than they may be.
#[tokio::test]
async fn what_is_not_settled_is_bounded() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    let options = RedbStoreOptions::default().commit_window(Duration::ZERO);
    let store = RedbStore::open_with(&path, options).expect("a store");
    // Few enough that none has enough of its own.
    let topics = 2_000_u64;
    let fill = async |store: &RedbStore, rounds: std::ops::Range<u64>| {
        for round in rounds {
            let event = |number| Append::new(topic_named(number), at(round), "x".repeat(450).into());
            store.append((0..topics).map(event).collect()).await.expect("there");
        }
    };
    // The first event of a topic is settled with its row. 2,000 events take about a megabyte.
    fill(&store, 0..4).await;
    drop(store);
    let (rows, blocks, before) = count(&path);
    assert!(rows > 0 && blocks == topics && before <= RECENT_BYTES_MAX, "{rows}, {blocks}, {before}");

    let store = RedbStore::open_with(&path, options).expect("a store");
    fill(&store, 4..12).await;
    drop(store);
    let (_, blocks, bytes) = count(&path);
    assert!(bytes <= RECENT_BYTES_MAX && bytes > RECENT_BYTES_MAX / 2 && blocks > topics, "{blocks}, {bytes}");

    let store = RedbStore::open_with(&path, options).expect("a store");
    for number in [0, topics - 1] {
        assert_eq!(read(&store, number, Sequence(0), EVERYTHING).await.records.len(), 12);
    }
    drop(store);

    // With another epoch each has what it had.
    RedbStore::renew(&path).expect("a store");
    let store = RedbStore::open_with(&path, options).expect("a store");
    fill(&store, 12..13).await;
    assert_eq!(read(&store, 7, Sequence(0), EVERYTHING).await.records.len(), 13);
}

/// A row that is not whole could have numbers given twice, so nothing is.
#[tokio::test]
async fn a_row_that_is_damaged_is_an_error() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    let store = RedbStore::open(&path).expect("a store");
    for event in ["1", "2", "3"] {
        append(&store, event).await.expect("there").expect("taken");
    }
    drop(store);
    let good = std::fs::read(&path).expect("a file");
    assert_eq!(count(&path).0, 2);
    let longer = |row: &[u8]| Some([row, b"x"].concat());
    let shorter = |row: &[u8]| Some(row[..row.len() - 1].to_vec());
    // The number of events is after the head.
    let more = |row: &[u8]| Some([&row[..20], &2_u32.to_le_bytes(), &row[24..]].concat());
    let gone = |_: &[u8]| None;
    let damages: [&Damage; 4] = [&longer, &shorter, &more, &gone];
    for damage in damages {
        std::fs::write(&path, &good).expect("written");
        let database = open_file(&path, 1024 * 1024, false).expect("a database");
        let txn = database.begin_write().expect("there");
        {
            let mut rows = txn.open_table(RECENT).expect("a table");
            let row = rows.remove(0).expect("there").expect("a row").value().to_vec();
            if let Some(row) = damage(&row) {
                rows.insert(0, &*row).expect("there");
            }
        }
        txn.commit().expect("there");
        drop(database);
        RedbStore::open(&path).expect_err("damaged");
    }
    std::fs::write(&path, &good).expect("written");
    let store = RedbStore::open(&path).expect("a store");
    assert_eq!(read_all(&store).await.len(), 3);
}

/// A file of format 2 had nothing but blocks.
#[tokio::test]
async fn a_file_of_format_2_is_turned_into_this_one() {
    let folder = tempfile::tempdir().expect("a folder");
    let path = folder.path().join("events.redb");
    let store = RedbStore::open(&path).expect("a store");
    for number in 0..5 {
        let event = |event| Append::new(topic_named(number), at(event), format!("{number}/{event}").into());
        store.append((0..20).map(event).collect()).await.expect("there");
    }
    let all = async |store: &RedbStore| {
        let mut pages = vec![];
        for number in 0..5 {
            pages.push(read(store, number, Sequence(0), EVERYTHING).await);
        }
        pages
    };
    let before = all(&store).await;
    assert!(before.iter().all(|page| page.records.len() == 20 && page.bounds.epoch != Epoch(0)));
    drop(store);
    assert_eq!(count(&path).0, 0);
    let database = open_file(&path, 1024 * 1024, false).expect("a database");
    let txn = database.begin_write().expect("there");
    txn.delete_table(RECENT).expect("there");
    txn.open_table(META).expect("a table").insert("format", 2).expect("there");
    txn.commit().expect("there");
    drop(database);

    for _ in 0..2 {
        assert_eq!(all(&RedbStore::open(&path).expect("a store")).await, before);
    }
    let store = RedbStore::open(&path).expect("a store");
    store.append(vec![Append::new(topic_named(3), at(20), "next".into())]).await.expect("there");
    drop(store);
    let store = RedbStore::open(&path).expect("a store");
    let page = read(&store, 3, Sequence(0), EVERYTHING).await;
    assert_eq!((page.records.len(), &*page.records[20].frame), (21, &b"next"[..]));
}
