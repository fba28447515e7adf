//! Who may change a subscription, and to what.

use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use futures_util::StreamExt;
use http::StatusCode;
use oriole_sse::{ChangeError, Checkpoint, GuardAnswer, Hub, HubOptions, Pattern, Start, SubscribeError, Topic};
use tokio::sync::watch;
use tokio::task::JoinSet;

use super::support::{Opened, open, rooms, topics};
use crate::hub::support::{now, publish, read, read_all};

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
    assert_eq!(read(&mut plain), crate::hub::support::HELLO);
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
