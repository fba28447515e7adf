//! Changes while the store is away.

use std::sync::Arc;
use std::time::Duration;

use http::StatusCode;
use oriole_sse::{Hub, HubOptions, MemoryStore, Start, Store};

use super::support::{Opened, open, rooms, topics};
use crate::hub::support::{Flaky, ManualClock, now, publish, read_all, settle};

fn hub_on(store: &Arc<Flaky>) -> Hub {
    Hub::with_clock(HubOptions::default(), Arc::clone(store) as Arc<dyn Store>, ManualClock::new())
}

/// What was published before cannot be given, and nobody would know.
#[tokio::test]
async fn a_change_that_goes_back_is_refused() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    publish(&hub, "rooms/2", [1, 2]);
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    let change = || hub.change(&handle).principal("ann").with("rooms/2");
    store.set_away(true);
    for start in [Start::Earliest, Start::Events(1), Start::Ago(Duration::from_secs(60))] {
        let error = now(change().from(start)).expect_err("nobody can look");
        assert_eq!(error.status(), StatusCode::SERVICE_UNAVAILABLE, "{error:?}");
        assert!(error.retry_after().is_some(), "{error:?}");
        assert_eq!(error.body_text(), "the store of events is away, so nothing is known of what was published before");
    }
    assert_eq!(subscription.topics().count(), 1, "it stays as it was");
    store.set_away(false);
    settle().await;
    read_all(&mut subscription);
    now(change().from(Start::Earliest)).expect("changed");
    assert_eq!(read_all(&mut subscription), [&topics(&["rooms/1", "rooms/2"], &["rooms/2"], &[]), "1", "2"]);
}

/// Who had a topic when the store went away is told that its events are not kept, and so is who adds one later.
#[tokio::test]
async fn a_topic_that_is_added_is_live_only_and_says_so() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    let change = |topic: &str| now(hub.change(&handle).principal("ann").with(topic)).expect("changed");
    store.set_away(true);
    // Whether the change or the absence is told first, each topic has one gap.
    change("rooms/2");
    let unavailable = |told: &[String]| told.iter().filter(|event| event.contains("\"unavailable\"")).count();
    let told = read_all(&mut subscription);
    assert_eq!(unavailable(&told), 2, "{told:?}");
    change("rooms/3");
    publish(&hub, "rooms/3", [3]);
    let told = read_all(&mut subscription);
    assert!(told[0].starts_with("topics(") && told.len() == 3, "{told:?}");
    assert!(told[1].contains("\"topic\":\"rooms/3\",\"reason\":\"unavailable\""), "{told:?}");
    assert_eq!(told[2], "3*");
    store.set_away(false);
    settle().await;
    assert_eq!(unavailable(&read_all(&mut subscription)), 0);
    change("rooms/4");
    assert_eq!(unavailable(&read_all(&mut subscription)), 0, "it is there");
}

/// A topic that is opened once the store is back is known, but the keys of ids are still to be read: what comes until then has no
/// id. A client that was told that it has its place again, and was cut off, would come back without one, and lose the rest in silence.
#[tokio::test]
async fn a_return_is_not_told_before_there_are_ids() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    store.set_away(true);
    let Opened { mut subscription, handle, hello, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    assert_eq!(hello["liveOnly"], true);
    store.set_away(false);
    // The hub's task has not run, and no topic is left which it has to look at.
    now(hub.change(&handle).principal("ann").with("rooms/2").without("rooms/1")).expect("changed");
    publish(&hub, "rooms/2", [1]);
    let unavailable = r#"gap({"topic":"rooms/2","reason":"unavailable","after":0,"through":null})*"#;
    let told = topics(&["rooms/2"], &["rooms/2"], &["rooms/1"]);
    assert_eq!(read_all(&mut subscription), [&format!("{told}*"), unavailable, "1*"]);
    settle().await;
    publish(&hub, "rooms/2", [2]);
    let data = format!("{{\"verdict\":\"resumed\",\"handle\":\"{handle}\",\"topics\":[\"rooms/2\"]}}");
    assert_eq!(read_all(&mut subscription), [&format!("hello({data})"), "2"]);
}

/// The page goes on with the handle that it has, or with the one that it is told: they are the same.
#[tokio::test]
async fn the_hello_of_the_return_has_the_handle_and_the_topics() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = hub_on(&store);
    let Opened { mut subscription, handle, .. } = open(hub.subscribe("rooms/1").changeable(rooms));
    now(hub.change(&handle).principal("ann").with("rooms/2")).expect("changed");
    store.set_away(true);
    read_all(&mut subscription);
    store.set_away(false);
    settle().await;
    let data = format!("{{\"verdict\":\"resumed\",\"handle\":\"{handle}\",\"topics\":[\"rooms/1\",\"rooms/2\"]}}");
    assert_eq!(read_all(&mut subscription), [format!("hello({data})")]);
}
