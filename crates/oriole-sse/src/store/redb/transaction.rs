//! One transaction: what was asked for within a window.

use std::collections::{HashMap, HashSet};

use redb::{Database, ReadableTable};

use super::super::{Append, AppendRefusal, Appended, Position, Sequence, Topic};
use super::block::Block;
use super::format::{Tables, to_millis};
use super::jobs::{Answer, Write};
use super::log::{Budget, Log};
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
            touched.write(&mut self.tables)?;
            if let Some(now) = touched.appended_at {
                self.is_changed |= touched.log.trim(&mut self.tables, now, &self.shared.options, &mut budget)?;
            }
        }
        while budget.0 > 0
            && let Some(topic) = sweep.topics.pop()
        {
            if self.trim(&topic, sweep.now, &mut budget)? {
                sweep.topics.push(topic);
            }
        }
        for (topic, touched) in &self.change.logs {
            self.tables.topics.insert(topic.as_str(), touched.log.to_row())?;
        }
        if identity != self.change.identity {
            self.tables.put_identity(&self.change.identity)?;
        }
        Ok(Written { outcomes, change: self.is_changed.then_some(self.change) })
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
        let Some(Touched { log, .. }) = change.logs.get_mut(topic) else { return Ok(false) };
        *is_changed |= log.trim(tables, now, &shared.options, budget)?;
        Ok(log.is_overdue(now, &shared.options))
    }
}

impl Touched {
    fn new(log: Log) -> Self {
        Self { log, block: Block::default(), appended_at: None, told: None }
    }

    /// Writes what is in no table yet.
    fn write(&mut self, tables: &mut Tables<'_>) -> Result<(), redb::StorageError> {
        let Position { sequence, .. } = self.log.bounds().end();
        self.block.write(&mut tables.blocks, (self.log.id, sequence.0))
    }
}

impl Change {
    pub(super) fn new(identity: Identity) -> Self {
        Self { logs: HashMap::new(), removed: HashSet::new(), identity, news: vec![], grown: 0, looked_at: None }
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
        self.logs.insert(topic.clone(), Touched::new(Log::new(self.identity.made, epoch)));
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
