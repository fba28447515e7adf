//! Who is here.

use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use oriole_sse::{
    Checkpoint, EventStreams, GuardAnswer, Hub, HubOptions, Member, SlowReader, SlowReaderPolicy, Subscribe,
    SubscribeError, Subscription, Tether, Topic,
};
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep};

use super::support::{HELLO, next_now, now, publish, read, read_all};
use crate::support::{frame, frame_now};

const SECOND: Duration = Duration::from_secs(1);

/// How an event of the list reads, without the name of the event and of the topic.
fn told(subscription: &mut Subscription) -> Vec<String> {
    let all = read_all(subscription);
    all.iter()
        .map(|event| {
            let data = event.strip_prefix("presence({\"topic\":\"room\",").and_then(|rest| rest.strip_suffix("})*"));
            data.unwrap_or_else(|| panic!("{event}, which has no id")).to_owned()
        })
        .collect()
}

async fn begin(subscribe: Subscribe) -> Subscription {
    let mut subscription = subscribe.await.expect("let in");
    assert_eq!(read(&mut subscription), HELLO);
    subscription
}

/// Watches, and is nobody.
async fn watcher(hub: &Hub) -> Subscription {
    begin(hub.subscribe("room").watch_presence()).await
}

fn names(hub: &Hub) -> Vec<String> {
    hub.present("room").expect("a topic").iter().map(|member| member.name().to_owned()).collect()
}

