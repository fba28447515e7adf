//! Writing, on one thread: what comes within a window is one transaction.

use std::collections::{HashMap, HashSet};
use std::error::Error;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use redb::{Database, ReadableTable};

use super::super::{Append, AppendRefusal, Appended, Sequence, StoreError, Topic};
use super::RedbStoreOptions;
use super::format::{Tables, load, to_millis};
use super::jobs::{Answer, Batch, Write};
use super::log::{Budget, Log};
use super::state::{Identity, News, Shared, State};

/// How many events a commit removes beside twice as many as it adds.
const TRIM_MAX: u64 = 4096;

pub(super) struct Writer {
    shared: Arc<Shared>,
    jobs: Receiver<Write>,
    /// When the last commit began.
    begun: Option<Instant>,
    sweep: Sweep,
}

/// What is still to be looked at for what is overdue, and who waits for it.
#[derive(Default)]
struct Sweep {
    now: u64,
    topics: Vec<Topic>,
    answers: Vec<Answer<()>>,
}

/// Why a transaction came to nothing, as far as is known.
struct Failure {
    error: redb::Error,
    /// It may be in the file all the same.
    is_in_doubt: bool,
}

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, jobs: Receiver<Write>) -> Self {
        Self { shared, jobs, begun: None, sweep: Sweep::default() }
    }

    /// Writes until nobody can ask any more, or until it is told to end.
    pub(super) fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let _leaving = Leaving(&shared);
        loop {
            let mut jobs = vec![];
            if self.sweep.topics.is_empty() {
                match self.jobs.recv() {
                    Ok(job) => jobs.push(job),
                    Err(_) => return,
                }
            }
            self.collect(&mut jobs);
            let end = match jobs.pop() {
                Some(Write::End { answer }) => Some(answer),
                last => {
                    jobs.extend(last);
                    None
                }
            };
            self.begun = Some(Instant::now());
            let written = self.write(jobs);
            if let Err(error) = &written {
                tracing::error!(%error, path = %shared.path.display(), "the store of events went away");
            }
            if let Some(answer) = end {
                // Nobody waits at the end for a file that may come back.
                let closed = written.map_err(StoreError::failed);
                let closed = closed.and_then(|()| shared.close().map_err(StoreError::failed));
                let _ = answer.send(closed).is_ok();
                return;
            }
            if written.is_err() && self.stay_away().is_break() {
                return;
            }
        }
    }

    /// Takes what is asked for within the window; an end is the last.
    fn collect(&self, jobs: &mut Vec<Write>) {
        let options = &self.shared.options;
        let window = options.commit_window.min(RedbStoreOptions::COMMIT_WINDOW_MAX);
        let due = self.begun.map(|begun| begun + window);
        let mut events = 0;
        loop {
            match jobs.last() {
                Some(Write::End { .. }) => return,
                Some(Write::Append(batch)) => events += batch.events.len(),
                Some(Write::Sweep { .. } | Write::SwapNote { .. }) | None => {}
            }
            if events >= options.commit_events_max {
                return;
            }
            let left = due.map_or(Duration::ZERO, |due| due.saturating_duration_since(Instant::now()));
            let next = if left.is_zero() {
                self.jobs.try_recv().map_err(|error| matches!(error, TryRecvError::Disconnected))
            } else {
                self.jobs.recv_timeout(left).map_err(|error| matches!(error, RecvTimeoutError::Disconnected))
            };
            match next {
                Ok(job) => jobs.push(job),
                Err(_) => return,
            }
        }
    }

    /// Does what is asked for, in one transaction, and answers; an error says that the file failed.
    fn write(&mut self, jobs: Vec<Write>) -> Result<(), Arc<redb::Error>> {
        let written = {
            let database = self.shared.database();
            match database.as_ref() {
                Some(database) => transact(&self.shared, database, &jobs, &mut self.sweep),
                None => Err(Failure { error: redb::Error::DatabaseClosed, is_in_doubt: false }),
            }
        };
        match written {
            Ok(Written { outcomes, change }) => {
                if let Some(Change { logs, removed, identity, news, .. }) = change {
                    self.shared.publish(
                        |state| {
                            state.identity = identity;
                            for topic in &removed {
                                state.logs.remove(topic);
                            }
                            state.logs.extend(logs);
                        },
                        &news,
                    );
                }
                jobs.into_iter().zip(outcomes).for_each(|(job, outcome)| self.answer(job, outcome));
                if self.sweep.topics.is_empty() {
                    self.sweep.answers.drain(..).for_each(|answer| {
                        let _ = answer.send(Ok(())).is_ok();
                    });
                }
                Ok(())
            }
            Err(Failure { error, is_in_doubt }) => {
                let error = Arc::new(error);
                let why = || {
                    let error: Box<dyn Error + Send + Sync> = Box::new(Arc::clone(&error));
                    if is_in_doubt { StoreError::in_doubt(Some(error)) } else { StoreError::away(Some(error)) }
                };
                // Before anybody hears that it failed, it is away.
                drop(self.shared.leave());
                jobs.into_iter().for_each(|job| job.refuse(why));
                for answer in std::mem::take(&mut self.sweep).answers {
                    let _ = answer.send(Err(why())).is_ok();
                }
                Err(error)
            }
        }
    }

    fn answer(&mut self, job: Write, outcome: Outcome) {
        match (job, outcome) {
            (Write::Append(Batch { answer, .. }), Outcome::Appended(answers)) => {
                let _ = answer.send(Ok(answers)).is_ok();
            }
            (Write::SwapNote { answer, .. }, Outcome::Swapped(is_swapped)) => {
                let _ = answer.send(Ok(is_swapped)).is_ok();
            }
            (Write::Sweep { answer, .. }, _) => self.sweep.answers.push(answer),
            (job, _) => job.refuse(|| StoreError::failed("the answer is of another question")),
        }
    }

    /// Refuses everything until the file can be opened again; breaks if there is nothing more to do.
    fn stay_away(&self) -> ControlFlow<()> {
        let shared = &self.shared;
        let interval = shared.options.retry_interval.max(Duration::from_millis(1));
        let mut due = Instant::now() + interval;
        loop {
            match self.jobs.recv_timeout(due.saturating_duration_since(Instant::now())) {
                Ok(Write::End { answer }) => {
                    let _ = answer.send(Ok(())).is_ok();
                    return ControlFlow::Break(());
                }
                Ok(job) => job.refuse(|| StoreError::away(None)),
                Err(RecvTimeoutError::Disconnected) => return ControlFlow::Break(()),
                Err(RecvTimeoutError::Timeout) => {
                    match load(&shared.path, || (shared.open)(false)) {
                        // Numbers that were given must not be given again.
                        Ok((_, content)) if content.identity.seed != shared.state().identity.seed => {
                            tracing::error!(path = %shared.path.display(), "the store of events is another file");
                        }
                        Ok((database, content)) => {
                            shared.come_back(database, content);
                            tracing::info!(path = %shared.path.display(), "the store of events is back");
                            return ControlFlow::Continue(());
                        }
                        Err(error) => tracing::debug!(%error, "the store of events is still away"),
                    }
                    due = Instant::now() + interval;
                }
            }
        }
    }
}

