//! One topic: what is held in memory of its log, and what is written.

use redb::{ReadableTable, StorageError};
use ring::digest::{SHA256, digest};

use super::super::{Append, AppendRefusal, Appended, Bounds, Epoch, Expected, Position, Record, Sequence};
use super::RedbStoreOptions;
use super::block::{BLOCK_BYTES_MAX, Block, Kept, events};
use super::format::{Tables, damaged, to_millis, to_time};
use super::recent::Piece;

/// Sums a log up. Its sequences have no gaps: the events from `trimmed + 1` to `last` are there.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) struct Log {
    /// What it has in the file for its name.
    pub(super) id: u64,
    pub(super) epoch: Epoch,
    trimmed: u64,
    last: u64,
    bytes: u64,
    /// When the first event was published; times are in milliseconds since 1970.
    oldest_at: u64,
    /// The latest time of those that are there.
    high_at: u64,
    pub(super) changed_at: u64,
    /// Idempotency keys are numbered: these are there ...
    named_first: u64,
    /// ... up to this one.
    named_next: u64,
    named_oldest_at: u64,
    /// The blocks of events up to this one are gone.
    cleared: u64,
    /// The last event that is in a block of its own.
    settled: u64,
    /// What came after it.
    pub(super) recent: Vec<Piece>,
}

/// Beyond it, what a topic is given within a commit is put into its own blocks at once.
const RECENT_BLOCK_BYTES_MAX: usize = BLOCK_BYTES_MAX / 4;

/// How much may still be removed in a transaction, so that no commit takes long.
#[derive(Debug)]
pub(super) struct Budget(pub(super) u64);

/// Is taken or refused, or the file failed.
type Answer = Result<Result<(Appended, Option<Record>), AppendRefusal>, StorageError>;

impl Log {
    pub(super) const COLUMNS: usize = 11;

    pub(super) fn new(id: u64, epoch: Epoch) -> Self {
        Self::from_row([id, u64::from(epoch.0), 0, 0, 0, 0, 0, 0, 0, 0, 0])
    }

    pub(super) fn from_row(row: [u64; Self::COLUMNS]) -> Self {
        let [id, epoch, trimmed, last, bytes, oldest_at, high_at, changed_at, named_first, named_next, named_oldest_at] =
            row;
        let epoch = Epoch(epoch as u32);
        Self {
            id,
            epoch,
            trimmed,
            last,
            bytes,
            oldest_at,
            high_at,
            changed_at,
            named_first,
            named_next,
            named_oldest_at,
            cleared: trimmed,
            settled: last,
            recent: vec![],
        }
    }

    /// Is right only for a log that is settled.
    pub(super) fn to_row(&self) -> [u64; Self::COLUMNS] {
        [
            self.id,
            u64::from(self.epoch.0),
            self.trimmed,
            self.last,
            self.bytes,
            self.oldest_at,
            self.high_at,
            self.changed_at,
            self.named_first,
            self.named_next,
            self.named_oldest_at,
        ]
    }

    pub(super) fn bounds(&self) -> Bounds {
        Bounds { epoch: self.epoch, trimmed: Sequence(self.trimmed), last: Sequence(self.last) }
    }

    fn events(&self) -> u64 {
        self.last.saturating_sub(self.trimmed)
    }

    pub(super) fn is_empty(&self) -> bool {
        #[cfg(test)]
        crate::looks::note();
        self.events() == 0
    }

    /// The last event that is in a block of the topic's own.
    pub(super) fn settled(&self) -> u64 {
        self.settled
    }

    fn position(&self, sequence: u64) -> Position {
        Position { epoch: self.epoch, sequence: Sequence(sequence) }
    }

