//! What watchers are told.

use bytes::Bytes;
use serde_json::Value;

use super::{LeaveCause, Member};
use crate::event::EventName;
use crate::hub::frame::encode_control;
use crate::store::Topic;

pub(super) fn list(name: &EventName, topic: &Topic, here: &[Member], more: usize) -> Bytes {
    let here: Vec<_> = here.iter().map(member).collect();
    let more = if more > 0 { format!(",\"more\":{more}") } else { String::new() };
    encode_control(name, format!("{{\"topic\":{},\"here\":[{}]{more}}}", text(topic.as_str()), here.join(",")))
}

pub(super) fn joined(name: &EventName, topic: &Topic, who: &Member) -> Bytes {
    encode_control(name, format!("{{\"topic\":{},\"joined\":{}}}", text(topic.as_str()), member(who)))
}

pub(super) fn left(name: &EventName, topic: &Topic, who: &Member, cause: LeaveCause) -> Bytes {
    let (topic, who, cause) = (text(topic.as_str()), member(who), cause.as_str());
    encode_control(name, format!("{{\"topic\":{topic},\"left\":{who},\"cause\":\"{cause}\"}}"))
}

fn member(member: &Member) -> String {
    let label = member.shown().map(|label| format!(",\"label\":{}", text(label))).unwrap_or_default();
    format!("{{\"name\":{}{label}}}", text(member.name()))
}

fn text(text: &str) -> String {
    Value::from(text).to_string()
}