/// Sees to it that the store is away when the thread ends, by whichever way.
struct Leaving<'a>(&'a Shared);

impl Drop for Leaving<'_> {
    fn drop(&mut self) {
        if let Err(error) = self.0.close() {
            tracing::error!(%error, path = %self.0.path.display(), "the store of events was not closed well");
        }
        self.0.state().has_ended = !std::thread::panicking();
    }
}

impl Shared {
    /// Closes the file, if that was not done before.
    fn close(&self) -> Result<(), redb::DatabaseError> {
        self.leave().map_or(Ok(()), Database::close)
    }
}

struct Written {
    /// For each job one.
    outcomes: Vec<Outcome>,
    /// `None` if nothing had to be written.
    change: Option<Change>,
}

enum Outcome {
    Appended(Vec<Result<Appended, AppendRefusal>>),
    Swapped(bool),
    Nothing,
}

/// What is different after a transaction.
struct Change {
    logs: HashMap<Topic, Log>,
    removed: HashSet<Topic>,
    identity: Identity,
    news: Vec<News>,
    /// By how many there are more logs.
    grown: isize,
    /// The logs that can go, the one that is silent for the longest last; looked for once, if there is need.
    idle: Option<Vec<Topic>>,
}

fn transact(shared: &Shared, database: &Database, jobs: &[Write], sweep: &mut Sweep) -> Result<Written, Failure> {
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
    /// Where the news of a topic are.
    told: HashMap<Topic, usize>,
    /// The latest time at which something was appended to a topic.
    times: HashMap<Topic, u64>,
    is_changed: bool,
}

