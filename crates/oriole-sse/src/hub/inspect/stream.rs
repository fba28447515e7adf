//! A subscription, seen from outside.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::{Duration, SystemTime};

use super::GapsTold;
use crate::cursor::Principal;
use crate::hub::control::EndReason;
use crate::hub::lag::ReaderLag;
use crate::hub::readers::Reader;
use crate::hub::shared::Shared;
use crate::hub::slow::SlowReader;
use crate::hub::verdict::Verdict;
use crate::inspect::{StreamOrigin, Written};
use crate::store::Sequence;

/// Shows a subscription as it is at the moment of each question, and does to it what happens to streams; given by
/// [`Hub::streams`](crate::Hub::streams).
///
/// It does not keep the subscription alive: of one that is over it shows what was, and does nothing.
///
/// What is done here is what a client, a network or an application would do: to see in development, and to show in a test,
/// what happens then.
#[derive(Clone)]
pub struct OpenStream {
    reader: Arc<Reader>,
    shared: Arc<Shared>,
}

/// Says where a subscription is in one of its topics.
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamTopic {
    /// After which event: what its next cursor says. `None` as long as the store was never there.
    pub place: Option<Sequence>,
    /// What it has not taken.
    pub lag: ReaderLag,
}

impl OpenStream {
    pub(super) fn new(reader: Arc<Reader>, shared: Arc<Shared>) -> Self {
        Self { reader, shared }
    }

    /// Tells its number, which no other subscription of the hub has or had.
    #[must_use]
    pub fn number(&self) -> u64 {
        self.reader.number
    }

    /// Shows which request it answers, as far as that [was said](StreamOrigin).
    #[must_use]
    pub fn origin(&self) -> &StreamOrigin {
        self.reader.probe.tap.origin()
    }

    /// Shows whose it is, if [that was said](crate::Subscribe::principal).
    #[must_use]
    pub fn principal(&self) -> Option<&Principal> {
        self.reader.principal.as_ref()
    }

    /// Tells which address it counts for, if [that was said](crate::Subscribe::address).
    #[must_use]
    pub fn address(&self) -> Option<IpAddr> {
        self.reader.address
    }

    /// Tells when it began.
    #[must_use]
    pub fn begun(&self) -> SystemTime {
        self.reader.probe.begun
    }

    /// Tells what the client reads in its `hello`; `None` before that.
    #[must_use]
    pub fn verdict(&self) -> Option<Verdict> {
        self.reader.probe.verdict()
    }

    /// Tells of which losses the client was told.
    #[must_use]
    pub fn gaps(&self) -> GapsTold {
        self.reader.probe.gaps()
    }

    /// Tells what happens if it is too slow.
    #[must_use]
    pub fn slow_reader(&self) -> SlowReader {
        self.reader.probe.slow()
    }

    /// Tells where it is in each of its topics.
    #[must_use]
    pub fn topics(&self) -> Vec<StreamTopic> {
        let wall = self.shared.clock.wall();
        let at = |mark: Arc<crate::hub::lag::Mark>| StreamTopic {
            place: mark.place(),
            lag: mark.lag(self.reader.principal.clone(), wall),
        };
        self.reader.marks().into_iter().map(at).collect()
    }

    /// Tells what its response gave to the server; `None` if no response is known, where a handler does something of its own to
    /// the subscription and no [origin](Self::origin) is said.
    #[must_use]
    pub fn written(&self) -> Option<Written> {
        self.reader.probe.tap.written()
    }

    /// Tells in how long its guard is asked again: zero if that is due, `None` if it never is, for instance since it has none.
    #[must_use]
    pub fn guard_due(&self) -> Option<Duration> {
        self.left_until(self.reader.guard_due())
    }

    /// Says whether it has a [guard](crate::Subscribe::guard).
    #[must_use]
    pub fn has_guard(&self) -> bool {
        self.reader.has_guard
    }

    /// Tells in how long its lifetime is over; `None` if it has none.
    #[must_use]
    pub fn lifetime_left(&self) -> Option<Duration> {
        self.left_until(self.reader.ends_at)
    }

    /// Tells why it is to end, or has ended; a client that takes nothing may not have been told yet.
    #[must_use]
    pub fn ending(&self) -> Option<EndReason> {
        self.reader.ended()
    }

    /// Says whether it is [held](Self::hold).
    #[must_use]
    pub fn is_held(&self) -> bool {
        self.reader.probe.tap.is_held()
    }

    /// Says whether it waits for its buffer to [be full](Self::fill).
    #[must_use]
    pub fn is_filling(&self) -> bool {
        self.reader.probe.is_filling()
    }

    /// Says whether it was [cut off](Self::cut).
    #[must_use]
    pub fn is_cut(&self) -> bool {
        self.reader.probe.tap.is_cut()
    }

    fn left_until(&self, moment: u64) -> Option<Duration> {
        let now = self.shared.readers.nanos(self.shared.clock.now());
        (moment != u64::MAX).then(|| Duration::from_nanos(moment.saturating_sub(now)))
    }
}

impl OpenStream {
    /// Lets nothing out any more, no heartbeat either, as if the client took nothing: it falls behind, and after
    /// [`HubOptions::write_timeout`](crate::HubOptions::write_timeout) it counts as stalled.
    ///
    /// Until it is [let go](Self::let_go), is [cut off](Self::cut), its client leaves, or the server's streams drain. What the
    /// server has taken already goes out.
    pub fn hold(&self) {
        self.reader.probe.tap.set_held(true);
    }

    /// Lets it go on after it was [held](Self::hold): its slow-reader policy says with what.
    pub fn let_go(&self) {
        self.reader.probe.tap.set_held(false);
        self.reader.wake();
    }

    /// Ends it without a word, as a network does: its connection is closed within the response, over HTTP/2 the one stream is
    /// reset.
    ///
    /// Where no response is known, as with [`written`](Self::written), the subscription ends there without an `end`.
    pub fn cut(&self) {
        self.reader.probe.tap.cut();
        self.reader.wake();
    }

    /// Has its buffer count as full once: it takes nothing until it is behind by two events of a topic, and then its slow-reader
    /// policy is applied as if that were more than it may be behind.
    ///
    /// A reader whose policy is [`Replay`](crate::SlowReaderPolicy::Replay) then reads the store.
    pub fn fill(&self) {
        self.reader.probe.set_filling(true);
        self.reader.wake();
    }

    /// Has what lets it read count as expired: its guard is asked again, on the occasion of
    /// [`Checkpoint::Expiry`](crate::Checkpoint::Expiry); without a guard, its lifetime is over.
    ///
    /// Says whether it has either.
    #[expect(clippy::must_use_candidate, reason = "that it expires is what it is called for")]
    pub fn expire(&self) -> bool {
        if self.reader.has_guard {
            self.reader.probe.expire();
            self.reader.wake();
            return true;
        }
        self.reader.ends_at != u64::MAX && self.end(EndReason::Lifetime)
    }

    /// Ends it with this reason, as the hub itself would. Says whether that is why it ends: what ends already does so for its own reason.
    #[expect(clippy::must_use_candidate, reason = "that it ends is what it is called for")]
    pub fn end(&self, reason: EndReason) -> bool {
        self.reader.end(reason);
        self.reader.ended() == Some(reason)
    }
}

impl fmt::Debug for OpenStream {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("OpenStream").field("number", &self.number()).finish_non_exhaustive()
    }
}