    /// Takes an event into a block; a record is given if it is new.
    pub(super) fn append(
        &mut self,
        tables: &mut Tables<'_>,
        block: &mut Block,
        append: &Append,
        options: &RedbStoreOptions,
    ) -> Answer {
        let now = to_millis(append.at);
        let name = append.idempotency_key.as_deref().map(digest_of);
        if let Some(name) = &name
            && let Some(sequence) = self.find_name(tables, name, now, options)?
        {
            return Ok(Ok((Appended { position: self.position(sequence), is_duplicate: true }, None)));
        }
        let end = self.bounds().end();
        let is_expected = match append.expected {
            Expected::Anything => true,
            Expected::Nothing => self.last == 0,
            Expected::Last(position) => position == end,
        };
        if !is_expected {
            return Ok(Err(AppendRefusal::conflict(end)));
        }
        let sequence = self.last + 1;
        let record = Record::new(Sequence(sequence), to_time(now), append.frame.clone(), append.coalesce_key.clone());
        if record.bytes() > options.retention.bytes_max {
            return Ok(Err(AppendRefusal::too_large(options.retention.bytes_max)));
        }
        if self.is_empty() {
            (self.oldest_at, self.high_at) = (now, now);
        }
        self.high_at = self.high_at.max(now);
        let kept =
            Kept { at: now, high_at: self.high_at, frame: &append.frame, coalesce_key: append.coalesce_key.as_deref() };
        block.push(&mut tables.blocks, (self.id, sequence), &kept)?;
        self.last = sequence;
        self.bytes += record.bytes();
        self.changed_at = now;
        if let Some(name) = &name {
            tables.names.insert((self.id, name), (sequence, self.named_next, now))?;
            tables.named.insert((self.id, self.named_next), name)?;
            if self.named_first == self.named_next {
                self.named_oldest_at = now;
            }
            self.named_next += 1;
        }
        Ok(Ok((Appended { position: self.position(sequence), is_duplicate: false }, Some(record))))
    }

    /// Finds what was appended under a name that is still remembered.
    fn find_name(
        &self,
        tables: &Tables<'_>,
        name: &[u8; 16],
        now: u64,
        options: &RedbStoreOptions,
    ) -> Result<Option<u64>, StorageError> {
        let Some(found) = tables.names.get((self.id, name))? else {
            return Ok(None);
        };
        let (sequence, number, at) = found.value();
        let is_known =
            self.named_next.saturating_sub(number) <= options.idempotency_keys_max && at >= oldest_name(now, options);
        Ok(is_known.then_some(sequence))
    }

    /// Says whether these new events are better put into blocks of the topic's own, with all that came before them.
    pub(super) fn is_to_settle(&self, block: &Block) -> bool {
        let recent: usize = self.recent.iter().map(|piece| piece.block.len()).sum();
        block.is_next() || block.bytes() > RECENT_BLOCK_BYTES_MAX || recent + block.bytes() > BLOCK_BYTES_MAX
    }

    /// Puts all that is in no block of the topic's own into some, these new events as well, and removes those that are not needed.
    /// The log's row has to be written with it.
    pub(super) fn settle(&mut self, tables: &mut Tables<'_>, block: &mut Block) -> Result<(), StorageError> {
        let (mut all, mut last) = (Block::default(), self.settled);
        for piece in std::mem::take(&mut self.recent) {
            all.absorb(&mut tables.blocks, (self.id, last), &piece.block)?;
            last = piece.last;
        }
        if block.is_next() {
            // There are blocks between these and what is left.
            all.write(&mut tables.blocks, (self.id, last))?;
            block.write(&mut tables.blocks, (self.id, self.last))?;
        } else {
            if block.bytes() > 0 {
                all.absorb(&mut tables.blocks, (self.id, last), &block.take())?;
            }
            all.write(&mut tables.blocks, (self.id, self.last))?;
        }
        self.settled = self.last;
        self.clear(tables)
    }

    /// Removes the blocks that are not needed. What is left of the last one goes with the rest of it.
    pub(super) fn clear(&mut self, tables: &mut Tables<'_>) -> Result<(), StorageError> {
        if self.cleared < self.trimmed {
            tables.blocks.retain_in((self.id, self.cleared + 1)..=(self.id, self.trimmed), |_, _| false)?;
            self.cleared = self.trimmed;
        }
        Ok(())
    }

    /// Adds events that were not settled when the file was left.
    pub(super) fn replay(&mut self, piece: Piece) -> Result<(), StorageError> {
        for event in events(piece.last, &piece.block) {
            let (sequence, kept) = event?;
            if sequence != self.last + 1 {
                return Err(damaged("events are missing"));
            }
            if self.is_empty() {
                self.oldest_at = kept.at;
            }
            self.last = sequence;
            self.bytes += kept.bytes();
            self.high_at = kept.high_at;
            self.changed_at = kept.at;
        }
        self.recent.push(piece);
        Ok(())
    }

    /// Says whether something is beyond the retention.
    pub(super) fn is_overdue(&self, now: u64, options: &RedbStoreOptions) -> bool {
        self.has_too_much(now, options) || self.has_too_many_names(now, options)
    }

