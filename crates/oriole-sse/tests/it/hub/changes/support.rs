//! What the tests of changes share.

use std::task::Poll;

use oriole_sse::{
    Checkpoint, CursorKey, CursorKeys, GuardAnswer, HubOptions, LastEventId, Subscribe, Subscription, Topic,
};

use crate::hub::support::{next_now, now};

/// Lets everybody into rooms, and nobody anywhere else.
#[expect(clippy::needless_pass_by_value, reason = "a door is given the topic")]
pub(super) fn rooms(topic: Topic, _: Checkpoint) -> std::future::Ready<GuardAnswer> {
    let is_room = topic.as_str().starts_with("rooms/");
    std::future::ready(if is_room { GuardAnswer::Pass } else { GuardAnswer::Refuse })
}

/// A subscription of Ann's that has begun, its handle, and the rest of what its `hello` says.
pub(super) struct Opened {
    pub(super) subscription: Subscription,
    pub(super) handle: String,
    pub(super) hello: serde_json::Value,
    pub(super) id: LastEventId,
}

pub(super) fn open(subscribe: Subscribe) -> Opened {
    let mut subscription = now(subscribe.principal("ann")).expect("let in");
    let Poll::Ready(Some(hello)) = next_now(&mut subscription) else { panic!("no hello") };
    let id = hello.fields().id.cloned().map(LastEventId::from).unwrap_or_default();
    let hello: serde_json::Value = serde_json::from_str(hello.fields().data.expect("data")).expect("JSON");
    Opened { subscription, handle: hello["handle"].as_str().expect("a handle").to_owned(), hello, id }
}

pub(super) fn topics(topics: &[&str], added: &[&str], removed: &[&str]) -> String {
    let data = serde_json::json!({ "topics": topics, "added": added, "removed": removed });
    // In the order in which the hub writes them.
    format!("topics({{\"topics\":{},\"added\":{},\"removed\":{}}})", data["topics"], data["added"], data["removed"])
}

/// Keys that outlive a hub, as those in a store that lasts.
pub(super) fn lasting(options: HubOptions) -> HubOptions {
    options.cursor_keys(CursorKeys::given(CursorKey::new(1, &[7; 32]), []))
}
