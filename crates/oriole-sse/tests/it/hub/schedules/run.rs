//! All schedules, and whether anything happened in them.

use std::cell::Cell;
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
    let has_story = std::env::var_os("ORIOLE_SCHEDULES_STORY").is_some();
    let next = AtomicU64::new(0);
    let has_failed = AtomicBool::new(false);
    let totals = std::thread::scope(|scope| {
        let workers: Vec<_> = (0..2)
            .map(|_| {
                scope.spawn(|| {
                    let mut totals = Totals::default();
                    let current = Current { number: Cell::new(base), has_failed: &has_failed };
                    loop {
                        let first = next.fetch_add(B::CHUNK, Ordering::Relaxed);
                        if first >= schedules || has_failed.load(Ordering::Relaxed) {
                            return totals;
                        }
                        let runtime = tokio::runtime::Builder::new_current_thread().build().expect("a runtime");
                        runtime.block_on(async {
                            for number in base + first..base + first + B::CHUNK {
                                current.number.set(number);
                                let is_told = has_story && number == base;
                                Schedule::<B>::new(number, is_told).await.run(&mut totals).await;
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
    assert!(all(|totals| totals.states) > schedules / 2, "from {base}: {totals:?}");
    assert!(all(|totals| totals.restarts) > schedules / 2, "from {base}: {totals:?}");
    for reason in ["retention", "overflow", "coalesced", "restart", "too-far", "unavailable", "cursor"] {
        let told: u64 = totals.iter().map(|totals| totals.gaps.get(reason).copied().unwrap_or_default()).sum();
        assert!(told > schedules / 50, "from {base}: {reason}: {told} in {totals:?}");
    }
    assert!(all(|totals| totals.changes) > schedules / 10, "from {base}: {totals:?}");
    assert!(all(|totals| totals.members) > schedules / 2, "from {base}: {totals:?}");
    assert!(all(|totals| totals.named_later) > schedules / 1000, "from {base}: {totals:?}");
    assert!(all(|totals| totals.replaced) > schedules / 100, "from {base}: {totals:?}");
    assert!(all(|totals| totals.over) > schedules / 200, "from {base}: {totals:?}");
    assert!(all(|totals| totals.unknown) > schedules / 500, "from {base}: {totals:?}");
    assert!(all(|totals| totals.unknown) < all(|totals| totals.changes) / 3, "from {base}: {totals:?}");
    assert!(all(|totals| totals.ended_slow) > schedules / 50, "from {base}: {totals:?}");
}

/// Which schedule runs: if it fails it is named, and the other worker ends as well.
struct Current<'a> {
    number: Cell<u64>,
    has_failed: &'a AtomicBool,
}

impl Drop for Current<'_> {
    fn drop(&mut self) {
        if std::thread::panicking() {
            self.has_failed.store(true, Ordering::Relaxed);
            eprintln!("the schedule that failed is the first one with ORIOLE_SCHEDULES_FROM={}", self.number.get());
        }
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
    /// Who came back nevertheless.
    pub(super) over: u64,
}
