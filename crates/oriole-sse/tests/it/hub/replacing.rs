//! Subscriptions that stand for others.

use http::StatusCode;
use oriole_sse::{Hub, HubOptions, LastEventId, Subscribe, SubscribeError};

use super::support::{HELLO, now, read, read_all, read_id};

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
