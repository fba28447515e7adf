//! What all threads of a store share.

use std::collections::HashMap;
use std::path::PathBuf;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError, RwLock, RwLockReadGuard, Weak};

use redb::{Database, DatabaseError};
use ring::digest::{Context, SHA256};

use super::super::idle::IdleLogs;
use super::super::{Bounds, Epoch, Record, Sequence, StoreSink, Topic};
use super::RedbStoreOptions;
use super::format::Content;
use super::log::Log;
use super::recent::Recent;

/// Opens the database, also again after it failed; says whether it may be made.
pub(super) type OpenDatabase = Box<dyn Fn(bool) -> Result<Database, DatabaseError> + Send + Sync>;

pub(super) struct Shared {
    pub(super) path: PathBuf,
    pub(super) options: RedbStoreOptions,
    pub(super) open: OpenDatabase,
    /// `None` while it is away. Who reads holds it for one page; who takes it away waits for them.
    database: RwLock<Option<Database>>,
    state: Mutex<State>,
}

/// What is committed, and who is told of it.
pub(super) struct State {
    pub(super) identity: Identity,
    logs: HashMap<Topic, Log>,
    pub(super) recent: Recent,
    /// By the time of the last change: those that are empty and not open.
    idle: IdleLogs<u64>,
    /// How often a topic is open, and with which epoch it was opened that has no log as yet.
    opened: HashMap<Topic, (usize, Epoch)>,
    pub(super) sinks: Vec<Weak<dyn StoreSink>>,
    pub(super) is_away: bool,
    /// Nothing is written any more, and what was taken is.
    pub(super) has_ended: bool,
}

/// Tells one store from all others, and one life of its topics from the next.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Identity {
    pub(super) seed: [u64; 2],
    /// How many logs were removed.
    pub(super) removed: u64,
    /// How many logs were made.
    pub(super) made: u64,
}

/// What is told of one topic.
#[derive(Debug)]
pub(super) struct News {
    pub(super) topic: Topic,
    pub(super) epoch: Epoch,
    pub(super) records: Vec<Record>,
}

impl Shared {
    pub(super) fn new(
        path: PathBuf,
        options: RedbStoreOptions,
        open: OpenDatabase,
        (database, content): (Database, Content),
    ) -> Self {
        Self { path, options, open, database: RwLock::new(Some(database)), state: Mutex::new(State::new(content)) }
    }

    /// A panic of another holder leaves nothing half-done behind here.
    pub(super) fn state(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }

    pub(super) fn database(&self) -> RwLockReadGuard<'_, Option<Database>> {
        self.database.read().unwrap_or_else(PoisonError::into_inner)
    }

    /// Takes the database away from everybody, and tells the sinks.
    pub(super) fn leave(&self) -> Option<Database> {
        let database = self.database.write().unwrap_or_else(PoisonError::into_inner).take();
        self.tell(|state| {
            let was_away = std::mem::replace(&mut state.is_away, true);
            move |sink: &dyn StoreSink| {
                if !was_away {
                    sink.away();
                }
            }
        });
        database
    }

    /// Gives a database that was opened again.
    pub(super) fn come_back(&self, database: Database, content: Content) {
        *self.database.write().unwrap_or_else(PoisonError::into_inner) = Some(database);
        self.tell(|state| {
            state.load(content);
            state.is_away = false;
            StoreSink::back
        });
    }

    /// Makes known what was committed.
    pub(super) fn publish(&self, change: impl FnOnce(&mut State), news: &[News]) {
        self.tell(|state| {
            change(state);
            move |sink: &dyn StoreSink| {
                news.iter().for_each(|news| sink.appended(&news.topic, news.epoch, &news.records));
            }
        });
    }

    /// Changes the state and tells all sinks under one lock, so that nothing lies between the bounds of an `open` and what
    /// is told.
    fn tell<S: Fn(&dyn StoreSink)>(&self, change: impl FnOnce(&mut State) -> S) {
        let mut state = self.state();
        let say = change(&mut state);
        let mut sinks = Vec::with_capacity(state.sinks.len());
        state.sinks.retain(|sink| sink.upgrade().map(|sink| sinks.push(sink)).is_some());
        sinks.iter().for_each(|sink| say(&**sink));
        drop(state);
        // Only now: who was the last to hold a sink may close the store with it.
        drop::<Vec<Arc<dyn StoreSink>>>(sinks);
    }
}

