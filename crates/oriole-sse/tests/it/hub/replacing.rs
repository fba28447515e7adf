//! Subscriptions that stand for others.

use std::sync::Arc;
use std::task::Poll;

use http::StatusCode;
use oriole_sse::{Hub, HubOptions, LastEventId, MemoryStore, Store, Subscribe, SubscribeError, Subscription};

use super::support::{Flaky, HELLO, ManualClock, next_now, now, read, read_all, read_id};

const REPLACED: &str = "end({\"reason\":\"replaced\"})";

#[test]
fn the_later_one_of_a_name_replaces_the_earlier() {
    let hub = Hub::default();
    let open = |subscribe: Subscribe| {
        let mut subscription = now(subscribe).expect("let in");
        assert_eq!(read(&mut subscription), HELLO);
        subscription
    };
    let anns = || hub.subscribe("a").principal("ann");
    let mut first = open(anns().replacing("inbox"));
    let mut others = [
        open(anns()),
        open(anns().replacing("feed")),
        open(hub.subscribe("a").principal("bob").replacing("inbox")),
        open(hub.subscribe("a").replacing("inbox")),
        open(hub.subscribe("a").replacing("inbox")),
    ];
    let mut second = open(anns().replacing("inbox"));
    let end = read_id(&mut first);
    assert_eq!(read(&mut first), "the end");
    for other in others.iter_mut().chain([&mut second]) {
        assert_eq!(read(other), "nothing", "of another name, of another principal, of nobody, or the later one");
    }

    // Who comes back by itself is told to stop, for good; who begins anew replaces in turn.
    let again = anns().from(LastEventId::from(end.clone()));
    let error = now(again).expect_err("over");
    assert!(matches!(error, SubscribeError::Over), "{error:?}");
    assert_eq!((error.status(), error.retry_after()), (StatusCode::NO_CONTENT, None));
    let bobs = hub.subscribe("a").principal("bob").from(LastEventId::from(end));
    assert!(read(&mut now(bobs).expect("let in")).contains("\"forged\""), "it is hers");
    let mut third = open(anns().replacing("inbox"));
    assert_eq!(read(&mut second), REPLACED);
    assert_eq!(read_all(&mut third), [""; 0]);
}

/// One that replaces needs the room of the one that it replaces, which is free a little later: so there may be twice as many.
#[test]
fn a_replacement_is_let_in_where_there_is_no_room() {
    let hub = Hub::new(HubOptions::default().principal_subscriptions_max(2));
    let inbox = || hub.subscribe("a").principal("ann").replacing("inbox");
    let kept: Vec<_> = (0..4).map(|number| now(inbox()).unwrap_or_else(|error| panic!("{number}: {error}"))).collect();
    assert!(matches!(now(inbox()), Err(SubscribeError::TooMany { .. })), "nobody has looked at their ends");
    assert!(matches!(now(hub.subscribe("a").principal("ann")), Err(SubscribeError::TooMany { .. })));
    for mut subscription in kept {
        read_all(&mut subscription);
    }
    now(inbox()).map(drop).expect("they are gone");
}

/// Without a key there is no id that says so: then a time has to keep two tabs from replacing each other all the time.
#[tokio::test]
async fn who_is_replaced_without_an_id_is_told_to_stay_away_for_long() {
    let store = Arc::new(Flaky::new(MemoryStore::default()));
    store.set_away(true);
    let hub = Hub::with_clock(HubOptions::default(), Arc::clone(&store) as Arc<dyn Store>, ManualClock::new());
    let inbox = || now(hub.subscribe("a").principal("ann").replacing("inbox")).expect("let in");
    let retry = |subscription: &mut Subscription| {
        let event = std::iter::from_fn(|| match next_now(subscription) {
            Poll::Ready(event) => event,
            Poll::Pending => None,
        });
        let mut bytes = vec![];
        oriole_sse::encode(&event.last().expect("an end"), &mut bytes).expect("encoded");
        let text = String::from_utf8(bytes).expect("text");
        assert!(text.contains(r#"data: {"reason":"replaced"}"#), "{text}");
        text.lines().find(|line| line.starts_with("retry") || line.starts_with("id")).map(str::to_owned)
    };
    let mut first = inbox();
    let second = inbox();
    assert_eq!(retry(&mut first).as_deref(), Some("retry: 3600000"));
    drop(second);

    let hub = Hub::default();
    let inbox = || now(hub.subscribe("a").principal("ann").replacing("inbox")).expect("let in");
    let mut first = inbox();
    let _second = inbox();
    assert!(retry(&mut first).is_some_and(|line| line.starts_with("id: ")), "its id says it");
}
