//! Topics that come and go.

use std::collections::BTreeMap;

use futures_util::StreamExt;
use http::StatusCode;
use oriole_sse::{ChangeError, CursorFault, Hub, HubOptions, Start, Topic, TopicChanges};
use tokio::task::JoinSet;

use super::support::{Opened, open, rooms, topics};
use crate::hub::support::{now, publish, read, read_all, read_id};

#[test]
fn topics_come_and_go_between_two_events() {
    let hub = Hub::default();
    let Opened { mut subscription, handle, hello, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    assert_eq!((&hello["verdict"], &hello["topics"]), (&"live".into(), &serde_json::json!(["rooms/1"])));
    let change = || hub.change(&handle).principal("ann");

    publish(&hub, "rooms/2", [1]);
    let changed = now(change().with("rooms/2")).expect("changed");
    assert_eq!(changed.topics.iter().map(Topic::as_str).collect::<Vec<_>>(), ["rooms/1", "rooms/2"]);
    publish(&hub, "rooms/1", [10]);
    publish(&hub, "rooms/2", [2]);
    assert_eq!(read(&mut subscription), topics(&["rooms/1", "rooms/2"], &["rooms/2"], &[]), "before its events");
    let mut events = read_all(&mut subscription);
    events.sort();
    assert_eq!(events, ["10", "2"], "from now on");

    publish(&hub, "rooms/1", [11]);
    publish(&hub, "rooms/2", [3]);
    now(change().without("rooms/1")).expect("changed");
    assert_eq!(read(&mut subscription), topics(&["rooms/2"], &[], &["rooms/1"]));
    publish(&hub, "rooms/1", [12]);
    assert_eq!(read_all(&mut subscription), ["3"], "nothing of what it has left");

    // What is there already, or is not there, is no change.
    now(change().with("rooms/2").without("rooms/7")).expect("nothing to do");
    assert_eq!(read(&mut subscription), "nothing");
    // What is named twice is added once; what is in both lists is kept.
    now(change().with("rooms/3").with("rooms/3").without("rooms/2").with("rooms/2")).expect("changed");
    assert_eq!(read(&mut subscription), topics(&["rooms/2", "rooms/3"], &["rooms/3"], &[]));
    now(change().only().with("rooms/4").with("rooms/3")).expect("changed");
    assert_eq!(read(&mut subscription), topics(&["rooms/3", "rooms/4"], &["rooms/4"], &["rooms/2"]));
    assert!(matches!(now(change().without("rooms/3").without("rooms/4")), Err(ChangeError::NoTopic)));
    assert!(matches!(now(change().only()), Err(ChangeError::NoTopic)));
    assert_eq!(read(&mut subscription), "nothing", "it stays as it was");
}

/// What waits for a client that takes nothing is told as what it comes to.
#[test]
fn changes_that_wait_are_taken_together() {
    let hub = Hub::default();
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    let change = || hub.change(&handle).principal("ann");
    now(change().with("rooms/2")).expect("changed");
    publish(&hub, "rooms/2", [1]);
    now(change().with("rooms/3")).expect("changed");
    now(change().without("rooms/3")).expect("changed");
    now(change().without("rooms/1")).expect("changed");
    now(change().with("rooms/1").from(Start::Earliest)).expect("changed");
    publish(&hub, "rooms/2", [2]);
    let all = topics(&["rooms/2", "rooms/1"], &["rooms/2", "rooms/1"], &[]);
    assert_eq!(read_all(&mut subscription), [&all, "1", "2"], "everything since it was added");
    assert_eq!(subscription.topics().map(Topic::as_str).collect::<Vec<_>>(), ["rooms/2", "rooms/1"]);
    assert_eq!(hub.furthest_behind(10), []);
    publish(&hub, "rooms/1", [3]);
    assert_eq!(hub.furthest_behind(10)[0].topic.as_str(), "rooms/1", "its lag is that of its topics");
}

#[test]
fn an_added_topic_begins_where_it_is_said() {
    let hub = Hub::default();
    let start = |from: &str| {
        let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
        let asked: TopicChanges =
            serde_json::from_value(serde_json::json!({ "add": ["rooms/2"], "from": from, "other": [1] }))
                .expect("a wish");
        now(hub.change(&handle).principal("ann").asked(asked)).map(|_| read_all(&mut subscription)[1..].to_vec())
    };
    let Opened { mut subscription, id, .. } = open(hub.subscribe("rooms/2").changeable(rooms));
    publish(&hub, "rooms/2", [1, 2, 3]);
    let after_one = read_id(&mut subscription);
    assert_eq!(start("now").expect("changed"), [""; 0]);
    assert_eq!(start("earliest").expect("changed"), ["1", "2", "3"]);
    assert_eq!(start("2").expect("changed"), ["2", "3"]);
    assert_eq!(start("15m").expect("changed"), ["1", "2", "3"]);
    assert_eq!(start(id.as_str().expect("an id")).expect("changed"), ["1", "2", "3"]);
    assert_eq!(start(after_one.as_str()).expect("changed"), ["2", "3"]);

    let unknown = start("2x").expect_err("refused");
    assert!(matches!(unknown, ChangeError::Start(_)) && unknown.status() == StatusCode::BAD_REQUEST, "{unknown:?}");
    for (from, fault) in [("nonsense", CursorFault::Malformed), (&"A".repeat(5000), CursorFault::TooLong)] {
        let error = start(from).expect_err("refused");
        assert!(matches!(error, ChangeError::Cursor(found) if found == fault), "{error:?}");
        assert_eq!(error.status(), StatusCode::BAD_REQUEST);
    }
    // A genuine one of another topic.
    let Opened { id, .. } = open(hub.subscribe("rooms/3").changeable(rooms));
    let error = start(id.as_str().expect("an id")).expect_err("refused");
    assert!(matches!(error, ChangeError::Cursor(CursorFault::Foreign)), "{error:?}");
}

/// While events are published to three topics, a client takes them and leaves them. Of each topic it gets an unbroken run each time,
/// and each run begins where it was told to: nothing is lost or doubled across a change, nor across a cut with a resume.
#[tokio::test(flavor = "multi_thread", worker_threads = 2)]
async fn nothing_is_lost_or_doubled_across_a_change() {
    const EVENTS: u64 = 3000;
    let hub = Hub::new(HubOptions::default().changes_max(usize::MAX).ring_events_max(64));
    let mut publisher = JoinSet::new();
    publisher.spawn({
        let hub = hub.clone();
        async move {
            for number in 1..=EVENTS {
                for room in 0..3 {
                    let event = oriole_sse::MessageEvent::new(format!("{room} {number}"));
                    hub.publish(format!("rooms/{room}"), event).await.expect("published");
                }
                tokio::task::yield_now().await;
            }
        }
    });
    // The place in each topic; one that is left is taken up again after it.
    let (mut seen, mut ids, mut cuts) = (BTreeMap::<u64, u64>::new(), BTreeMap::<u64, String>::new(), 0);
    let mut last = Start::Earliest;
    let mut has = vec![0];
    while seen.len() < 3 || seen.values().any(|number| *number < EVENTS) {
        let subscribe = hub.subscribe("rooms/0").principal("ann").from(last.clone()).changeable(rooms);
        let mut subscription = subscribe.await.expect("let in");
        let (mut handle, mut changes) = (String::new(), 0);
        for step in 0_u64.. {
            let event = subscription.next().await.expect("an event");
            let fields = event.fields();
            let id = fields.id.expect("an id").as_str().to_owned();
            last = Start::Cursor(id.clone());
            let data = fields.data.expect("data");
            match fields.event_type.map(oriole_sse::EventName::as_str) {
                Some("hello") => {
                    let hello: serde_json::Value = serde_json::from_str(data).expect("JSON");
                    handle = hello["handle"].as_str().expect("a handle").to_owned();
                    let names: Vec<_> = has.iter().map(|room| format!("rooms/{room}")).collect();
                    let mut told: Vec<_> = hello["topics"].as_array().expect("topics").iter().collect();
                    told.sort_by_key(|name| name.to_string());
                    assert_eq!(told, names.iter().collect::<Vec<_>>(), "{hello}");
                }
                Some("topics") => {
                    let told: serde_json::Value = serde_json::from_str(data).expect("JSON");
                    let rooms = told["topics"].as_array().expect("topics").iter();
                    let room = |name: &serde_json::Value| name.as_str().and_then(|name| name[6..].parse().ok());
                    has = rooms.map(|name| room(name).expect("a room")).collect();
                    has.sort_unstable();
                }
                None => {
                    let (room, number) = data.split_once(' ').expect("two numbers");
                    let (room, number): (u64, u64) =
                        (room.parse().expect("a number"), number.parse().expect("a number"));
                    assert!(has.contains(&room), "{data} of a topic that it does not have: {has:?}");
                    let before = seen.insert(room, number).unwrap_or(0);
                    assert_eq!(number, before + 1, "room {room}");
                    ids.insert(room, id);
                }
                Some(other) => panic!("{other}: {data}"),
            }
            let is_done = seen.len() == 3 && seen.values().all(|number| *number == EVENTS);
            if is_done || (step > 150 && cuts < 20) {
                break;
            }
            // Now and then another set, each topic from where it was left; at once if there is nothing more to come.
            let is_read = |room: &u64| seen.get(room) == Some(&EVENTS);
            let is_stuck = has.iter().all(is_read);
            if step % 7 == 0 || is_stuck {
                changes += 1;
                let room = if is_stuck { (0..3).find(|room| !is_read(room)) } else { Some((step / 7 + cuts) % 3) };
                let room = room.expect("a room with events");
                let change = hub.change(&handle).principal("ann").with(format!("rooms/{room}"));
                let start = ids.get(&room).map_or(Start::Earliest, |id| Start::Cursor(id.clone()));
                change.from(start).await.expect("changed");
                let leaves = (room + 1) % 3;
                let _ = hub.change(&handle).principal("ann").without(format!("rooms/{leaves}")).await;
            }
        }
        assert!(changes > 0);
        cuts += 1;
    }
    publisher.join_all().await;
}
