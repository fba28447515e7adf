//! The layer whose logger can be exchanged.

use super::service::hand_to;
use super::{LoggerService, Record};
use std::fmt;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock};
use std::thread::ThreadId;
use tracing::{Event, Subscriber, dispatcher};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// How many records wait for a logger; beyond them the first logger gets them all.
pub(super) const BUFFERED_RECORDS_MAX: usize = 10_000;

/// Hands each record to the logger of the moment: what `#[oriole::main]` installs.
///
/// Programs that put their own layers together put this one among them, so that
/// [`Application::use_logger`](crate::Application::use_logger), [`buffer`](super::buffer) and
/// [`silence`](super::silence) find it. They find the one of the thread's subscriber or else of the process', and do
/// nothing where it has none.
pub struct Log {
    logger: RwLock<Arc<dyn LoggerService>>,
    /// What waits, if anything has to.
    waiting: Mutex<Option<Vec<Record>>>,
    /// The threads whose logger is at work: what a logger logs itself would never end.
    at_work: Mutex<Vec<ThreadId>>,
}

impl Log {
    /// Begins with a logger.
    #[must_use]
    pub fn new(logger: impl LoggerService) -> Self {
        Self { logger: RwLock::new(Arc::new(logger)), waiting: Mutex::new(None), at_work: Mutex::default() }
    }

    /// Replaces the logger, and hands it what has waited.
    pub(super) fn replace(&self, logger: Arc<dyn LoggerService>) {
        *self.logger.write().unwrap_or_else(PoisonError::into_inner) = logger;
        self.flush();
    }

    /// Lets records wait from now on.
    pub(super) fn buffer(&self) {
        self.waiting().get_or_insert_default();
    }

    /// Hands over what has waited, and lets nothing wait any more.
    pub(super) fn flush(&self) {
        let Some(_at_work) = AtWork::on(self) else { return };
        // Records that come meanwhile wait for the lock, and keep their place.
        let mut waiting = self.waiting();
        for record in waiting.take().into_iter().flatten() {
            self.hand(&record);
        }
    }

    fn at_work(&self) -> MutexGuard<'_, Vec<ThreadId>> {
        self.at_work.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn waiting(&self) -> MutexGuard<'_, Option<Vec<Record>>> {
        self.waiting.lock().unwrap_or_else(PoisonError::into_inner)
    }

    fn take(&self, record: Record) {
        let mut waiting = self.waiting();
        match &mut *waiting {
            Some(records) if records.len() < BUFFERED_RECORDS_MAX => records.push(record),
            Some(_) => {
                for record in waiting.take().into_iter().flatten().chain([record]) {
                    self.hand(&record);
                }
            }
            None => {
                drop(waiting);
                self.hand(&record);
            }
        }
    }

    fn hand(&self, record: &Record) {
        let logger = Arc::clone(&self.logger.read().unwrap_or_else(PoisonError::into_inner));
        hand_to(&*logger, record);
    }
}

impl<S: Subscriber> Layer<S> for Log {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        if let Some(_at_work) = AtWork::on(self) {
            self.take(Record::of(event));
        }
    }
}

/// A thread whose logger is at work. A logger that panics does not silence it.
struct AtWork<'a>(&'a Log);

impl<'a> AtWork<'a> {
    /// Nothing if it is at work already.
    fn on(log: &'a Log) -> Option<Self> {
        let (mut all, own) = (log.at_work(), std::thread::current().id());
        if all.contains(&own) {
            return None;
        }
        all.push(own);
        drop(all);
        Some(Self(log))
    }
}

impl Drop for AtWork<'_> {
    fn drop(&mut self) {
        let own = std::thread::current().id();
        self.0.at_work().retain(|thread| *thread != own);
    }
}

/// Asks the layer that is in force, if there is one.
pub(super) fn current(ask: impl FnOnce(&Log)) -> bool {
    let mut ask = Some(ask);
    dispatcher::get_default(|dispatch| {
        dispatch.downcast_ref::<Log>().zip(ask.take()).map(|(log, ask)| ask(log)).is_some()
    })
}

impl fmt::Debug for Log {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Log").field("is_buffering", &self.waiting().is_some()).finish_non_exhaustive()
    }
}
