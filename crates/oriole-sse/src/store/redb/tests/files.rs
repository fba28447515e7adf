//! Files that are something else, newer, or damaged.

use dice::Dice;
use redb::{Database, ReadableDatabase, TableDefinition};

use crate::store::redb::format::{FORMAT, open_file};
use crate::store::redb::{RedbOpenError, RedbStore};

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
