//! What a subscriber gets.

use std::collections::VecDeque;
use std::fmt;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::control::{EndReason, Gap, GapReason, end_data, gap_data, hello_data};
use super::frame::{Frame, encode_control, encode_plain};
use super::guard::{Checkpoint, Watch, good_until};
use super::lane::{Lane, Next, Wanted};
use super::readers::Admission;
use super::shared::Shared;
use super::slow::SlowReader;
use super::subscribe::Begun;
use super::verdict::Verdict;
use crate::cursor::Principal;
use crate::event::MessageEvent;
use crate::filter::Filter;
use crate::store::{Position, Topic};

/// Is the stream of a subscriber's events: `hello`, then what it missed, then what comes.
///
/// Give it to [`EventStreams::open_events`](crate::EventStreams::open_events), or return it from an `#[sse]` handler. The bytes
/// of an event are the hub's, shared by all subscribers; an item shows its parts to whoever asks for them.
///
/// It holds a place in the log of each topic, and while it catches up one page of one of them. It never fails: what cannot be
/// given is told by a `gap`.
///
/// # Cancel safety
///
/// Dropping it ends the subscription. An event that was not taken is not lost: the client's next cursor is before it.
#[must_use = "streams do nothing unless polled"]
pub struct Subscription {
    shared: Arc<Shared>,
    lanes: Vec<Lane>,
    /// Whose turn it is.
    turn: usize,
    /// What the hub itself has to say first.
    said: VecDeque<Bytes>,
    principal: Option<Principal>,
    slow: SlowReader,
    watch: Option<Watch>,
    filter: Option<Box<Filter>>,
    /// How many events the filter has left out.
    skipped: u64,
    verdict: Verdict,
    absences: u64,
    /// It is still to be told that the store is back.
    owes_return: bool,
    /// What was given last is all that its only topic has.
    is_at_end: bool,
    is_over: bool,
    /// `None` once it is over, or if it never began.
    admission: Option<Admission>,
}

/// How many events a filter leaves out before others get the thread.
const SKIPPED_AT_ONCE_MAX: u64 = 256;

impl Subscription {
    pub(super) fn new(
        shared: Arc<Shared>,
        mut admission: Admission,
        lanes: Vec<Lane>,
        principal: Option<Principal>,
        slow: SlowReader,
        watch: Option<Watch>,
        (verdict, begun): (Verdict, Vec<Begun>),
    ) -> Self {
        admission.begin(verdict, lanes.iter().map(Lane::mark).collect());
        let absences = shared.absences();
        let is_away = !absences.is_multiple_of(2);
        let is_stale = lanes.iter().any(Lane::is_stale);
        let said = VecDeque::new();
        let mut this = Self {
            shared,
            lanes,
            turn: 0,
            said,
            principal,
            slow,
            watch,
            filter: None,
            skipped: 0,
            verdict,
            absences,
            owes_return: is_stale && !is_away,
            is_at_end: false,
            is_over: false,
            admission: Some(admission),
        };
        let live = this.lanes.iter().zip(&begun).filter(|(_, begun)| matches!(begun, Begun::Live));
        let hello = hello_data(verdict, is_away || is_stale, live.map(|(lane, _)| lane.topic()));
        let options = &this.shared.options;
        let mut said = vec![encode_control(&options.names.hello, hello)];
        for (lane, begun) in this.lanes.iter().zip(begun) {
            match begun {
                Begun::Gap(gap) => {
                    this.shared.meter.gap(gap.reason, gap.events());
                    said.push(encode_control(&options.names.gap, gap_data(lane.topic(), gap)));
                }
                Begun::Snapshot(frame) => said.push(frame),
                Begun::Placed | Begun::Live => {}
            }
        }
        // The id is behind all of them: a client that is cut off before the last is told of them again.
        if let Some(last) = said.pop() {
            let last = this.sign(Frame::without_id(last));
            this.said.extend(said.into_iter().chain([last]));
        }
        this
    }

    /// Leaves out what does not pass.
    pub(super) fn filtered(mut self, filter: Option<Filter>) -> Self {
        self.filter = filter.map(Box::new);
        self
    }

