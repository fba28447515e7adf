//! What a subscription has to do with who is here.

use std::fmt;
use std::sync::Arc;
use std::task::Context;

use bytes::Bytes;

use super::room::{Room, Seen};
use super::{LeaveCause, Member};
use crate::hub::readers::Reader;
use crate::hub::shared::Shared;
use crate::store::Topic;

/// Says who is to be here, and whether to tell of the others.
#[derive(Clone, Debug, Default)]
pub(in crate::hub) struct AttendingOptions {
    pub(in crate::hub) member: Option<Member>,
    pub(in crate::hub) watches: bool,
}

/// Is present in the topics of a subscription, and watches them, until it is dropped.
pub(in crate::hub) struct Attending {
    shared: Arc<Shared>,
    reader: Arc<Reader>,
    options: AttendingOptions,
    places: Vec<Place>,
    /// Whose turn it is.
    turn: usize,
    /// The connection broke while something was on its way.
    has_broken: bool,
}

struct Place {
    room: Arc<Room>,
    seen: Option<Seen>,
}

impl AttendingOptions {
    pub(in crate::hub) fn is_any(&self) -> bool {
        self.member.is_some() || self.watches
    }
}

impl Attending {
    pub(in crate::hub) fn new(shared: Arc<Shared>, reader: Arc<Reader>, options: AttendingOptions) -> Self {
        Self { shared, reader, options, places: vec![], turn: 0, has_broken: false }
    }

    /// Is present where the subscription reads, and nowhere else.
    pub(in crate::hub) fn follow<'a>(&mut self, topics: impl IntoIterator<Item = &'a Topic>, cause: LeaveCause) {
        let topics: Vec<_> = topics.into_iter().collect();
        let gone: Vec<_> = self.places.extract_if(.., |place| !topics.contains(&&place.room.topic)).collect();
        gone.into_iter().for_each(|place| self.leave(place, cause));
        for topic in topics {
            if !self.places.iter().any(|place| place.room.topic == *topic) {
                let AttendingOptions { member, watches } = &self.options;
                let room = self.shared.rooms.enter(&self.shared, topic, member.as_ref(), *watches);
                self.places.push(Place { room, seen: watches.then(Seen::default) });
            }
        }
        self.turn = 0;
    }

    /// Gives what there is to tell, or has the task woken.
    pub(in crate::hub) fn next(&mut self, cx: &Context<'_>) -> Option<Bytes> {
        let places = self.places.len();
        for _ in 0..places {
            let place = &mut self.places[self.turn];
            self.turn = (self.turn + 1) % places;
            let Place { room, seen: Some(seen), .. } = place else {
                continue;
            };
            let told = room.lock().next(&room.topic, seen, cx.waker(), &self.shared.options);
            if told.is_some() {
                return told;
            }
        }
        None
    }

    /// Notes that the connection broke while something was on its way.
    pub(in crate::hub) fn broke(&mut self) {
        self.has_broken = true;
    }

    fn leave(&self, Place { room, seen }: Place, cause: LeaveCause) {
        let rooms = &self.shared.rooms;
        if let Some(seen) = seen {
            rooms.unwatch(&room, &seen);
        }
        if let Some(member) = &self.options.member {
            rooms.leave(&self.shared, &room, &member.name_text(), cause);
        }
    }
}

impl Drop for Attending {
    fn drop(&mut self) {
        let cause = match self.reader.ended() {
            Some(reason) => LeaveCause::Ended(reason),
            None if self.has_broken => LeaveCause::Lost,
            None => LeaveCause::Closed,
        };
        self.follow(std::iter::empty(), cause);
    }
}

impl fmt::Debug for Attending {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Attending").field("options", &self.options).finish_non_exhaustive()
    }
}
