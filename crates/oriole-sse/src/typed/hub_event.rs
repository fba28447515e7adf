//! What a hub's stream says, as values.

use alloc::string::String;
use alloc::vec::Vec;

use serde::Deserialize;
use serde_json::Value;

use super::{ControlNames, EventReadError};
use crate::codec::ReceivedEvent;

/// Is a value with its event's id: with it as its first last event id, a source goes on behind it.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct Identified<T> {
    /// The last id that the stream had given when the event ended; empty if there was none.
    pub id: String,
    /// The value.
    pub value: T,
}

/// Is an event of a hub's stream: the application's own, or one of those that the hub itself says.
///
/// # Examples
///
/// ```
/// use oriole_sse::{ControlNames, Decoder, HubEvent};
///
/// #[derive(Debug, PartialEq, serde::Deserialize)]
/// #[serde(rename_all = "kebab-case")]
/// enum Room {
///     Said { text: String },
/// }
///
/// let body = "event: hello\ndata: {\"verdict\":\"live\"}\n\nevent: said\ndata: {\"text\":\"Hi\"}\n\n";
/// let mut decoder = Decoder::default();
/// let mut events = decoder.feed(body.as_bytes());
/// let mut next = || -> Result<HubEvent<Room>, Box<dyn std::error::Error>> {
///     Ok(events.next().ok_or("an event")??.hub_event(&ControlNames::default())?)
/// };
/// let HubEvent::Hello(hello) = next()? else { panic!("no hello") };
/// assert_eq!(hello.verdict, "live");
/// assert_eq!(next()?, HubEvent::Event(Room::Said { text: "Hi".into() }));
/// # Ok::<(), Box<dyn std::error::Error>>(())
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum HubEvent<T> {
    /// How the subscription begins, or that its store is back.
    Hello(HubHello),
    /// What is missing before the next event.
    Gap(HubGap),
    /// Which topics the subscription reads from here on.
    Topics(HubTopics),
    /// Who is here, who came or who left.
    Presence(HubPresence),
    /// Why the server ends the subscription.
    End(HubEnd),
    /// An event of the application's.
    Event(T),
}

/// Says how a subscription begins; see [`ControlNames`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HubHello {
    /// The word of a `Verdict`, such as `resumed`; a newer server may know more of them.
    pub verdict: String,
    /// Why the client's cursor was refused, if it was: the word of a `CursorFault`.
    pub reason: Option<String>,
    /// The topics that the client's cursor did not have.
    pub live: Vec<String>,
    /// Whether the store is away, so that nothing is kept for now.
    pub is_live_only: bool,
    /// Of a subscription that may be changed, what a request shows to change it.
    pub handle: Option<String>,
    /// Of such a one, its topics.
    pub topics: Vec<String>,
    /// And those that the client had and may not read any more.
    pub refused: Vec<String>,
}

/// Tells which topics a subscription reads that was changed; see [`ControlNames`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HubTopics {
    /// All of them.
    pub topics: Vec<String>,
    /// Those that are new.
    pub added: Vec<String>,
    /// Those that it reads no longer.
    pub removed: Vec<String>,
    /// Whether the client may not read these any more, instead of not wanting to.
    pub is_revoked: bool,
}

/// Tells who is present in a topic; see [`ControlNames`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HubPresence {
    /// In which topic.
    pub topic: String,
    /// Everybody who is here, if that is told; it stands for everything before.
    pub here: Option<Vec<HubMember>>,
    /// How many others are here for whom the list has no room; `None` if they are as many as before.
    pub more: Option<u64>,
    /// Somebody who came, or has another label.
    pub joined: Option<HubMember>,
    /// Somebody who left.
    pub left: Option<HubMember>,
    /// Why: the word of a `LeaveCause`.
    pub cause: Option<String>,
}

/// Is somebody who is present.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HubMember {
    /// What tells members apart.
    pub name: String,
    /// What to show.
    pub label: Option<String>,
}

