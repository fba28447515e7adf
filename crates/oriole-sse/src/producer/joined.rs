//! What a client reads of a producer.

use std::fmt;
use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use futures_core::Stream;

use super::log::wire_name;
use super::producers::{Handle, Shared};
use super::run::RunState;
use crate::clock::Sleep;
use crate::event::{EventName, MessageEvent};
use crate::hub::{Subscription, Verdict};
use crate::store::Topic;

/// Is the stream of what a producer gives: `hello`, the events, and at last `finished` with the reason.
///
/// It ends after the last event; a client that returns then is answered 204. It also ends when the run was interrupted or went
/// to another process that says nothing: a client that returns begins it anew, with [`Join::or_start`](super::Join::or_start).
///
/// # Cancel safety
///
/// Dropping it changes nothing for the producer.
#[must_use = "streams do nothing unless polled"]
pub struct Joined {
    shared: Arc<Shared>,
    subscription: Subscription,
    finished: EventName,
    source: Source,
    is_over: bool,
}

/// Where the events come from.
enum Source {
    /// A run of this process, and its end.
    Here(Pin<Box<dyn Future<Output = RunState> + Send>>),
    /// The log, to which another process may append; until this moment.
    Elsewhere(Option<Sleep>),
    /// Nobody: what is there is all.
    Over,
}

impl Joined {
    pub(super) fn new(shared: Arc<Shared>, topic: &Topic, subscription: Subscription, run: Option<Handle>) -> Self {
        let finished = wire_name(&shared.hub, &shared.options.finished, topic);
        let source = match run {
            Some(mut run) => Source::Here(Box::pin(async move { run.ended().await })),
            None => elsewhere(&shared),
        };
        Self { shared, subscription, finished, source, is_over: false }
    }

    /// Tells how it began, which the client reads in its `hello`.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.subscription.verdict()
    }
}

fn elsewhere(shared: &Shared) -> Source {
    let clock = shared.hub.clock();
    let moment = clock.now().checked_add(shared.options.silence_max);
    Source::Elsewhere(moment.map(|moment| clock.sleep_until(moment)))
}

impl Stream for Joined {
    type Item = MessageEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<MessageEvent>> {
        let this = &mut *self;
        while !this.is_over {
            match Pin::new(&mut this.subscription).poll_next(cx) {
                Poll::Ready(Some(event)) => {
                    this.is_over = event.fields().event_type == Some(&this.finished);
                    if matches!(this.source, Source::Elsewhere(_)) {
                        this.source = elsewhere(&this.shared);
                    }
                    return Poll::Ready(Some(event));
                }
                Poll::Ready(None) => this.is_over = true,
                Poll::Pending => match &mut this.source {
                    Source::Over => this.is_over = true,
                    Source::Elsewhere(None) => return Poll::Pending,
                    Source::Elsewhere(Some(moment)) => match moment.as_mut().poll(cx) {
                        Poll::Ready(()) => this.source = Source::Over,
                        Poll::Pending => return Poll::Pending,
                    },
                    // What it appended last may have come just now, so it is looked for again.
                    Source::Here(ended) => match ended.as_mut().poll(cx) {
                        Poll::Ready(RunState::Interrupted) => this.source = Source::Over,
                        Poll::Ready(_) => this.source = elsewhere(&this.shared),
                        Poll::Pending => return Poll::Pending,
                    },
                },
            }
        }
        Poll::Ready(None)
    }
}

impl fmt::Debug for Joined {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Joined").field("subscription", &self.subscription).finish_non_exhaustive()
    }
}
