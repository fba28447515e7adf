//! Readers that are too slow.

use oriole_sse::{Hub, HubOptions, MessageEvent, SlowReader, SlowReaderPolicy, Subscription};

use super::support::{HELLO, RESUMED, gap, now, publish, read, read_all, read_id};

fn reader(hub: &Hub, policy: SlowReaderPolicy) -> Subscription {
    let slow = SlowReader::new(policy).events_max(4);
    let mut subscription = now(hub.subscribe("a").slow_reader(slow)).expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    subscription
}

fn publish_keyed(hub: &Hub, events: &[(u64, &str)]) {
    for (number, key) in events {
        now(hub.publish("a", MessageEvent::new(number.to_string())).coalesce_key(*key)).expect("published");
    }
}

fn numbers(range: std::ops::RangeInclusive<u64>) -> Vec<String> {
    range.map(|number| number.to_string()).collect()
}

/// Two hubs: what is too much for the reader is still in memory, or is not.
fn hubs() -> [Hub; 2] {
    [100, 4].map(|events| Hub::new(HubOptions::default().ring_events_max(events)))
}

#[test]
fn nobody_is_too_slow_at_the_bound() {
    for policy in [
        SlowReaderPolicy::Replay,
        SlowReaderPolicy::Disconnect,
        SlowReaderPolicy::DropOldest,
        SlowReaderPolicy::DropNewest,
        SlowReaderPolicy::Coalesce,
    ] {
        for hub in hubs() {
            let mut subscription = reader(&hub, policy);
            publish_keyed(&hub, &[(1, "k"), (2, "k"), (3, "k"), (4, "k")]);
            assert_eq!(read_all(&mut subscription), numbers(1..=4), "{policy:?}");
        }
    }
}

#[test]
fn a_reader_is_demoted_to_the_store() {
    for hub in hubs() {
        let mut subscription = reader(&hub, SlowReaderPolicy::Replay);
        publish(&hub, "a", 1..=50);
        assert_eq!(read_all(&mut subscription), numbers(1..=50));
        publish(&hub, "a", 51..=52);
        assert_eq!(read_all(&mut subscription), numbers(51..=52));
    }
}

#[test]
fn a_reader_is_sent_away_and_may_come_back() {
    for hub in hubs() {
        let mut subscription = reader(&hub, SlowReaderPolicy::Disconnect);
        publish(&hub, "a", 1..=2);
        assert_eq!(read(&mut subscription), "1");
        publish(&hub, "a", 3..=6);
        let mut ended = subscription;
        let id = read_id(&mut ended);
        assert_eq!(read(&mut ended), "the end");

        let slow = SlowReader::new(SlowReaderPolicy::Disconnect).events_max(4);
        let resume = oriole_sse::LastEventId::from(id);
        let mut subscription = now(hub.subscribe("a").slow_reader(slow).from(resume)).expect("room");
        // While it catches up it is not judged.
        assert_eq!(read_all(&mut subscription), [vec![RESUMED.to_owned()], numbers(2..=6)].concat());
        publish(&hub, "a", 7..=11);
        assert_eq!(read(&mut subscription), "end({\"reason\":\"slow\"})");
    }
}

#[test]
fn the_oldest_are_dropped() {
    for hub in hubs() {
        let mut subscription = reader(&hub, SlowReaderPolicy::DropOldest);
        publish(&hub, "a", 1..=5);
        assert_eq!(read_all(&mut subscription), [&gap("a", "overflow", 0, 3), "4", "5"]);
        publish(&hub, "a", 6..=9);
        assert_eq!(read_all(&mut subscription), numbers(6..=9));
    }
}

#[test]
fn the_newest_are_dropped() {
    for hub in hubs() {
        let mut subscription = reader(&hub, SlowReaderPolicy::DropNewest);
        publish(&hub, "a", 1..=7);
        assert_eq!(read(&mut subscription), "1");
        publish(&hub, "a", 8..=9);
        let mut expected = numbers(2..=4);
        expected.push(gap("a", "overflow", 4, 7));
        expected.extend(numbers(8..=9));
        assert_eq!(read_all(&mut subscription), expected);
    }
}

