//! How the file is laid out.
//!
//! A file is a redb database with these tables. `oriole-sse` says that it is ours and in which format; its row `format` is
//! read before anything else, and stays where it is in every format to come. A format that differs is another number, and
//! each one gets a step here that turns the one before into it, within the transaction that opens the file.

use std::collections::HashMap;
use std::fs::OpenOptions;
use std::io;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::Path;
use std::time::{Duration, SystemTime};

use redb::{
    Database, DatabaseError, ReadTransaction, ReadableDatabase, ReadableTable, StorageError, Table, TableDefinition,
    TableError, TableHandle, WriteTransaction,
};
use ring::rand::{SecureRandom, SystemRandom};

use super::super::Topic;
use super::RedbOpenError;
use super::block::{Block, Blocks};
use super::log::Log;
use super::recent::{Recent, RecentRows, replay};
use super::state::Identity;
use super::upgrade;

/// The format that is written.
pub(super) const FORMAT: u64 = 3;

pub(super) const META: TableDefinition<'_, &str, u64> = TableDefinition::new("oriole-sse");
const FORMAT_ROW: &str = "format";
const SEED_ROWS: [&str; 2] = ["seed-0", "seed-1"];
const REMOVED_ROW: &str = "topics-removed";
const MADE_ROW: &str = "topics-made";

/// By name; the columns are [`Log::to_row`]'s.
pub(super) const TOPICS: TableDefinition<'_, &str, [u64; Log::COLUMNS]> = TableDefinition::new("topics");
/// By topic and the sequence of the last event; a value is a [`Block`](super::block::Block).
pub(super) const BLOCKS: TableDefinition<'_, (u64, u64), &[u8]> = TableDefinition::new("blocks");
/// What is in no block as yet, by a number that grows.
pub(super) const RECENT: TableDefinition<'_, u64, &[u8]> = TableDefinition::new("recent");
/// Sequence, number and time, by topic and digest of the name.
pub(super) const NAMES: TableDefinition<'_, (u64, &[u8; 16]), (u64, u64, u64)> = TableDefinition::new("names");
/// The digest, by topic and number.
pub(super) const NAMED: TableDefinition<'_, (u64, u64), &[u8; 16]> = TableDefinition::new("named");
pub(super) const NOTES: TableDefinition<'_, &str, &[u8]> = TableDefinition::new("notes");

/// All tables, within a transaction.
pub(super) struct Tables<'txn> {
    meta: Table<'txn, &'static str, u64>,
    pub(super) topics: Table<'txn, &'static str, [u64; Log::COLUMNS]>,
    pub(super) blocks: Blocks<'txn>,
    pub(super) recent: RecentRows<'txn>,
    pub(super) names: Table<'txn, (u64, &'static [u8; 16]), (u64, u64, u64)>,
    pub(super) named: Table<'txn, (u64, u64), &'static [u8; 16]>,
    pub(super) notes: Table<'txn, &'static str, &'static [u8]>,
}

impl<'txn> Tables<'txn> {
    pub(super) fn open(txn: &'txn WriteTransaction) -> Result<Self, TableError> {
        Ok(Self {
            meta: txn.open_table(META)?,
            topics: txn.open_table(TOPICS)?,
            blocks: txn.open_table(BLOCKS)?,
            recent: txn.open_table(RECENT)?,
            names: txn.open_table(NAMES)?,
            named: txn.open_table(NAMED)?,
            notes: txn.open_table(NOTES)?,
        })
    }

    pub(super) fn put_format(&mut self) -> Result<(), StorageError> {
        self.meta.insert(FORMAT_ROW, FORMAT)?;
        Ok(())
    }

    pub(super) fn put_identity(&mut self, identity: &Identity) -> Result<(), StorageError> {
        let Identity { seed, removed, made } = identity;
        for (row, value) in SEED_ROWS.into_iter().zip(seed).chain([(REMOVED_ROW, removed), (MADE_ROW, made)]) {
            self.meta.insert(row, value)?;
        }
        Ok(())
    }
}