    fn has_too_much(&self, now: u64, options: &RedbStoreOptions) -> bool {
        let retention = &options.retention;
        let oldest = retention.age_max.map_or(0, |age| now.saturating_sub(millis(age)));
        self.events() > 0
            && (self.events() > retention.events_max || self.bytes > retention.bytes_max || self.oldest_at < oldest)
    }

    /// Which idempotency key is the first that is there.
    pub(super) fn names(&self) -> u64 {
        self.named_first
    }

    fn has_too_many_names(&self, now: u64, options: &RedbStoreOptions) -> bool {
        let names = self.named_next.saturating_sub(self.named_first);
        names > 0 && (names > options.idempotency_keys_max || self.named_oldest_at < oldest_name(now, options))
    }

    /// Forgets what is beyond the retention, as far as the budget goes, and as far as it is settled; says whether anything was.
    pub(super) fn trim(
        &mut self,
        tables: &mut Tables<'_>,
        now: u64,
        options: &RedbStoreOptions,
        budget: &mut Budget,
    ) -> Result<bool, StorageError> {
        let before = (self.trimmed, self.named_first);
        if self.has_too_much(now, options) {
            self.trim_events(tables, now, options, budget)?;
        }
        while budget.0 > 0 && self.has_too_many_names(now, options) {
            budget.0 -= 1;
            self.forget_name(tables)?;
        }
        Ok(before != (self.trimmed, self.named_first))
    }

    fn trim_events(
        &mut self,
        tables: &mut Tables<'_>,
        now: u64,
        options: &RedbStoreOptions,
        budget: &mut Budget,
    ) -> Result<(), StorageError> {
        let first = self.trimmed + 1;
        if first > self.settled {
            return Ok(());
        }
        let mut is_there = false;
        'blocks: for entry in tables.blocks.range((self.id, first)..=(self.id, self.settled))? {
            let (last, block) = entry?;
            for event in events(last.value().1, block.value()) {
                let (sequence, kept) = event?;
                if sequence < first {
                    continue;
                }
                is_there = true;
                self.oldest_at = kept.at;
                if budget.0 == 0 || !self.has_too_much(now, options) {
                    break 'blocks;
                }
                budget.0 -= 1;
                self.trimmed = sequence;
                self.bytes = self.bytes.saturating_sub(kept.bytes());
            }
        }
        if !is_there {
            return Err(damaged("events are missing"));
        }
        Ok(())
    }

    /// Forgets the name that was given first.
    fn forget_name(&mut self, tables: &mut Tables<'_>) -> Result<(), StorageError> {
        let number = self.named_first;
        self.named_first += 1;
        let name = tables.named.remove((self.id, number))?.map(|name| *name.value());
        let name = name.ok_or_else(|| damaged("an idempotency key is missing"))?;
        // It may have been given again since.
        let given = tables.names.get((self.id, &name))?.map(|given| given.value().1);
        if given == Some(number) {
            tables.names.remove((self.id, &name))?;
        }
        if let Some(next) = tables.named.get((self.id, self.named_first))?.map(|name| *name.value()) {
            let at = tables.names.get((self.id, &next))?.map(|given| given.value().2);
            self.named_oldest_at = at.unwrap_or(self.named_oldest_at);
        }
        Ok(())
    }

    /// Removes all that is there; nothing of it is in the file afterwards.
    pub(super) fn remove(&self, tables: &mut Tables<'_>) -> Result<(), StorageError> {
        tables.blocks.retain_in((self.id, 0)..=(self.id, u64::MAX), |_, _| false)?;
        tables.names.retain_in((self.id, &[0; 16])..=(self.id, &[u8::MAX; 16]), |_, _| false)?;
        tables.named.retain_in((self.id, 0)..=(self.id, u64::MAX), |_, _| false)
    }
}

fn oldest_name(now: u64, options: &RedbStoreOptions) -> u64 {
    now.saturating_sub(millis(options.idempotency_window))
}

fn millis(duration: std::time::Duration) -> u64 {
    u64::try_from(duration.as_millis()).unwrap_or(u64::MAX)
}

/// Names can be of any length, and come from clients at times.
fn digest_of(name: &str) -> [u8; 16] {
    let digest = digest(&SHA256, name.as_bytes());
    *digest.as_ref().first_chunk().unwrap_or(&[0; 16])
}
