//! The response's body.

use std::fmt;
use std::mem;
use std::num::NonZeroUsize;
use std::pin::Pin;
use std::ptr::NonNull;
use std::task::{Context, Poll};
use std::time::Duration;

use bytes::Bytes;
use http_body::{Body, Frame, SizeHint};

use super::SseOptions;
#[cfg(feature = "compression")]
use super::compression::Gzip;
use super::registry::Ticket;
use super::source::{Fill, Filled, FrameLimits, StreamState};
use crate::clock::Sleep;
#[cfg(feature = "console")]
use crate::inspect::{Order, Tap};
use crate::metrics::StreamEnd;

/// Is the body of an event stream's response.
///
/// It polls its stream only when the server asks for the next frame, so a reader that is slow slows the stream, and
/// nothing piles up in between: at most one frame and one event are held. (Under Oriole's `#[sse]` up to 16 events more are:
/// they are taken from the handler's stream a batch at a time.) Ready events share a frame of up to
/// [`SseOptions::frame_bytes_max`](crate::SseOptions::frame_bytes_max); a frame goes out as soon as the stream is pending.
///
/// The stream is dropped as soon as it is over, the application drains, or the body is dropped, which is what servers do
/// when the client left.
// In this order, what an event touches lies side by side.
#[repr(C)]
pub struct EventBody {
    /// Encoded, and due before anything else.
    ready: Vec<u8>,
    /// Waits for the moment at which a stream that may finish has to be over.
    finish: Option<Sleep>,
    /// What makes other bytes of all of them, if the client takes that.
    #[cfg(feature = "compression")]
    gzip: Option<Box<Gzip>>,
    /// How large the last frame was, which is a good guess for the next.
    frame_bytes: usize,
    /// The task that asked last, if it was left to wait for nothing but its stream: all who wake it know it since.
    asker: Option<Asker>,
    /// The stream may rest since the last frame, behind which nothing is due.
    may_rest: bool,
    /// A frame was given, and nobody has come for the next.
    is_giving: bool,
    /// `None` once the stream is over, though its last frames may still be to be sent.
    source: Option<Pin<Box<dyn Fill>>>,
    /// Counts this body as open; `None` for one that never had a stream.
    ticket: Option<Ticket>,
}

/// Says that a stream was cut off, so that its connection closes without the end that HTTP wants.
///
/// The only error of an [`EventBody`], and only where somebody asked for it: [`OpenStream::cut`](crate::OpenStream::cut), of the
/// feature `console`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct StreamCut;

const HEARTBEAT: &[u8] = b":\n\n";

impl EventBody {
    /// Makes a body that says what is given and ends.
    pub(crate) fn complete(bytes: Vec<u8>) -> Self {
        Self::new(None, None, bytes)
    }

    pub(super) fn live(source: Pin<Box<dyn Fill>>, ticket: Ticket, ready: Vec<u8>) -> Self {
        Self::new(Some(source), Some(ticket), ready)
    }

    fn new(source: Option<Pin<Box<dyn Fill>>>, ticket: Option<Ticket>, ready: Vec<u8>) -> Self {
        Self {
            source,
            ticket,
            ready,
            frame_bytes: 0,
            finish: None,
            is_giving: false,
            asker: None,
            may_rest: false,
            #[cfg(feature = "compression")]
            gzip: None,
        }
    }

    /// Compresses all that it gives.
    #[cfg(feature = "compression")]
    pub(super) fn compressed(mut self, gzip: Option<Gzip>) -> Self {
        self.gzip = gzip.map(Box::new);
        self
    }

    /// From how many bytes on others' bytes are given beside the stream's own, if they are at all.
    fn apart_bytes_min(&self) -> Option<usize> {
        #[cfg(feature = "compression")]
        return self.gzip.as_ref().map(|gzip| gzip.bytes_min());
        #[cfg(not(feature = "compression"))]
        None
    }

    /// Gives the next frame as it goes out; an empty one is the end.
    fn poll_wrapped(&mut self, cx: &mut Context<'_>) -> Poll<Bytes> {
        let polled = self.poll_parts(cx);
        #[cfg(feature = "compression")]
        if let Some(gzip) = &mut self.gzip
            && !gzip.is_over()
        {
            let is_last = self.source.is_none() && self.ready.is_empty();
            return polled.map(|parts| gzip.wrap([parts.own, parts.shared], is_last));
        }
        // Of others' bytes alone, nothing is copied.
        polled.map(|parts| if parts.own.is_empty() { parts.shared } else { parts.own })
    }

