//! Who may read, and may go on reading.

use std::future::pending;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};
use std::task::Poll;
use std::time::Duration;

use futures_util::StreamExt;
use futures_util::future::BoxFuture;
use http::StatusCode;
use oriole_sse::{
    Checkpoint, GuardAnswer, Hub, HubOptions, LastEventId, MessageEvent, Principal, Snapshot, Start, SubscribeError,
    Subscription,
};
use tokio::time::{Instant, sleep};

use super::support::{HELLO, next_now, now, publish, read, read_all, read_id, refusal};

const SECOND: Duration = Duration::from_secs(1);

/// A guard that says what it is told to, and notes when it is asked.
#[derive(Clone)]
struct Door {
    answer: Arc<Mutex<Option<GuardAnswer>>>,
    asked: Arc<Mutex<Vec<Checkpoint>>>,
}

impl Door {
    fn new(answer: impl Into<Option<GuardAnswer>>) -> Self {
        Self { answer: Arc::new(Mutex::new(answer.into())), asked: Arc::default() }
    }

    /// From now on; `None` for no answer at all.
    fn says(&self, answer: impl Into<Option<GuardAnswer>>) {
        *self.answer.lock().expect("no panic") = answer.into();
    }

    fn asked(&self) -> Vec<Checkpoint> {
        std::mem::take(&mut *self.asked.lock().expect("no panic"))
    }

    fn guard(&self) -> impl Fn(Checkpoint) -> BoxFuture<'static, GuardAnswer> + Send + Sync + 'static {
        let door = self.clone();
        move |checkpoint| {
            door.asked.lock().expect("no panic").push(checkpoint);
            match *door.answer.lock().expect("no panic") {
                Some(answer) => Box::pin(std::future::ready(answer)),
                None => Box::pin(pending()),
            }
        }
    }
}

const REVOKED: &str = "end({\"reason\":\"revoked\"})";

#[test]
fn a_guard_is_asked_at_subscribe_and_on_replay() {
    let (hub, door) = (Hub::default(), Door::new(GuardAnswer::Pass));
    let mut subscription = now(hub.subscribe("a").guard(door.guard())).expect("let in");
    assert_eq!(door.asked(), [Checkpoint::Subscribe]);
    let id = read_id(&mut subscription);
    drop(subscription);
    publish(&hub, "a", [1]);

    for start in [LastEventId::from(id.clone()).into(), Start::Earliest, Start::Events(1), Start::Ago(SECOND)] {
        let mut subscription = now(hub.subscribe("a").from(start.clone()).guard(door.guard())).expect("let in");
        assert_eq!(door.asked(), [Checkpoint::Replay], "{start:?}");
        assert_eq!(read_all(&mut subscription).last().map(String::as_str), Some("1"));
    }

    // Whoever may not read any more gets nothing of the past either, whatever the cursor.
    door.says(GuardAnswer::Refuse);
    let refused = now(hub.subscribe("a").from(LastEventId::from(id)).guard(door.guard())).expect_err("refused");
    assert_eq!((refused.status(), refused.retry_after()), (StatusCode::FORBIDDEN, None));
    assert_eq!(refusal(hub.subscribe("a").guard(door.guard())), "the client may not read this");
    assert_eq!(hub.subscriptions(), 0, "who is refused takes no room");
}

#[tokio::test(start_paused = true)]
async fn a_guard_is_asked_again_when_its_answer_expires() {
    let hub = Hub::new(HubOptions::default().guard_interval(100 * SECOND).write_timeout(None));
    // Its own time, or the hub's if that is shorter.
    for (answer, good_for) in
        [(GuardAnswer::PassFor(30 * SECOND), 30), (GuardAnswer::PassFor(200 * SECOND), 100), (GuardAnswer::Pass, 100)]
    {
        let door = Door::new(answer);
        let mut subscription = hub.subscribe("a").guard(door.guard()).await.expect("let in");
        assert_eq!((door.asked(), read(&mut subscription)), (vec![Checkpoint::Subscribe], HELLO.into()));
        sleep(good_for * SECOND - SECOND / 2).await;
        publish(&hub, "a", [1]);
        assert_eq!(read_all(&mut subscription), ["1"]);
        assert_eq!(door.asked(), [], "still good");

        sleep(SECOND).await;
        publish(&hub, "a", [2]);
        assert_eq!(read_all(&mut subscription), ["2"], "it passes, and misses nothing");
        assert_eq!(door.asked(), [Checkpoint::Expiry]);
        sleep(good_for * SECOND - SECOND / 2).await;
        assert_eq!((read_all(&mut subscription).len(), door.asked().len()), (0, 0), "good again for as long");

        door.says(GuardAnswer::Refuse);
        sleep(SECOND).await;
        publish(&hub, "a", [3]);
        assert_eq!(read_all(&mut subscription)[0], REVOKED, "nothing is given after the time");
        assert_eq!(hub.subscriptions(), 0);
    }
}

