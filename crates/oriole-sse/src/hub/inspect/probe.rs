//! What a subscription shows of itself.

use std::collections::VecDeque;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::SystemTime;

use crate::hub::control::{Gap, GapReason};
use crate::hub::shared::Shared;
use crate::hub::slow::SlowReader;
use crate::hub::verdict::Verdict;
use crate::inspect::{Tap, current};
use crate::store::{Sequence, Topic};

/// Belongs to a reader of the hub; the subscription writes it, and whoever looks reads it.
#[derive(Debug)]
pub(in crate::hub) struct Probe {
    pub(in crate::hub) tap: Arc<Tap>,
    pub(super) begun: SystemTime,
    is_filling: AtomicBool,
    is_expired: AtomicBool,
    told: Mutex<Told>,
}

#[derive(Debug)]
struct Told {
    slow: SlowReader,
    verdict: Option<Verdict>,
    gaps: GapsTold,
}

/// Tells which losses a subscriber was told of.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct GapsTold {
    /// How many there were.
    pub count: u64,
    /// The latest eight of them, the newest last.
    pub latest: VecDeque<GapTold>,
}

/// Is a loss as a subscriber was told of it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct GapTold {
    /// Of which topic.
    pub topic: Topic,
    /// Why.
    pub reason: GapReason,
    /// The last event before the loss, if it is known.
    pub after: Option<Sequence>,
    /// The last event of the loss, if it is known.
    pub through: Option<Sequence>,
}

/// How many losses are kept.
const GAPS_KEPT_MAX: usize = 8;

impl Probe {
    pub(in crate::hub) fn new(shared: &Shared) -> Self {
        Self {
            tap: current().unwrap_or_default(),
            begun: shared.clock.wall(),
            is_filling: AtomicBool::new(false),
            is_expired: AtomicBool::new(false),
            told: Mutex::new(Told { slow: shared.options.slow_reader, verdict: None, gaps: GapsTold::default() }),
        }
    }

    /// Notes what the client reads in its `hello`.
    pub(in crate::hub) fn begun(&self, verdict: Verdict) {
        self.told().verdict = Some(verdict);
    }

    pub(in crate::hub) fn set_slow(&self, slow: SlowReader) {
        self.told().slow = slow;
    }

    pub(in crate::hub) fn gap(&self, topic: &Topic, gap: Gap) {
        let mut told = self.told();
        told.gaps.count += 1;
        if told.gaps.latest.len() == GAPS_KEPT_MAX {
            told.gaps.latest.pop_front();
        }
        let Gap { reason, after, through } = gap;
        told.gaps.latest.push_back(GapTold { topic: topic.clone(), reason, after, through });
    }

    pub(super) fn slow(&self) -> SlowReader {
        self.told().slow
    }

    pub(super) fn verdict(&self) -> Option<Verdict> {
        self.told().verdict
    }

    pub(super) fn gaps(&self) -> GapsTold {
        self.told().gaps.clone()
    }

    pub(super) fn is_filling(&self) -> bool {
        self.is_filling.load(Ordering::Acquire)
    }

    pub(super) fn set_filling(&self, is_filling: bool) {
        self.is_filling.store(is_filling, Ordering::Release);
        if is_filling {
            self.tap.ordered();
        }
    }

    pub(super) fn expire(&self) {
        self.is_expired.store(true, Ordering::Release);
        self.tap.ordered();
    }

    /// Tells, once, that what the guard said counts as expired.
    pub(super) fn take_expired(&self) -> bool {
        self.is_expired.load(Ordering::Acquire) && self.is_expired.swap(false, Ordering::AcqRel)
    }

    fn told(&self) -> MutexGuard<'_, Told> {
        self.told.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
