//! Writing, on one thread: what comes within a window is one transaction.

use std::error::Error;
use std::ops::ControlFlow;
use std::sync::Arc;
use std::sync::mpsc::{Receiver, RecvTimeoutError, TryRecvError};
use std::time::{Duration, Instant};

use redb::Database;

use super::super::StoreError;
use super::RedbStoreOptions;
use super::format::load;
use super::jobs::{Batch, Write};
use super::state::{Shared, State};
use super::transaction::{Change, Failure, Outcome, Sweep, Written, transact};

pub(super) struct Writer {
    shared: Arc<Shared>,
    jobs: Receiver<Write>,
    /// When the last commit began.
    begun: Option<Instant>,
    /// When it was answered, and how many events it had.
    answered: Option<(Instant, usize)>,
    sweep: Sweep,
}

/// Which part of the window those have who were answered.
const AGAIN_PART: u32 = 4;

impl Writer {
    pub(super) fn new(shared: Arc<Shared>, jobs: Receiver<Write>) -> Self {
        Self { shared, jobs, begun: None, answered: None, sweep: Sweep::default() }
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
            let events = jobs.iter().map(Write::events).sum();
            let written = self.write(jobs);
            self.answered = Some((Instant::now(), events));
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
                Some(job) => events += job.events(),
                None => {}
            }
            if events >= options.commit_events_max {
                return;
            }
            // Many of those who were answered are about to come again: a commit of the first of them would have the others wait for it.
            let again =
                self.answered.filter(|(_, answered)| events < *answered).map(|(at, _)| at + window / AGAIN_PART);
            let due = due.max(again);
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
                if let Some(Change { logs, removed, identity, news, gone, rows, .. }) = change {
                    let logs = logs.into_iter().map(|(topic, touched)| (topic, touched.log));
                    let commit = |state: &mut State| {
                        state.commit(identity, removed, logs);
                        state.recent.commit(gone, rows);
                    };
                    self.shared.publish(commit, &news);
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
