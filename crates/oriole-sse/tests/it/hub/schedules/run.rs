//! All schedules, and whether anything happened in them.

use std::collections::HashMap;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};

#[cfg(feature = "hub-redb")]
use super::backing::File;
use super::backing::{Backing, Memory};
use super::schedule::Schedule;

/// As many as the promise says.
const SCHEDULES: u64 = 100_000;
#[cfg(feature = "hub-redb")]
const SCHEDULES_IN_FILES: u64 = 1000;

#[test]
fn each_event_is_delivered_once_and_in_order_or_lies_in_a_gap_that_was_told() {
    run_all::<Memory>(SCHEDULES);
}

/// A restart closes the file, and opens it again.
#[cfg(feature = "hub-redb")]
#[test]
fn it_is_so_over_a_file_that_is_closed_and_opened() {
    run_all::<File>(SCHEDULES_IN_FILES);
}

fn run_all<B: Backing>(schedules: u64) {
    // Other schedules each time.
    let base = dice::seed("ORIOLE_SCHEDULES_FROM");
    let next = AtomicU64::new(0);
    let has_failed = AtomicBool::new(false);
    let totals = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut totals = Totals::default();
                    let _guard = Failing(&has_failed);
                    loop {
                        let first = next.fetch_add(B::CHUNK, Ordering::Relaxed);
                        if first >= schedules || has_failed.load(Ordering::Relaxed) {
                            return totals;
                        }
                        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                        runtime.block_on(async {
                            for number in base + first..base + first + B::CHUNK {
                                Schedule::<B>::new(number).await.run(&mut totals).await;
                            }
                        });
                    }
                })
            })
            .collect();
        workers.into_iter().map(|worker| worker.join().expect("the promise is kept")).collect::<Vec<_>>()
    });
    // A schedule in which nothing happens shows nothing.
    let all = |count: fn(&Totals) -> u64| totals.iter().map(count).sum::<u64>();
    assert!(all(|totals| totals.delivered) > 4 * schedules, "from {base}: {totals:?}");
    assert!(all(|totals| totals.states) > schedules / 5, "from {base}: {totals:?}");
    assert!(all(|totals| totals.restarts) > schedules / 2, "from {base}: {totals:?}");
    for reason in ["retention", "overflow", "coalesced", "restart", "too-far", "unavailable", "cursor"] {
        let told: u64 = totals.iter().map(|totals| totals.gaps.get(reason).copied().unwrap_or_default()).sum();
        assert!(told > schedules / 1000, "from {base}: {reason}: {told} in {totals:?}");
    }
    assert!(all(|totals| totals.changes) > schedules / 10, "from {base}: {totals:?}");
    assert!(all(|totals| totals.members) > schedules / 2, "from {base}: {totals:?}");
    let seldom: [fn(&Totals) -> u64; 3] = [|totals| totals.named_later, |totals| totals.replaced, |totals| totals.over];
    for count in seldom {
        assert!(all(count) >= schedules / 10_000, "from {base}: {totals:?}");
    }
    assert!(all(|totals| totals.unplaced) <= schedules / 5000, "from {base}: {totals:?}");
    assert!(all(|totals| totals.unknown) < all(|totals| totals.changes), "from {base}: {totals:?}");
    assert!(all(|totals| totals.ended_slow) > schedules / 1000, "from {base}: {totals:?}");
}

/// Has the other worker end as well when one fails.
struct Failing<'a>(&'a AtomicBool);

impl Drop for Failing<'_> {
    fn drop(&mut self) {
        self.0.fetch_or(std::thread::panicking(), Ordering::Relaxed);
    }
}

/// What happened in all schedules.
#[derive(Debug, Default)]
pub(super) struct Totals {
    pub(super) delivered: u64,
    pub(super) gaps: HashMap<String, u64>,
    pub(super) ended_slow: u64,
    pub(super) restarts: u64,
    pub(super) states: u64,
    pub(super) changes: u64,
    /// Changes of what was over.
    pub(super) unknown: u64,
    /// What was told of who is here.
    pub(super) members: u64,
    /// Who was named when there was room.
    pub(super) named_later: u64,
    pub(super) replaced: u64,
    /// Events of topics of which the model does not know where they began.
    pub(super) unplaced: u64,
    /// Who came back nevertheless.
    pub(super) over: u64,
}