    /// Does what is ordered from outside; ready if that is an end.
    #[cfg(feature = "console")]
    fn poll_order(&mut self, cx: &mut Context<'_>) -> Poll<Order> {
        let Some((ticket, tap)) = self.ticket.as_ref().and_then(|ticket| Some((ticket, ticket.tap()?))) else {
            return Poll::Ready(Order::Go);
        };
        if tap.orders() == 0 {
            return Poll::Ready(Order::Go);
        }
        let order = tap.now();
        if order != Order::Hold {
            return Poll::Ready(order);
        }
        ticket.wake_by(cx.waker());
        // The drain of a server does not wait for those that read nothing, but it lets go of what is only held.
        if ticket.is_draining() {
            tap.set_held(false);
            return Poll::Ready(Order::Go);
        }
        // Looked at again, since it may have been let go before it could be woken.
        match tap.now() {
            Order::Hold => Poll::Pending,
            order => Poll::Ready(order),
        }
    }

    /// Counts what was ordered from outside.
    #[cfg(feature = "console")]
    fn orders(&self) -> u32 {
        self.ticket.as_ref().and_then(Ticket::tap).map_or(0, Tap::orders)
    }

    /// Whether nothing has come since the last frame, and the task is woken when something does. Servers ask twice for each frame
    /// whether there is another.
    fn rests(&self) -> bool {
        let (true, Some(source), Some(ticket)) = (self.may_rest, &self.source, &self.ticket) else { return false };
        self.asker.is_some() && ticket.is_uncalled() && source.rests()
    }

    /// Gives the next frame; an empty one is the end.
    fn poll_parts(&mut self, cx: &mut Context<'_>) -> Poll<Parts> {
        let apart_bytes_min = self.apart_bytes_min();
        let may_rest = mem::take(&mut self.may_rest);
        debug_assert!(!may_rest || self.ready.is_empty(), "what is due goes out first");
        let mut out = if may_rest { Vec::new() } else { mem::take(&mut self.ready) };
        let (Some(source), Some(ticket)) = (&mut self.source, &mut self.ticket) else {
            return Poll::Ready(Parts::own(out));
        };
        // Looked at before the stream is polled, and again before the task is left to wait.
        let draining = ticket.has_news() && ticket.is_draining();
        let options = ticket.options();
        let limits = FrameLimits {
            bytes_max: options.frame_bytes_max.max(1),
            items_max: options.frame_items_max.max(1),
            bytes_guess: self.frame_bytes,
            apart_bytes_min,
            waits: self.asker.is_some(),
        };

        let filled = if out.len() < limits.bytes_max {
            source.as_mut().fill(cx, &mut out, limits)
        } else {
            // One large event from the last time is a frame alone.
            Filled::new(StreamState::Ready, 0)
        };
        let says_retry = draining || (filled.state == StreamState::Over && ticket.is_finishing());
        let end = match filled.state {
            StreamState::Over => source.end_word(),
            StreamState::Ready | StreamState::Pending => Some("drain"),
        };
        let says_end = filled.state == StreamState::Over && options.end_event.is_some() && end.is_some();
        if let Some(shared) = filled.shared {
            #[cfg(feature = "hub")]
            if super::Tether::is_probe(&shared) {
                // It goes no further than the server.
                return Poll::Ready(Parts { own: Bytes::new(), shared });
            }
            if !says_retry && !says_end {
                ticket.wrote(out.len() + shared.len());
                self.may_rest = limits.waits;
                if filled.state == StreamState::Over {
                    ticket.ends(StreamEnd::Complete);
                    self.source = None;
                }
                return Poll::Ready(Parts { own: out.into(), shared });
            }
            out.extend_from_slice(&shared);
        }
        // With the event that no longer fits, for which the next frame will need room as well.
        let frame_bytes = out.len().min(limits.bytes_max.saturating_mul(2));
        if filled.last > 0 && out.len() > limits.bytes_max {
            self.ready = out.split_off(filled.last);
        }
        if says_retry {
            // What was ready goes out with this frame; then the client is told when to come back.
            let mut farewell = Vec::new();
            if filled.state != StreamState::Over {
                source.as_mut().farewell(&mut farewell);
            }
            if !source.tells_retry() {
                farewell.extend_from_slice(&last_bytes(options, end, Some(ticket.drain_retry())));
            }
            let fits = out.is_empty() || out.len() + farewell.len() <= limits.bytes_max;
            if self.ready.is_empty() && fits {
                out.extend_from_slice(&farewell);
            } else {
                self.ready.extend_from_slice(&farewell);
            }
        }
        if says_end && !says_retry {
            let last = last_bytes(options, end, None);
            let place = if self.ready.is_empty() { &mut out } else { &mut self.ready };
            place.extend_from_slice(&last);
        }
        if says_retry || filled.state == StreamState::Over {
            ticket.wrote(out.len() + self.ready.len());
            ticket.ends(if draining { StreamEnd::Drain } else { StreamEnd::Complete });
            self.source = None;
            return Poll::Ready(Parts::own(out));
        }
        if !out.is_empty() {
            self.frame_bytes = frame_bytes;
            ticket.wrote(out.len());
            return Poll::Ready(Parts::own(out));
        }
        if filled.state == StreamState::Pending {
            ticket.wake_by(cx.waker());
            if self.finish.is_none() {
                self.finish = ticket.finish_sleep();
            }
            self.asker = self.finish.is_none().then(|| Asker::of(cx));
            if self.finish.as_mut().is_some_and(|finish| finish.as_mut().poll(cx).is_ready()) {
                self.finish = None;
                cx.waker().wake_by_ref();
            }
        }
        if ticket.is_heartbeat_due() {
            ticket.heartbeat(HEARTBEAT.len());
            return Poll::Ready(Parts { own: Bytes::from_static(HEARTBEAT), shared: Bytes::new() });
        }
        // Either there were only items without a byte, and others get the thread before the next of them; or a drain
        // began while the stream was polled.
        if filled.state == StreamState::Ready || ticket.is_draining() {
            ticket.look_again();
            cx.waker().wake_by_ref();
        }
        Poll::Pending
    }
}

