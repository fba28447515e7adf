//! Which rooms there are, and which of them are open: what the guard asks.

use oriole::prelude::*;
use oriole::sse::Hub;
use serde::Deserialize;
use std::collections::HashSet;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

const ROOMS: [&str; 3] = ["lobby", "kitchen", "garden"];

#[injectable]
pub(crate) struct Doors {
    #[inject(default)]
    closed: Mutex<HashSet<String>>,
}

impl Doors {
    fn is_open(&self, room: &str) -> bool {
        ROOMS.contains(&room) && !self.closed().contains(room)
    }

    fn closed(&self) -> MutexGuard<'_, HashSet<String>> {
        self.closed.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// Lets nobody into a room that is closed; those who are in are asked for again.
#[injectable]
pub(crate) struct OpenRooms {
    doors: Arc<Doors>,
}

impl Guard for OpenRooms {
    async fn can_activate(&self, ctx: &mut ExecutionContext) -> Result<bool, HttpException> {
        let room = ctx.http().uri.path().split('/').nth(2).unwrap_or_default();
        Ok(self.doors.is_open(room))
    }
}

#[derive(Deserialize)]
struct Door {
    open: bool,
}

#[injectable]
pub(crate) struct DoorsController {
    doors: Arc<Doors>,
    hub: Arc<Hub>,
}

#[controller("doors/{room}")]
impl DoorsController {
    /// Opens a room or closes it, with everybody in it.
    #[put]
    async fn turn(&self, Path(room): Path<String>, Json(door): Json<Door>) -> Result<(), HttpException> {
        if !ROOMS.contains(&room.as_str()) {
            return Err(HttpException::not_found("no such room"));
        }
        if door.open {
            self.doors.closed().remove(&room);
        } else {
            self.doors.closed().insert(room);
        }
        // The same guard is asked of every subscription; those who may not stay are told so and leave.
        self.hub.recheck_all();
        Ok(())
    }
}
