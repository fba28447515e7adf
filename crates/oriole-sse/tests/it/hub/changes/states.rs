//! What is still to be said of a topic that the client has no longer: its state, or what was lost of it.

use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::task::Poll;

use oriole_sse::{
    Checkpoint, CursorFault, GuardAnswer, Hub, HubOptions, LastEventId, MemoryStore, MemoryStoreOptions, MessageEvent,
    Retention, Snapshot, Start, Subscribe, Topic,
};

use super::support::{Opened, open, rooms, topics};
use crate::hub::support::{next_now, now, publish, read, read_all, read_id};

/// A client that has come back to `lobby` and `rooms/8` and is to be given both states; it has its `hello`.
fn returned(hub: &Hub, is_open: &Arc<AtomicBool>) -> Opened {
    let Opened { mut subscription, handle, .. } = open(subscribe(hub, is_open));
    now(hub.change(&handle).principal("ann").with("rooms/8")).expect("changed");
    let id = read_id(&mut subscription);
    drop(subscription);
    // More than is kept.
    publish(hub, "rooms/8", [1, 2]);
    let positions = ["lobby", "rooms/8"].map(|topic| {
        let published = now(hub.publish(topic, MessageEvent::new("3"))).expect("published");
        published.position().expect("a place")
    });
    let subscribe = subscribe(hub, is_open).from(LastEventId::from(id)).snapshot(move |topic| {
        let position = positions[usize::from(topic.as_str() == "rooms/8")];
        let event = MessageEvent::new(format!("state of {topic}"));
        std::future::ready(Ok::<_, std::io::Error>(Snapshot { position, event }))
    });
    let opened = open(subscribe);
    assert_eq!(opened.hello["verdict"], "snapshot");
    opened
}

fn subscribe(hub: &Hub, is_open: &Arc<AtomicBool>) -> Subscribe {
    let is_open = Arc::clone(is_open);
    let door = move |_: Topic, _: Checkpoint| {
        let is_open = is_open.load(Ordering::Relaxed);
        std::future::ready(if is_open { GuardAnswer::Pass } else { GuardAnswer::Refuse })
    };
    hub.subscribe("lobby").changeable(door)
}

fn hub() -> Hub {
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(1)));
    Hub::with_store(HubOptions::default().ring_events_max(1), store)
}

#[test]
fn it_is_not_given_after_a_refusal() {
    let (hub, is_open) = (hub(), Arc::new(AtomicBool::new(true)));
    let Opened { mut subscription, .. } = returned(&hub, &is_open);
    assert_eq!(read_all(&mut subscription), ["state of lobby", "state of rooms/8"], "both while it may");

    let (hub, is_open) = (self::hub(), Arc::new(AtomicBool::new(true)));
    let Opened { mut subscription, .. } = returned(&hub, &is_open);
    is_open.store(false, Ordering::Relaxed);
    hub.recheck(&"ann".into());
    let told = "topics({\"topics\":[\"lobby\"],\"added\":[],\"removed\":[\"rooms/8\"],\"reason\":\"revoked\"})";
    assert_eq!(read(&mut subscription), "state of lobby");
    let last = match next_now(&mut subscription) {
        Poll::Ready(Some(event)) if event.fields().event_type.is_some_and(|name| name.as_str() == "topics") => event,
        other => panic!("{other:?}"),
    };
    assert!(told.contains(last.fields().data.expect("data")), "{last:?}");
    assert_eq!(read(&mut subscription), "nothing");
    // Its id is that of a client which has the state of the topic that is left.
    let id = last.fields().id.cloned().expect("an id");
    let again = open(self::subscribe(&hub, &is_open).from(LastEventId::from(id)));
    assert_eq!((&again.hello["verdict"], &again.hello["topics"]), (&"resumed".into(), &serde_json::json!(["lobby"])));
}

#[test]
fn it_is_not_given_to_a_client_that_has_left_the_topic() {
    let (hub, is_open) = (hub(), Arc::new(AtomicBool::new(true)));
    let Opened { mut subscription, handle, .. } = returned(&hub, &is_open);
    now(hub.change(&handle).principal("ann").without("rooms/8")).expect("changed");
    assert_eq!(read_all(&mut subscription), ["state of lobby".to_owned(), topics(&["lobby"], &[], &["rooms/8"])]);
}

/// Each state has the id of a client that has the states before it: without one of them there is no such id.
#[test]
fn a_client_that_was_not_given_it_gets_no_id_that_says_so() {
    let (hub, is_open) = (hub(), Arc::new(AtomicBool::new(true)));
    let Opened { mut subscription, handle, .. } = returned(&hub, &is_open);
    now(hub.change(&handle).principal("ann").without("lobby")).expect("changed");
    // If it is cut off here it has the lobby again, and needs that state.
    assert_eq!(read(&mut subscription), "state of rooms/8*");
    let again = open(subscribe(&hub, &is_open).from(LastEventId::from(read_id(&mut subscription))));
    assert_eq!((&again.hello["verdict"], &again.hello["topics"]), (&"resumed".into(), &serde_json::json!(["rooms/8"])));
}

/// The same of a loss, which would be one in silence.
#[test]
fn a_client_that_was_not_told_of_a_loss_gets_no_id_behind_it() {
    let hub = Hub::default();
    publish(&hub, "rooms/1", [1]);
    publish(&hub, "rooms/2", [2]);
    let subscribe = hub.subscribe("rooms/1").and("rooms/2").changeable(rooms);
    let Opened { mut subscription, handle, .. } = open(subscribe.from(Start::Refused(CursorFault::Malformed)));
    now(hub.change(&handle).principal("ann").without("rooms/1")).expect("changed");
    let gap = r#"gap({"topic":"rooms/2","reason":"cursor","after":null,"through":1})*"#;
    assert_eq!(read_all(&mut subscription), [gap.to_owned(), topics(&["rooms/2"], &[], &["rooms/1"])]);
}