/// A reader for whom nothing is published is woken by the hub.
#[tokio::test(start_paused = true)]
async fn an_idle_subscription_is_asked_for_and_ended_as_well() {
    let (hub, door) = (Hub::default(), Door::new(GuardAnswer::PassFor(20 * SECOND)));
    let mut subscription = hub.subscribe("a").guard(door.guard()).await.expect("let in");
    assert_eq!(read(&mut subscription), HELLO);
    door.says(GuardAnswer::Refuse);
    let begun = Instant::now();
    let end = subscription.next().await.expect("an end");
    assert_eq!(end.fields().data, Some("{\"reason\":\"revoked\"}"));
    assert_eq!(subscription.next().await, None);
    assert!((20..=22).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn without_an_interval_an_answer_is_good_for_as_long_as_it_says() {
    let (hub, door) = (Hub::new(HubOptions::default().guard_interval(None)), Door::new(GuardAnswer::Pass));
    let mut subscription = hub.subscribe("a").guard(door.guard()).await.expect("let in");
    assert_eq!((read(&mut subscription), door.asked().len()), (HELLO.into(), 1));
    for _ in 0..100 {
        sleep(50 * SECOND).await;
        publish(&hub, "a", [1]);
        assert_eq!(read_all(&mut subscription), ["1"]);
    }
    assert_eq!(door.asked(), []);
}

#[tokio::test(start_paused = true)]
async fn a_recheck_asks_the_guards_of_a_principal() {
    let hub = Hub::default();
    let (ann, bob) = (Door::new(GuardAnswer::Pass), Door::new(GuardAnswer::Pass));
    let mut anns = [
        hub.subscribe("a").principal("ann").guard(ann.guard()).await.expect("let in"),
        hub.subscribe("b").principal("ann").await.expect("without a guard"),
    ];
    let mut bobs = hub.subscribe("a").principal("bob").guard(bob.guard()).await.expect("let in");
    for subscription in anns.iter_mut().chain([&mut bobs]) {
        assert_eq!(read_all(subscription), [HELLO]);
    }
    assert_eq!((ann.asked().len(), bob.asked().len()), (1, 1), "each for its beginning");
    publish(&hub, "a", [1]);
    publish(&hub, "b", [2]);
    assert_eq!(hub.recheck(&Principal::new("ann")), 1, "one has a guard");
    assert_eq!(read_all(&mut anns[0]), ["1"], "she may go on");
    assert_eq!(ann.asked(), [Checkpoint::Revocation]);

    ann.says(GuardAnswer::Refuse);
    publish(&hub, "a", [3]);
    assert_eq!(hub.recheck(&Principal::new("ann")), 1);
    assert_eq!(read_all(&mut anns[0])[0], REVOKED, "not even what was there already");
    assert_eq!((read_all(&mut anns[1]), read_all(&mut bobs)), (vec!["2".into()], vec!["1".into(), "3".into()]));
    assert_eq!((ann.asked(), bob.asked()), (vec![Checkpoint::Revocation], vec![]));

    bob.says(GuardAnswer::Refuse);
    assert_eq!(hub.recheck_all(), 1, "hers has ended");
    assert_eq!(read_all(&mut bobs)[0], REVOKED);
}

/// The waker is the hub's: a subscription that waits for events hears of a doubt at once.
#[tokio::test(start_paused = true)]
async fn a_recheck_wakes_who_waits() {
    let (hub, door) = (Hub::default(), Door::new(GuardAnswer::Pass));
    let mut subscription = hub.subscribe("a").guard(door.guard()).await.expect("let in");
    assert_eq!(read(&mut subscription), HELLO);
    let begun = Instant::now();
    let (end, ()) = tokio::join!(subscription.next(), async {
        sleep(SECOND / 4).await;
        door.says(GuardAnswer::Refuse);
        hub.recheck_all();
    });
    assert_eq!(end.expect("an end").fields().data, Some("{\"reason\":\"revoked\"}"));
    assert_eq!(begun.elapsed(), SECOND / 4);
}

#[tokio::test(start_paused = true)]
async fn while_a_guard_thinks_nothing_is_given_and_it_may_not_think_for_ever() {
    let hub = Hub::new(HubOptions::default().guard_timeout(5 * SECOND));
    let door = Door::new(None);
    let begun = Instant::now();
    let error = hub.subscribe("a").guard(door.guard()).await.expect_err("no answer");
    assert_eq!(begun.elapsed(), 5 * SECOND);
    let SubscribeError::Unverified { retry_after, .. } = error else { panic!("{error:?}") };
    assert_eq!((error.status(), error.retry_after()), (StatusCode::SERVICE_UNAVAILABLE, Some(retry_after)));
    assert_eq!(hub.subscriptions(), 0);

    let thinks_for = |hub: &Hub, time: Duration| {
        let answers = Arc::new(AtomicUsize::new(0));
        hub.subscribe("a").guard(move |_| {
            let is_first = answers.fetch_add(1, Ordering::Relaxed) == 0;
            async move {
                if !is_first {
                    sleep(time).await;
                }
                GuardAnswer::Pass
            }
        })
    };
    let next = async |subscription: &mut Subscription| {
        let event = subscription.next().await.expect("an event");
        event.fields().data.unwrap_or_default().to_owned()
    };
    let mut patient = thinks_for(&hub, 4 * SECOND).await.expect("let in");
    let mut slow = thinks_for(&hub, 60 * SECOND).await.expect("let in");
    assert_eq!((read(&mut patient), read(&mut slow)), (HELLO.into(), HELLO.into()));
    publish(&hub, "a", [1]);
    hub.recheck_all();
    assert_eq!((next_now(&mut patient), next_now(&mut slow)), (Poll::Pending, Poll::Pending), "not yet");
    let begun = Instant::now();
    assert_eq!(next(&mut patient).await, "1");
    assert_eq!(begun.elapsed(), 4 * SECOND);
    assert_eq!(next(&mut slow).await, "{\"reason\":\"unverified\"}");
    assert!((5..=7).contains(&begun.elapsed().as_secs()), "{:?}", begun.elapsed());
}

#[tokio::test(start_paused = true)]
async fn a_guard_that_panics_gives_no_answer() {
    let hub = Hub::default();
    let answers = Arc::new(AtomicUsize::new(0));
    let guard = move |_| {
        let is_first = answers.fetch_add(1, Ordering::Relaxed) == 0;
        async move {
            assert!(is_first, "a mistake of the guard's");
            GuardAnswer::Pass
        }
    };
    let mut subscription = hub.subscribe("a").guard(guard).await.expect("let in");
    assert_eq!(read(&mut subscription), HELLO);
    hub.recheck_all();
    assert_eq!(read(&mut subscription), "end({\"reason\":\"unverified\"})");
    assert_eq!((read(&mut subscription), hub.subscriptions()), ("the end".into(), 0));
}

/// A state that was made for a client, and was not given to it before its rights changed, is not given to it at all.
#[tokio::test(start_paused = true)]
async fn a_doubt_takes_back_what_was_not_given() {
    let (hub, door) = (Hub::default(), Door::new(GuardAnswer::Pass));
    let position = hub.publish("a", MessageEvent::new("1")).await.expect("published").position().expect("a place");
    let subscribe = async || {
        let state = Snapshot { position, event: MessageEvent::new("the state") };
        let subscribe = hub.subscribe("a").principal("ann").guard(door.guard());
        let subscribe = subscribe.snapshot(move |_| std::future::ready(Ok::<_, std::io::Error>(state.clone())));
        subscribe.await.expect("let in")
    };
    // Without an id: the client has no place in what it was not given.
    let only = [format!("{REVOKED}*")];
    let (mut refused, mut revoked, mut allowed) = (subscribe().await, subscribe().await, subscribe().await);
    hub.recheck_all();
    assert_eq!(read_all(&mut allowed)[1], "the state");
    door.says(GuardAnswer::Refuse);
    assert_eq!(read_all(&mut refused)[..1], only);
    assert_eq!(hub.revoke(&Principal::new("ann")), 2, "two of them are left");
    assert_eq!(read_all(&mut revoked)[..1], only);
    assert_eq!(read(&mut allowed), REVOKED, "it has the state, and its place in it");
}

/// An end that comes before the guard's answer gives nothing of what it may refuse.
#[tokio::test(start_paused = true)]
async fn an_end_does_not_pass_an_open_doubt() {
    let (hub, door) = (Hub::default(), Door::new(GuardAnswer::PassFor(10 * SECOND)));
    let position = hub.publish("a", MessageEvent::new("1")).await.expect("published").position().expect("a place");
    let subscribe = async |lifetime: Duration| {
        let state = Snapshot { position, event: MessageEvent::new("the state") };
        let subscribe = hub.subscribe("a").guard(door.guard()).lifetime(lifetime);
        let subscribe = subscribe.snapshot(move |_| std::future::ready(Ok::<_, std::io::Error>(state.clone())));
        subscribe.await.expect("let in")
    };
    let (mut doubted, mut sure) = (subscribe(2 * SECOND).await, subscribe(2 * SECOND).await);
    let mut overdue = subscribe(11 * SECOND).await;
    sleep(3 * SECOND).await;
    assert_eq!(read_all(&mut sure)[1..4], ["the state", "end({\"reason\":\"lifetime\"})", "the end"]);
    hub.recheck_all();
    assert_eq!(read_all(&mut doubted)[..1], ["end({\"reason\":\"lifetime\"})*"]);
    sleep(10 * SECOND).await;
    assert_eq!(read_all(&mut overdue)[..1], ["end({\"reason\":\"lifetime\"})*"]);
}

/// What was asked before a doubt is not believed any more.
#[tokio::test(start_paused = true)]
async fn a_doubt_begins_the_question_anew() {
    let (hub, door) = (Hub::default(), Door::new(GuardAnswer::Pass));
    let mut subscription = hub.subscribe("a").guard(door.guard()).await.expect("let in");
    assert_eq!(read(&mut subscription), HELLO);
    door.says(None);
    hub.recheck_all();
    assert_eq!(next_now(&mut subscription), Poll::Pending);
    door.says(GuardAnswer::Refuse);
    assert_eq!(next_now(&mut subscription), Poll::Pending, "the first question is still open");
    hub.recheck_all();
    assert_eq!(read(&mut subscription), REVOKED);
    assert_eq!(door.asked(), [Checkpoint::Subscribe, Checkpoint::Revocation, Checkpoint::Revocation]);
}

/// Who is ended for its lifetime is ended, whatever its guard says.
#[tokio::test(start_paused = true)]
async fn a_lifetime_is_not_prolonged_by_a_guard() {
    let (hub, door) = (Hub::new(HubOptions::default().lifetime_max(90 * SECOND)), Door::new(GuardAnswer::Pass));
    let mut subscription = hub.subscribe("a").guard(door.guard()).await.expect("let in");
    assert_eq!(read(&mut subscription), HELLO);
    let begun = Instant::now();
    let end = subscription.next().await.expect("an end");
    assert_eq!(end.fields().data, Some("{\"reason\":\"lifetime\"}"));
    assert!((90..=91).contains(&begun.elapsed().as_secs()));
    assert_eq!(door.asked(), [Checkpoint::Subscribe, Checkpoint::Expiry]);
    hub.publish("a", MessageEvent::new("1")).await.expect("published");
    assert_eq!(subscription.next().await, None);
}

/// A guard that cannot tell takes no right away: the client may come back, and is told when.
#[tokio::test(start_paused = true)]
async fn a_guard_that_cannot_tell_is_no_refusal() {
    let (hub, door) = (Hub::default(), Door::new(GuardAnswer::Pass));
    let mut subscription = hub.subscribe("a").guard(door.guard()).await.expect("let in");
    assert_eq!(read(&mut subscription), HELLO);
    door.says(GuardAnswer::Unverified);
    hub.recheck_all();
    let end = subscription.next().await.expect("an end");
    assert_eq!(end.fields().data, Some("{\"reason\":\"unverified\"}"));
    assert!(end.fields().retry.is_some());
    let refused = hub.subscribe("a").guard(door.guard()).await.expect_err("not let in");
    assert!(matches!(refused, SubscribeError::Unverified { .. }));
    door.says(GuardAnswer::Pass);
    let mut subscription = hub.subscribe("a").guard(door.guard()).await.expect("let in");
    door.says(GuardAnswer::Refuse);
    hub.recheck_all();
    assert_eq!(read(&mut subscription), format!("{REVOKED}*"));
}
