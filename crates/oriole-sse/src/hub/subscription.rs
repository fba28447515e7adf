//! What a subscriber gets.

use std::collections::VecDeque;
use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use futures_core::Stream;
use smallvec::SmallVec;

use super::change::Changing;
use super::control::{EndReason, Hello};
use super::convoy::{Berth, Landing};
use super::frame::{Frame, Portion, Taken};
use super::greeting::{encode_hello, first_words};
use super::guard::{Watch, Watched};
use super::lane::Lane;
use super::lanes::{Given, Lanes};
use super::presence::{Attending, AttendingOptions, LeaveCause};
use super::readers::Admission;
use super::resume::{Beginning, LaneStart};
use super::said::Said;
use super::shared::Shared;
use super::verdict::Verdict;
use crate::event::MessageEvent;
#[cfg(feature = "console")]
use crate::inspect::Order;
use crate::response::{Line, Vitals};
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
// In this order, what an event touches of one that rests lies side by side.
#[repr(C)]
pub struct Subscription {
    /// The reader's: what is noted for each event.
    pub(super) vitals: Arc<Vitals>,
    pub(super) shared: Arc<Shared>,
    pub(super) absences: u64,
    /// How often it had been called when it was polled last; 0 before that.
    heard: u32,
    /// It is still to be told that the store is back.
    pub(super) owes_return: bool,
    /// What was given last is all that its only topic has.
    is_at_end: bool,
    /// It was given a run then, while it was plain and had nothing to say. Whether it waits since, its lane knows.
    pub(super) is_resting: bool,
    /// How many orders from outside it has looked at.
    #[cfg(feature = "console")]
    pub(super) orders: u32,
    pub(super) lanes: Lanes,
    pub(super) verdict: Verdict,
    /// What was given last is who is here.
    was_presence: bool,
    pub(super) is_over: bool,
    /// What the hub itself has to say first.
    pub(super) said: VecDeque<Said>,
    pub(super) watch: Option<Watch>,
    /// For those who change it, if it may be changed.
    pub(super) changing: Option<Arc<Changing>>,
    /// Who is here, if that is of interest.
    pub(super) attending: Option<Box<Attending>>,
    /// `None` once it is over, or if it never began. Behind all that it has held when it is dropped.
    pub(super) admission: Option<Admission>,
}

/// What belongs to a subscription that may be changed.
pub(super) struct Changeable {
    pub(super) changing: Arc<Changing>,
    /// Topics that the client had and may not read any more.
    pub(super) refused: Vec<Topic>,
}

impl Subscription {
    pub(super) fn new(
        shared: Arc<Shared>,
        mut admission: Admission,
        mut lanes: Lanes,
        watch: Option<Watch>,
        changeable: Option<Changeable>,
        Beginning { verdict, lanes: starts, before, .. }: Beginning,
    ) -> Self {
        admission.begin(verdict, lanes.marks());
        #[cfg(feature = "console")]
        admission.reader.probe.set_slow(lanes.slow(&shared));
        let absences = shared.absences();
        let is_away = !absences.is_multiple_of(2);
        let is_unknown = lanes.is_any_unknown(&shared.keyring);
        let handle = admission.handle();
        if let Some(Changeable { changing, .. }) = &changeable {
            changing.begin(lanes.iter().map(|lane| lane.topic().clone()).collect());
            lanes.set_changes(changing.changes(lanes.iter().map(Lane::topic)));
        }
        let live = lanes.iter().zip(&starts).filter(|(_, start)| matches!(start, LaneStart::Live));
        let mut hello = Hello { is_live_only: is_away || is_unknown, ..Hello::default() };
        hello.live.extend(live.map(|(lane, _)| lane.topic()));
        if let Some(Changeable { refused, .. }) = &changeable {
            hello.handle = handle.as_deref();
            hello.topics.extend(lanes.iter().map(Lane::topic));
            hello.refused.extend(refused);
        }
        let data = || hello.data(verdict);
        let is_hello_alone = changeable.is_none() && starts.iter().all(|start| matches!(start, LaneStart::Resumed));
        let said = if is_hello_alone {
            let frame = || lanes.sign(encode_hello(&shared, data()), &shared.keyring).bytes;
            let hello = lanes.greeting(&shared.keyring, (verdict, hello.is_live_only), frame);
            VecDeque::from([Said::new(Frame::without_id(hello))])
        } else {
            first_words(&shared, &admission, &lanes, data(), starts, &before)
        };
        Self {
            vitals: Arc::clone(&admission.reader.vitals),
            shared,
            lanes,
            said,
            watch,
            changing: changeable.map(|changeable| changeable.changing),
            attending: None,
            was_presence: false,
            verdict,
            absences,
            owes_return: is_unknown && !is_away,
            is_at_end: false,
            is_resting: false,
            heard: 0,
            is_over: false,
            #[cfg(feature = "console")]
            orders: 0,
            admission: Some(admission),
        }
    }

