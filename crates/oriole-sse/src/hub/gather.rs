//! The logs of patterns: what is appended to a topic is appended to those of the patterns that match it.

use std::collections::VecDeque;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, PoisonError, RwLock};

use tokio::sync::Notify;

use super::HubOptions;
use super::control::{Gap, GapReason, gap_data};
use super::frame::encode_control;
use super::one_task::OneTask;
use super::shared::Shared;
use crate::lock::lock;
use crate::pattern::{Pattern, PatternIndex};
use crate::store::{Append, AppendRefusal, Appended, Epoch, Record, StoreError, Topic};

/// Knows the patterns that somebody reads, and what is still to be appended to their logs.
///
/// A store tells its sinks of a topic's events in order, and under its own locks; so they are queued here and appended by one
/// task. What cannot be queued or appended is told in the pattern's log itself, by a `gap` before the next event: so it
/// reaches whoever reads past that place, at once or later.
#[derive(Debug, Default)]
pub(super) struct Gather {
    is_on: AtomicBool,
    /// The patterns that are kept.
    active: RwLock<PatternIndex<Arc<Gathered>>>,
    queue: Mutex<Queue>,
    wake: Notify,
    task: OneTask,
}

#[derive(Debug, Default)]
struct Queue {
    events: VecDeque<Waits>,
    bytes: u64,
}

/// A pattern whose log is kept.
#[derive(Debug)]
pub(super) struct Gathered {
    pattern: Pattern,
    topic: Topic,
    /// Why events are missing before the next one.
    missing: Mutex<Option<GapReason>>,
}

/// An event of a topic that is to come into a pattern's log.
#[derive(Debug)]
struct Waits {
    gathered: Arc<Gathered>,
    record: Record,
    /// Names the event, so that two hubs on one store do not append it twice.
    name: Arc<str>,
}

/// How many events are appended at once.
const BATCH_EVENTS_MAX: usize = 256;

impl Gather {
    /// Keeps a pattern's log from here on.
    ///
    /// What was published since somebody kept it last is not known, or whether anybody did. So it begins with a `gap`: it lies
    /// before the place of those that come now, and behind that of those that were here before.
    pub(super) async fn activate(
        shared: &Arc<Shared>,
        pattern: Pattern,
        topic: &Topic,
    ) -> Result<Arc<Gathered>, StoreError> {
        let gathered = Arc::new(Gathered { pattern, topic: topic.clone(), missing: Mutex::default() });
        let gap = gathered.gap(GapReason::Restart, shared.clock.wall(), &shared.options);
        match shared.in_time(|| shared.store.append(vec![gap])).await?.pop() {
            Some(Ok(_)) => {}
            Some(Err(AppendRefusal::TooManyTopics { topics_max })) => {
                return Err(StoreError::too_many_topics(topics_max));
            }
            Some(Err(refusal)) => return Err(StoreError::failed(refusal)),
            None => return Err(StoreError::failed("the store gave no answer")),
        }
        let this = &shared.gather;
        {
            let mut active = this.active.write().unwrap_or_else(PoisonError::into_inner);
            active.insert(&gathered.pattern, Arc::clone(&gathered));
            this.is_on.store(true, Ordering::Release);
        }
        this.start(shared);
        Ok(gathered)
    }

    /// Begins, if there is a pattern and a runtime, and it has not begun, or was ended by a panic or with its runtime.
    pub(super) fn start(&self, shared: &Arc<Shared>) {
        if self.is_on.load(Ordering::Acquire) {
            self.task.start(|| Run { shared: Arc::clone(shared), ended: false }.run());
        }
    }

    /// Keeps it no longer.
    pub(super) fn deactivate(&self, gathered: &Arc<Gathered>) {
        let mut active = self.active.write().unwrap_or_else(PoisonError::into_inner);
        active.remove(&gathered.pattern, |other| !Arc::ptr_eq(other, gathered));
        self.is_on.store(!active.is_empty(), Ordering::Release);
        drop(active);
        self.wake.notify_one();
    }

