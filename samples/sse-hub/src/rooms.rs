//! What is said in a room, and who hears it.

use crate::doors::OpenRooms;
use futures_util::future::try_join_all;
use oriole::prelude::*;
use oriole::sse::{Hub, SlowReader, SlowReaderPolicy, Start, Subscribe, Subscription};
use oriole::{ClientIp, RouteGuards};
use serde::{Deserialize, Serialize};
use std::sync::Arc;
use std::time::Duration;

const NAME_CHARS_MAX: usize = 24;
const TEXT_CHARS_MAX: usize = 280;
const KEY_CHARS_MAX: usize = 64;
const COUNT_MAX: u32 = 100;

/// How fast a slow tab reads, and by how much it may be behind.
const SLOW_INTERVAL: Duration = Duration::from_millis(250);
const SLOW_EVENTS_MAX: usize = 10;

/// The events of a room: each variant is the name of an event, its fields are the data.
#[derive(Serialize)]
#[cfg_attr(test, derive(schemars::JsonSchema))]
#[serde(rename_all = "kebab-case")]
pub(crate) enum RoomEvent<'a> {
    Said { name: &'a str, text: &'a str },
    Counted { name: &'a str, number: u32, of: u32 },
}

/// What a page sends.
#[derive(Deserialize)]
struct Words {
    name: String,
    text: String,
    /// Chosen by the page: it sends the same words again until it hears that they were taken.
    key: String,
}

#[derive(Deserialize)]
struct Count {
    name: String,
    of: u32,
}

#[derive(Serialize)]
#[serde(rename_all = "camelCase")]
struct Heard {
    is_duplicate: bool,
}

#[injectable]
pub(crate) struct RoomsController {
    hub: Arc<Hub>,
}

#[controller("rooms/{room}")]
#[use_guards(OpenRooms)]
impl RoomsController {
    #[post]
    async fn say(&self, Path(room): Path<String>, Json(words): Json<Words>) -> Result<Json<Heard>, HttpException> {
        let Words { name, text, key } = &words;
        check("name", name, NAME_CHARS_MAX)?;
        check("text", text, TEXT_CHARS_MAX)?;
        check("key", key, KEY_CHARS_MAX)?;
        let event = MessageEvent::typed(&RoomEvent::Said { name, text });
        let published = self.hub.publish(topic(&room), event).idempotency_key(key.as_str()).await?;
        Ok(Json(Heard { is_duplicate: published.is_duplicate() }))
    }

    /// Counts aloud, all at once: more than a slow tab can read.
    #[post("count")]
    async fn count(&self, Path(room): Path<String>, Json(count): Json<Count>) -> Result<(), HttpException> {
        let Count { name, of } = count;
        check("name", &name, NAME_CHARS_MAX)?;
        let of = of.min(COUNT_MAX);
        let numbers = (1..=of).map(|number| {
            let event = MessageEvent::typed(&RoomEvent::Counted { name: &name, number, of });
            self.hub.publish(topic(&room), event).into_future()
        });
        // The log takes them in this order, and writes them down together.
        try_join_all(numbers).await?;
        Ok(())
    }

    #[sse("events")]
    async fn events(
        &self,
        Path(room): Path<String>,
        start: Start,
        client: ClientIp,
        guards: RouteGuards,
    ) -> Result<Subscription, HttpException> {
        Ok(self.enter(&room, start, client, guards).await?)
    }

    /// The same through a thin line: what is behind by more than a little is skipped, and the page is told.
    #[sse("slowly")]
    async fn slowly(
        &self,
        Path(room): Path<String>,
        start: Start,
        client: ClientIp,
        guards: RouteGuards,
    ) -> Result<impl Stream<Item = MessageEvent>, HttpException> {
        let slow = SlowReader::new(SlowReaderPolicy::DropOldest).events_max(SLOW_EVENTS_MAX);
        let subscription = self.enter(&room, start, client, guards).slow_reader(slow).await?;
        Ok(subscription.zip(interval(SLOW_INTERVAL)).map(|(event, _)| event))
    }
}

impl RoomsController {
    /// Who comes back goes on where it left off, and passes the guard like anybody else.
    fn enter(&self, room: &str, start: Start, ClientIp(ip): ClientIp, guards: RouteGuards) -> Subscribe {
        self.hub.subscribe(topic(room)).from(start).address(ip).guard(guards)
    }
}

fn topic(room: &str) -> String {
    format!("rooms/{room}")
}

fn check(what: &str, text: &str, chars_max: usize) -> Result<(), HttpException> {
    if text.trim().is_empty() || text.chars().count() > chars_max {
        return Err(HttpException::bad_request(format!("{what} must have 1 to {chars_max} characters")));
    }
    Ok(())
}
