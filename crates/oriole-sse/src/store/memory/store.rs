//! All topics.

use std::collections::HashMap;
use std::fmt;
use std::future::ready;
use std::hash::{BuildHasher, RandomState};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, Weak};
use std::time::SystemTime;

use bytes::Bytes;

use super::super::idle::IdleLogs;
use super::super::{
    Append, AppendRefusal, Appended, Bounds, Epoch, Page, PageLimits, Position, Rewind, Store, StoreError, StoreFuture,
    StoreSink, Topic,
};
use super::MemoryStoreOptions;
use super::log::Log;

/// Keeps logs in memory: they last as long as the process, and cost no disk.
///
/// After a restart every topic has a new epoch, and clients that come back are told of the gap. Where that is too little,
/// take a store that lasts. A clone is the same store, so that two hubs can share it.
///
/// Memory is bounded by [`MemoryStoreOptions`]: per topic, and in the number of topics.
///
/// # Examples
///
/// ```
/// use oriole_sse::{MemoryStore, MemoryStoreOptions, Retention};
///
/// let options = MemoryStoreOptions::default().retention(Retention::default().events_max(500));
/// let store = MemoryStore::new(options);
/// assert_eq!(store.options().topics_max, 100_000);
/// ```
#[derive(Clone, Default)]
pub struct MemoryStore {
    shared: Arc<Shared>,
}

#[derive(Default)]
struct Shared {
    options: MemoryStoreOptions,
    state: Mutex<State>,
}

#[derive(Default)]
struct State {
    logs: HashMap<Topic, Log>,
    idle: IdleLogs<Option<SystemTime>>,
    notes: HashMap<String, Bytes>,
    sinks: Vec<Weak<dyn StoreSink>>,
    epochs: RandomState,
    drawn: u64,
}

impl MemoryStore {
    /// Makes an empty store.
    #[must_use]
    pub fn new(options: MemoryStoreOptions) -> Self {
        Self { shared: Arc::new(Shared { options, state: Mutex::default() }) }
    }

    /// Shows the options.
    #[must_use]
    pub fn options(&self) -> &MemoryStoreOptions {
        &self.shared.options
    }

    /// A panic of another holder leaves nothing half-done behind here.
    fn state(&self) -> MutexGuard<'_, State> {
        self.shared.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    /// Every call does its work at once; the future only carries the answer.
    fn with<T: Send + 'static>(&self, work: impl FnOnce(&mut State, &MemoryStoreOptions) -> T) -> StoreFuture<'_, T> {
        let answer = work(&mut self.state(), &self.shared.options);
        Box::pin(ready(Ok(answer)))
    }
}

impl State {
    /// Changes a topic's log, which is made if it is not there.
    fn change<T>(
        &mut self,
        topic: &Topic,
        options: &MemoryStoreOptions,
        change: impl FnOnce(&mut Log) -> T,
    ) -> Result<T, AppendRefusal> {
        let full = AppendRefusal::too_many_topics(options.topics_max);
        if !self.logs.contains_key(topic) {
            if self.logs.len() >= options.topics_max {
                let idle = self.idle.take_first().ok_or(full)?;
                self.logs.remove(&idle);
            }
            let epoch = self.draw_epoch();
            self.logs.insert(topic.clone(), Log::new(epoch));
        }
        let log = self.logs.get_mut(topic).ok_or(full)?;
        Ok(keep_in_order(&mut self.idle, topic, log, change))
    }

    /// Draws by the standard library's random state, which differs from process to process.
    fn draw_epoch(&mut self) -> Epoch {
        self.drawn += 1;
        let drawn = self.epochs.hash_one((self.drawn, SystemTime::now()));
        Epoch(u32::try_from(drawn >> 32).unwrap_or_default())
    }

    fn append(&mut self, append: Append, options: &MemoryStoreOptions) -> Result<Appended, AppendRefusal> {
        let topic = append.topic.clone();
        let (appended, record) = self.change(&topic, options, |log| log.append(append, options))??;
        if let Some(record) = record {
            let records = std::slice::from_ref(&record);
            self.sinks.retain(|sink| match sink.upgrade() {
                Some(sink) => {
                    sink.appended(&topic, appended.position.epoch, records);
                    true
                }
                None => false,
            });
        }
        Ok(appended)
    }

