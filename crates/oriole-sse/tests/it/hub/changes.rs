//! Subscriptions that are changed while they go on.

use std::collections::BTreeMap;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use http::StatusCode;
use oriole_sse::{
    ChangeError, Checkpoint, CursorFault, CursorKey, CursorKeys, GuardAnswer, Hub, HubOptions, LastEventId,
    MemoryStore, Pattern, Start, Subscribe, SubscribeError, Subscription, SystemClock, Topic, TopicChanges,
};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::support::{ManualClock, next_now, now, publish, read, read_all, read_id};

/// Lets everybody into rooms, and nobody anywhere else.
#[expect(clippy::needless_pass_by_value, reason = "a door is given the topic")]
fn rooms(topic: Topic, _: Checkpoint) -> std::future::Ready<GuardAnswer> {
    let is_room = topic.as_str().starts_with("rooms/");
    std::future::ready(if is_room { GuardAnswer::Pass } else { GuardAnswer::Refuse })
}

/// A subscription of Ann's that has begun, its handle, and the rest of what its `hello` says.
struct Opened {
    subscription: Subscription,
    handle: String,
    hello: serde_json::Value,
    id: LastEventId,
}

fn open(subscribe: Subscribe) -> Opened {
    let mut subscription = now(subscribe.principal("ann")).expect("let in");
    let Poll::Ready(Some(hello)) = next_now(&mut subscription) else { panic!("no hello") };
    let id = hello.fields().id.cloned().map(LastEventId::from).unwrap_or_default();
    let hello: serde_json::Value = serde_json::from_str(hello.fields().data.expect("data")).expect("JSON");
    Opened { subscription, handle: hello["handle"].as_str().expect("a handle").to_owned(), hello, id }
}

