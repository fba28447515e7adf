//! What a client has missed, told without giving it.

use std::future::ready;
use std::sync::Arc;

use oriole_sse::{
    CursorFault, EventId, GuardAnswer, Hub, HubOptions, LastEventId, MemoryStore, MemoryStoreOptions, Retention, Start,
    Store, Subscribe, SubscribeError, Verdict,
};
use serde_json::json;

use super::support::{Flaky, ManualClock, now, publish, read_all, read_id};

/// What the digest says, beside what a subscription that begins there says and gives: the two agree.
fn digest(subscribe: impl Fn() -> Subscribe) -> (Verdict, Vec<(Option<u64>, bool)>) {
    let digest = now(subscribe().digest()).expect("told");
    let mut subscription = now(subscribe()).expect("room");
    assert_eq!(digest.verdict, subscription.verdict());
    let given = read_all(&mut subscription).iter().filter(|event| event.parse::<u64>().is_ok()).count() as u64;
    if digest.topics.iter().all(|topic| topic.is_complete) {
        assert_eq!(digest.topics.iter().filter_map(|topic| topic.missed).sum::<u64>(), given);
    }
    (digest.verdict, digest.topics.iter().map(|topic| (topic.missed, topic.is_complete)).collect())
}

fn id_of(hub: &Hub, topic: &str) -> EventId {
    read_id(&mut now(hub.subscribe(topic)).expect("room"))
}

#[test]
fn a_digest_tells_what_a_subscription_would_give() {
    let store = MemoryStore::new(MemoryStoreOptions::default().retention(Retention::default().events_max(5)));
    let hub = Hub::with_store(HubOptions::default().ring_events_max(1).replay_events_max(4), store);
    let id = id_of(&hub, "a");
    let resume = |id: &EventId| Start::from(LastEventId::from(id.clone()));
    let from = |start: Start| digest(|| hub.subscribe("a").from(start.clone()));
    assert_eq!(from(resume(&id)), (Verdict::Resumed, vec![(Some(0), true)]));
    publish(&hub, "a", 1..=4);
    assert_eq!(from(resume(&id)), (Verdict::Resumed, vec![(Some(4), true)]));
    assert_eq!(from(Start::Live), (Verdict::Live, vec![(Some(0), true)]));
    assert_eq!(from(Start::Events(3)), (Verdict::Live, vec![(Some(3), true)]));
    publish(&hub, "a", [5]);
    assert_eq!(from(resume(&id)), (Verdict::Gap, vec![(Some(5), false)]), "more than is caught up with");
    assert_eq!(from(Start::Earliest), (Verdict::Live, vec![(Some(5), false)]));

    // A topic that the cursor does not have begins live; one that is of no topic is refused.
    publish(&hub, "b", [6]);
    let both = || hub.subscribe("b").and("a").from(resume(&id_of(&hub, "a")));
    assert_eq!(digest(both), (Verdict::Resumed, vec![(Some(0), true), (Some(0), true)]));
    let foreign = Verdict::Refused(CursorFault::Foreign);
    assert_eq!(digest(|| hub.subscribe("b").from(resume(&id))), (foreign, vec![(None, false)]));
    let malformed = Verdict::Refused(CursorFault::Malformed);
    assert_eq!(from(Start::Cursor("41".into())), (malformed, vec![(None, false)]));
}

#[test]
fn a_digest_is_guarded_bounded_and_counts_as_nobody() {
    let hub = Hub::new(HubOptions::default().subscriptions_max(1).subscription_topics_max(1));
    let _full = now(hub.subscribe("a")).expect("room");
    now(hub.subscribe("a").guard(|_| ready(GuardAnswer::Pass)).digest()).expect("told");
    assert_eq!(hub.subscriptions(), 1);
    let refused = now(hub.subscribe("a").guard(|_| ready(GuardAnswer::Refuse)).digest());
    assert!(matches!(refused, Err(SubscribeError::Refused)));
    let too_many = now(hub.subscribe("a").and("b").digest());
    assert!(matches!(too_many, Err(SubscribeError::TooManyTopics { .. })));
}

#[test]
fn a_digest_says_when_nobody_knows() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as Arc<dyn Store>, ManualClock::new());
    let id = id_of(&hub, "a");
    store.set_away(true);
    let digest = now(hub.subscribe("a").from(LastEventId::from(id)).digest()).expect("told");
    let told = serde_json::to_value(&digest).expect("JSON");
    let expected = json!({"verdict": "gap", "topics": [{"topic": "a", "missed": null, "isComplete": false}]});
    assert_eq!(told, expected);
}