/// Tells what is missing; see [`ControlNames`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HubGap {
    /// Of which topic.
    pub topic: String,
    /// The word of a `GapReason`, such as `overflow`; a newer server may know more of them.
    pub reason: String,
    /// The last sequence before those that are missing, if it is known.
    pub after: Option<u64>,
    /// The last sequence that is missing, if it is known.
    pub through: Option<u64>,
}

/// Tells why the server ends a subscription; see [`ControlNames`].
#[derive(Clone, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub struct HubEnd {
    /// The word of an `EndReason`, such as `drain`; a newer server may know more of them.
    pub reason: String,
}

impl ReceivedEvent {
    /// Reads an event of a hub's stream: one of the hub's own by its name, every other one as [`typed`](Self::typed) does.
    ///
    /// What a newer server says besides in the hub's own events is passed over.
    ///
    /// # Errors
    ///
    /// Those of [`typed`](Self::typed); [`EventReadError::Data`] also for an event of the hub's that lacks what it
    /// always has.
    pub fn hub_event<'e, T: Deserialize<'e>>(&'e self, names: &ControlNames) -> Result<HubEvent<T>, EventReadError> {
        let name = self.event_type();
        if name == names.hello.as_str() {
            let data = self.object("verdict")?;
            return Ok(HubEvent::Hello(HubHello {
                verdict: text(&data, "verdict").unwrap_or_default(),
                reason: text(&data, "reason"),
                live: texts(&data, "live"),
                is_live_only: data.get("liveOnly").and_then(Value::as_bool).unwrap_or_default(),
                handle: text(&data, "handle"),
                topics: texts(&data, "topics"),
                refused: texts(&data, "refused"),
            }));
        }
        if name == names.gap.as_str() {
            let data = self.object("reason")?;
            return Ok(HubEvent::Gap(HubGap {
                topic: text(&data, "topic").unwrap_or_default(),
                reason: text(&data, "reason").unwrap_or_default(),
                after: data.get("after").and_then(Value::as_u64),
                through: data.get("through").and_then(Value::as_u64),
            }));
        }
        if name == names.topics.as_str() {
            let data: Value = self.json()?;
            return Ok(HubEvent::Topics(HubTopics {
                topics: texts(&data, "topics"),
                added: texts(&data, "added"),
                removed: texts(&data, "removed"),
                is_revoked: text(&data, "reason").is_some_and(|reason| reason == "revoked"),
            }));
        }
        if name == names.presence.as_str() {
            let data = self.object("topic")?;
            let here = data.get("here").and_then(Value::as_array);
            return Ok(HubEvent::Presence(HubPresence {
                topic: text(&data, "topic").unwrap_or_default(),
                here: here.map(|here| here.iter().filter_map(member).collect()),
                // A list without it is of all who are here.
                more: data.get("more").and_then(Value::as_u64).or(here.map(|_| 0)),
                joined: data.get("joined").and_then(member),
                left: data.get("left").and_then(member),
                cause: text(&data, "cause"),
            }));
        }
        if name == names.end.as_str() {
            let data = self.object("reason")?;
            return Ok(HubEvent::End(HubEnd { reason: text(&data, "reason").unwrap_or_default() }));
        }
        self.typed().map(HubEvent::Event)
    }

    /// The data as JSON that has at least this text.
    fn object(&self, needed: &str) -> Result<Value, EventReadError> {
        let data: Value = self.json()?;
        if data.get(needed).is_some_and(Value::is_string) {
            return Ok(data);
        }
        let missing = alloc::format!("`{needed}` is missing");
        Err(EventReadError::Data { event_type: self.event_type().into(), message: missing.into_boxed_str() })
    }
}

fn text(data: &Value, name: &str) -> Option<String> {
    data.get(name)?.as_str().map(String::from)
}

fn member(data: &Value) -> Option<HubMember> {
    Some(HubMember { name: text(data, "name")?, label: text(data, "label") })
}

fn texts(data: &Value, name: &str) -> Vec<String> {
    let items = data.get(name).and_then(Value::as_array);
    items.into_iter().flatten().filter_map(|item| item.as_str().map(String::from)).collect()
}