fn topics(topics: &[&str], added: &[&str], removed: &[&str]) -> String {
    let data = serde_json::json!({ "topics": topics, "added": added, "removed": removed });
    // In the order in which the hub writes them.
    format!("topics({{\"topics\":{},\"added\":{},\"removed\":{}}})", data["topics"], data["added"], data["removed"])
}

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
fn a_handle_is_worth_nothing_to_others_nor_after_the_end() {
    let hub = Hub::default();
    let Opened { subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    let unknown = |hub: &Hub, handle: &str, principal: Option<&str>| {
        let change = hub.change(handle).with("rooms/2");
        let error = now(match principal {
            Some(principal) => change.principal(principal),
            None => change,
        });
        let error = error.expect_err("refused");
        assert!(matches!(error, ChangeError::Unknown), "{error:?}");
        assert_eq!(
            (error.status(), error.body_text().as_str()),
            (StatusCode::NOT_FOUND, "there is no such subscription")
        );
    };
    unknown(&hub, &handle, Some("bob"));
    unknown(&hub, &handle, None);
    unknown(&Hub::default(), &handle, Some("ann"));
    for text in ["", "x", &handle.to_uppercase(), &handle[1..], &format!("{handle}{handle}")] {
        unknown(&hub, text, Some("ann"));
    }
    now(hub.change(&handle).principal("ann").with("rooms/2")).expect("hers");
    drop(subscription);
    unknown(&hub, &handle, Some("ann"));

    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    assert_eq!(hub.revoke(&"ann".into()), 1);
    assert_eq!(read(&mut subscription), "end({\"reason\":\"revoked\"})");
    unknown(&hub, &handle, Some("ann"));

    // One that nobody may change tells no handle; one without a principal is changed by whoever knows it.
    let mut plain = now(hub.subscribe("rooms/1").principal("ann")).expect("let in");
    assert_eq!(read(&mut plain), super::support::HELLO);
    let mut open_to_all = now(hub.subscribe("rooms/1").changeable(rooms)).expect("let in");
    let hello = read(&mut open_to_all);
    let handle = hello.split('"').skip_while(|part| *part != "handle").nth(2).expect("a handle");
    unknown(&hub, handle, Some("ann"));
    now(hub.change(handle).with("rooms/2")).expect("anybody's");
}

/// What the guard and the door were asked.
type Asked = Arc<Mutex<Vec<String>>>;

fn asked(all: &Asked) -> Vec<String> {
    std::mem::take(&mut *all.lock().expect("no panic"))
}

#[test]
fn the_guard_and_the_door_decide() {
    let (hub, all) = (Hub::default(), Asked::default());
    let is_open = Arc::new(AtomicBool::new(true));
    let subscribe = |hub: &Hub| {
        let (noted, is_open) = (Arc::clone(&all), Arc::clone(&is_open));
        let guard = move |checkpoint: Checkpoint| {
            noted.lock().expect("no panic").push(format!("{checkpoint:?}"));
            let answer = if is_open.load(Ordering::Relaxed) { GuardAnswer::Pass } else { GuardAnswer::Refuse };
            std::future::ready(answer)
        };
        let noted = Arc::clone(&all);
        let door = move |topic: Topic, checkpoint: Checkpoint| {
            noted.lock().expect("no panic").push(format!("{topic} {checkpoint:?}"));
            rooms(topic, checkpoint)
        };
        hub.subscribe("lobby").guard(guard).changeable(door)
    };
    let Opened { mut subscription, handle, .. } = open(subscribe(&hub));
    assert_eq!(asked(&all), ["Subscribe"], "what the application subscribes to is not asked for");
    let change = || hub.change(&handle).principal("ann");

    now(change().with("rooms/1")).expect("changed");
    now(change().with("rooms/2").from(Start::Events(1))).expect("changed");
    assert_eq!(asked(&all), ["Change", "rooms/1 Subscribe", "Change", "rooms/2 Replay"]);
    let refused = now(change().with("rooms/3").with("secret")).expect_err("refused");
    assert!(matches!(&refused, ChangeError::RefusedTopic { topic, .. } if topic.as_str() == "secret"), "{refused:?}");
    assert_eq!(
        (refused.status(), refused.body_text().as_str()),
        (StatusCode::FORBIDDEN, "the client may not read this topic")
    );
    let pattern = Pattern::new("rooms/:room").expect("a pattern");
    assert!(matches!(now(change().with(pattern)), Err(ChangeError::RefusedTopic { .. })), "it is no room");
    // What it had from the application it may leave and have again.
    now(change().without("lobby")).expect("changed");
    now(change().with("lobby")).expect("changed");
    let all_of_it = topics(&["rooms/1", "rooms/2", "lobby"], &["rooms/1", "rooms/2", "lobby"], &[]);
    assert_eq!(read_all(&mut subscription), [all_of_it]);
    assert!(!asked(&all).contains(&"lobby Subscribe".to_owned()));

    is_open.store(false, Ordering::Relaxed);
    let refused = now(change().with("rooms/3")).expect_err("refused");
    assert!(matches!(refused, ChangeError::Subscribe(SubscribeError::Refused)), "{refused:?}");
    assert_eq!(asked(&all), ["Change"], "the door is behind the guard");
    assert_eq!(read(&mut subscription), "nothing", "it goes on until its guard is asked for it");
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

/// Keys that outlive a hub, as those in a store that lasts.
fn lasting(options: HubOptions) -> HubOptions {
    options.cursor_keys(CursorKeys::given(CursorKey::new(1, &[7; 32]), []))
}

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

/// As with everything that a subscription may read: from the doubt on nothing is given that the door has not let through.
#[test]
fn a_recheck_takes_away_what_was_added() {
    let hub = Hub::default();
    let allowed = Arc::new(Mutex::new(vec!["rooms/1", "rooms/2", "rooms/3"]));
    let known = Arc::clone(&allowed);
    let door = move |topic: Topic, _: Checkpoint| {
        let is_allowed = known.lock().expect("no panic").contains(&topic.as_str());
        std::future::ready(if is_allowed { GuardAnswer::Pass } else { GuardAnswer::Refuse })
    };
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(door));
    let change = || hub.change(&handle).principal("ann");
    now(change().with("rooms/2").with("rooms/3")).expect("changed");
    assert_eq!(read_all(&mut subscription).len(), 1);

    allowed.lock().expect("no panic").retain(|room| *room != "rooms/2");
    assert_eq!(hub.recheck(&"ann".into()), 1, "a door is asked as well");
    publish(&hub, "rooms/2", [2]);
    publish(&hub, "rooms/3", [3]);
    let told =
        "topics({\"topics\":[\"rooms/1\",\"rooms/3\"],\"added\":[],\"removed\":[\"rooms/2\"],\"reason\":\"revoked\"})";
    assert_eq!(read_all(&mut subscription), [told, "3"]);
    assert!(matches!(now(change().with("rooms/2")), Err(ChangeError::RefusedTopic { .. })));

    // With its last topic the subscription ends.
    now(change().without("rooms/1")).expect("changed");
    assert_eq!(read_all(&mut subscription).len(), 1);
    allowed.lock().expect("no panic").clear();
    hub.recheck_all();
    publish(&hub, "rooms/3", [4]);
    let end = read_all(&mut subscription);
    assert!(end.iter().any(|event| event.starts_with("end({\"reason\":\"revoked\"})")), "{end:?}");
    assert!(!end.contains(&"4".to_owned()), "{end:?}");
}

/// What was asked before a doubt is asked again: the answer may be older than what has changed.
#[tokio::test(start_paused = true)]
async fn a_doubt_that_comes_while_the_door_thinks_has_it_asked_again() {
    let hub = Hub::default();
    let (sender, answers) = watch::channel(None::<GuardAnswer>);
    let asked = Arc::new(Mutex::new(0));
    let count = Arc::clone(&asked);
    let door = move |_: Topic, _: Checkpoint| {
        *count.lock().expect("no panic") += 1;
        let mut answers = answers.clone();
        async move { answers.wait_for(Option::is_some).await.expect("there").expect("an answer") }
    };
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(door));
    let mut changes = JoinSet::new();
    changes.spawn(hub.change(&handle).principal("ann").with("rooms/2").into_future());
    tokio::task::yield_now().await;
    assert_eq!(*asked.lock().expect("no panic"), 1);
    hub.recheck_all();
    sender.send_replace(Some(GuardAnswer::Pass));
    changes.join_next().await.expect("one").expect("no panic").expect("changed");
    assert_eq!(*asked.lock().expect("no panic"), 2);
    let changed = subscription.next().await.expect("a change");
    assert!(changed.fields().data.is_some_and(|data| data.contains("rooms/2")));

    // One that never answers is not waited for.
    sender.send_replace(None);
    let error = hub.change(&handle).principal("ann").with("rooms/3").await.expect_err("no answer");
    assert!(matches!(error, ChangeError::Subscribe(SubscribeError::Unverified { .. })), "{error:?}");
    assert!(error.retry_after().is_some());
}

