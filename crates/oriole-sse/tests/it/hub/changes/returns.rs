//! Clients that come back to a changed subscription.

use std::sync::Arc;

use oriole_sse::{Checkpoint, GuardAnswer, Hub, HubOptions, LastEventId, MemoryStore, SystemClock, Topic};

use super::support::{Opened, lasting, open, rooms, topics};
use crate::hub::support::{now, publish, read, read_all, read_id};

#[test]
fn a_client_that_returns_has_the_topics_that_it_had() {
    let store = Arc::new(MemoryStore::default());
    let hub = || Hub::with_clock(lasting(HubOptions::default()), Arc::clone(&store) as _, SystemClock);
    let (first, second) = (hub(), hub());
    let Opened { mut subscription, handle, .. } = open(first.subscribe("rooms/1").and("lobby").changeable(rooms));
    now(first.change(&handle).principal("ann").with("rooms/2").without("lobby")).expect("changed");
    let before = read_id(&mut subscription);
    publish(&first, "rooms/2", [1]);
    let after = read_id(&mut subscription);
    assert!(before.as_str().len() < 100, "{before}");
    drop(subscription);
    publish(&first, "rooms/1", [2]);
    publish(&first, "rooms/2", [3]);
    publish(&first, "lobby", [4]);

    // At the same address, in another process: the topics are those of the cursor, and nothing is lost of them or doubled.
    for (id, expected) in [(before, vec!["1", "2", "3"]), (after, vec!["2", "3"])] {
        let subscribe = second.subscribe("rooms/1").and("lobby").from(LastEventId::from(id.clone())).changeable(rooms);
        let Opened { mut subscription, hello, handle, .. } = open(subscribe);
        assert_eq!(hello["verdict"], "resumed");
        assert_eq!(hello["topics"], serde_json::json!(["rooms/1", "rooms/2"]));
        let mut events = read_all(&mut subscription);
        events.sort();
        assert_eq!(events, expected);
        // And so on from here: what it leaves, and what it has again.
        now(second.change(&handle).principal("ann").with("lobby").without("rooms/2")).expect("changed");
        let id = read_id(&mut subscription);
        assert!(id.as_str().len() < 64, "it is what the application subscribed to: {id}");
        drop(subscription);
        let again = open(second.subscribe("rooms/1").and("lobby").from(LastEventId::from(id)).changeable(rooms));
        assert_eq!(again.hello["topics"], serde_json::json!(["rooms/1", "lobby"]));

        // Where no changes are allowed, those of the cursor mean nothing.
        let subscribe = second.subscribe("rooms/1").from(LastEventId::from(id_of(&second))).principal("ann");
        let mut plain = now(subscribe).expect("let in");
        assert_eq!(plain.topics().map(Topic::as_str).collect::<Vec<_>>(), ["rooms/1"]);
        assert!(read(&mut plain).contains("resumed"));
    }

    fn id_of(hub: &Hub) -> oriole_sse::EventId {
        let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
        now(hub.change(&handle).principal("ann").with("rooms/9")).expect("changed");
        read_id(&mut subscription)
    }
}

#[test]
fn a_topic_that_a_client_may_not_read_any_more_is_not_restored() {
    let hub = Hub::default();
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    now(hub.change(&handle).principal("ann").with("rooms/2").with("rooms/3").without("rooms/1")).expect("changed");
    let id = read_id(&mut subscription);
    drop(subscription);
    publish(&hub, "rooms/2", [2]);
    publish(&hub, "rooms/3", [3]);
    let return_with = |door: fn(&str) -> bool| {
        let door = move |topic: Topic, checkpoint: Checkpoint| {
            assert_eq!(checkpoint, Checkpoint::Replay);
            std::future::ready(if door(topic.as_str()) { GuardAnswer::Pass } else { GuardAnswer::Refuse })
        };
        let Opened { mut subscription, hello, .. } =
            open(hub.subscribe("rooms/1").from(LastEventId::from(id.clone())).changeable(door));
        (hello, read_all(&mut subscription))
    };
    let (hello, events) = return_with(|topic| topic != "rooms/2");
    assert_eq!(
        (&hello["topics"], &hello["refused"]),
        (&serde_json::json!(["rooms/3"]), &serde_json::json!(["rooms/2"]))
    );
    assert_eq!(events, ["3"]);
    // Who has none left has what the application subscribes to, from now on, and is told that its place is gone.
    let (hello, events) = return_with(|_| false);
    assert_eq!((&hello["topics"], &hello["verdict"]), (&serde_json::json!(["rooms/1"]), &"refused".into()));
    assert_eq!(hello["refused"], serde_json::json!(["rooms/2", "rooms/3"]));
    assert!(events[0].starts_with("gap(") && events.len() == 1, "{events:?}");
}

/// A loss in a topic that is added stands behind what is told of it, and the id behind both.
#[test]
fn a_loss_in_an_added_topic_is_told() {
    let options = || lasting(HubOptions::default());
    let old = Hub::new(options());
    publish(&old, "rooms/2", [1]);
    let Opened { id, .. } = open(old.subscribe("rooms/2").changeable(rooms));
    // The same keys, and another log.
    let hub = Hub::new(options());
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    now(hub.change(&handle).principal("ann").with("rooms/2").from(id)).expect("changed");
    let told = read_all(&mut subscription);
    assert_eq!(told[0].trim_end_matches('*'), topics(&["rooms/1", "rooms/2"], &["rooms/2"], &[]));
    assert!(told[1].contains("\"reason\":\"restart\"") && told.len() == 2, "{told:?}");
}