    /// Is present, and tells who else is.
    pub(super) fn attending(mut self, options: AttendingOptions) -> Self {
        if let Some(Admission { reader, .. }) = self.admission.as_ref().filter(|_| options.is_any()) {
            let mut attending = Attending::new(Arc::clone(&self.shared), Arc::clone(reader), options);
            attending.follow(self.topics(), LeaveCause::Unsubscribed);
            self.attending = Some(Box::new(attending));
        }
        self
    }

    /// Makes one that ends at once, since the hub drains.
    pub(super) fn sent_away(shared: Arc<Shared>, retry: Duration) -> Self {
        let lanes = Lanes::new(SmallVec::new(), None, None, None);
        let mut this = Self {
            vitals: Arc::default(),
            absences: shared.absences(),
            shared,
            lanes,
            said: VecDeque::new(),
            watch: None,
            changing: None,
            attending: None,
            was_presence: false,
            verdict: Verdict::Live,
            owes_return: false,
            is_at_end: false,
            is_resting: false,
            heard: 0,
            is_over: true,
            #[cfg(feature = "console")]
            orders: 0,
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
        self.lanes.iter().next().and_then(Lane::position)
    }

    /// Tells from where the client comes, if that was said.
    pub(crate) fn address(&self) -> Option<IpAddr> {
        self.admission.as_ref().and_then(|admission| admission.reader.address())
    }

    /// Shows what is noted of it for each event.
    pub(crate) fn vitals(&self) -> Arc<Vitals> {
        Arc::clone(&self.vitals)
    }

    /// Shows the topics.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.lanes.iter().map(Lane::topic)
    }