/// What is read when a file is opened.
#[derive(Debug)]
pub(super) struct Content {
    pub(super) identity: Identity,
    pub(super) logs: HashMap<Topic, Log>,
    pub(super) recent: Recent,
}

/// Opens a file. One that is made is its owner's alone: it holds the keys that sign cursors.
pub(super) fn open_file(path: &Path, cache_bytes: usize, may_be_made: bool) -> Result<Database, DatabaseError> {
    let mut builder = Database::builder();
    builder.set_cache_size(cache_bytes);
    if !may_be_made {
        return builder.open(path);
    }
    let mut options = OpenOptions::new();
    options.read(true).write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    match options.open(path) {
        Ok(_) => sync_folder(path)?,
        Err(error) if error.kind() == io::ErrorKind::AlreadyExists => {}
        Err(error) => return Err(error.into()),
    }
    builder.create(path)
}

/// Makes a file's name as safe as what is in it.
fn sync_folder(path: &Path) -> io::Result<()> {
    #[cfg(unix)]
    if let Some(folder) = path.parent() {
        let folder = if folder.as_os_str().is_empty() { Path::new(".") } else { folder };
        std::fs::File::open(folder)?.sync_all()?;
    }
    #[cfg(not(unix))]
    let _ = path;
    Ok(())
}

/// Opens a database by whichever way, and reads what is held in memory of it.
pub(super) fn load(
    path: &Path,
    open: impl FnOnce() -> Result<Database, DatabaseError>,
) -> Result<(Database, Content), RedbOpenError> {
    // A file that somebody else has changed makes redb panic.
    let loaded = catch_unwind(AssertUnwindSafe(|| {
        let database = open().map_err(|error| refused(path, error))?;
        let content = read_content(path, &database)?;
        Ok((database, content))
    }));
    loaded.unwrap_or_else(|_| Err(RedbOpenError::failed(path, "it is damaged")))
}

fn refused(path: &Path, error: DatabaseError) -> RedbOpenError {
    match error {
        DatabaseError::DatabaseAlreadyOpen | DatabaseError::LockProtocolMismatch => {
            RedbOpenError::InUse { path: path.into() }
        }
        DatabaseError::Storage(StorageError::Io(error)) if error.kind() == io::ErrorKind::InvalidData => {
            RedbOpenError::NotAStore { path: path.into() }
        }
        error => RedbOpenError::failed(path, error),
    }
}

fn read_content(path: &Path, database: &Database) -> Result<Content, RedbOpenError> {
    let failed = |error: redb::Error| RedbOpenError::failed(path, error);
    let txn = database.begin_read().map_err(|error| failed(error.into()))?;
    match read_format(&txn).map_err(failed)? {
        Found::Nothing => {
            drop(txn);
            begin(path, database)
        }
        Found::Format(FORMAT) => read_all(&txn).map_err(failed),
        Found::Format(format @ 1..FORMAT) => {
            drop(txn);
            if format == 1 { upgrade::from_1(database) } else { upgrade::from_2(database) }.map_err(failed)?;
            read_content(path, database)
        }
        Found::Format(found) => Err(RedbOpenError::UnknownFormat { path: path.into(), found, latest: FORMAT }),
        Found::Other => Err(RedbOpenError::NotAStore { path: path.into() }),
    }
}

enum Found {
    /// A file that was just made.
    Nothing,
    Format(u64),
    /// Somebody else's database.
    Other,
}

fn read_format(txn: &ReadTransaction) -> Result<Found, redb::Error> {
    let mut tables = txn.list_tables()?.peekable();
    if tables.peek().is_none() && txn.list_multimap_tables()?.next().is_none() {
        return Ok(Found::Nothing);
    }
    if !tables.any(|table| table.name() == META.name()) {
        return Ok(Found::Other);
    }
    let format = match txn.open_table(META) {
        Ok(meta) => meta.get(FORMAT_ROW)?.map(|format| format.value()),
        Err(TableError::Storage(error)) => return Err(error.into()),
        Err(_) => None,
    };
    Ok(format.map_or(Found::Other, Found::Format))
}