    /// Looks at a log; a topic that is not there is empty, and is not made by being looked at.
    fn look<T>(&mut self, topic: &Topic, look: impl FnOnce(&Log) -> T) -> T {
        match self.logs.get(topic) {
            Some(log) => look(log),
            None => look(&Log::new(self.draw_epoch())),
        }
    }
}

/// Changes a log, and what is known of whether it may make room.
fn keep_in_order<T>(
    idle: &mut IdleLogs<Option<SystemTime>>,
    topic: &Topic,
    log: &mut Log,
    change: impl FnOnce(&mut Log) -> T,
) -> T {
    if log.is_idle() {
        idle.remove(log.changed, topic);
    }
    let changed = change(log);
    if log.is_idle() {
        idle.add(log.changed, topic);
    }
    changed
}

impl Store for MemoryStore {
    fn append(&self, batch: Vec<Append>) -> StoreFuture<'_, Vec<Result<Appended, AppendRefusal>>> {
        self.with(|state, options| batch.into_iter().map(|append| state.append(append, options)).collect())
    }

    fn open<'a>(&'a self, topic: &'a Topic) -> StoreFuture<'a, Bounds> {
        let bounds = {
            let options = self.options();
            self.state().change(topic, options, |log| {
                log.opened += 1;
                log.bounds()
            })
        };
        Box::pin(ready(bounds.map_err(|_| StoreError::too_many_topics(self.options().topics_max))))
    }

    fn close(&self, topic: &Topic) {
        let state = &mut *self.state();
        if let Some(log) = state.logs.get_mut(topic) {
            keep_in_order(&mut state.idle, topic, log, |log| log.opened = log.opened.saturating_sub(1));
        }
    }

    fn read<'a>(&'a self, topic: &'a Topic, after: Position, limits: PageLimits) -> StoreFuture<'a, Page> {
        self.with(|state, _| state.look(topic, |log| log.read(after, limits)))
    }

    fn find<'a>(&'a self, topic: &'a Topic, rewind: Rewind) -> StoreFuture<'a, Position> {
        self.with(|state, _| state.look(topic, |log| log.find(rewind)))
    }

    fn sweep(&self, now: SystemTime) -> StoreFuture<'_, ()> {
        self.with(|state, options| {
            for (topic, log) in &mut state.logs {
                keep_in_order(&mut state.idle, topic, log, |log| log.trim(now, options));
            }
        })
    }

    fn note<'a>(&'a self, name: &'a str) -> StoreFuture<'a, Option<Bytes>> {
        self.with(|state, _| state.notes.get(name).cloned())
    }

    fn swap_note<'a>(&'a self, name: &'a str, old: Option<Bytes>, new: Bytes) -> StoreFuture<'a, bool> {
        self.with(|state, _| {
            let is_same = state.notes.get(name) == old.as_ref();
            if is_same {
                state.notes.insert(name.into(), new);
            }
            is_same
        })
    }

    fn attach(&self, sink: Weak<dyn StoreSink>) {
        self.state().sinks.push(sink);
    }
}

impl fmt::Debug for MemoryStore {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("MemoryStore").field("topics", &self.state().logs.len()).finish_non_exhaustive()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::store::Retention;

    fn topic(number: usize) -> Topic {
        Topic::new(format!("{number:08}")).expect("a topic")
    }

    #[test]
    fn room_is_made_without_looking_at_all_logs() {
        let looks = |topics: usize| {
            let options =
                MemoryStoreOptions::default().topics_max(topics).retention(Retention::default().events_max(0));
            let mut state = State::default();
            for number in 0..topics {
                let append = Append::new(topic(number), SystemTime::UNIX_EPOCH, Bytes::from_static(b"x"));
                state.append(append, &options).expect("taken");
            }
            let before = crate::looks::count();
            for number in 0..5 {
                let append = Append::new(topic(topics + number), SystemTime::UNIX_EPOCH, Bytes::from_static(b"x"));
                state.append(append, &options).expect("in the place of another");
            }
            let looks = crate::looks::count() - before;
            assert_eq!(state.logs.len(), topics);
            assert!(!state.logs.contains_key(&topic(4)) && state.logs.contains_key(&topic(5)), "the first go");
            looks
        };
        assert_eq!(looks(10), looks(1000));
    }
}
