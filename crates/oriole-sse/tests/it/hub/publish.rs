//! Publishing, and what subscribers get of it.

use std::task::Poll;

use oriole_sse::{
    ControlNames, Expected, Hub, HubOptions, MemoryStore, MessageEvent, PublishError, Published, TopicNaming, encode,
    event_name,
};

use super::support::{HELLO, next_now, now, publish, read, read_all, read_id, refusal};

#[test]
fn an_event_goes_to_all_who_read_its_topic() {
    let hub = Hub::default();
    let mut both = now(hub.subscribe("a").and("b").and("a")).expect("room");
    let mut one = now(hub.subscribe("b")).expect("room");
    assert_eq!(both.topics().map(|topic| topic.as_str()).collect::<Vec<_>>(), ["a", "b"]);
    publish(&hub, "a", [1]);
    publish(&hub, "b", [2]);
    publish(&hub, "c", [3]);
    assert_eq!(read_all(&mut both), [HELLO, "1", "2"]);
    assert_eq!(read_all(&mut one), [HELLO, "2"]);
    publish(&hub, "b", [4]);
    assert_eq!((read(&mut both), read(&mut one)), ("4".into(), "4".into()));
}

#[test]
fn an_event_is_what_was_published_and_its_id_is_the_same_for_everybody() {
    let hub = Hub::default();
    let mut first = now(hub.subscribe("a")).expect("room");
    let mut second = now(hub.subscribe("a")).expect("room");
    let _ = (read(&mut first), read(&mut second));
    let event =
        MessageEvent::new("two\nlines").event_type(event_name!("note")).retry(std::time::Duration::from_secs(3));
    now(hub.publish("a", event.clone())).expect("published");
    let (Poll::Ready(Some(got)), Poll::Ready(Some(other))) = (next_now(&mut first), next_now(&mut second)) else {
        panic!("an event each")
    };
    assert_eq!(got, other);
    let id = got.fields().id.cloned().expect("an id");
    assert!(id.as_str().len() < 40, "{id}");
    assert_eq!(got, event.id(id.clone()), "an event is its parts");

    let mut wire = Vec::new();
    encode(&got, &mut wire).expect("encoded already");
    let expected = format!("id: {id}\nevent: note\nretry: 3000\ndata: two\ndata: lines\n\n");
    assert_eq!(String::from_utf8(wire).expect("text"), expected);

    let changed = got.text("another");
    assert_eq!(changed.fields().data, Some("another"));
    assert_eq!(changed.fields().event_type.map(|name| name.as_str()), Some("note"));
    assert_eq!(changed.fields().id, Some(&id));
}

#[test]
fn ids_differ_by_principal_and_by_topics() {
    let hub = Hub::default();
    let ids: Vec<_> = [
        hub.subscribe("a"),
        hub.subscribe("a").and("b"),
        hub.subscribe("a").principal("ann"),
        hub.subscribe("a").principal("bob"),
    ]
    .into_iter()
    .map(|subscribe| read_id(&mut now(subscribe).expect("room")))
    .collect();
    for (at, id) in ids.iter().enumerate() {
        assert!(!ids[..at].contains(id), "{ids:?}");
    }
}

#[test]
fn what_cannot_be_published_is_refused() {
    let hub = Hub::new(HubOptions::default().event_bytes_max(20));
    let check =
        |topic: &str, event: MessageEvent, expected: &str| assert_eq!(refusal(hub.publish(topic, event)), expected);
    check("", MessageEvent::new("x"), "a topic's name cannot be empty");
    check("a", MessageEvent::default(), "an event that is published needs data");
    check("a", MessageEvent::default().comment("x"), "an event that is published needs data");
    check("a", MessageEvent::new("x").id(7_u64), "an event that is published gets its id from the hub");
    for name in [event_name!("hello"), event_name!("gap"), event_name!("end")] {
        let expected = format!("the name {name} is the hub's own");
        check("a", MessageEvent::new("x").event_type(name), &expected);
    }
    let broken = std::collections::HashMap::from([((1, 2), 3)]);
    check("a", MessageEvent::json(&broken), "an event's data could not be serialised as JSON: key must be a string");

    // `data: ` and two line ends are eight bytes.
    now(hub.publish("a", MessageEvent::new("x".repeat(12)))).expect("of the limit");
    check("a", MessageEvent::new("x".repeat(13)), "an event that is published cannot exceed 20 bytes");
}