    /// Makes one that ends at once, since the hub drains.
    pub(super) fn sent_away(shared: Arc<Shared>, retry: Duration) -> Self {
        let slow = shared.options.slow_reader;
        let mut this = Self {
            absences: shared.absences(),
            shared,
            lanes: vec![],
            turn: 0,
            said: VecDeque::new(),
            principal: None,
            slow,
            watch: None,
            filter: None,
            skipped: 0,
            verdict: Verdict::Live,
            owes_return: false,
            is_at_end: false,
            is_over: true,
            admission: None,
        };
        this.say_end(EndReason::Drain, Some(retry));
        this
    }

    /// Tells how it began, which the client reads in its `hello`.
    #[must_use]
    pub fn verdict(&self) -> Verdict {
        self.verdict
    }

    /// Tells the place in the first topic.
    pub(crate) fn position(&self) -> Option<Position> {
        self.lanes.first().and_then(Lane::position)
    }

    /// Shows the topics.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.lanes.iter().map(Lane::topic)
    }

    /// Gives the next bytes: one event, or several if they may come in pieces.
    pub(crate) fn poll_frame(&mut self, cx: &mut Context<'_>, run_bytes_max: Option<u64>) -> Poll<Option<Bytes>> {
        if let Some(Admission { reader, .. }) = &self.admission {
            reader.polled(self.shared.readers.nanos(self.shared.clock.now()));
        }
        self.is_at_end = false;
        loop {
            // Before anything is given that was to be said: a state, for instance.
            match self.poll_end(cx) {
                Poll::Ready(None) => {}
                Poll::Ready(Some(reason)) => self.end(reason),
                Poll::Pending => match self.wait(cx) {
                    Poll::Ready(()) => continue,
                    Poll::Pending => return Poll::Pending,
                },
            }
            if let Some(said) = self.said.pop_front() {
                return Poll::Ready(Some(said));
            }
            if self.is_over {
                return Poll::Ready(None);
            }
            let absences = self.shared.absences();
            if absences != self.absences {
                // It may have gone and come back since.
                let has_gone = !absences.is_multiple_of(2) || absences - self.absences > 1;
                self.absences = absences;
                self.owes_return = absences.is_multiple_of(2);
                if has_gone {
                    self.say_absence();
                }
                continue;
            }
            if self.owes_return && self.say_return() {
                continue;
            }
            match self.poll_lanes(cx, run_bytes_max) {
                Poll::Ready(Some(bytes)) => return Poll::Ready(Some(bytes)),
                Poll::Ready(None) => {}
                // Looked at again, since the store may have gone or come back just before the lanes began to wait.
                Poll::Pending if self.has_turned() => {}
                Poll::Pending => match self.wait(cx) {
                    Poll::Ready(()) => {}
                    Poll::Pending => return Poll::Pending,
                },
            }
        }
    }

    /// Whether there is something to tell of the store.
    fn has_turned(&self) -> bool {
        self.shared.absences() != self.absences || (self.owes_return && !self.lanes.iter().any(Lane::is_stale))
    }

    /// Lets the hub wake the task; ready if it has something to say by now.
    fn wait(&self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(Admission { reader, .. }) = &self.admission else {
            return Poll::Ready(());
        };
        // Looked at again, since it may have been ended, or doubted, just before.
        reader.wake_by(cx.waker());
        if reader.ended().is_some() || reader.is_doubted() { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Looks whether it was ended, and asks the guard if it is time; ready if it goes on, or with the reason for which it does not.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Option<EndReason>> {
        let Some(Admission { reader, .. }) = &self.admission else {
            return Poll::Ready(None);
        };
        let ended = reader.ended();
        let (None, Some(watch)) = (ended, &mut self.watch) else {
            return Poll::Ready(ended);
        };
        let is_doubted = reader.take_doubt();
        // Without one, the moment at which an answer is too old; with one, the moment at which it comes too late.
        let is_due = |now: u64| now >= reader.guard_due();
        let now = self.shared.clock.now();
        if is_doubted || (watch.asked.is_none() && is_due(self.shared.readers.nanos(now))) {
            let checkpoint = if is_doubted { Checkpoint::Revocation } else { Checkpoint::Expiry };
            // What was asked before the doubt is not of interest any more.
            watch.asked = Some(watch.ask(checkpoint));
            let end = now.checked_add(self.shared.options.guard_timeout);
            reader.guard_again_at(end.map_or(u64::MAX, |end| self.shared.readers.nanos(end)));
        }
        let Some(asked) = &mut watch.asked else {
            return Poll::Ready(None);
        };
        // It is the application's: a panic is no answer, and ends nobody else's stream on the same connection.
        let Ok(polled) = catch_unwind(AssertUnwindSafe(|| asked.as_mut().poll(cx))) else {
            tracing::error!("the guard of a subscription panicked");
            return Poll::Ready(Some(EndReason::Unverified));
        };
        match polled {
            Poll::Ready(answer) => {
                watch.asked = None;
                match good_until(&self.shared, answer) {
                    Ok(moment) => {
                        reader.guard_again_at(moment);
                        Poll::Ready(None)
                    }
                    Err(reason) => Poll::Ready(Some(reason)),
                }
            }
            Poll::Pending if is_due(self.shared.readers.nanos(self.shared.clock.now())) => {
                Poll::Ready(Some(EndReason::Unverified))
            }
            Poll::Pending => Poll::Pending,
        }
    }

    /// Says whether asking again is worth nothing before something else was done.
    pub(crate) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Asks each lane in turn; `None` if there is something to say now.
    fn poll_lanes(&mut self, cx: &mut Context<'_>, run_bytes_max: Option<u64>) -> Poll<Option<Bytes>> {
        let lanes = self.lanes.len();
        let is_public = self.is_public();
        // With several topics, what is kept comes before what is not.
        for takes_volatile in if lanes == 1 { &[true][..] } else { &[false, true] } {
            let wanted = Wanted {
                slow: self.slow,
                run_bytes_max: run_bytes_max.filter(|_| is_public && self.filter.is_none()),
                takes_volatile: *takes_volatile,
            };
            for _ in 0..lanes {
                let at = self.turn;
                self.turn = (at + 1) % lanes;
                match self.lanes[at].next(cx, &self.shared, wanted) {
                    Next::Event(frame) if !self.wants(frame.bytes.slice(frame.id_bytes..)) => return self.skip(cx),
                    Next::Volatile(bytes) if !self.wants(bytes.clone()) => return self.skip(cx),
                    Next::Event(frame) => return Poll::Ready(Some(self.sign(frame))),
                    Next::Run(bytes) => {
                        self.is_at_end = true;
                        return Poll::Ready(Some(bytes));
                    }
                    Next::Volatile(bytes) => return Poll::Ready(Some(bytes)),
                    Next::Gap(gap) => {
                        self.say_gap(at, gap);
                        return Poll::Ready(None);
                    }
                    Next::End(reason) => {
                        self.end(reason);
                        return Poll::Ready(None);
                    }
                    Next::Wait => {}
                }
            }
        }
        Poll::Pending
    }

    /// Whether an event passes the filter, if there is one.
    fn wants(&self, frame: Bytes) -> bool {
        let Some(filter) = &self.filter else {
            return true;
        };
        let options = &self.shared.options;
        let event = MessageEvent::encoded(frame);
        // The log of a pattern has events of the hub's.
        event.fields().event_type.is_some_and(|name| options.names.is_reserved(name))
            || filter.passes(&event, options.filter_data_bytes_max)
    }

    /// Goes on behind an event that is left out; now and then others get the thread before.
    fn skip(&mut self, cx: &Context<'_>) -> Poll<Option<Bytes>> {
        self.skipped += 1;
        if self.skipped.is_multiple_of(SKIPPED_AT_ONCE_MAX) {
            cx.waker().wake_by_ref();
            return Poll::Pending;
        }
        Poll::Ready(None)
    }

    /// Whether all subscribers of the topic get the same ids.
    fn is_public(&self) -> bool {
        self.principal.is_none() && self.lanes.len() == 1
    }

    /// Gives an event the id that is this subscriber's.
    fn sign(&self, frame: Frame) -> Bytes {
        if frame.id_bytes > 0 && self.is_public() {
            return frame.bytes;
        }
        match self.shared.keyring.keys().as_deref().and_then(<[_]>::first) {
            Some(key) if !self.lanes.is_empty() => {
                let principal = self.principal.as_ref().map(Principal::as_str);
                Frame::with_id(frame.rest(), key, principal, self.lanes.iter().filter_map(Lane::place)).bytes
            }
            _ => frame.bytes.slice(frame.id_bytes..),
        }
    }

    fn say_gap(&mut self, lane: usize, gap: Gap) {
        self.shared.meter.gap(gap.reason, gap.events());
        let data = gap_data(self.lanes[lane].topic(), gap);
        let signed = self.sign(Frame::without_id(encode_control(&self.shared.options.names.gap, data)));
        self.said.push_back(signed);
    }

    /// Tells that from here on events may have no id.
    fn say_absence(&mut self) {
        for at in 0..self.lanes.len() {
            let after = self.lanes[at].position().map(|place| place.sequence);
            self.say_gap(at, Gap { reason: GapReason::Unavailable, after, through: None });
        }
    }

    /// Tells that they have one again, as soon as it is known what the store has; says whether it is.
    fn say_return(&mut self) -> bool {
        if self.lanes.iter().any(Lane::is_stale) {
            // The hub's task finds out. It may have ended with its runtime.
            self.shared.keeper.start(&self.shared);
            return false;
        }
        self.owes_return = false;
        self.lanes.iter_mut().for_each(Lane::take_place);
        let data = hello_data(Verdict::Resumed, false, []);
        let signed = self.sign(Frame::without_id(encode_control(&self.shared.options.names.hello, data)));
        self.said.push_back(signed);
        true
    }

    /// Gives what is still to be said when the stream is ended because the server ends.
    pub(crate) fn farewell(&mut self) -> Bytes {
        if !self.is_over {
            if self.is_unsure() {
                self.take_back();
            }
            let retry = self.retry(EndReason::Drain);
            if let Some(Admission { reader, .. }) = &self.admission {
                reader.note_end(EndReason::Drain);
            }
            self.say_end(EndReason::Drain, retry);
            self.is_over = true;
        }
        self.said
            .drain(..)
            .fold(BytesMut::new(), |mut all, said| {
                all.extend_from_slice(&said);
                all
            })
            .freeze()
    }

    fn end(&mut self, reason: EndReason) {
        if matches!(reason, EndReason::Revoked | EndReason::Unverified) || self.is_unsure() {
            self.take_back();
        }
        let retry = self.retry(reason);
        let admission = self.admission.take();
        if let Some(Admission { reader, .. }) = &admission {
            reader.note_end(reason);
        }
        self.say_end(reason, retry);
        // What it has held is free from now on, also if the last bytes are never taken.
        self.is_over = true;
        self.watch = None;
        self.lanes.clear();
    }

    /// Tells when the client may come back: each at another time, since many may end at once. Who is sent away is not asked to.
    fn retry(&self, reason: EndReason) -> Option<Duration> {
        let Admission { reader, .. } = self.admission.as_ref().filter(|_| reason != EndReason::Revoked)?;
        Some(reader.retry(&self.shared.options.drain_retry))
    }

    /// Whether the guard is to be asked, or was and has not answered: the client may have lost its right.
    fn is_unsure(&self) -> bool {
        let (Some(watch), Some(Admission { reader, .. })) = (&self.watch, &self.admission) else {
            return false;
        };
        let now = self.shared.readers.nanos(self.shared.clock.now());
        reader.is_doubted() || watch.asked.is_some() || now >= reader.guard_due()
    }

    /// Says nothing any more of what was still to be said. Without it the client does not know its place, so it gets none, and
    /// comes back with the one that it had.
    fn take_back(&mut self) {
        if !self.said.is_empty() {
            self.said.clear();
            self.lanes.clear();
        }
    }

    fn say_end(&mut self, reason: EndReason, retry: Option<Duration>) {
        let mut event = MessageEvent::new(end_data(reason)).event_type(self.shared.options.names.end.clone());
        if let Some(retry) = retry {
            event = event.retry(retry);
        }
        let signed = self.sign(Frame::without_id(encode_plain(&event)));
        self.said.push_back(signed);
    }
}

impl Stream for Subscription {
    type Item = MessageEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<MessageEvent>> {
        self.poll_frame(cx, None).map(|frame| frame.map(MessageEvent::encoded))
    }
}

impl fmt::Debug for Subscription {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Subscription")
            .field("topics", &self.topics().collect::<Vec<_>>())
            .field("verdict", &self.verdict)
            .finish_non_exhaustive()
    }
}
