//! What a subscriber gets.

use std::collections::VecDeque;
use std::fmt;
use std::net::IpAddr;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::{Bytes, BytesMut};
use futures_core::Stream;

use super::change::{Changing, Waiting};
use super::control::{EndReason, Gap, GapReason, Hello, end_data, gap_data, topics_data};
use super::convoy::{Berth, Landing};
use super::frame::{Frame, encode_control, encode_plain};
use super::guard::{Watch, Watched};
use super::lane::Lane;
use super::lanes::{Given, Lanes};
use super::presence::{Attending, AttendingOptions, LeaveCause};
use super::readers::Admission;
use super::resume::{Beginning, LaneStart};
use super::room::Room;
use super::shared::Shared;
use super::verdict::Verdict;
use crate::event::MessageEvent;
#[cfg(feature = "console")]
use crate::inspect::Order;
use crate::response::Line;
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
    pub(super) lanes: Lanes,
    /// What the hub itself has to say first.
    pub(super) said: VecDeque<Bytes>,
    /// Of the snapshots that are among it.
    rooms: Vec<Room>,
    pub(super) watch: Option<Watch>,
    /// For those who change it, if it may be changed.
    changing: Option<Arc<Changing>>,
    /// Who is here, if that is of interest.
    attending: Option<Box<Attending>>,
    verdict: Verdict,
    absences: u64,
    /// It is still to be told that the store is back.
    owes_return: bool,
    /// What was given last is all that its only topic has.
    is_at_end: bool,
    is_over: bool,
    /// How many orders from outside it has looked at.
    #[cfg(feature = "console")]
    pub(super) orders: u32,
    /// `None` once it is over, or if it never began.
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
        Beginning { verdict, lanes: starts, before, rooms }: Beginning,
    ) -> Self {
        admission.begin(verdict, lanes.marks());
        #[cfg(feature = "console")]
        admission.reader.probe.set_slow(lanes.slow());
        let absences = shared.absences();
        let is_away = !absences.is_multiple_of(2);
        let is_stale = lanes.is_any_stale();
        let handle = admission.handle();
        if let Some(Changeable { changing, .. }) = &changeable {
            changing.begin(lanes.iter().map(|lane| lane.topic().clone()).collect());
            lanes.set_changes(changing.changes(lanes.iter().map(Lane::topic)));
        }
        let live = lanes.iter().zip(&starts).filter(|(_, start)| matches!(start, LaneStart::Live));
        let mut hello = Hello { is_live_only: is_away || is_stale, ..Hello::default() };
        hello.live.extend(live.map(|(lane, _)| lane.topic()));
        if let Some(Changeable { refused, .. }) = &changeable {
            hello.handle = handle.as_deref();
            hello.topics.extend(lanes.iter().map(Lane::topic));
            hello.refused.extend(refused);
        }
        let hello = hello.data(verdict);
        let mut said = vec![Frame::without_id(encode_control(&shared.options.names.hello, hello))];
        for (number, (lane, start)) in lanes.iter().zip(starts).enumerate() {
            match start {
                LaneStart::Gap(gap) => {
                    #[cfg(feature = "console")]
                    admission.reader.probe.gap(lane.topic(), gap);
                    shared.meter.gap(gap.reason, gap.events());
                    let gap = encode_control(&shared.options.names.gap, gap_data(lane.topic(), gap));
                    said.push(Frame::without_id(gap));
                }
                LaneStart::Snapshot(frame) => said.push(lanes.sign_part(&frame, number, &before, &shared.keyring)),
                LaneStart::Resumed | LaneStart::Live => {}
            }
        }
        // The id is behind all of them: a client that is cut off before the last is told of them again.
        if let Some(last) = said.last_mut() {
            let frame = Frame::without_id(last.bytes.slice(last.id_bytes..));
            *last = Frame::without_id(lanes.sign(frame, &shared.keyring));
        }
        let said = said.into_iter().map(|frame| frame.bytes).collect();
        Self {
            shared,
            lanes,
            said,
            rooms,
            watch,
            changing: changeable.map(|changeable| changeable.changing),
            attending: None,
            verdict,
            absences,
            owes_return: is_stale && !is_away,
            is_at_end: false,
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
        let lanes = Lanes::new(vec![], None, shared.options.slow_reader, None);
        let mut this = Self {
            absences: shared.absences(),
            shared,
            lanes,
            said: VecDeque::new(),
            rooms: vec![],
            watch: None,
            changing: None,
            attending: None,
            verdict: Verdict::Live,
            owes_return: false,
            is_at_end: false,
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

    /// Shows the topics.
    pub fn topics(&self) -> impl Iterator<Item = &Topic> {
        self.lanes.iter().map(Lane::topic)
    }

    /// Gives the next bytes: one event, or several if they may come in pieces.
    pub(crate) fn poll_frame(&mut self, cx: &mut Context<'_>, run_bytes_max: Option<u64>) -> Poll<Option<Bytes>> {
        #[cfg(feature = "console")]
        match self.order(cx) {
            Order::Go => {}
            Order::Hold => return Poll::Pending,
            Order::Cut => return Poll::Ready(None),
        }
        if let Some(Admission { reader, .. }) = &self.admission {
            reader.polled(self.shared.readers.nanos(self.shared.clock.now()));
        }
        self.is_at_end = false;
        loop {
            self.take_changes();
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
                if self.said.is_empty() {
                    self.rooms.clear();
                }
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
            if let Some(told) = self.attending.as_mut().and_then(|attending| attending.next(cx)) {
                return Poll::Ready(Some(told));
            }
            match self.poll_lanes(cx, run_bytes_max) {
                Poll::Ready(Given::Event(bytes)) => return Poll::Ready(Some(bytes)),
                Poll::Ready(Given::Run(bytes)) => {
                    self.is_at_end = true;
                    return Poll::Ready(Some(bytes));
                }
                Poll::Ready(Given::Gap(topic, gap)) => self.say_gap(&topic, gap),
                Poll::Ready(Given::End(reason)) => self.end(reason),
                Poll::Ready(Given::Nothing) => {}
                // Looked at again, since the store may have gone or come back just before the lanes began to wait.
                Poll::Pending if self.has_news_of_store() => {}
                Poll::Pending => match self.wait(cx) {
                    Poll::Ready(()) => {}
                    Poll::Pending => return Poll::Pending,
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
        let (moored, slow) = self.lanes.berth()?;
        Some(Berth { shared: Arc::clone(&self.shared), moored, slow, line: line.clone() })
    }

    /// Takes its place back.
    pub(crate) fn land(&mut self, landing: Landing) {
        self.lanes.land(landing);
    }

    fn poll_lanes(&mut self, cx: &mut Context<'_>, run_bytes_max: Option<u64>) -> Poll<Given> {
        #[cfg(feature = "console")]
        std::task::ready!(self.poll_full(cx));
        self.lanes.poll(cx, &self.shared, run_bytes_max)
    }

    /// Whether there is something to tell of the store.
    fn has_news_of_store(&self) -> bool {
        self.shared.absences() != self.absences || (self.owes_return && !self.lanes.is_any_stale())
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

    /// Takes the changes that wait: from here on the client has these topics, and ids that say so.
    fn take_changes(&mut self) {
        let Some(Waiting { add, remove, due }) = self.changing.as_ref().and_then(|changing| changing.take()) else {
            return;
        };
        if let (Some(due), Some(watch), Some(Admission { reader, .. })) = (due, &mut self.watch, &self.admission) {
            watch.ask_by(due, reader);
        }
        let (lanes, starts): (Vec<_>, Vec<_>) = add.into_iter().unzip();
        let added: Vec<_> = lanes.iter().map(|lane| lane.topic().clone()).collect();
        let gaps: Vec<_> = added.iter().zip(starts).filter_map(|(topic, start)| start.gap(topic)).collect();
        let mut told = Vec::from_iter(self.change(&remove, lanes, false));
        for (topic, gap) in gaps {
            self.note_gap(&topic, gap);
            told.push(encode_control(&self.shared.options.names.gap, gap_data(&topic, gap)));
        }
        // The id is behind all of them, as it is at the beginning.
        if let Some(last) = told.pop() {
            self.said.extend(told);
            self.say(last);
        }
    }

    /// Has other topics from here on; gives what tells it.
    fn change(&mut self, remove: &[Topic], add: Vec<Lane>, is_revoked: bool) -> Option<Bytes> {
        let changing = self.changing.as_ref()?;
        let added: Vec<_> = add.iter().map(|lane| lane.topic().clone()).collect();
        let is_removed = |topic: &&Topic| remove.contains(topic) && !added.contains(topic);
        let removed: Vec<_> = self.lanes.iter().map(Lane::topic).filter(is_removed).cloned().collect();
        self.lanes.change(remove, add);
        self.lanes.set_changes(changing.changes(self.lanes.iter().map(Lane::topic)));
        if let Some(Admission { reader, .. }) = &self.admission {
            reader.set_marks(self.lanes.marks());
        }
        if let Some(attending) = &mut self.attending {
            attending.follow(self.lanes.iter().map(Lane::topic), LeaveCause::Unsubscribed);
        }
        self.owes_return |= self.absences.is_multiple_of(2) && self.lanes.is_any_stale();
        if added.is_empty() && removed.is_empty() {
            return None;
        }
        let (topics, added, removed): (Vec<_>, Vec<_>, Vec<_>) =
            (self.topics().collect(), added.iter().collect(), removed.iter().collect());
        let data = topics_data(&topics, &added, &removed, is_revoked);
        Some(encode_control(&self.shared.options.names.topics, data))
    }

    /// Goes on without topics that the client may not read any more; ends if there is no other.
    fn lose(&mut self, topics: &[Topic]) -> Option<EndReason> {
        self.changing.iter().for_each(|changing| changing.refuse(topics));
        if let Some(told) = self.change(topics, vec![], true) {
            self.say(told);
        }
        self.lanes.is_empty().then_some(EndReason::Revoked)
    }

    /// Looks whether it was ended, and asks the guard if it is time; ready if it goes on, or with the reason for which it does not.
    fn poll_end(&mut self, cx: &mut Context<'_>) -> Poll<Option<EndReason>> {
        let Some(Admission { reader, .. }) = &self.admission else {
            return Poll::Ready(None);
        };
        let (None, Some(watch)) = (reader.ended(), &mut self.watch) else {
            return Poll::Ready(reader.ended());
        };
        let (lanes, changing) = (&self.lanes, &self.changing);
        let added = || changing.as_ref().map_or(vec![], |changing| changing.strangers(lanes.iter().map(Lane::topic)));
        match watch.poll(cx, &self.shared, reader, added) {
            Poll::Ready(Watched::GoesOn) => Poll::Ready(None),
            Poll::Ready(Watched::Ends(reason)) => Poll::Ready(Some(reason)),
            Poll::Ready(Watched::Loses(topics)) => Poll::Ready(self.lose(&topics)),
            Poll::Pending => Poll::Pending,
        }
    }

    /// Says whether asking again is worth nothing before something else was done.
    pub(crate) fn is_at_end(&self) -> bool {
        self.is_at_end
    }

    /// Has the client told something that the hub itself says, with the id of its place.
    fn say(&mut self, frame: Bytes) {
        self.said.push_back(self.lanes.sign(Frame::without_id(frame), &self.shared.keyring));
    }

    fn note_gap(&self, topic: &Topic, gap: Gap) {
        #[cfg(feature = "console")]
        if let Some(Admission { reader, .. }) = &self.admission {
            reader.probe.gap(topic, gap);
        }
        self.shared.meter.gap(gap.reason, gap.events());
        #[cfg(not(feature = "console"))]
        let _ = topic;
    }

    fn say_gap(&mut self, topic: &Topic, gap: Gap) {
        self.note_gap(topic, gap);
        self.say(encode_control(&self.shared.options.names.gap, gap_data(topic, gap)));
    }

    /// Tells that from here on events may have no id.
    fn say_absence(&mut self) {
        let gap = |lane: &Lane| {
            let after = lane.position().map(|place| place.sequence);
            (lane.topic().clone(), Gap { reason: GapReason::Unavailable, after, through: None })
        };
        let gaps: Vec<_> = self.lanes.iter().map(gap).collect();
        gaps.iter().for_each(|(topic, gap)| self.say_gap(topic, *gap));
    }

    /// Tells that they have one again, as soon as it is known what the store has; says whether it is.
    fn say_return(&mut self) -> bool {
        if self.lanes.is_any_stale() {
            // The hub's task finds out. It may have ended with its runtime.
            self.shared.keeper.start(&self.shared);
            return false;
        }
        self.owes_return = false;
        self.lanes.take_places();
        let data = Hello::default().data(Verdict::Resumed);
        self.say(encode_control(&self.shared.options.names.hello, data));
        true
    }

    /// Notes that the connection broke while something was on its way.
    pub(crate) fn broke(&mut self) {
        self.attending.iter_mut().for_each(|attending| attending.broke());
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
            self.changing.iter().for_each(|changing| changing.close());
        }
        self.rooms.clear();
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
        self.attending = None;
        self.lanes.clear();
    }

    /// Tells when the client may come back: each at another time, since many may end at once. Who is sent away is not asked to.
    fn retry(&self, reason: EndReason) -> Option<Duration> {
        let Admission { reader, .. } = self.admission.as_ref().filter(|_| reason.is_passing())?;
        Some(reader.retry(&self.shared.options.drain_retry))
    }

    /// Whether the guard is to be asked, or was and has not answered: the client may have lost its right.
    fn is_unsure(&self) -> bool {
        let (Some(watch), Some(Admission { reader, .. })) = (&self.watch, &self.admission) else {
            return false;
        };
        watch.is_unsure(&self.shared, reader)
    }

    /// Says nothing any more of what was still to be said. Without it the client does not know its place, so it gets none, and
    /// comes back with the one that it had.
    fn take_back(&mut self) {
        if !self.said.is_empty() {
            self.said.clear();
            self.rooms.clear();
            self.lanes.clear();
        }
    }

    fn say_end(&mut self, reason: EndReason, retry: Option<Duration>) {
        let mut event = MessageEvent::new(end_data(reason)).event_type(self.shared.options.names.end.clone());
        if let Some(retry) = retry {
            event = event.retry(retry);
        }
        let frame = encode_plain(&event);
        if reason == EndReason::Replaced {
            self.said.push_back(self.lanes.sign_last(&Frame::without_id(frame), &self.shared.keyring));
        } else {
            self.say(frame);
        }
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