impl<'txn, 'a> Work<'txn, 'a> {
    fn new(shared: &'a Shared, tables: Tables<'txn>) -> Self {
        let change = Change {
            logs: HashMap::new(),
            removed: HashSet::new(),
            identity: shared.state().identity,
            news: vec![],
            grown: 0,
            idle: None,
        };
        Self { shared, tables, change, told: HashMap::new(), times: HashMap::new(), is_changed: false }
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
                    let overdue = state.logs.iter().filter(|(_, log)| log.is_overdue(sweep.now, &self.shared.options));
                    sweep.topics = overdue.map(|(topic, _)| topic.clone()).collect();
                    Outcome::Nothing
                }
                Write::End { .. } => Outcome::Nothing,
            });
        }
        for (topic, now) in std::mem::take(&mut self.times) {
            self.trim(&topic, now, &mut budget)?;
        }
        while budget.0 > 0
            && let Some(topic) = sweep.topics.pop()
        {
            if self.trim(&topic, sweep.now, &mut budget)? {
                sweep.topics.push(topic);
            }
        }
        for (topic, log) in &self.change.logs {
            self.tables.topics.insert(topic.as_str(), log.to_row())?;
        }
        if identity != self.change.identity {
            self.tables.put_identity(&self.change.identity)?;
        }
        Ok(Written { outcomes, change: self.is_changed.then_some(self.change) })
    }

    fn append(&mut self, append: &Append) -> Result<Result<Appended, AppendRefusal>, redb::StorageError> {
        let Self { shared, tables, change, told, times, is_changed } = self;
        let topic = &append.topic;
        if !change.find(shared, topic) && !change.make(shared, tables, topic)? {
            return Ok(Err(AppendRefusal::too_many_topics(shared.options.topics_max)));
        }
        let Some(log) = change.logs.get_mut(topic) else {
            return Ok(Err(AppendRefusal::too_many_topics(shared.options.topics_max)));
        };
        let (appended, record) = match log.append(tables, append, &shared.options)? {
            Ok(taken) => taken,
            Err(refusal) => {
                // One that was made for it was not needed.
                if log.bounds().last == Sequence(0) {
                    change.logs.remove(topic);
                    change.grown -= 1;
                }
                return Ok(Err(refusal));
            }
        };
        if let Some(record) = record {
            *is_changed = true;
            let now = to_millis(append.at);
            times.entry(topic.clone()).and_modify(|time| *time = now.max(*time)).or_insert(now);
            match told.get(topic).and_then(|at| change.news.get_mut(*at)) {
                // A topic that was removed in between has another epoch by now.
                Some(news) if news.epoch == log.epoch => news.records.push(record),
                _ => {
                    told.insert(topic.clone(), change.news.len());
                    change.news.push(News { topic: topic.clone(), epoch: log.epoch, records: vec![record] });
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
        let Some(log) = change.logs.get_mut(topic) else { return Ok(false) };
        *is_changed |= log.trim(tables, now, &shared.options, budget)?;
        Ok(log.is_overdue(now, &shared.options))
    }
}

impl Change {
    /// Takes a log in hand, if there is one.
    fn find(&mut self, shared: &Shared, topic: &Topic) -> bool {
        if self.logs.contains_key(topic) {
            return true;
        }
        if self.removed.contains(topic) {
            return false;
        }
        let log = shared.state().logs.get(topic).cloned();
        log.is_some_and(|log| self.logs.insert(topic.clone(), log).is_none())
    }

    /// Makes a log; says whether there was room.
    fn make(&mut self, shared: &Shared, tables: &mut Tables<'_>, topic: &Topic) -> Result<bool, redb::StorageError> {
        let epoch = {
            let state = shared.state();
            if state.logs.len().saturating_add_signed(self.grown) >= shared.options.topics_max {
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
        self.logs.insert(topic.clone(), Log::new(self.identity.made, epoch));
        self.identity.made += 1;
        Ok(true)
    }

    /// Takes the log away that is empty, not open, and silent for the longest. What this transaction has touched stays.
    fn next_idle(&mut self, state: &State) -> Option<(Topic, Log)> {
        let is_idle = |topic: &Topic, log: &Log| log.events() == 0 && !state.opened.contains_key(topic);
        let idle = self.idle.get_or_insert_with(|| {
            let idle = state.logs.iter().filter(|(topic, log)| is_idle(topic, log));
            let mut idle: Vec<_> = idle.map(|(topic, log)| (log.changed_at, topic.clone())).collect();
            idle.sort_unstable_by(|one, other| other.cmp(one));
            idle.into_iter().map(|(_, topic)| topic).collect()
        });
        while let Some(topic) = idle.pop() {
            if let Some(log) = state.logs.get(&topic)
                && is_idle(&topic, log)
                && !self.logs.contains_key(&topic)
                && self.removed.insert(topic.clone())
            {
                return Some((topic, log.clone()));
            }
        }
        None
    }
}