/// Makes all tables of a new file.
fn begin(path: &Path, database: &Database) -> Result<Content, RedbOpenError> {
    let identity = Identity { seed: draw_seed(path)?, removed: 0, made: 0 };
    let write = || -> Result<(), redb::Error> {
        let txn = database.begin_write()?;
        {
            let mut tables = Tables::open(&txn)?;
            tables.put_format()?;
            tables.put_identity(&identity)?;
        }
        Ok(txn.commit()?)
    };
    write().map_err(|error| RedbOpenError::failed(path, error))?;
    Ok(Content { identity, logs: HashMap::new(), recent: Recent::default() })
}

fn draw_seed(path: &Path) -> Result<[u64; 2], RedbOpenError> {
    let mut random = [0; 16];
    let drawn = SystemRandom::new().fill(&mut random);
    drawn.map_err(|_| RedbOpenError::failed(path, "the system gives no random bytes"))?;
    let random = u128::from_be_bytes(random);
    Ok([(random >> 64) as u64, random as u64])
}

/// Gives every log another epoch.
pub(super) fn renew(path: &Path, open: impl FnOnce() -> Result<Database, DatabaseError>) -> Result<(), RedbOpenError> {
    let (database, content) = load(path, open)?;
    let identity = Identity { seed: draw_seed(path)?, ..content.identity };
    let write = || -> Result<(), redb::Error> {
        let txn = database.begin_write()?;
        {
            let mut tables = Tables::open(&txn)?;
            tables.put_identity(&identity)?;
            for (topic, mut log) in content.logs {
                log.epoch = identity.epoch(&topic);
                log.settle(&mut tables, &mut Block::default())?;
                tables.topics.insert(topic.as_str(), log.to_row())?;
            }
        }
        txn.commit()?;
        Ok(())
    };
    write().map_err(|error| RedbOpenError::failed(path, error))?;
    database.close().map_err(|error| RedbOpenError::failed(path, error))
}

fn read_all(txn: &ReadTransaction) -> Result<Content, redb::Error> {
    let meta = txn.open_table(META)?;
    let number =
        |row| -> Result<u64, redb::Error> { Ok(meta.get(row)?.ok_or_else(|| damaged("a row is missing"))?.value()) };
    let seed = [number(SEED_ROWS[0])?, number(SEED_ROWS[1])?];
    let identity = Identity { seed, removed: number(REMOVED_ROW)?, made: number(MADE_ROW)? };
    let mut logs = HashMap::new();
    for entry in txn.open_table(TOPICS)?.iter()? {
        let (name, row) = entry?;
        let topic = Topic::stored(name.value()).map_err(|_| damaged("a topic has a name that is none"))?;
        logs.insert(topic, Log::from_row(row.value()));
    }
    let recent = txn.open_table(RECENT)?;
    let rows = recent.iter()?.map(|entry| entry.map(|(number, row)| (number.value(), row.value().to_vec())));
    let recent = replay(rows, &mut logs)?;
    Ok(Content { identity, logs, recent })
}

pub(super) fn damaged(what: &str) -> StorageError {
    StorageError::Corrupted(what.into())
}

pub(super) fn to_millis(time: SystemTime) -> u64 {
    let millis = time.duration_since(SystemTime::UNIX_EPOCH).map_or(0, |since| since.as_millis());
    // So that it is a time again on every system.
    u64::try_from(millis).unwrap_or(u64::MAX).min(i64::MAX as u64 / 1000)
}

pub(super) fn to_time(millis: u64) -> SystemTime {
    SystemTime::UNIX_EPOCH.checked_add(Duration::from_millis(millis)).unwrap_or(SystemTime::UNIX_EPOCH)
}
