//! All topics in which somebody is present or watches.

use std::collections::{HashMap, VecDeque};
use std::mem;
use std::sync::{Arc, Mutex};
use std::task::Waker;
use std::time::Instant;

use super::room::{News, Room, Seen};
use super::{LeaveCause, Member};
use crate::hub::shared::Shared;
use crate::lock::lock;
use crate::store::Topic;

/// Knows who is here in this process.
#[derive(Debug, Default)]
pub(in crate::hub) struct Rooms {
    rooms: Mutex<HashMap<Topic, Arc<Room>>>,
    /// Who may come back, in the order of the moments at which they no longer may.
    leaving: Mutex<VecDeque<Leaving>>,
    /// Where the number of those beyond the list is to be told.
    counted: Mutex<Vec<Arc<Room>>>,
    dirty: Mutex<Vec<Arc<Room>>>,
}

#[derive(Debug)]
struct Leaving {
    until: Instant,
    room: Arc<Room>,
    name: Arc<str>,
}

impl Rooms {
    /// Lists who is here, by name.
    pub(in crate::hub) fn members(&self, topic: &Topic) -> Vec<Member> {
        let room = lock(&self.rooms).get(topic).cloned();
        room.map(|room| room.lock().members()).unwrap_or_default()
    }

    /// Comes to a topic.
    pub(super) fn enter(
        &self,
        shared: &Arc<Shared>,
        topic: &Topic,
        member: Option<&Member>,
        watches: bool,
    ) -> Arc<Room> {
        let mut rooms = lock(&self.rooms);
        let room = rooms.entry(topic.clone()).or_insert_with(|| Arc::new(Room::new(topic.clone())));
        let room = Arc::clone(room);
        // Under both locks, so that it is not let go of meanwhile.
        let news = {
            let mut state = room.lock();
            if watches {
                state.watch();
            }
            member.map_or(News::Nothing, |member| state.join(topic, member, &shared.options))
        };
        drop(rooms);
        match news {
            News::Told => self.wake(shared, &room),
            News::Counted => self.count(shared, &room),
            News::Nothing | News::Leaves => {}
        }
        room
    }

    /// Leaves it; somebody who may come back in a moment is here until then.
    pub(super) fn leave(&self, shared: &Arc<Shared>, room: &Arc<Room>, name: &Arc<str>, cause: LeaveCause) {
        let now = shared.clock.now();
        // Without the hub's task nobody would look again.
        let waits = cause.is_passing() && shared.keeper.is_running();
        let until = if waits { now.checked_add(shared.options.presence_grace) } else { Some(now) };
        let until = until.unwrap_or(now);
        let news = room.lock().leave(name, cause, until);
        match news {
            News::Leaves if until > now => {
                let leaving = Leaving { until, room: Arc::clone(room), name: Arc::clone(name) };
                lock(&self.leaving).push_back(leaving);
                self.have_looked(shared, until);
            }
            News::Leaves => self.expire(shared, room, name, now),
            News::Counted => self.count(shared, room),
            News::Nothing | News::Told => {}
        }
        self.tidy(room);
    }

    /// Has those who watch told how many are beyond the list.
    fn count(&self, shared: &Arc<Shared>, room: &Arc<Room>) {
        lock(&self.counted).push(Arc::clone(room));
        self.have_looked(shared, shared.clock.now());
    }

    /// Has the hub's task look; without it nobody would, so it is done at once.
    fn have_looked(&self, shared: &Arc<Shared>, moment: Instant) {
        // It may have ended before it saw what there is.
        if !shared.keeper.is_running() {
            shared.keeper.start(shared);
        }
        if !shared.keeper.is_running() {
            self.look(shared, moment);
        }
    }

    pub(super) fn unwatch(&self, room: &Arc<Room>, seen: &Seen) {
        room.lock().unwatch(seen);
        self.tidy(room);
    }

    /// Lets go of those who have not come back, and tells how many are beyond lists.
    pub(in crate::hub) fn look(&self, shared: &Shared, now: Instant) {
        let take_due = || {
            let mut leaving = lock(&self.leaving);
            let is_due = leaving.front().is_some_and(|leaving| leaving.until <= now);
            if is_due { leaving.pop_front() } else { None }
        };
        while let Some(Leaving { room, name, .. }) = take_due() {
            self.expire(shared, &room, &name, now);
            self.tidy(&room);
        }
        for room in mem::take(&mut *lock(&self.counted)) {
            let has_news = room.lock().tell_count(&room.topic, &shared.options);
            if has_news {
                self.wake(shared, &room);
            }
        }
    }

    /// Says whether nobody is to be looked at.
    pub(in crate::hub) fn is_settled(&self) -> bool {
        lock(&self.leaving).is_empty() && lock(&self.counted).is_empty()
    }

    pub(in crate::hub) fn has_dirty(&self) -> bool {
        !lock(&self.dirty).is_empty()
    }

    /// Wakes those who are to be woken.
    pub(in crate::hub) fn wake_dirty(&self, now: Instant) {
        for room in mem::take(&mut *lock(&self.dirty)) {
            wake_now(&room, now);
        }
    }

    fn expire(&self, shared: &Shared, room: &Arc<Room>, name: &str, now: Instant) {
        if room.lock().expire(&room.topic, name, now, &shared.options) {
            self.wake(shared, room);
        }
    }

    /// Wakes those who watch, or has them woken within the window: many may come at once.
    fn wake(&self, shared: &Shared, room: &Arc<Room>) {
        let (window, now) = (shared.options.wake_window, shared.clock.now());
        if !window.is_zero() && shared.keeper.is_running() {
            let mut state = room.lock();
            if state.is_dirty {
                return;
            }
            if state.woken.is_some_and(|woken| now.saturating_duration_since(woken) < window) {
                state.is_dirty = true;
                drop(state);
                lock(&self.dirty).push(Arc::clone(room));
                shared.keeper.wake();
                return;
            }
        }
        wake_now(room, now);
    }

    fn tidy(&self, room: &Arc<Room>) {
        let mut rooms = lock(&self.rooms);
        if rooms.get(&room.topic).is_some_and(|known| Arc::ptr_eq(known, room)) && room.lock().is_empty() {
            rooms.remove(&room.topic);
        }
    }
}

#[cfg(test)]
impl Rooms {
    /// Has somebody come to a topic and leave it.
    pub(in crate::hub) fn leave_for_a_while(&self, shared: &Arc<Shared>, topic: &str) {
        let (topic, ann) = (Topic::new(topic).expect("a name"), Member::new("ann"));
        let room = self.enter(shared, &topic, Some(&ann), false);
        self.leave(shared, &room, &ann.name_text(), LeaveCause::Closed);
    }
}

fn wake_now(room: &Room, now: Instant) {
    let waiters = room.lock().take_waiters(now);
    waiters.into_iter().flatten().for_each(Waker::wake);
}