/// An enum whose variants are event names, there and back; its names are held to what those of other events are.
#[test]
fn an_enum_is_published_and_read_by_its_variants() {
    #[derive(Debug, PartialEq, serde::Serialize, serde::Deserialize)]
    #[serde(rename_all = "kebab-case")]
    enum Room {
        Said { text: String },
        Left,
        Hello,
    }

    let hub = Hub::default();
    let mut subscription = now(hub.subscribe("a")).expect("room");
    let all = [Room::Said { text: "one\ntwo".into() }, Room::Left];
    for event in &all {
        now(hub.publish("a", MessageEvent::typed(event))).expect("published");
    }
    let error = refusal(hub.publish("a", MessageEvent::typed(&Room::Hello)));
    assert_eq!(error, "the name hello is the hub's own");
    assert_eq!(read(&mut subscription), HELLO);
    let mut decoder = oriole_sse::Decoder::default();
    for expected in all {
        let Poll::Ready(Some(event)) = next_now(&mut subscription) else { panic!("an event") };
        let mut wire = vec![];
        encode(&event, &mut wire).expect("it is encoded already");
        let received = decoder.feed(&wire).next().expect("an event").expect("within the limits");
        assert_eq!(received.typed::<Room>().expect("one of them"), expected);
        assert!(!received.last_event_id().is_empty());
    }
}

#[test]
fn the_hubs_own_events_can_have_other_names() {
    let names = ControlNames::default().hello(event_name!("stream.hello"));
    let hub = Hub::new(HubOptions::default().names(names));
    let mut subscription = now(hub.subscribe("a")).expect("room");
    assert_eq!(read(&mut subscription), "stream.hello({\"verdict\":\"live\"})");
    now(hub.publish("a", MessageEvent::new("x").event_type(event_name!("hello")))).expect("not the hub's own");
    refusal(hub.publish("a", MessageEvent::new("x").event_type(event_name!("stream.hello"))));
}

#[test]
fn a_frame_can_name_its_topic() {
    let check = |naming, expected: [&str; 2]| {
        let hub = Hub::new(HubOptions::default().topic_naming(naming));
        let mut subscription = now(hub.subscribe("rooms/7")).expect("room");
        now(hub.publish("rooms/7", MessageEvent::new("1"))).expect("published");
        now(hub.publish("rooms/7", MessageEvent::new("2").event_type(event_name!("said")))).expect("published");
        assert_eq!(read_all(&mut subscription), [&[HELLO], &expected[..]].concat());
    };
    check(TopicNaming::None, ["1", "said(2)"]);
    check(TopicNaming::InType, ["rooms/7(1)", "rooms/7:said(2)"]);
    check(TopicNaming::FirstLine, ["rooms/7\n1", "said(rooms/7\n2)"]);
}

#[test]
fn a_name_and_a_predecessor_are_held_to() {
    let hub = Hub::default();
    let mut subscription = now(hub.subscribe("a")).expect("room");
    let publish = |data: &str| hub.publish("a", MessageEvent::new(data));
    let Ok(Published::Stored { position: first, is_duplicate: false }) =
        now(publish("1").idempotency_key("n").as_first())
    else {
        panic!("stored")
    };
    let again = now(publish("-").idempotency_key("n")).expect("known");
    assert_eq!(again, Published::Stored { position: first, is_duplicate: true });
    let second = now(publish("2").after(first)).expect("stored").position().expect("a place");
    for refused in [publish("-").after(first), publish("-").as_first()] {
        let Err(PublishError::Refused(refusal)) = now(refused) else { panic!("refused") };
        assert_eq!(refusal, oriole_sse::AppendRefusal::conflict(second));
    }
    assert_eq!(read_all(&mut subscription), [HELLO, "1", "2"]);
    assert_eq!(Expected::default(), Expected::Anything);
}

#[test]
fn a_volatile_event_has_no_id_comes_last_and_is_not_kept() {
    let hub = Hub::default();
    let mut one = now(hub.subscribe("a")).expect("room");
    let mut both = now(hub.subscribe("a").and("b")).expect("room");
    let volatile = now(hub.publish("a", MessageEvent::new("typing")).volatile()).expect("published");
    assert_eq!(volatile, Published::LiveOnly);
    publish(&hub, "a", [1]);
    publish(&hub, "b", [2]);
    let mut late = now(hub.subscribe("a").from(oriole_sse::Start::Earliest)).expect("room");
    assert_eq!(read_all(&mut one), [HELLO, "1", "typing*"]);
    assert_eq!(read_all(&mut both), [HELLO, "1", "2", "typing*"]);
    assert_eq!(read_all(&mut late), [HELLO, "1"]);
}

/// Two processes on one store, as it is with a store that is shared.
#[test]
fn hubs_on_one_store_are_one() {
    let store = MemoryStore::default();
    let hub = || Hub::with_store(HubOptions::default(), store.clone());
    let (here, there) = (hub(), hub());
    let mut subscription = now(here.subscribe("a")).expect("room");
    publish(&there, "a", [1]);
    publish(&here, "a", [2]);
    assert_eq!(read(&mut subscription), HELLO);
    let id = read_id(&mut subscription);
    let resume = oriole_sse::LastEventId::from(id);
    let mut elsewhere = now(there.subscribe("a").from(resume)).expect("room");
    assert_eq!(read_all(&mut elsewhere), [super::support::RESUMED, "2"]);
}
