//! Who is here in one topic, and who watches.

use std::collections::{BTreeMap, VecDeque};
use std::mem;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;

use super::beyond::Beyond;
use super::frames::{self, Change};
use super::{LeaveCause, Member};
use crate::hub::options::HubOptions;
use crate::hub::waiters::{Waiters, Waiting};
use crate::store::Topic;

/// A list and its latest changes, encoded once for all who watch. Whoever has missed more of the changes than are kept is given the
/// list again. Who comes when the list is full is counted, and named when there is room.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) topic: Topic,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    members: BTreeMap<Arc<str>, Here>,
    /// Nobody, unless the list is full.
    beyond: Beyond,
    /// How many of those the last change told, and whether a list has told another number since.
    told_beyond: usize,
    has_told_otherwise: bool,
    /// Whether it is due that it is told again.
    is_count_due: bool,
    watchers: usize,
    /// How many changes there were.
    version: u64,
    changes: VecDeque<Bytes>,
    /// The list as it was after so many changes.
    list: Option<(u64, Bytes)>,
    waiters: Waiters,
    /// When those who watch were last woken, and whether that is due again.
    pub(super) woken: Option<Instant>,
    pub(super) is_dirty: bool,
}

#[derive(Debug)]
struct Here {
    member: Member,
    subscriptions: usize,
    /// When nobody will have come back, and why they left.
    leaves: Option<(Instant, LeaveCause)>,
}

/// Says what there is to tell of somebody who came or left.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum News {
    Nothing,
    /// There is a change for those who watch.
    Told,
    /// Another number of those beyond the list, which is told now and then.
    Counted,
    /// Somebody has left, and is to be looked at when the time is over.
    Leaves,
}

/// What a watcher has been told.
#[derive(Debug, Default)]
pub(super) struct Seen {
    version: Option<u64>,
    waiting: Option<Waiting>,
}

impl Room {
    pub(super) fn new(topic: Topic) -> Self {
        Self { topic, state: Mutex::default() }
    }

    pub(super) fn lock(&self) -> MutexGuard<'_, State> {
        self.state.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl State {
    /// Says whether nobody is here, and nobody watches.
    pub(super) fn is_empty(&self) -> bool {
        self.members.is_empty() && self.beyond.len() == 0 && self.watchers == 0
    }

    pub(super) fn members(&self) -> Vec<Member> {
        self.members.values().map(|here| here.member.clone()).collect()
    }

    pub(super) fn watch(&mut self) {
        self.watchers += 1;
    }

    pub(super) fn unwatch(&mut self, seen: &Seen) {
        self.watchers -= 1;
        self.waiters.leave(seen.waiting);
    }

    /// Takes in a subscription of somebody.
    pub(super) fn join(&mut self, topic: &Topic, member: &Member, options: &HubOptions) -> News {
        let is_full = self.members.len() >= options.presence_members_max;
        match self.members.get_mut(member.name()) {
            Some(here) => {
                here.subscriptions += 1;
                here.leaves = None;
                if here.member == *member {
                    return News::Nothing;
                }
                here.member = member.clone();
            }
            None if is_full => return if self.beyond.join(member) { self.count() } else { News::Nothing },
            None => self.list_in(member.clone(), 1),
        }
        self.tell(topic, Change::Joined(member), options);
        News::Told
    }

    fn list_in(&mut self, member: Member, subscriptions: usize) {
        self.members.insert(member.name_text(), Here { member, subscriptions, leaves: None });
    }

    /// Notes that there is another number of those beyond the list; those who watch are told now and then, since there may be many who come and go.
    fn count(&mut self) -> News {
        self.list = None;
        let is_told_later = self.watchers == 0 || mem::replace(&mut self.is_count_due, true);
        if is_told_later { News::Nothing } else { News::Counted }
    }

    /// Tells how many are beyond the list, if it is due and another number; says whether there is something to tell.
    pub(super) fn tell_count(&mut self, topic: &Topic, options: &HubOptions) -> bool {
        let is_due = mem::take(&mut self.is_count_due) && self.is_untold();
        if is_due {
            self.tell(topic, Change::Counted, options);
        }
        is_due
    }

    /// Whether somebody may believe in another number of those beyond the list.
    fn is_untold(&self) -> bool {
        self.has_told_otherwise || self.told_beyond != self.beyond.len()
    }

    /// Notes that one of somebody's subscriptions has ended.
    pub(super) fn leave(&mut self, name: &str, cause: LeaveCause, until: Instant) -> News {
        let Some(here) = self.members.get_mut(name) else {
            return if self.beyond.leave(name) { self.count() } else { News::Nothing };
        };
        here.subscriptions -= 1;
        if here.subscriptions > 0 {
            return News::Nothing;
        }
        here.leaves = Some((until, cause));
        News::Leaves
    }

    /// Lets go of somebody who has not come back, and names who has waited for the place; says whether there is something to tell.
    pub(super) fn expire(&mut self, topic: &Topic, name: &str, now: Instant, options: &HubOptions) -> bool {
        let is_due = |here: &Here| here.leaves.is_some_and(|(until, _)| until <= now);
        if !self.members.get(name).is_some_and(is_due) {
            return false;
        }
        let gone = self.members.remove(name).and_then(|here| Some((here.member, here.leaves?.1)));
        if let Some((member, cause)) = gone {
            self.tell(topic, Change::Left(&member, cause), options);
        }
        if let Some((member, subscriptions)) = self.beyond.take_first() {
            self.list_in(member.clone(), subscriptions);
            self.tell(topic, Change::Joined(&member), options);
        }
        true
    }

    fn tell(&mut self, topic: &Topic, change: Change<'_>, options: &HubOptions) {
        let beyond = self.beyond.len();
        let is_other = self.is_untold();
        (self.told_beyond, self.has_told_otherwise) = (beyond, false);
        let name = &options.names.presence;
        self.version += 1;
        self.changes.push_back(frames::change(name, topic, change, is_other.then_some(beyond)));
        while self.changes.len() > options.presence_changes_max {
            self.changes.pop_front();
        }
    }

    /// Gives what a watcher is to be told next, or has it wait.
    pub(super) fn next(
        &mut self,
        topic: &Topic,
        seen: &mut Seen,
        waker: &Waker,
        options: &HubOptions,
    ) -> Option<Bytes> {
        let missed = seen.version.map(|version| self.version - version);
        let missed = missed.and_then(|missed| usize::try_from(missed).ok());
        match missed.and_then(|missed| self.changes.len().checked_sub(missed)) {
            Some(at) => {
                let change = self.changes.get(at).cloned();
                match &change {
                    Some(_) => seen.version = seen.version.map(|version| version + 1),
                    None => self.waiters.wait(&mut seen.waiting, waker),
                }
                change
            }
            None => {
                seen.version = Some(self.version);
                Some(self.list(topic, options))
            }
        }
    }

    fn list(&mut self, topic: &Topic, options: &HubOptions) -> Bytes {
        if let Some((_, list)) = self.list.as_ref().filter(|(version, _)| *version == self.version) {
            return list.clone();
        }
        self.has_told_otherwise |= self.told_beyond != self.beyond.len();
        let list = frames::list(&options.names.presence, topic, &self.members(), self.beyond.len());
        self.list = Some((self.version, list.clone()));
        list
    }

    pub(super) fn take_waiters(&mut self, now: Instant) -> Vec<Option<Waker>> {
        self.woken = Some(now);
        self.is_dirty = false;
        self.waiters.take()
    }
}
