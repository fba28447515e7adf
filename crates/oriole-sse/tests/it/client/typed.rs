//! A hub's stream through the client, as values: the application's own, and what the hub says.

use std::time::Duration;

use bytes::Bytes;
use futures_util::StreamExt;
use http::Request;
use http_body_util::BodyExt;
use oriole_sse::{
    ControlNames, EndReason, EventSource, EventStreams, GapReason, Hub, HubEvent, HubOptions, MemoryStore,
    MemoryStoreOptions, MessageEvent, ReceivedEventStreamExt, Retention, Start, Transport, TransportBody,
    TransportError, TransportErrorKind, TransportFuture, Verdict, event_name,
};
use serde::{Deserialize, Serialize};

use super::script::{Script, says};

#[derive(Clone, Debug, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "kebab-case")]
enum Room {
    Said { by: String, number: u32 },
    Closed,
}

fn said(number: u32) -> Room {
    Room::Said { by: "Ann".into(), number }
}

/// A server without a wire: each request is a subscription, which ends when it is ten seconds old.
#[derive(Clone, Debug)]
struct Rooms {
    hub: Hub,
    streams: EventStreams,
}

const LIFETIME: Duration = Duration::from_secs(10);

impl Transport for Rooms {
    fn send(&self, request: Request<Bytes>) -> TransportFuture {
        let Self { hub, streams } = self.clone();
        Box::pin(async move {
            let start = Start::read(request.headers(), request.uri(), 1024).expect("a start");
            let subscription = hub.subscribe("room").from(start).lifetime(LIFETIME).await.expect("room for it");
            let response = streams.open_events(subscription).await;
            let broken = |cut| TransportError::new(TransportErrorKind::Exchange, cut);
            Ok(response.map(|body| Box::pin(body.map_err(broken)) as TransportBody))
        })
    }
}

#[tokio::test(start_paused = true)]
async fn a_hubs_stream_is_read_as_values_over_a_reconnection() {
    let store = MemoryStoreOptions::default().retention(Retention::default().events_max(3));
    let hub = Hub::with_store(HubOptions::default().ring_events_max(3), MemoryStore::new(store));
    let rooms = Rooms { hub: hub.clone(), streams: EventStreams::default() };
    let publish = async |event: &Room| {
        hub.publish("room", MessageEvent::typed(event)).await.expect("published");
    };
    let source =
        EventSource::builder("https://example.com/room").transport(rooms).jitter(|| 0.0).build().expect("a source");
    let mut events = source.hub_events::<Room>();
    let mut next = async || events.next().await.expect("it goes on").expect("a value");

    let HubEvent::Hello(hello) = next().await.value else { panic!("no hello") };
    assert_eq!((hello.verdict.as_str(), hello.reason, hello.is_live_only), (Verdict::Live.as_str(), None, false));
    publish(&said(1)).await;
    publish(&Room::Closed).await;
    let first = next().await;
    assert_eq!(first.value, HubEvent::Event(said(1)));
    let second = next().await;
    assert_eq!(second.value, HubEvent::Event(Room::Closed));
    assert!(!first.id.is_empty() && first.id != second.id, "{first:?} {second:?}");
    let HubEvent::End(end) = next().await.value else { panic!("no end") };
    assert_eq!(end.reason, EndReason::Lifetime.as_str());

    // While the source waits, more happens than is kept.
    for number in 3..=7 {
        publish(&said(number)).await;
    }
    let HubEvent::Hello(hello) = next().await.value else { panic!("no hello") };
    assert_eq!(hello.verdict, Verdict::Gap.as_str());
    let HubEvent::Gap(gap) = next().await.value else { panic!("no gap") };
    assert_eq!((gap.topic.as_str(), gap.reason.as_str()), ("room", GapReason::Retention.as_str()));
    assert_eq!((gap.after, gap.through), (Some(2), Some(4)));
    for number in 5..=7 {
        assert_eq!(next().await.value, HubEvent::Event(said(number)));
    }
}

/// Under names of the application's, from a newer server, and what is wrong.
#[tokio::test(start_paused = true)]
async fn a_hubs_events_are_known_by_their_names_and_by_nothing_else() {
    let body = "event: room.hello\ndata: {\"verdict\":\"refused\",\"reason\":\"forged\",\"live\":[\"a\",7],\"new\":1}\n\n\
                event: hello\ndata: {}\n\nevent: end\ndata: {\"why\":\"?\"}\n\nevent: end\ndata: {\"reason\":\"new\"}\n\n\
                event: gap\ndata: {\"reason\":\"overflow\",\"after\":null,\"through\":18446744073709551615}\n\n\
                event: closed\ndata\n\n";
    let names = ControlNames::default().hello(event_name!("room.hello"));
    let source = Script::new([says(body)]).source();
    let items: Vec<_> = source.hub_events::<Room>().names(names.clone()).take(6).collect().await;
    let [Ok(hello), Err(unknown), Err(wrong), Ok(end), Ok(gap), Ok(closed)] = &items[..] else { panic!("{items:?}") };
    let HubEvent::Hello(hello) = &hello.value else { panic!("{hello:?}") };
    assert_eq!(
        (hello.verdict.as_str(), hello.reason.as_deref(), &hello.live[..]),
        ("refused", Some("forged"), &["a".to_owned()][..])
    );
    assert_eq!(unknown.to_string(), "an event of the type \"hello\" is not known");
    assert!(wrong.to_string().contains("`reason` is missing"), "{wrong}");
    assert!(matches!(&end.value, HubEvent::End(end) if end.reason == "new"), "{end:?}");
    assert!(matches!(&gap.value, HubEvent::Gap(gap) if (gap.after, gap.through) == (None, Some(u64::MAX))), "{gap:?}");
    assert_eq!(closed.value, HubEvent::Event(Room::Closed));

    let source = Script::new([says(body)]).source();
    let items: Vec<_> = source.hub_events::<Room>().names(names).skip_unknown().take(5).collect().await;
    assert!(items[0].is_ok() && items[1].is_err() && items[2..].iter().all(Result::is_ok), "{items:?}");
}