impl State {
    pub(super) fn new(content: Content) -> Self {
        let mut state = Self {
            identity: content.identity,
            logs: HashMap::new(),
            recent: Recent::default(),
            idle: IdleLogs::default(),
            opened: HashMap::new(),
            sinks: vec![],
            is_away: false,
            has_ended: false,
        };
        state.load(content);
        state
    }

    /// Takes over what the file has.
    fn load(&mut self, Content { identity, logs, recent }: Content) {
        (self.identity, self.recent, self.idle) = (identity, recent, IdleLogs::default());
        self.logs = HashMap::with_capacity(logs.len());
        self.commit(identity, [], logs);
    }

    /// Takes over what was committed.
    pub(super) fn commit(
        &mut self,
        identity: Identity,
        removed: impl IntoIterator<Item = Topic>,
        changed: impl IntoIterator<Item = (Topic, Log)>,
    ) {
        self.identity = identity;
        for topic in removed {
            self.set(topic, None);
        }
        for (topic, log) in changed {
            self.set(topic, Some(log));
        }
    }

    fn set(&mut self, topic: Topic, log: Option<Log>) {
        if let Some(before) = self.logs.get(&topic).filter(|log| log.is_empty()) {
            self.idle.remove(before.changed_at, &topic);
        }
        if let Some(log) = log {
            if log.is_empty() && !self.opened.contains_key(&topic) {
                self.idle.add(log.changed_at, &topic);
            }
            self.logs.insert(topic, log);
        } else {
            self.logs.remove(&topic);
        }
    }

    pub(super) fn log(&self, topic: &Topic) -> Option<&Log> {
        self.logs.get(topic)
    }

    /// Shows all logs, in no order.
    pub(super) fn logs(&self) -> impl ExactSizeIterator<Item = (&Topic, &Log)> {
        self.logs.iter()
    }

    /// Shows those that may be removed and come after one, the one that is silent for the longest first.
    pub(super) fn idle_after(&self, last: Option<&(u64, Topic)>) -> impl Iterator<Item = &(u64, Topic)> {
        self.idle.after(last)
    }

    /// Keeps a topic until it is closed as often.
    pub(super) fn open(&mut self, topic: &Topic) -> Bounds {
        let bounds = self.bounds(topic);
        self.opened.entry(topic.clone()).or_insert((0, bounds.epoch)).0 += 1;
        if let Some(log) = self.logs.get(topic).filter(|log| log.is_empty()) {
            self.idle.remove(log.changed_at, topic);
        }
        bounds
    }

    pub(super) fn close(&mut self, topic: &Topic) {
        let Some((opened, _)) = self.opened.get_mut(topic) else {
            return;
        };
        *opened -= 1;
        if *opened == 0 {
            self.opened.remove(topic);
            if let Some(log) = self.logs.get(topic).filter(|log| log.is_empty()) {
                self.idle.add(log.changed_at, topic);
            }
        }
    }

    /// Says what a topic's log holds; one that has no log is empty.
    pub(super) fn bounds(&self, topic: &Topic) -> Bounds {
        match self.logs.get(topic) {
            Some(log) => log.bounds(),
            None => {
                let epoch = self.first_epoch(topic, &self.identity);
                Bounds { epoch, trimmed: Sequence(0), last: Sequence(0) }
            }
        }
    }

    /// Says which epoch the log of a topic begins with that has none.
    pub(super) fn first_epoch(&self, topic: &Topic, identity: &Identity) -> Epoch {
        self.opened.get(topic).map_or_else(|| identity.epoch(topic), |(_, epoch)| *epoch)
    }
}

impl Identity {
    /// A topic that nobody has published to has an epoch without being in the file: clients can name any number of topics.
    /// It changes with each log that is removed, so that no epoch is had twice.
    pub(super) fn epoch(&self, topic: &Topic) -> Epoch {
        let mut context = Context::new(&SHA256);
        for number in [self.seed[0], self.seed[1], self.removed] {
            context.update(&number.to_be_bytes());
        }
        context.update(topic.as_str().as_bytes());
        Epoch(u32::from_be_bytes(*context.finish().as_ref().first_chunk().unwrap_or(&[0; 4])))
    }
}
