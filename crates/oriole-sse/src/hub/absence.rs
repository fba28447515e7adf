//! Whether the store is there: it may say that it is not, and it may not say anything any more.

use std::future::{Future, poll_fn};
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::task::Poll;
use std::time::Duration;

use bytes::Bytes;
use tokio::runtime::Handle;

use super::shared::Shared;
use crate::store::StoreError;

#[derive(Debug)]
pub(super) struct Absence {
    causes: Mutex<Causes>,
    /// As it is there, for those who only look.
    is_silent: AtomicBool,
    /// How often the store has gone away or come back; odd while it is away.
    changes: AtomicU64,
}

#[derive(Debug, Default)]
struct Causes {
    store_says_so: bool,
    /// It did not answer in time, and has not answered since.
    is_silent: bool,
}

/// Says what a change has come to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum AbsenceChange {
    None,
    Gone,
    Back,
}

/// Asked for of a store that was silent: a swap that never happens, so that it answers and writes nothing.
const PROBE: &str = "oriole-sse-probe";

impl Absence {
    pub(super) fn new(store_says_so: bool) -> Self {
        let causes = Causes { store_says_so, ..Causes::default() };
        let changes = AtomicU64::new(u64::from(store_says_so));
        Self { causes: Mutex::new(causes), is_silent: AtomicBool::new(false), changes }
    }

    pub(super) fn changes(&self) -> u64 {
        self.changes.load(Ordering::Acquire)
    }

    pub(super) fn set_said(&self, is_away: bool) -> AbsenceChange {
        self.change(|causes| causes.store_says_so = is_away)
    }

    fn set_silent(&self, is_silent: bool) -> AbsenceChange {
        self.change(|causes| {
            causes.is_silent = is_silent;
            self.is_silent.store(is_silent, Ordering::Release);
        })
    }

    /// Says whether it did not answer in time; the hub's task then asks it until it does.
    pub(super) fn is_silent(&self) -> bool {
        self.is_silent.load(Ordering::Acquire)
    }

    fn change(&self, change: impl FnOnce(&mut Causes)) -> AbsenceChange {
        let mut causes = self.lock();
        let was_away = causes.is_away();
        change(&mut causes);
        match (was_away, causes.is_away()) {
            (false, true) => {
                self.changes.fetch_add(1, Ordering::AcqRel);
                AbsenceChange::Gone
            }
            (true, false) => {
                self.changes.fetch_add(1, Ordering::AcqRel);
                AbsenceChange::Back
            }
            _ => AbsenceChange::None,
        }
    }

    fn lock(&self) -> MutexGuard<'_, Causes> {
        self.causes.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Causes {
    fn is_away(&self) -> bool {
        self.store_says_so || self.is_silent
    }
}

impl Shared {
    /// Asks the store, and waits for its answer no longer than
    /// [`HubOptions::store_timeout`](super::HubOptions::store_timeout); then it counts as away until it answers again.
    pub(super) async fn in_time<T, F>(&self, ask: impl FnOnce() -> F) -> Result<T, StoreError>
    where
        F: Future<Output = Result<T, StoreError>>,
    {
        if self.absence.is_silent() && self.keeper.is_running() {
            return Err(StoreError::away(None));
        }
        self.listen(ask()).await
    }

    /// Finds out whether a store that was silent answers again; says whether it is there to be asked.
    pub(super) async fn probe(&self) -> bool {
        if self.absence.is_silent() {
            let never = Bytes::from_static(PROBE.as_bytes());
            // Whatever it answers, it is there.
            let _ = self.listen(self.store.swap_note(PROBE, Some(never.clone()), never)).await;
        }
        !self.absence.is_silent()
    }

    async fn listen<T>(&self, work: impl Future<Output = Result<T, StoreError>>) -> Result<T, StoreError> {
        let answer = self.for_a_while(work).await;
        if answer.is_some() {
            if self.absence.is_silent() {
                tracing::info!("the store of events answers again");
                self.tell_absence(self.absence.set_silent(false));
            }
        } else {
            let timeout = self.options.store_timeout;
            tracing::error!(?timeout, "the store of events does not answer, and counts as away");
            self.tell_absence(self.absence.set_silent(true));
        }
        answer.unwrap_or_else(|| Err(StoreError::in_doubt(Some("it did not answer in time".into()))))
    }

    /// Waits for an answer of the store, but not for ever.
    pub(super) async fn for_a_while<T>(&self, work: impl Future<Output = T>) -> Option<T> {
        self.within(self.options.store_timeout, work).await
    }

    /// Waits no longer than so; without a runtime there is no time.
    pub(super) async fn within<T>(&self, timeout: Duration, work: impl Future<Output = T>) -> Option<T> {
        let mut work = pin!(work);
        let mut patience = None;
        poll_fn(|cx| {
            if let Poll::Ready(answer) = work.as_mut().poll(cx) {
                return Poll::Ready(Some(answer));
            }
            // Most answers are there at once.
            if patience.is_none() && Handle::try_current().is_ok() {
                let due = self.clock.now().checked_add(timeout);
                patience = due.map(|due| self.clock.sleep_until(due));
            }
            match &mut patience {
                Some(patience) => patience.as_mut().poll(cx).map(|()| None),
                None => Poll::Pending,
            }
        })
        .await
    }
}
