//! Whether somebody may still read.

use std::fmt;
use std::future::Future;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use super::control::EndReason;
use super::door::{Asked, Guards, Ruling};
use super::readers::Reader;
use super::shared::Shared;
use super::start::Start;
use super::subscribe_error::SubscribeError;
use crate::store::Topic;

/// Decides whether a client may have a subscription, and decides again while it goes on.
///
/// It is asked when a client subscribes, when one comes back or goes back, when it [changes](super::Hub::change) its topics, when its
/// last answer is no longer good, and when the application [asks for it](super::Hub::recheck). As long as it is asked for one of the
/// last two, the subscription gives nothing, and a refusal ends it with the reason `revoked`. Any
/// `Fn(Checkpoint) -> impl Future<Output = GuardAnswer>` is one; give it to [`Subscribe::guard`](super::Subscribe::guard). In an
/// application of Oriole's, the argument `RouteGuards` is one that asks the guards of the route.
///
/// # Cancel safety
///
/// A future is dropped when the client leaves, when the application asks anew, or after
/// [`HubOptions::guard_timeout`](super::HubOptions::guard_timeout).
///
/// # Examples
///
/// ```
/// use oriole_sse::{Checkpoint, GuardAnswer, Hub, SubscribeError};
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() {
/// let hub = Hub::default();
/// let nobody = |_: Checkpoint| std::future::ready(GuardAnswer::Refuse);
/// let refused = hub.subscribe("secret").guard(nobody).await;
/// assert!(matches!(refused, Err(SubscribeError::Refused)));
/// # }
/// ```
pub trait SubscriptionGuard: Send + Sync + 'static {
    /// Lets the client read on, or not.
    fn check(&self, checkpoint: Checkpoint) -> impl Future<Output = GuardAnswer> + Send;
}

/// Says on what occasion a [`SubscriptionGuard`] is asked.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
#[non_exhaustive]
pub enum Checkpoint {
    /// A client comes for what is published from now on.
    Subscribe,
    /// A client comes for what was published before: it goes on where it left off, or goes back.
    Replay,
    /// The last answer is no longer good: its own time is over, or [`HubOptions::guard_interval`](super::HubOptions::guard_interval).
    Expiry,
    /// The application says that something has changed: [`Hub::recheck`](super::Hub::recheck).
    Revocation,
    /// The client wants to change which topics it reads: [`Hub::change`](super::Hub::change).
    Change,
}

/// Is what a [`SubscriptionGuard`] says.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub enum GuardAnswer {
    /// The client may read. It is asked again after [`HubOptions::guard_interval`](super::HubOptions::guard_interval).
    Pass,
    /// The client may read for so long, until its token expires for instance; then it is asked again, or before.
    PassFor(Duration),
    /// The client may not read, or not any more.
    Refuse,
    /// It could not be found out whether the client may read: it is told `unverified`, and may come back.
    Unverified,
}

impl<F, A> SubscriptionGuard for F
where
    F: Fn(Checkpoint) -> A + Send + Sync + 'static,
    A: Future<Output = GuardAnswer> + Send,
{
    fn check(&self, checkpoint: Checkpoint) -> impl Future<Output = GuardAnswer> + Send {
        self(checkpoint)
    }
}

/// Watches over one subscription: who is asked, and what was asked last.
pub(super) struct Watch {
    guards: Arc<Guards>,
    asked: Option<Asked<Ruling>>,
    /// When they are to be asked again at the latest, whatever they answer now.
    due_max: u64,
}

/// Says what becomes of a subscription.
#[derive(Debug)]
pub(super) enum Watched {
    GoesOn,
    /// It goes on without these topics.
    Loses(Vec<Topic>),
    Ends(EndReason),
}

impl Checkpoint {
    /// Tells on what occasion a client asks.
    pub(super) fn of(start: &Start) -> Self {
        if matches!(start, Start::Live) { Self::Subscribe } else { Self::Replay }
    }
}

impl Watch {
    pub(super) fn new(guards: Arc<Guards>) -> Self {
        Self { guards, asked: None, due_max: u64::MAX }
    }

    /// Has them asked again by then, since what was asked beside is not good for longer.
    pub(super) fn ask_by(&mut self, moment: u64, shared: &Shared, reader: &Reader) {
        if self.asked.is_some() {
            self.due_max = self.due_max.min(moment);
        } else {
            shared.readers.guard_again_at(reader, reader.guard_due().min(moment));
        }
    }