    /// Takes in what was appended to a topic.
    pub(super) fn appended(&self, topic: &Topic, epoch: Epoch, records: &[Record], options: &HubOptions) {
        let is_nobodys = topic.as_str().starts_with(Topic::PATTERN_PREFIX) || topic.is_of_producer();
        if !self.is_on.load(Ordering::Acquire) || is_nobodys {
            return;
        }
        let active = self.active.read().unwrap_or_else(PoisonError::into_inner);
        let mut has_any = false;
        active.visit(topic.as_str(), |gathered| {
            let mut queue = lock(&self.queue);
            has_any = true;
            for record in records {
                let bytes = queue.bytes.saturating_add(record.bytes());
                if queue.events.len() >= options.gather_events_max || bytes > options.gather_bytes_max as u64 {
                    gathered.misses(GapReason::Overflow);
                } else {
                    queue.bytes = bytes;
                    let name = format!("{} {} {topic}", epoch.0, record.sequence).into();
                    queue.events.push_back(Waits { gathered: Arc::clone(gathered), record: record.clone(), name });
                }
            }
        });
        drop(active);
        if has_any {
            self.wake.notify_one();
        }
    }

    /// Notes that events may come of which nobody is told.
    pub(super) fn went_blind(&self) {
        let active = self.active.read().unwrap_or_else(PoisonError::into_inner);
        active.for_each(|gathered| gathered.misses(GapReason::Unavailable));
    }

    fn take(&self) -> Vec<Waits> {
        let mut queue = lock(&self.queue);
        let count = queue.events.len().min(BATCH_EVENTS_MAX);
        let taken: Vec<_> = queue.events.drain(..count).collect();
        queue.bytes -= taken.iter().map(|waits| waits.record.bytes()).sum::<u64>();
        taken
    }

    /// Ends, unless a pattern has come meanwhile.
    fn ends(&self) -> bool {
        self.task.end(|| !self.is_on.load(Ordering::Acquire) && lock(&self.queue).events.is_empty())
    }
}

impl Gathered {
    /// The first reason stands.
    fn misses(&self, reason: GapReason) {
        lock(&self.missing).get_or_insert(reason);
    }

    /// Says what is missing, as an event of the log.
    fn gap(&self, reason: GapReason, at: std::time::SystemTime, options: &HubOptions) -> Append {
        let data = gap_data(&self.topic, Gap { reason, after: None, through: None });
        Append::new(self.topic.clone(), at, encode_control(&options.names.gap, data))
    }
}

/// The task that appends. It ends when there is no pattern.
struct Run {
    shared: Arc<Shared>,
    /// Whether it counts as ended already, so that another may run by now.
    ended: bool,
}

impl Run {
    async fn run(mut self) {
        let shared = Arc::clone(&self.shared);
        let gather = &shared.gather;
        loop {
            let mut notified = pin!(gather.wake.notified());
            notified.as_mut().enable();
            let batch = gather.take();
            if !batch.is_empty() {
                append(&shared, batch).await;
            } else if !gather.is_on.load(Ordering::Acquire) && gather.ends() {
                self.ended = true;
                return;
            } else {
                notified.await;
            }
        }
    }
}

impl Drop for Run {
    /// Also runs when the store panics, and when the runtime ends before the subscriptions do.
    fn drop(&mut self) {
        if !self.ended {
            // What it had in hand may be lost.
            self.shared.gather.went_blind();
            self.shared.gather.task.cut_off();
            self.shared.keeper.wake();
        }
    }
}

async fn append(shared: &Shared, batch: Vec<Waits>) {
    let (mut owners, mut appends) = (Vec::new(), Vec::new());
    for Waits { gathered, record, name } in batch {
        if let Some(reason) = lock(&gathered.missing).take() {
            owners.push((Arc::clone(&gathered), reason));
            appends.push(gathered.gap(reason, record.at, &shared.options));
        }
        let mut append = Append::new(gathered.topic.clone(), record.at, record.frame);
        append.coalesce_key = record.coalesce_key;
        append.idempotency_key = Some(name);
        appends.push(append);
        owners.push((gathered, GapReason::Unavailable));
    }
    let answers: Result<Vec<Result<Appended, AppendRefusal>>, StoreError> =
        shared.in_time(|| shared.store.append(appends)).await;
    match answers {
        Ok(answers) => {
            for ((gathered, reason), answer) in owners.iter().zip(&answers) {
                if let Err(refusal) = answer {
                    tracing::warn!(%refusal, pattern = %gathered.pattern, "an event is missing in a pattern's log");
                    gathered.misses(*reason);
                }
            }
        }
        Err(error) => {
            tracing::warn!(%error, "events are missing in the logs of patterns");
            owners.iter().for_each(|(gathered, reason)| gathered.misses(*reason));
        }
    }
}
