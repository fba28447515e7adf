//! One transaction: what was asked for within a window.

use std::collections::{HashMap, HashSet};

use redb::{Database, ReadableTable};

use super::super::{Append, AppendRefusal, Appended, Sequence, Topic};
use super::RedbStoreOptions;
use super::block::Block;
use super::format::{Tables, to_millis};
use super::jobs::{Answer, Write};
use super::log::{Budget, Log};
use super::recent::{NewRows, Row, row_bytes};
use super::state::{Identity, News, Shared, State};

/// How many events a commit removes beside twice as many as it adds.
const TRIM_MAX: u64 = 4096;

/// What is still to be looked at for what is overdue, and who waits for it.
#[derive(Default)]
pub(super) struct Sweep {
    pub(super) now: u64,
    pub(super) topics: Vec<Topic>,
    pub(super) answers: Vec<Answer<()>>,
}

/// Why a transaction came to nothing, as far as is known.
pub(super) struct Failure {
    pub(super) error: redb::Error,
    /// It may be in the file all the same.
    pub(super) is_in_doubt: bool,
}

pub(super) struct Written {
    /// For each job one.
    pub(super) outcomes: Vec<Outcome>,
    /// `None` if nothing had to be written.
    pub(super) change: Option<Change>,
}

pub(super) enum Outcome {
    Appended(Vec<Result<Appended, AppendRefusal>>),
    Swapped(bool),
    Nothing,
}

/// A log that a transaction has in hand.
pub(super) struct Touched {
    pub(super) log: Log,
    block: Block,
    /// Its row has to be written: there is none yet, or there is more that is different than its events.
    is_to_settle: bool,
    /// All that it has is in blocks of its own.
    is_settled: bool,
    /// The latest time at which something was appended.
    appended_at: Option<u64>,
    /// Where its news are.
    told: Option<usize>,
}

/// What is different after a transaction.
pub(super) struct Change {
    pub(super) logs: HashMap<Topic, Touched>,
    pub(super) removed: HashSet<Topic>,
    pub(super) identity: Identity,
    pub(super) news: Vec<News>,
    /// Up to which the rows of recent events are gone.
    pub(super) gone: Option<u64>,
    /// Those that were added.
    pub(super) rows: Vec<Row>,
    /// By how many there are more logs.
    grown: isize,
    /// The last of the idle logs that was looked at to make room.
    looked_at: Option<(u64, Topic)>,
}

pub(super) fn transact(
    shared: &Shared,
    database: &Database,
    jobs: &[Write],
    sweep: &mut Sweep,
) -> Result<Written, Failure> {
    let before = |error: redb::Error| Failure { error, is_in_doubt: false };
    let txn = database.begin_write().map_err(|error| before(error.into()))?;
    let tables = Tables::open(&txn).map_err(|error| before(error.into()))?;
    let written = Work::new(shared, tables).take_all(jobs, sweep).map_err(|error| before(error.into()))?;
    if written.change.is_some() {
        txn.commit().map_err(|error| Failure { error: error.into(), is_in_doubt: true })?;
    } else {
        txn.abort().map_err(|error| before(error.into()))?;
    }
    Ok(written)
}

/// A transaction under way.
struct Work<'txn, 'a> {
    shared: &'a Shared,
    tables: Tables<'txn>,
    change: Change,
    is_changed: bool,
}

impl<'txn, 'a> Work<'txn, 'a> {
    fn new(shared: &'a Shared, tables: Tables<'txn>) -> Self {
        let change = Change::new(shared.state().identity);
        Self { shared, tables, change, is_changed: false }
    }