#[tokio::test(start_paused = true)]
async fn those_who_watch_are_told_who_is_here_who_comes_and_who_leaves() {
    let hub = Hub::default();
    let ann = begin(hub.subscribe("room").present_as(Member::new("ann").label("Ann \"A\" O'Neill\n"))).await;
    let mut watcher = watcher(&hub).await;
    assert_eq!(told(&mut watcher), [r#""here":[{"name":"ann","label":"Ann \"A\" O'Neill\n"}]"#]);
    let mut bob = begin(hub.subscribe("room").present_as("bob").watch_presence()).await;
    assert_eq!(told(&mut watcher), [r#""joined":{"name":"bob"}"#]);
    let list = told(&mut bob);
    assert!(list.len() == 1 && list[0].contains("ann") && list[0].contains("bob"), "{list:?}, himself included");
    assert_eq!(names(&hub), ["ann", "bob"]);
    // Who does not watch is told nothing, and who watches still reads the topic.
    publish(&hub, "room", [1]);
    assert_eq!((read_all(&mut bob), read_all(&mut watcher)), (vec!["1".to_owned()], vec!["1".to_owned()]));
    assert_eq!(hub.present("elsewhere"), Ok(vec![]));

    drop(ann);
    let left = watcher.next().await.expect("an event");
    assert!(left.fields().data.is_some_and(|data| data.ends_with("\"cause\":\"closed\"}")), "{left:?}");
    assert_eq!(names(&hub), ["bob"]);
    assert_eq!(read_all(&mut bob).len(), 1);
}

#[tokio::test(start_paused = true)]
async fn a_reload_is_neither_leaving_nor_coming_and_tabs_are_one() {
    let hub = Hub::new(HubOptions::default().presence_grace(5 * SECOND).write_timeout(None));
    let mut watcher = watcher(&hub).await;
    let tabs =
        [begin(hub.subscribe("room").present_as("ann")).await, begin(hub.subscribe("room").present_as("ann")).await];
    assert_eq!(told(&mut watcher), [r#""here":[{"name":"ann"}]"#]);
    let [first, second] = tabs;
    drop(first);
    sleep(60 * SECOND).await;
    assert_eq!((told(&mut watcher), names(&hub)), (vec![], vec!["ann".to_owned()]), "one is left");

    drop(second);
    sleep(4 * SECOND).await;
    let third = begin(hub.subscribe("room").present_as("ann")).await;
    sleep(60 * SECOND).await;
    assert_eq!(told(&mut watcher), [""; 0], "back within the time");

    let begun = Instant::now();
    drop(third);
    let left = watcher.next().await.expect("an event");
    assert!(left.fields().data.is_some_and(|data| data.contains("\"left\":{\"name\":\"ann\"}")), "{left:?}");
    assert!((5..=6).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
    let _fourth = begin(hub.subscribe("room").present_as(Member::new("ann").label("Ann"))).await;
    let _fifth = begin(hub.subscribe("room").present_as(Member::new("ann").label("Anna"))).await;
    let joined = |label: &str| format!("\"joined\":{{\"name\":\"ann\",\"label\":\"{label}\"}}");
    assert_eq!(told(&mut watcher), [joined("Ann"), joined("Anna")], "another label is told");
    assert_eq!(Hub::default().options().presence_grace, 10 * SECOND);
}

#[tokio::test(start_paused = true)]
async fn a_leave_has_its_cause() {
    let cause = async |leave: &dyn Fn(&Hub, Subscription, &mut JoinSet<()>)| {
        let hub = Hub::new(HubOptions::default().presence_grace(Duration::ZERO).write_timeout(20 * SECOND));
        let mut watcher = watcher(&hub).await;
        let slow = SlowReader::new(SlowReaderPolicy::Disconnect).events_max(2);
        let subscribe = hub.subscribe("room").principal("ann").present_as("ann").slow_reader(slow);
        let mut ann = begin(subscribe.lifetime(100 * SECOND)).await;
        assert_eq!(told(&mut watcher).len(), 1);
        assert_eq!(next_now(&mut ann), Poll::Pending);
        let mut tasks = JoinSet::new();
        leave(&hub, ann, &mut tasks);
        let mut last = String::new();
        let patience = sleep(300 * SECOND);
        tokio::pin!(patience);
        while !last.contains("\"left\"") {
            last = tokio::select! {
                event = watcher.next() => event.expect("an event").fields().data.unwrap_or_default().to_owned(),
                () = &mut patience => panic!("nobody left"),
            };
        }
        let cause = last.split("\"cause\":\"").nth(1).expect("a cause");
        cause.trim_end_matches("\"}").to_owned()
    };
    assert_eq!(cause(&|_, ann, _| drop(ann)).await, "closed");
    let revoke = |hub: &Hub, mut ann: Subscription, _: &mut JoinSet<()>| {
        hub.revoke(&"ann".into());
        read_all(&mut ann);
    };
    assert_eq!(cause(&revoke).await, "revoked");
    let fall_behind = |hub: &Hub, mut ann: Subscription, _: &mut JoinSet<()>| {
        publish(hub, "room", 1..=3);
        read_all(&mut ann);
    };
    assert_eq!(cause(&fall_behind).await, "slow");
    // Read on in a task, as by a server.
    let read_on = |_: &Hub, mut ann: Subscription, tasks: &mut JoinSet<()>| {
        tasks.spawn(async move { while ann.next().await.is_some() {} });
    };
    assert_eq!(cause(&read_on).await, "lifetime");
    // The streams of the application end, and not the watcher's.
    let drain = |_: &Hub, ann: Subscription, tasks: &mut JoinSet<()>| {
        let streams = EventStreams::default();
        tasks.spawn(async move {
            let mut body = streams.open_events(ann).await.into_body();
            streams.drain();
            while frame(&mut body).await.is_some() {}
        });
    };
    assert_eq!(cause(&drain).await, "drain");
    // A client that takes nothing, whose connection the server closes later.
    let stall = |hub: &Hub, ann: Subscription, tasks: &mut JoinSet<()>| {
        publish(hub, "room", [1]);
        tasks.spawn(async move {
            sleep(40 * SECOND).await;
            drop(ann);
        });
    };
    assert_eq!(cause(&stall).await, "lost");
}

/// What the body knows: whether a frame was on its way when it was dropped.
#[tokio::test(start_paused = true)]
async fn a_connection_that_breaks_in_a_write_is_lost() {
    for (written, published, cause) in
        [("asked", 0, "closed"), ("", 0, "lost"), ("said", 0, "closed"), ("said", 1, "lost"), ("asked", 1, "lost")]
    {
        let (hub, streams) = (Hub::new(HubOptions::default().presence_grace(Duration::ZERO)), EventStreams::default());
        let mut watcher = watcher(&hub).await;
        let anns = hub.subscribe("room").present_as("ann").await.expect("room");
        let response = streams.open_events(anns).await;
        let tether = response.extensions().get::<Tether>().expect("it is a hub's").clone();
        let mut body = response.into_body();
        assert!(frame(&mut body).await.is_some(), "a hello");
        assert_eq!(told(&mut watcher).len(), 1);
        match written {
            // Whoever takes a frame asks for the next when it is written.
            "asked" => assert_eq!(frame_now(&mut body).await, Poll::Pending),
            // Or knows that there is none, and says so.
            "said" => tether.was_written(),
            _ => {}
        }
        for event in 0..published {
            publish(&hub, "room", [event]);
            assert_eq!(read_all(&mut watcher).len(), 1);
            assert!(frame(&mut body).await.is_some(), "an event");
        }
        drop(body);
        let left = format!("\"left\":{{\"name\":\"ann\"}},\"cause\":\"{cause}\"");
        assert_eq!(told(&mut watcher), [left], "{written}, {published}");
    }
}

#[tokio::test(start_paused = true)]
async fn presence_follows_the_topics_of_a_subscription() {
    let hub = Hub::default();
    let door = |_: Topic, _: Checkpoint| std::future::ready(GuardAnswer::Pass);
    let mut watcher = watcher(&hub).await;
    let mut ann = hub.subscribe("lobby").changeable(door).present_as("ann").watch_presence().await.expect("let in");
    let hello = read(&mut ann);
    let handle = hello.split('"').skip_while(|part| *part != "handle").nth(2).expect("a handle").to_owned();
    assert_eq!(told(&mut watcher), ["\"here\":[]"]);
    hub.change(&handle).with("room").await.expect("changed");
    assert_eq!(names(&hub), [""; 0], "not before the stream has it");
    let all = read_all(&mut ann);
    assert!(
        all.iter().any(|event| event.starts_with("presence({\"topic\":\"room\",\"here\":[{\"name\":\"ann\"}]")),
        "{all:?}"
    );
    assert_eq!(told(&mut watcher), [r#""joined":{"name":"ann"}"#]);
    hub.change(&handle).without("room").await.expect("changed");
    read_all(&mut ann);
    assert_eq!(told(&mut watcher), [r#""left":{"name":"ann"},"cause":"unsubscribed""#], "at once");
    assert_eq!(hub.present("lobby").expect("a topic").len(), 1);
}

#[tokio::test(start_paused = true)]
async fn the_list_has_a_bound_and_so_have_its_members() {
    let options =
        HubOptions::default().presence_members_max(2).presence_member_bytes_max(5).presence_grace(Duration::ZERO);
    let hub = Hub::new(options);
    let mut all = vec![];
    for name in ["ann", "bob", "cid", "dan"] {
        all.push(begin(hub.subscribe("room").present_as(name)).await);
    }
    let mut first = watcher(&hub).await;
    assert_eq!(told(&mut first), [r#""here":[{"name":"ann"},{"name":"bob"}],"more":2"#]);
    // Who is here already is, however many there are.
    let _tab = begin(hub.subscribe("room").present_as("bob")).await;
    assert_eq!(told(&mut first), [""; 0]);
    drop((all, first));

    let long = Member::new("ann").label("abc");
    let error = hub.subscribe("room").present_as(long).await.expect_err("six bytes");
    assert!(matches!(error, SubscribeError::MemberTooLong { bytes_max: 5, .. }), "{error:?}");
    assert_eq!((error.status().as_u16(), error.to_string().as_str()), (400, "a name and a label have 5 bytes at most"));
    let _five = begin(hub.subscribe("room").present_as(Member::new("ann").label("ab"))).await;
    let options = Hub::default().options().clone();
    let defaults = (options.presence_members_max, options.presence_member_bytes_max, options.presence_changes_max);
    assert_eq!(defaults, (1000, 1024, 64));
}

/// Who comes to a full list is counted, and named as soon as somebody's place is free: in the order in which they came.
#[tokio::test(start_paused = true)]
async fn who_is_beyond_the_bound_is_named_when_there_is_room() {
    let grace = 5 * SECOND;
    let hub = Hub::new(HubOptions::default().presence_members_max(2).presence_grace(grace).write_timeout(None));
    let enter = async |name: &'static str| begin(hub.subscribe("room").present_as(name)).await;
    let (ann, bob) = (enter("ann").await, enter("bob").await);
    let mut watcher = watcher(&hub).await;
    assert_eq!(told(&mut watcher), [r#""here":[{"name":"ann"},{"name":"bob"}]"#]);
    let (cid, other_cid, dan, eve) = (enter("cid").await, enter("cid").await, enter("dan").await, enter("eve").await);
    assert_eq!(told(&mut watcher), [""; 0], "those who watch are told once for many");
    sleep(2 * SECOND).await;
    assert_eq!(told(&mut watcher), [r#""more":3"#], "members, not tabs");
    sleep(60 * SECOND).await;
    assert_eq!((told(&mut watcher), names(&hub)), (vec![], vec!["ann".to_owned(), "bob".to_owned()]));

    // A place is free when nobody can come back to it.
    drop(ann);
    sleep(grace - 2 * SECOND).await;
    assert_eq!(told(&mut watcher), [""; 0]);
    sleep(4 * SECOND).await;
    let both = [r#""left":{"name":"ann"},"cause":"closed""#, r#""joined":{"name":"cid"},"more":2"#];
    assert_eq!((told(&mut watcher), names(&hub)), (both.map(String::from).into(), vec!["bob".into(), "cid".into()]));
    // Both of cid's tabs are in the list now, also the one that closes first.
    drop(cid);
    sleep(60 * SECOND).await;
    assert_eq!((told(&mut watcher), names(&hub)[1].as_str()), (vec![], "cid"));

    // Who leaves the queue is not named.
    drop(dan);
    sleep(2 * SECOND).await;
    assert_eq!(told(&mut watcher), [r#""more":1"#]);
    drop((bob, other_cid));
    sleep(2 * grace).await;
    let last = told(&mut watcher);
    let joined = r#""joined":{"name":"eve"},"more":0"#;
    assert_eq!((last.len(), last.iter().filter(|told| *told == joined).count()), (3, 1), "{last:?}");
    assert_eq!(names(&hub), ["eve"]);
    let _frank = enter("frank").await;
    assert_eq!(told(&mut watcher), [r#""joined":{"name":"frank"}"#]);
    drop(eve);
}

/// Where no task looks now and then, as without a runtime, nothing waits for it.
#[test]
fn without_a_runtime_the_count_is_told_at_once() {
    let hub = Hub::new(HubOptions::default().presence_members_max(1));
    let _ann = now(hub.subscribe("room").present_as("ann")).expect("let in");
    let mut watcher = now(hub.subscribe("room").watch_presence()).expect("let in");
    assert_eq!((read(&mut watcher), told(&mut watcher).len()), (HELLO.into(), 1));
    let bob = now(hub.subscribe("room").present_as(Member::new("bob"))).expect("let in");
    assert_eq!(told(&mut watcher), [r#""more":1"#]);
    let other_bob = now(hub.subscribe("room").present_as(Member::new("bob").label("Bob"))).expect("let in");
    drop(bob);
    assert_eq!(told(&mut watcher), [""; 0], "still one");
    drop(other_bob);
    assert_eq!(told(&mut watcher), [r#""more":0"#]);
}

/// A list of nobody names nobody.
#[tokio::test(start_paused = true)]
async fn a_list_may_be_a_count_alone() {
    let hub = Hub::new(HubOptions::default().presence_members_max(0).presence_grace(Duration::ZERO));
    let ann = begin(hub.subscribe("room").present_as("ann")).await;
    let mut watcher = watcher(&hub).await;
    assert_eq!(told(&mut watcher), [r#""here":[],"more":1"#]);
    drop(ann);
    sleep(2 * SECOND).await;
    assert_eq!((told(&mut watcher), names(&hub)), (vec![r#""more":0"#.to_owned()], vec![]));
}

/// A watcher that has missed no more than is kept is told one by one, and one that has missed more is given the list.
#[test]
fn who_is_slow_is_given_the_list_again() {
    let hub = Hub::new(HubOptions::default().presence_changes_max(3).presence_grace(Duration::ZERO));
    let mut watcher = now(hub.subscribe("room").watch_presence()).expect("let in");
    assert_eq!((read(&mut watcher), told(&mut watcher)), (HELLO.into(), vec!["\"here\":[]".to_owned()]));
    let join = |name: &'static str| now(hub.subscribe("room").present_as(name)).expect("let in");
    let mut all = vec![join("a"), join("b"), join("c")];
    assert_eq!(told(&mut watcher).len(), 3, "one by one");
    drop(all.pop());
    all.extend([join("d"), join("e"), join("f")]);
    let list = ["a", "b", "d", "e", "f"].map(|name| format!("{{\"name\":\"{name}\"}}")).join(",");
    assert_eq!(told(&mut watcher), [format!("\"here\":[{list}]")], "four are one more than is kept");
    drop(all);
    drop(watcher);
    assert_eq!(names(&hub), [""; 0]);
}

/// A reader is told of members and of events in turn, however many members come and go.
#[tokio::test(start_paused = true)]
async fn who_comes_and_goes_does_not_hold_up_events() {
    let hub = Hub::new(HubOptions::default().presence_changes_max(1));
    let mut watcher = watcher(&hub).await;
    assert_eq!(told(&mut watcher).len(), 1);
    publish(&hub, "room", 1..=3);
    let mut all = vec![];
    let mut read = async || {
        all.push(begin(hub.subscribe("room").present_as(all.len().to_string())).await);
        all.push(begin(hub.subscribe("room").present_as(all.len().to_string())).await);
        read(&mut watcher).split(':').next().expect("a part").to_owned()
    };
    let presence = "presence({\"topic\"";
    for event in ["1", "2", "3"] {
        assert_eq!((read().await.as_str(), read().await.as_str()), (presence, event));
    }
    assert_eq!((read().await.as_str(), read().await.as_str()), (presence, presence), "there is nothing else");
}

/// What the hub writes is what the client's types read.
#[cfg(feature = "client")]
#[tokio::test(start_paused = true)]
async fn the_clients_types_read_what_the_hub_says() {
    use oriole_sse::{ControlNames, Decoder, HubEvent};
    use serde_json::Value;

    let hub = Hub::new(HubOptions::default().presence_grace(Duration::ZERO).presence_members_max(1));
    let door = |_: Topic, _: Checkpoint| std::future::ready(GuardAnswer::Pass);
    let bob = hub.subscribe("room").present_as(Member::new("bob").label("Bob")).await.expect("let in");
    let subscribe = hub.subscribe("room").principal("ann").present_as("ann").changeable(door).watch_presence();
    let mut subscription = subscribe.await.expect("let in");
    let mut read = async || {
        let mut bytes = vec![];
        let event = subscription.next().await.expect("an event");
        oriole_sse::encode(&event, &mut bytes).expect("encoded");
        let event = Decoder::default().feed(&bytes).next().expect("an event").expect("within the limits");
        event.hub_event::<Value>(&ControlNames::default()).expect("of the hub's")
    };
    let HubEvent::Hello(hello) = read().await else { panic!("no hello") };
    assert_eq!(
        (hello.verdict.as_str(), &hello.topics[..], &hello.refused[..]),
        ("live", &["room".to_owned()][..], &[][..])
    );
    let HubEvent::Presence(presence) = read().await else { panic!("no list") };
    let here: Vec<_> = presence.here.iter().flatten().map(|member| (&*member.name, member.label.as_deref())).collect();
    assert_eq!((presence.topic.as_str(), here, presence.more), ("room", vec![("bob", Some("Bob"))], Some(1)));
    drop(bob);
    let HubEvent::Presence(presence) = read().await else { panic!("nobody left") };
    let left = presence.left.expect("somebody");
    assert_eq!((left.name.as_str(), presence.cause.as_deref(), presence.joined), ("bob", Some("closed"), None));
    let HubEvent::Presence(presence) = read().await else { panic!("there is room") };
    assert_eq!((presence.joined.map(|ann| ann.name), presence.more), (Some("ann".into()), Some(0)));

    let handle = hello.handle.expect("a handle");
    hub.change(&handle).principal("ann").with("hall").without("room").await.expect("changed");
    let HubEvent::Topics(topics) = read().await else { panic!("no change") };
    let [hall, room] = ["hall", "room"].map(|name| vec![name.to_owned()]);
    assert_eq!((&topics.topics, &topics.added, &topics.removed, topics.is_revoked), (&hall, &hall, &room, false));
    hub.revoke(&"ann".into());
    let mut last = read().await;
    while matches!(last, HubEvent::Presence(_)) {
        last = read().await;
    }
    assert!(matches!(&last, HubEvent::End(end) if end.reason == "revoked"), "{last:?}");
}

/// Watchers are woken together when many come at once, and nobody is forgotten.
#[tokio::test(start_paused = true)]
async fn a_crowd_is_told_in_rounds() {
    let hub = Hub::new(HubOptions::default().wake_window(SECOND / 2));
    let mut watcher = watcher(&hub).await;
    assert_eq!(told(&mut watcher).len(), 1);
    let mut all = vec![begin(hub.subscribe("room").present_as("0")).await];
    assert_eq!(watcher.next().await.map(|_| told(&mut watcher).len()), Some(0), "the first wakes at once");
    let begun = Instant::now();
    let first = tokio::join!(watcher.next(), async {
        for number in 1..20 {
            all.push(begin(hub.subscribe("room").present_as(number.to_string())).await);
        }
    });
    assert!(first.0.is_some() && begun.elapsed() >= SECOND / 2, "{:?}", begun.elapsed());
    assert_eq!(told(&mut watcher).len(), 18);
}