/// Names a task by its waker, as long as somebody keeps that. The first part is never zero, so that "none" takes no room.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Asker(NonZeroUsize, usize);

impl Asker {
    fn of(cx: &Context<'_>) -> Self {
        Self(NonNull::from(cx.waker().vtable()).addr(), cx.waker().data().addr())
    }
}

/// One frame: what is the stream's own, and behind it what others have as well. Without compression it is one of both.
struct Parts {
    own: Bytes,
    shared: Bytes,
}

impl Parts {
    fn own(own: Vec<u8>) -> Self {
        Self { own: own.into(), shared: Bytes::new() }
    }
}

impl Body for EventBody {
    type Data = Bytes;
    type Error = StreamCut;

    fn poll_frame(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, StreamCut>>> {
        // Another one makes itself known as it asks, so that the one before is not any more.
        let asker = Asker::of(cx);
        self.asker.take_if(|known| *known != asker);
        #[cfg(feature = "console")]
        let orders = self.orders();
        #[cfg(feature = "console")]
        if std::task::ready!(self.poll_order(cx)) == Order::Cut {
            *self = Self::complete(Vec::new());
            return Poll::Ready(Some(Err(StreamCut)));
        }
        if self.rests() {
            self.is_giving = false;
            return Poll::Pending;
        }
        let polled = self.poll_wrapped(cx);
        // One that came before the task could be woken.
        #[cfg(feature = "console")]
        if polled.is_pending() && self.orders() != orders {
            cx.waker().wake_by_ref();
        }
        self.is_giving = matches!(&polled, Poll::Ready(bytes) if !bytes.is_empty());
        polled.map(|bytes| (!bytes.is_empty()).then(|| Ok(Frame::data(bytes))))
    }

    fn is_end_stream(&self) -> bool {
        #[cfg(feature = "compression")]
        if let Some(gzip) = &self.gzip {
            return gzip.is_over();
        }
        self.source.is_none() && self.ready.is_empty()
    }

    fn size_hint(&self) -> SizeHint {
        match self.source {
            None if self.apart_bytes_min().is_some() && !self.is_end_stream() => SizeHint::default(),
            Some(_) => SizeHint::default(),
            None => SizeHint::with_exact(self.ready.len() as u64),
        }
    }
}

impl Drop for EventBody {
    fn drop(&mut self) {
        if let (true, Some(source), Some(ticket)) = (self.is_giving, &mut self.source, &mut self.ticket)
            && source.is_cut()
        {
            source.as_mut().broke();
            ticket.broke();
        }
    }
}

/// Tells a client why the stream ends, if that is wanted, and when to come back, which works without an event (rule E20).
pub(super) fn last_bytes(options: &SseOptions, end: Option<&str>, wait: Option<Duration>) -> Vec<u8> {
    let mut bytes = String::new();
    if let (Some(name), Some(word)) = (&options.end_event, end) {
        bytes = format!("event: {name}\ndata: {{\"reason\":\"{word}\"}}\n");
    }
    if let Some(wait) = wait {
        bytes.push_str(&format!("retry: {}\n", wait.as_millis()));
    }
    if !bytes.is_empty() {
        bytes.push('\n');
    }
    bytes.into_bytes()
}

impl fmt::Display for StreamCut {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("the stream was cut off")
    }
}

impl std::error::Error for StreamCut {}

impl fmt::Debug for EventBody {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("EventBody").field("is_live", &self.source.is_some()).finish_non_exhaustive()
    }
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use std::mem::offset_of;

    use super::EventBody;

    #[test]
    fn what_an_event_touches_lies_side_by_side() {
        let before_ticket = offset_of!(EventBody, ticket) - offset_of!(EventBody, frame_bytes);
        assert_eq!(before_ticket, 48, "and the first half of the ticket");
    }
}