    fn take_all(mut self, jobs: &[Write], sweep: &mut Sweep) -> Result<Written, redb::StorageError> {
        let identity = self.change.identity;
        let mut outcomes = Vec::with_capacity(jobs.len());
        let mut budget = Budget(TRIM_MAX);
        for job in jobs {
            outcomes.push(match job {
                Write::Append(batch) => {
                    budget.0 += 2 * batch.events.len() as u64;
                    let answers = batch.events.iter().map(|append| self.append(append));
                    Outcome::Appended(answers.collect::<Result<_, _>>()?)
                }
                Write::SwapNote { name, old, new, .. } => {
                    let is_same = self.tables.notes.get(&**name)?.as_ref().map(|note| note.value()) == old.as_deref();
                    if is_same {
                        self.tables.notes.insert(&**name, &**new)?;
                        self.is_changed = true;
                    }
                    Outcome::Swapped(is_same)
                }
                Write::Sweep { now, .. } => {
                    let now = to_millis(*now);
                    // One that is under way goes on with this one.
                    sweep.now = if sweep.topics.is_empty() { now } else { now.max(sweep.now) };
                    let state = self.shared.state();
                    let overdue = state.logs().filter(|(_, log)| log.is_overdue(sweep.now, &self.shared.options));
                    sweep.topics = overdue.map(|(topic, _)| topic.clone()).collect();
                    Outcome::Nothing
                }
                Write::End { .. } => Outcome::Nothing,
            });
        }
        for touched in self.change.logs.values_mut() {
            if touched.is_to_settle || touched.log.is_to_settle(&touched.block) {
                touched.settle(&mut self.tables)?;
            }
            if let Some(now) = touched.appended_at {
                self.is_changed |= touched.trim(&mut self.tables, now, &self.shared.options, &mut budget)?;
            }
        }
        while budget.0 > 0
            && let Some(topic) = sweep.topics.pop()
        {
            if self.trim(&topic, sweep.now, &mut budget)? {
                sweep.topics.push(topic);
            }
        }
        self.write_recent()?;
        for (topic, touched) in self.change.logs.iter().filter(|(_, touched)| touched.is_settled) {
            self.tables.topics.insert(topic.as_str(), touched.log.to_row())?;
        }
        if identity != self.change.identity {
            self.tables.put_identity(&self.change.identity)?;
        }
        Ok(Written { outcomes, change: self.is_changed.then_some(self.change) })
    }

    /// Writes the events that are not settled, after making room for them.
    fn write_recent(&mut self) -> Result<(), redb::StorageError> {
        let Self { shared, tables, change, .. } = self;
        let waiting = change.logs.values().map(|touched| touched.block.bytes()).filter(|bytes| *bytes > 0);
        let bytes = waiting.map(row_bytes).sum();
        let (next, beyond) = {
            let state = shared.state();
            let beyond: Vec<_> = state.recent.beyond(bytes).map(|(row, topics)| (row, topics.to_vec())).collect();
            (state.recent.next(), beyond)
        };
        for (row, topics) in beyond {
            for topic in topics {
                if change.find(shared, &topic)
                    && let Some(touched) = change.logs.get_mut(&topic)
                    && touched.log.recent.first().is_some_and(|piece| piece.row <= row)
                {
                    touched.settle(tables)?;
                }
            }
            tables.recent.remove(row)?;
            change.gone = Some(row);
        }
        let mut rows = NewRows::new(next);
        for (topic, touched) in change.logs.iter_mut().filter(|(_, touched)| touched.block.bytes() > 0) {
            rows.push(&mut tables.recent, topic, &mut touched.log, &mut touched.block)?;
        }
        rows.write(&mut tables.recent)?;
        change.rows = rows.rows;
        Ok(())
    }

    fn append(&mut self, append: &Append) -> Result<Result<Appended, AppendRefusal>, redb::StorageError> {
        let Self { shared, tables, change, is_changed } = self;
        let topic = &append.topic;
        if !change.logs.contains_key(topic) && !change.find(shared, topic) && !change.make(shared, tables, topic)? {
            return Ok(Err(AppendRefusal::too_many_topics(shared.options.topics_max)));
        }
        let Some(touched) = change.logs.get_mut(topic) else {
            return Ok(Err(AppendRefusal::too_many_topics(shared.options.topics_max)));
        };
        let (appended, record) = match touched.log.append(tables, &mut touched.block, append, &shared.options)? {
            Ok(taken) => taken,
            Err(refusal) => {
                // One that was made for it was not needed.
                if touched.log.bounds().last == Sequence(0) {
                    change.logs.remove(topic);
                    change.grown -= 1;
                }
                return Ok(Err(refusal));
            }
        };
        if let Some(record) = record {
            *is_changed = true;
            touched.is_to_settle |= append.idempotency_key.is_some();
            touched.appended_at = touched.appended_at.max(Some(to_millis(append.at)));
            match touched.told.and_then(|at| change.news.get_mut(at)) {
                Some(news) => news.records.push(record),
                None => {
                    touched.told = Some(change.news.len());
                    change.news.push(News { topic: topic.clone(), epoch: touched.log.epoch, records: vec![record] });
                }
            }
        }
        Ok(Ok(appended))
    }

