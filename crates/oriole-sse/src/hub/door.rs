//! Who is asked whether a client may read on: the guard of its subscription, and the door to topics that it adds itself.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::time::Duration;

use super::guard::{Checkpoint, GuardAnswer, SubscriptionGuard};
use crate::store::Topic;

/// Decides which topics a client may add to its subscription while it goes on: see
/// [`Subscribe::changeable`](super::Subscribe::changeable).
///
/// Any `Fn(Topic, Checkpoint) -> impl Future<Output = GuardAnswer>` is one. It is asked when a client adds a topic
/// ([`Checkpoint::Subscribe`], or [`Checkpoint::Replay`] if it wants what was published before), when a client comes back whose cursor
/// has such a topic ([`Checkpoint::Replay`]), and whenever the [guard](SubscriptionGuard) is asked again; each time after the guard.
///
/// A topic that it refuses is not added, or is taken away; the subscription goes on with the others. What it cannot find out
/// ([`GuardAnswer::Unverified`]) ends the subscription, as with a guard. Patterns are topics as well, whose names begin with `pattern:`.
///
/// # Cancel safety
///
/// A future is dropped when the client leaves, when the application asks anew, or after
/// [`HubOptions::guard_timeout`](super::HubOptions::guard_timeout).
pub trait TopicGuard: Send + Sync + 'static {
    /// Lets the client read the topic, or not.
    fn check(&self, topic: Topic, checkpoint: Checkpoint) -> impl Future<Output = GuardAnswer> + Send;
}

impl<F, A> TopicGuard for F
where
    F: Fn(Topic, Checkpoint) -> A + Send + Sync + 'static,
    A: Future<Output = GuardAnswer> + Send,
{
    fn check(&self, topic: Topic, checkpoint: Checkpoint) -> impl Future<Output = GuardAnswer> + Send {
        self(topic, checkpoint)
    }
}

/// Both of one subscription.
#[derive(Clone, Default)]
pub(super) struct Guards {
    guard: Option<Arc<AskGuard>>,
    door: Option<Arc<AskDoor>>,
}

type AskGuard = dyn Fn(Checkpoint) -> Asked<GuardAnswer> + Send + Sync;
type AskDoor = dyn Fn(Topic, Checkpoint) -> Asked<GuardAnswer> + Send + Sync;
pub(super) type Asked<T> = Pin<Box<dyn Future<Output = T> + Send>>;

/// Is what they say together.
#[derive(Debug)]
pub(super) struct Ruling {
    pub(super) answer: GuardAnswer,
    /// Which of the topics the client may not read.
    pub(super) refused: Vec<Topic>,
}

impl Guards {
    pub(super) fn set_guard(&mut self, guard: impl SubscriptionGuard) {
        let guard = Arc::new(guard);
        self.guard = Some(Arc::new(move |checkpoint| {
            let guard = Arc::clone(&guard);
            Box::pin(async move { guard.check(checkpoint).await })
        }));
    }

    pub(super) fn set_door(&mut self, door: impl TopicGuard) {
        let door = Arc::new(door);
        self.door = Some(Arc::new(move |topic, checkpoint| {
            let door = Arc::clone(&door);
            Box::pin(async move { door.check(topic, checkpoint).await })
        }));
    }

    pub(super) fn has_any(&self) -> bool {
        self.guard.is_some() || self.door.is_some()
    }

    pub(super) fn has_door(&self) -> bool {
        self.door.is_some()
    }

    /// Asks the guard, and then the door for each topic that the client has added.
    pub(super) fn ask(&self, guards: Checkpoint, doors: Checkpoint, topics: Vec<Topic>) -> Asked<Ruling> {
        let Self { guard, door } = self.clone();
        Box::pin(async move {
            let answer = match guard {
                Some(guard) => guard(guards).await,
                None => GuardAnswer::Pass,
            };
            let mut ruling = Ruling { answer, refused: vec![] };
            for topic in topics {
                if matches!(ruling.answer, GuardAnswer::Refuse | GuardAnswer::Unverified) {
                    break;
                }
                let answer = match &door {
                    Some(door) => door(topic.clone(), doors).await,
                    None => GuardAnswer::Refuse,
                };
                match (ruling.answer, answer) {
                    (_, GuardAnswer::Refuse) => ruling.refused.push(topic),
                    (_, GuardAnswer::Unverified) => ruling.answer = GuardAnswer::Unverified,
                    (before, answer) => ruling.answer = shorter(before, answer),
                }
            }
            ruling
        })
    }
}

/// Of two answers that let a client read, the one that is asked for again first.
fn shorter(one: GuardAnswer, other: GuardAnswer) -> GuardAnswer {
    let time = |answer| match answer {
        GuardAnswer::PassFor(time) => time,
        _ => Duration::MAX,
    };
    if time(one) <= time(other) { one } else { other }
}

impl fmt::Debug for Guards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Guards")
            .field("has_guard", &self.guard.is_some())
            .field("has_door", &self.door.is_some())
            .finish()
    }
}
