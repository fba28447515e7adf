//! Who is here in one topic, and who watches.

use std::collections::{BTreeMap, VecDeque};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::Waker;
use std::time::Instant;

use bytes::Bytes;

use super::{LeaveCause, Member, frames};
use crate::hub::options::HubOptions;
use crate::hub::waiters::{Waiters, Waiting};
use crate::store::Topic;

/// A list and its latest changes, encoded once for all who watch. Whoever has missed more of the changes than are kept is given the
/// list again. Who comes when the list is full is counted and not named, until that subscription ends.
#[derive(Debug)]
pub(super) struct Room {
    pub(super) topic: Topic,
    state: Mutex<State>,
}

#[derive(Debug, Default)]
pub(super) struct State {
    members: BTreeMap<Arc<str>, Here>,
    /// Subscriptions of members for whom the list had no room when they came.
    more: usize,
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
        self.members.is_empty() && self.more == 0 && self.watchers == 0
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

    /// Takes in a subscription of somebody; says whether the list has it, and whether there is something to tell.
    pub(super) fn join(&mut self, topic: &Topic, member: &Member, options: &HubOptions) -> (bool, bool) {
        let is_full = self.members.len() >= options.presence_members_max;
        match self.members.get_mut(member.name()) {
            Some(here) => {
                here.subscriptions += 1;
                here.leaves = None;
                if here.member == *member {
                    return (true, false);
                }
                here.member = member.clone();
            }
            None if is_full => {
                self.more += 1;
                self.list = None;
                return (false, false);
            }
            None => {
                let here = Here { member: member.clone(), subscriptions: 1, leaves: None };
                self.members.insert(member.name_text(), here);
            }
        }
        self.tell(frames::joined(&options.names.presence, topic, member), options);
        (true, true)
    }

    /// Notes that a subscription for which the list had no room has ended.
    pub(super) fn leave_unlisted(&mut self) {
        self.more -= 1;
        self.list = None;
    }

    /// Notes that one of somebody's subscriptions has ended; says whether they are to be looked at when the time is over.
    pub(super) fn leave(&mut self, name: &str, cause: LeaveCause, until: Instant) -> bool {
        let Some(here) = self.members.get_mut(name) else {
            return false;
        };
        here.subscriptions -= 1;
        let is_last = here.subscriptions == 0;
        if is_last {
            here.leaves = Some((until, cause));
        }
        is_last
    }

    /// Lets go of somebody who has not come back; says whether there is something to tell.
    pub(super) fn expire(&mut self, topic: &Topic, name: &str, now: Instant, options: &HubOptions) -> bool {
        let is_due = |here: &Here| here.leaves.is_some_and(|(until, _)| until <= now);
        if !self.members.get(name).is_some_and(is_due) {
            return false;
        }
        let gone = self.members.remove(name).and_then(|here| Some((here.member, here.leaves?.1)));
        if let Some((member, cause)) = gone {
            self.tell(frames::left(&options.names.presence, topic, &member, cause), options);
        }
        true
    }

    fn tell(&mut self, change: Bytes, options: &HubOptions) {
        self.version += 1;
        self.changes.push_back(change);
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
        let list = frames::list(&options.names.presence, topic, &self.members(), self.more);
        self.list = Some((self.version, list.clone()));
        list
    }

    pub(super) fn take_waiters(&mut self, now: Instant) -> Vec<Option<Waker>> {
        self.woken = Some(now);
        self.is_dirty = false;
        self.waiters.take()
    }
}