    /// Forgets what is overdue; says whether something is left.
    fn trim(&mut self, topic: &Topic, now: u64, budget: &mut Budget) -> Result<bool, redb::StorageError> {
        let Self { shared, tables, change, is_changed, .. } = self;
        if !change.find(shared, topic) {
            return Ok(false);
        }
        let Some(touched) = change.logs.get_mut(topic) else { return Ok(false) };
        if touched.trim(tables, now, &shared.options, budget)? {
            touched.settle(tables)?;
            *is_changed = true;
        }
        Ok(touched.log.is_overdue(now, &shared.options))
    }
}

impl Touched {
    fn new(log: Log) -> Self {
        Self { log, block: Block::default(), is_to_settle: false, is_settled: false, appended_at: None, told: None }
    }

    fn settle(&mut self, tables: &mut Tables<'_>) -> Result<(), redb::StorageError> {
        self.is_settled = true;
        self.log.settle(tables, &mut self.block)
    }

    /// Forgets what is overdue, as far as the budget goes; says whether anything was.
    fn trim(
        &mut self,
        tables: &mut Tables<'_>,
        now: u64,
        options: &RedbStoreOptions,
        budget: &mut Budget,
    ) -> Result<bool, redb::StorageError> {
        let names = self.log.names();
        let mut is_any = self.log.trim(tables, now, options, budget)?;
        // What is still too much is not settled, and idempotency keys go with the log's row.
        let is_left = !self.is_settled && budget.0 > 0 && self.log.is_overdue(now, options);
        if is_left || names != self.log.names() {
            self.settle(tables)?;
            is_any |= self.log.trim(tables, now, options, budget)?;
        }
        if self.is_settled {
            self.log.clear(tables)?;
        }
        Ok(is_any)
    }
}

impl Change {
    pub(super) fn new(identity: Identity) -> Self {
        Self {
            logs: HashMap::new(),
            removed: HashSet::new(),
            identity,
            news: vec![],
            gone: None,
            rows: vec![],
            grown: 0,
            looked_at: None,
        }
    }

    /// Takes a log in hand, if there is one.
    fn find(&mut self, shared: &Shared, topic: &Topic) -> bool {
        if self.logs.contains_key(topic) {
            return true;
        }
        if self.removed.contains(topic) {
            return false;
        }
        let log = shared.state().log(topic).cloned();
        log.is_some_and(|log| self.logs.insert(topic.clone(), Touched::new(log)).is_none())
    }

    /// Makes a log; says whether there was room.
    fn make(&mut self, shared: &Shared, tables: &mut Tables<'_>, topic: &Topic) -> Result<bool, redb::StorageError> {
        let epoch = {
            let state = shared.state();
            if state.logs().len().saturating_add_signed(self.grown) >= shared.options.topics_max {
                let Some((idle, log)) = self.next_idle(&state) else {
                    return Ok(false);
                };
                self.identity.removed += 1;
                self.grown -= 1;
                log.remove(tables)?;
                tables.topics.remove(idle.as_str())?;
            }
            state.first_epoch(topic, &self.identity)
        };
        self.grown += 1;
        let touched = Touched { is_to_settle: true, ..Touched::new(Log::new(self.identity.made, epoch)) };
        self.logs.insert(topic.clone(), touched);
        self.identity.made += 1;
        Ok(true)
    }

    /// Takes the log away that is empty, not open, and silent for the longest. What this transaction has touched stays.
    pub(super) fn next_idle(&mut self, state: &State) -> Option<(Topic, Log)> {
        let is_untouched = |topic: &Topic| !self.logs.contains_key(topic) && !self.removed.contains(topic);
        let found = state.idle_after(self.looked_at.as_ref()).find(|(_, topic)| is_untouched(topic))?.clone();
        let topic = found.1.clone();
        self.looked_at = Some(found);
        self.removed.insert(topic.clone());
        state.log(&topic).cloned().map(|log| (topic, log))
    }
}