    /// Gives the next bytes: one event, or several if they may come in pieces.
    pub(crate) fn poll_frame(&mut self, cx: &mut Context<'_>, taken: Taken) -> Poll<Option<Portion>> {
        #[cfg(feature = "console")]
        match self.order(cx) {
            Order::Go => {}
            Order::Hold => return Poll::Pending,
            Order::Cut => return Poll::Ready(None),
        }
        // Who was given all there is asks again at once, unless it rests. That it does is news only if somebody waits to hear of it:
        // a look at the clock for each event is enough otherwise.
        let has_rested = std::mem::take(&mut self.is_resting);
        let asks_again = std::mem::take(&mut self.is_at_end) & !has_rested;
        let calls = self.vitals.calls();
        let is_called = std::mem::replace(&mut self.heard, calls) != calls;
        if !asks_again || (is_called && self.was_asked()) {
            self.vitals.polled.store(self.shared.readers.nanos(self.shared.clock.now()), Ordering::Relaxed);
        }
        let is_plain = has_rested || self.is_plain();
        let taken = Taken { waits: taken.waits && is_plain, ..taken };
        let mut looks = is_called || !is_plain;
        // Who rested, and was not called, has nothing to say and is told nothing but by its lane, or of the store.
        let mut is_quiet = has_rested && !is_called;
        loop {
            if !std::mem::take(&mut is_quiet) {
                self.take_changes();
                // Before anything is given that was to be said: a state, for instance.
                let ended = if looks { self.poll_end(cx) } else { Poll::Ready(None) };
                match ended {
                    Poll::Ready(None) => {}
                    Poll::Ready(Some(reason)) => self.end(reason),
                    Poll::Pending => match self.wait(cx) {
                        Poll::Ready(()) => continue,
                        Poll::Pending => return Poll::Pending,
                    },
                }
                if let Some(said) = self.said.pop_front() {
                    if self.said.is_empty() {
                        // Most have nothing to say any more, for as long as they last.
                        self.said = VecDeque::new();
                    }
                    return Poll::Ready(Some(said.frame.bytes.into()));
                }
                if self.is_over {
                    return Poll::Ready(None);
                }
            }
            let absences = self.shared.absences();
            if absences != self.absences {
                // It may have gone and come back since.
                let has_gone = self.is_absence_unsaid();
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
            // In turn with what the topics have: neither holds up the other, however much there is of it.
            if !has_rested
                && !std::mem::take(&mut self.was_presence)
                && let Some(told) = self.next_presence(cx)
            {
                return Poll::Ready(Some(told.into()));
            }
            match self.poll_lanes(cx, taken) {
                Poll::Ready(Given::Event(portion)) => return Poll::Ready(Some(portion)),
                Poll::Ready(Given::Run(bytes)) => {
                    self.is_at_end = true;
                    // Looked at after the lanes began to wait, since the store may have gone just before.
                    self.is_resting = taken.waits && !self.owes_return && self.shared.absences() == self.absences;
                    return Poll::Ready(Some(bytes.into()));
                }
                Poll::Ready(Given::Gap(topic, gap)) => self.say_gap(&topic, gap),
                Poll::Ready(Given::End(reason)) => self.end(reason),
                Poll::Ready(Given::Nothing) => {}
                // Looked at again, since the store may have gone or come back just before the lanes began to wait.
                Poll::Pending if self.has_news_of_store() => {}
                Poll::Pending => match (self.next_presence(cx), self.wait(cx)) {
                    (Some(told), _) => return Poll::Ready(Some(told.into())),
                    (None, Poll::Ready(())) => looks = true,
                    (None, Poll::Pending) => return Poll::Pending,
                },
            }
        }
    }

    /// Offers its place to whoever reads for many at once, if it waits for nothing but the next event of its topic. It is not
    /// woken for one then, but for all else.
    pub(crate) fn berth(&mut self, line: &Line) -> Option<Berth> {
        let is_idle = self.said.is_empty() && !self.is_over && !self.owes_return && self.admission.is_some();
        let is_plain = self.watch.is_none() && !line.is_learning() && !self.shared.tracer.is_on(&self.shared.options);
        let is_settled = self.changing.is_none() && self.attending.is_none();
        if !is_idle || !is_plain || !is_settled || self.shared.absences() != self.absences || self.shared.is_inspected()
        {
            return None;
        }
        let (moored, slow) = self.lanes.berth(&self.shared)?;
        Some(Berth { shared: Arc::clone(&self.shared), moored, slow, line: line.clone() })
    }

    /// Takes its place back.
    pub(crate) fn land(&mut self, landing: Landing) {
        self.lanes.land(landing);
    }

    fn next_presence(&mut self, cx: &Context<'_>) -> Option<Bytes> {
        let told = self.attending.as_mut()?.next(cx)?;
        self.was_presence = true;
        Some(told)
    }

    fn poll_lanes(&mut self, cx: &mut Context<'_>, taken: Taken) -> Poll<Given> {
        #[cfg(feature = "console")]
        std::task::ready!(self.poll_full(cx));
        self.lanes.poll(cx, &self.shared, &self.vitals, taken)
    }

    /// Whether there is something to tell of the store.
    fn has_news_of_store(&self) -> bool {
        self.shared.absences() != self.absences
            || (self.owes_return && !self.lanes.is_any_unknown(&self.shared.keyring))
    }

    /// Lets the hub wake the task; ready if it has something to say by now.
    fn wait(&self, cx: &mut Context<'_>) -> Poll<()> {
        let Some(Admission { reader, .. }) = &self.admission else {
            return Poll::Ready(());
        };
        // Looked at again, since it may have been ended, or doubted, just before.
        reader.wake_by(cx.waker());
        #[cfg(feature = "console")]
        if reader.probe.tap.orders() != self.orders {
            cx.waker().wake_by_ref();
        }
        let is_changed = self.changing.as_ref().is_some_and(|changing| changing.has_waiting());
        if reader.ended().is_some() || reader.is_doubted() || is_changed { Poll::Ready(()) } else { Poll::Pending }
    }

    /// Looks whether it was ended, and asks the guard if it is time; ready if it goes on, or with the reason for which it does not.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Option<EndReason>> {
        let Some(Admission { reader, .. }) = &self.admission else {
            return Poll::Ready(None);
        };
        let (None, Some(watch)) = (reader.ended(), &mut self.watch) else {
            return Poll::Ready(reader.ended());
        };
        let changing = &self.changing;
        let added = || changing.as_ref().map_or(vec![], |changing| changing.added());
        match watch.poll(cx, &self.shared, reader, added) {
            Poll::Ready(Watched::GoesOn) => Poll::Ready(None),
            Poll::Ready(Watched::Ends(reason)) => Poll::Ready(Some(reason)),
            Poll::Ready(Watched::Loses(topics)) => Poll::Ready(self.lose(&topics)),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Whether nobody but the hub and its topics has anything to say to it, or is asked about it.
    fn is_plain(&self) -> bool {
        self.watch.is_none() && self.changing.is_none() && self.attending.is_none() && !self.owes_return
    }

    /// Whether asking again is worth nothing: nothing has come since it was given all there is, and the task is woken when
    /// something does. Never, unless it [might wait](Taken::waits).
    pub(crate) fn rests(&self) -> bool {
        self.is_resting && self.heard == self.vitals.calls() && self.lanes.rests()
    }

    /// Whether it was woken to be heard of, and has not been since.
    fn was_asked(&self) -> bool {
        self.admission.as_ref().is_some_and(|admission| admission.reader.was_asked())
    }

    /// Says whether asking again is worth nothing before something else was done.
    pub(crate) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Notes that the connection broke while something was on its way.
    pub(crate) fn broke(&mut self) {
        self.attending.iter_mut().for_each(|attending| attending.broke());
    }
}

impl Stream for Subscription {
    type Item = MessageEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<MessageEvent>> {
        // Without an id apart.
        self.poll_frame(cx, Taken::default()).map(|portion| portion.map(|portion| MessageEvent::encoded(portion.bytes)))
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