/// A door says, like a guard, for how long its answer is good.
#[tokio::test(start_paused = true)]
async fn an_answer_of_the_door_expires() {
    let hub = Hub::new(HubOptions::default().guard_interval(None).write_timeout(None));
    let second = Duration::from_secs(1);
    let begun = tokio::time::Instant::now();
    let door = move |_: Topic, _: Checkpoint| {
        let is_new = begun.elapsed() < 10 * second;
        std::future::ready(if is_new { GuardAnswer::PassFor(20 * second) } else { GuardAnswer::Refuse })
    };
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(door));
    hub.change(&handle).principal("ann").with("rooms/2").await.expect("changed");
    assert_eq!(read_all(&mut subscription).len(), 1);
    let told = subscription.next().await.expect("what it loses");
    assert!(told.fields().data.is_some_and(|data| data.contains("\"reason\":\"revoked\"")), "{told:?}");
    assert!((20..=22).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[test]
fn a_subscription_has_so_many_topics_and_cursors_of_such_a_length() {
    let hub = Hub::new(lasting(HubOptions::default().subscription_topics_max(3)));
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    let change = || hub.change(&handle).principal("ann");
    now(change().with("rooms/2").with("rooms/3")).expect("three");
    let error = now(change().with("rooms/4")).expect_err("four");
    assert!(matches!(error, ChangeError::Subscribe(SubscribeError::TooManyTopics { topics_max: 3, .. })), "{error:?}");
    assert_eq!(error.status(), StatusCode::BAD_REQUEST);
    now(change().with("rooms/4").without("rooms/2")).expect("three again");
    let id = read_id(&mut subscription);

    // To a hub that allows less its cursor is too long.
    let fewer = Hub::new(lasting(HubOptions::default().subscription_topics_max(2)));
    let again = open(fewer.subscribe("rooms/1").from(LastEventId::from(id)).changeable(rooms));
    assert_eq!(again.hello["topics"], serde_json::json!(["rooms/1"]));
    assert_eq!((&again.hello["verdict"], &again.hello["reason"]), (&"refused".into(), &"too-long".into()));

    // 20 bytes, 24 for each place, and 4 for each 3 of the counts and names.
    let name = format!("rooms/{}", "x".repeat(100));
    let exactly = (2 * 18 + 14_usize) * 4 / 3 + 1 + ((9 + 2 + name.len()) * 4_usize).div_ceil(3);
    for (bytes_max, is_allowed) in [(exactly, true), (exactly - 1, false)] {
        let hub = Hub::new(HubOptions::default().cursor_bytes_max(bytes_max));
        let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
        match now(hub.change(&handle).principal("ann").with(name.as_str())) {
            Ok(_) if is_allowed => {
                let id = read_id(&mut subscription);
                assert!(id.as_str().len() <= bytes_max);
                let again = open(hub.subscribe("rooms/1").from(LastEventId::from(id)).changeable(rooms));
                assert_eq!(again.hello["verdict"], "resumed", "what is given is taken");
            }
            Err(ChangeError::Subscribe(SubscribeError::CursorTooLong { bytes_max: told, .. })) if !is_allowed => {
                assert_eq!(told, bytes_max);
            }
            other => panic!("{bytes_max}: {other:?}"),
        }
    }
}

#[test]
fn there_are_so_many_changes_in_a_time() {
    let clock = ManualClock::new();
    let minute = Duration::from_secs(60);
    let options = HubOptions::default().changes_max(2).changes_window(minute);
    let hub = Hub::with_clock(options, Arc::new(MemoryStore::default()), clock.clone());
    let Opened { subscription: _kept, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    let change = |topic: &str| now(hub.change(&handle).principal("ann").with(topic));
    change("rooms/2").expect("one");
    assert!(matches!(change("secret"), Err(ChangeError::RefusedTopic { .. })), "the second counts as well");
    clock.advance(minute / 2);
    let error = change("rooms/3").expect_err("the third");
    assert_eq!((error.status(), error.retry_after()), (StatusCode::TOO_MANY_REQUESTS, Some(minute / 2)));
    // Who has no handle costs nobody a change.
    assert!(matches!(now(hub.change(&handle).with("rooms/3")), Err(ChangeError::Unknown)));
    clock.advance(minute / 2);
    change("rooms/3").expect("the first of the next minute");
    assert_eq!(Hub::default().options().changes_max, 60);
    assert_eq!(Hub::default().options().changes_window, minute);
}

/// A topic's own cap counts those who add it.
#[test]
fn who_adds_a_topic_is_counted_there() {
    let hub = Hub::new(HubOptions::default().topic_subscriptions_max(1));
    let Opened { subscription: first, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    let second = open(hub.subscribe("rooms/2").changeable(rooms));
    let error = now(hub.change(&handle).principal("ann").with("rooms/2")).expect_err("full");
    assert_eq!((error.status(), error.retry_after().is_some()), (StatusCode::SERVICE_UNAVAILABLE, true));
    drop(second);
    now(hub.change(&handle).principal("ann").with("rooms/2")).expect("room");
    assert!(now(hub.subscribe("rooms/2")).is_err(), "also before it was taken");
    drop(first);
    let _ = now(hub.subscribe("rooms/2")).expect("its place is free, though it was never taken");
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
