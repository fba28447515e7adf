//! What watchers are told.

use bytes::Bytes;
use serde_json::Value;

use super::{LeaveCause, Member};
use crate::event::EventName;
use crate::hub::frame::encode_control;
use crate::store::Topic;

/// Is what has changed.
#[derive(Clone, Copy, Debug)]
pub(super) enum Change<'a> {
    Joined(&'a Member),
    Left(&'a Member, LeaveCause),
    /// Nothing but the number of those for whom the list has no room.
    Counted,
}

pub(super) fn list(name: &EventName, topic: &Topic, here: &[Member], more: usize) -> Bytes {
    let here: Vec<_> = here.iter().map(member).collect();
    encode(name, topic, &format!(",\"here\":[{}]", here.join(",")), Some(more).filter(|more| *more > 0))
}

/// Tells a change, and if it is another than was told, how many there are for whom the list has no room.
pub(super) fn change(name: &EventName, topic: &Topic, change: Change<'_>, more: Option<usize>) -> Bytes {
    let change = match change {
        Change::Joined(who) => format!(",\"joined\":{}", member(who)),
        Change::Left(who, cause) => format!(",\"left\":{},\"cause\":\"{}\"", member(who), cause.as_str()),
        Change::Counted => String::new(),
    };
    encode(name, topic, &change, more)
}

fn encode(name: &EventName, topic: &Topic, said: &str, more: Option<usize>) -> Bytes {
    let more = more.map(|more| format!(",\"more\":{more}")).unwrap_or_default();
    encode_control(name, format!("{{\"topic\":{}{said}{more}}}", text(topic.as_str())))
}

fn member(member: &Member) -> String {
    let label = member.shown().map(|label| format!(",\"label\":{}", text(label))).unwrap_or_default();
    format!("{{\"name\":{}{label}}}", text(member.name()))
}

fn text(text: &str) -> String {
    Value::from(text).to_string()
}