#[test]
fn bytes_count_as_events_do() {
    // A frame is an id line of 40 bytes and the event.
    let hub = Hub::default();
    let slow = SlowReader::new(SlowReaderPolicy::DropOldest).bytes_max(200);
    let mut subscription = now(hub.subscribe("a").slow_reader(slow)).expect("room");
    assert_eq!(read(&mut subscription), HELLO);
    let large = |fill: &str| {
        now(hub.publish("a", MessageEvent::new(fill.repeat(50)))).expect("published");
    };
    large("1");
    large("2");
    assert_eq!(read_all(&mut subscription), ["1".repeat(50), "2".repeat(50)]);
    for fill in ["3", "4", "5"] {
        large(fill);
    }
    assert_eq!(read_all(&mut subscription), [gap("a", "overflow", 2, 4), "5".repeat(50)]);
    // One event alone is never too much.
    large(&"6".repeat(100));
    assert_eq!(read_all(&mut subscription), ["6".repeat(5000)]);
}

#[test]
fn the_latest_of_each_key_arrives() {
    let hub = Hub::default();
    let mut subscription = reader(&hub, SlowReaderPolicy::Coalesce);
    publish_keyed(&hub, &[(1, "x"), (2, "y"), (3, "x"), (4, "z"), (5, "x")]);
    publish(&hub, "a", [6]);
    publish_keyed(&hub, &[(7, "y")]);
    let told = gap("a", "coalesced", 0, 7);
    assert_eq!(read_all(&mut subscription), [&told, "4", "5", "6", "7"]);
    publish_keyed(&hub, &[(8, "x"), (9, "x")]);
    assert_eq!(read_all(&mut subscription), numbers(8..=9), "who keeps up gets everything");

    // What is superseded while the reader takes the rest is left out as well.
    publish_keyed(&hub, &[(10, "x"), (11, "y"), (12, "y"), (13, "x"), (14, "z")]);
    assert_eq!(read(&mut subscription), gap("a", "coalesced", 9, 14));
    assert_eq!(read(&mut subscription), "12");
    publish_keyed(&hub, &[(15, "x")]);
    assert_eq!(read_all(&mut subscription), numbers(14..=15));
}

#[test]
fn the_latest_of_each_key_arrives_though_memory_has_let_it_go() {
    let hub = Hub::new(HubOptions::default().ring_events_max(2).coalesce_keys_max(3));
    let mut subscription = reader(&hub, SlowReaderPolicy::Coalesce);
    publish_keyed(&hub, &[(1, "x"), (2, "y"), (3, "x")]);
    publish(&hub, "a", 4..=5);
    publish_keyed(&hub, &[(6, "z")]);
    let told = gap("a", "coalesced", 0, 6);
    assert_eq!(read_all(&mut subscription), [&told, "2", "3", "5", "6"], "4 has no key and is gone");

    // Three keys are remembered: of a fourth, the one whose event is the oldest is forgotten.
    publish_keyed(&hub, &[(7, "w"), (8, "x"), (9, "y"), (10, "z"), (11, "z"), (12, "z")]);
    assert_eq!(read_all(&mut subscription), [&gap("a", "coalesced", 6, 12), "8", "9", "12"]);
}

#[test]
fn a_subscription_can_differ_from_its_hub() {
    let slow = SlowReader::new(SlowReaderPolicy::DropOldest).events_max(4);
    let hub = Hub::new(HubOptions::default().slow_reader(slow));
    let mut hubs_own = now(hub.subscribe("a")).expect("room");
    let mut its_own = now(hub.subscribe("a").slow_reader(SlowReaderPolicy::Replay)).expect("room");
    publish(&hub, "a", 1..=5);
    assert_eq!(read_all(&mut hubs_own).len(), 4);
    assert_eq!(read_all(&mut its_own).len(), 6);
}

/// Parity: SSE.21.
#[test]
fn one_who_does_not_read_changes_nothing_for_the_others() {
    let hub = Hub::new(HubOptions::default().ring_events_max(8));
    let mut stalled = reader(&hub, SlowReaderPolicy::Replay);
    let mut others: Vec<_> = (0..10).map(|_| reader(&hub, SlowReaderPolicy::Disconnect)).collect();
    for number in 1..=500 {
        publish(&hub, "a", [number]);
        for other in &mut others {
            assert_eq!(read_all(other), [number.to_string()]);
        }
    }
    assert_eq!(read_all(&mut stalled), numbers(1..=500));
}
