//! How much may be changed.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use oriole_sse::{ChangeError, Hub, HubOptions, LastEventId, MemoryStore, SubscribeError, TopicChanges};

use super::support::{Opened, lasting, open, rooms};
use crate::hub::support::{ManualClock, now, read_id};

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

/// More names are not even looked at: a request's body has room for a hundred thousand.
#[test]
fn a_change_names_so_many_topics() {
    let hub = Hub::default();
    let Opened { subscription: _kept, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    let asked = |add: u64, remove: u64| {
        let names = |from: u64, count: u64| (from..from + count).map(|number| format!("rooms/{number}"));
        let mut changes = TopicChanges::default();
        changes.add = names(1, 1).cycle().take(usize::try_from(add).expect("few")).collect();
        changes.remove = names(1000, remove).collect();
        now(hub.change(&handle).principal("ann").asked(changes))
    };
    let refused = |add, remove| {
        let error = asked(add, remove).expect_err("too many");
        let text = "a change names 64 topics at most";
        assert_eq!((error.status(), error.body_text().as_str()), (StatusCode::BAD_REQUEST, text), "{add}, {remove}");
    };
    asked(32, 32).expect("64");
    refused(32, 33);
    refused(65, 0);
    refused(0, 65);
    let mut change = hub.change(&handle).principal("ann");
    for number in 0..5000 {
        change = change.with(format!("rooms/{number}"));
    }
    assert_eq!(now(change).expect_err("too many").body_text(), "a change names 64 topics at most");
    assert_eq!(hub.options().change_topics_max, 64);

    // Where more may be named, no more are looked at than a subscription has.
    let hub = Hub::new(HubOptions::default().change_topics_max(usize::MAX));
    let Opened { subscription: _kept, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    let mut changes = TopicChanges::default();
    changes.add = (0..200_000).map(|number| format!("rooms/{number}")).collect();
    let error = now(hub.change(&handle).principal("ann").asked(changes)).expect_err("too many");
    assert_eq!(error.body_text(), "a subscription has 16 topics at most");
}