    /// Asks if it is time, also for the topics that the client has added; ready when it is known what becomes of it.
    pub(super) fn poll(
        &mut self,
        cx: &mut Context<'_>,
        shared: &Shared,
        reader: &Reader,
        added: impl FnOnce() -> Vec<Topic>,
    ) -> Poll<Watched> {
        let is_doubted = reader.take_doubt();
        // Without one, the moment at which an answer is too old; with one, the moment at which it comes too late.
        let is_due = |now: u64| now >= reader.guard_due();
        let now = shared.clock.now();
        if is_doubted || (self.asked.is_none() && is_due(shared.readers.nanos(now))) {
            let checkpoint = if is_doubted { Checkpoint::Revocation } else { Checkpoint::Expiry };
            // What was asked before the doubt is not of interest any more.
            self.asked = Some(self.guards.ask(checkpoint, checkpoint, added()));
            let end = now.checked_add(shared.options.guard_timeout);
            shared.readers.guard_again_at(reader, end.map_or(u64::MAX, |end| shared.readers.nanos(end)));
        }
        let Some(asked) = &mut self.asked else {
            return Poll::Ready(Watched::GoesOn);
        };
        // It is the application's: a panic is no answer, and ends nobody else's stream on the same connection.
        let Ok(polled) = catch_unwind(AssertUnwindSafe(|| asked.as_mut().poll(cx))) else {
            tracing::error!("the guard of a subscription panicked");
            return Poll::Ready(Watched::Ends(EndReason::Unverified));
        };
        match polled {
            Poll::Ready(Ruling { answer, refused }) => {
                self.asked = None;
                Poll::Ready(match good_until(shared, answer) {
                    Ok(moment) => {
                        let moment = moment.min(std::mem::replace(&mut self.due_max, u64::MAX));
                        shared.readers.guard_again_at(reader, moment);
                        if refused.is_empty() { Watched::GoesOn } else { Watched::Loses(refused) }
                    }
                    Err(reason) => Watched::Ends(reason),
                })
            }
            Poll::Pending if is_due(shared.readers.nanos(shared.clock.now())) => {
                Poll::Ready(Watched::Ends(EndReason::Unverified))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Has its last answer count as expired, unless it is being asked.
    #[cfg(feature = "console")]
    pub(super) fn expire(&self, shared: &Shared, reader: &Reader) {
        if self.asked.is_none() {
            shared.readers.guard_again_at(reader, 0);
        }
    }

    /// Whether the guard is to be asked, or was and has not answered: the client may have lost its right.
    pub(super) fn is_unsure(&self, shared: &Shared, reader: &Reader) -> bool {
        let now = shared.readers.nanos(shared.clock.now());
        reader.is_doubted() || self.asked.is_some() || now >= reader.guard_due()
    }
}

/// Waits for the answer; tells when it has to be asked again, and which topics are refused.
pub(super) async fn permit(shared: &Shared, asked: Asked<Ruling>) -> Result<(u64, Vec<Topic>), SubscribeError> {
    let ruling = shared.within(shared.options.guard_timeout, asked).await;
    let unverified = Ruling { answer: GuardAnswer::Unverified, refused: vec![] };
    let Ruling { answer, refused } = ruling.unwrap_or(unverified);
    match good_until(shared, answer) {
        Ok(moment) => Ok((moment, refused)),
        Err(EndReason::Unverified) => {
            let retry_after = shared.readers.retry_after(&shared.options.retry_after);
            Err(SubscribeError::Unverified { retry_after })
        }
        Err(_) => Err(SubscribeError::Refused),
    }
}

/// Tells until when an answer is good, or why it is not.
fn good_until(shared: &Shared, answer: GuardAnswer) -> Result<u64, EndReason> {
    let own = match answer {
        GuardAnswer::Pass => None,
        GuardAnswer::PassFor(time) => Some(time),
        GuardAnswer::Refuse => return Err(EndReason::Revoked),
        GuardAnswer::Unverified => return Err(EndReason::Unverified),
    };
    let time = [own, shared.options.guard_interval].into_iter().flatten().min();
    let end = time.and_then(|time| shared.clock.now().checked_add(time));
    Ok(end.map_or(u64::MAX, |end| shared.readers.nanos(end)))
}

impl fmt::Debug for Watch {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Watch").field("is_asked", &self.asked.is_some()).finish_non_exhaustive()
    }
}
