//! From a stream's items to a frame's bytes.

use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;
use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::codec::{EncodeError, encode};
use crate::event::{EventName, MessageEvent};

/// Fills frames; what an [`EventBody`](super::EventBody) knows of its stream.
///
/// One call fills a whole frame, so that the events of a burst cost one dynamic call together.
pub(super) trait Fill: Send {
    /// Appends ready events until the frame is full, the stream is pending, or it is over.
    fn fill(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut Vec<u8>, limits: FrameLimits) -> Filled;

    /// Appends what is to be said when the stream is ended from outside, before the client is told when to come back.
    fn farewell(self: Pin<&mut Self>, _out: &mut Vec<u8>) {}

    /// Shows the word for why it is over, if it has not said so itself.
    fn end_word(&self) -> Option<&'static str> {
        None
    }

    /// Whether nothing has come since the last frame, which had all there was, and the task is woken when something does.
    ///
    /// Only one that [might wait](FrameLimits::waits) is asked.
    fn rests(&self) -> bool {
        false
    }

    /// Whether what was given last may not be written, where nobody has come for the next.
    fn is_cut(&self) -> bool {
        true
    }

    /// Notes that the client left while something was on its way to it.
    fn broke(self: Pin<&mut Self>) {}

    /// Whether its last words tell the client when to come back, so that nobody else does.
    fn tells_retry(&self) -> bool {
        false
    }
}

/// Bounds one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameLimits {
    pub(super) bytes_max: usize,
    pub(super) items_max: usize,
    /// What the frame will probably need.
    pub(super) bytes_guess: usize,
    /// Bytes that others have as well are given beside what is the stream's own, and end the frame: an event of so many bytes or
    /// more, without an id that is this stream's. `None` if nobody asks what is whose.
    pub(super) apart_bytes_min: Option<usize>,
    /// Whether the task is known to whoever wakes it.
    pub(super) waits: bool,
}

/// Says how a frame was filled.
#[derive(Debug)]
pub(super) struct Filled {
    pub(super) state: StreamState,
    /// Where the last event begins; the frame may exceed its limit by this event only.
    pub(super) last: usize,
    /// Bytes that others have as well, behind what was appended; nothing was, unless they are to be [apart](FrameLimits::apart_bytes_min).
    pub(super) shared: Option<Bytes>,
}

impl Filled {
    pub(super) fn new(state: StreamState, last: usize) -> Self {
        Self { state, last, shared: None }
    }
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum StreamState {
    /// There may be more at once.
    Ready,
    /// The stream will wake the task.
    Pending,
    /// Nothing more will come: the stream completed or failed.
    Over,
}

pin_project! {
    /// A stream, and what makes an event of its error.
    pub(super) struct Source<S, F> {
        #[pin]
        stream: S,
        on_error: Option<F>,
        // How the event is named that says why a stream ends, and whether the last event was one.
        end_event: Option<EventName>,
        has_said_end: bool,
    }
}

impl<S, F> Source<S, F> {
    pub(super) fn new(stream: S, on_error: F, end_event: Option<EventName>) -> Self {
        Self { stream, on_error: Some(on_error), end_event, has_said_end: false }
    }

    /// Encodes the next item, if it is ready.
    pub(super) fn poll_item<E>(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut Vec<u8>,
    ) -> Poll<Option<Result<(), E>>>
    where
        S: Stream<Item = Result<MessageEvent, E>>,
        E: From<EncodeError>,
    {
        let this = self.project();
        this.stream.poll_next(cx).map(|item| {
            item.map(|item| {
                let event = item?;
                *this.has_said_end = says_end(this.end_event.as_ref(), &event);
                encode(&event, out).map_err(E::from)
            })
        })
    }
}

impl<S, F, E> Fill for Source<S, F>
where
    S: Stream<Item = Result<MessageEvent, E>> + Send,
    F: FnOnce(E) -> Option<MessageEvent> + Send,
    E: From<EncodeError>,
{
    fn fill(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut Vec<u8>, limits: FrameLimits) -> Filled {
        let mut last = out.len();
        // The first event, if it is bytes already: alone in its frame, it is not copied.
        let mut shared: Option<Bytes> = None;
        for _ in 0..limits.items_max {
            let item = match self.as_mut().project().stream.poll_next(cx) {
                Poll::Pending => return Filled { state: StreamState::Pending, last, shared },
                Poll::Ready(None) => return Filled { state: StreamState::Over, last, shared },
                Poll::Ready(Some(item)) => item,
            };
            if let (Some(name), Ok(event)) = (&self.end_event, &item) {
                let has_said_end = says_end(Some(name), event);
                *self.as_mut().project().has_said_end = has_said_end;
            }
            let bytes = item.as_ref().ok().and_then(MessageEvent::encoded_bytes).cloned();
            if let (Some(bytes), Some(bytes_min)) = (&bytes, limits.apart_bytes_min) {
                // Not held by this one as well.
                drop(item);
                if bytes.len() >= bytes_min && !bytes.is_unique() {
                    shared = Some(bytes.clone());
                    break;
                }
                last = out.len();
                out.extend_from_slice(bytes);
                if out.len() >= limits.bytes_max {
                    break;
                }
                continue;
            }
            if let Some(bytes) = bytes.filter(|_| out.is_empty() && shared.is_none()) {
                let is_full = bytes.len() >= limits.bytes_max;
                shared = Some(bytes);
                if is_full {
                    break;
                }
                continue;
            }
            if let Some(shared) = shared.take() {
                out.reserve(limits.bytes_guess.max(shared.len()));
                out.extend_from_slice(&shared);
            }
            if out.capacity() < limits.bytes_guess {
                out.reserve(limits.bytes_guess - out.len());
            }
            last = out.len();
            // Whoever opened the stream gets the error, and says in the log what there is to say.
            if let Err(error) = item.and_then(|event| encode(&event, out).map_err(E::from)) {
                let event = self.as_mut().project().on_error.take().and_then(|on_error| on_error(error));
                if let Some(Err(error)) = event.map(|event| encode(&event, out)) {
                    tracing::error!(%error, "the event that reports a stream's error was not sent");
                }
                return Filled::new(StreamState::Over, last);
            }
            if out.len() >= limits.bytes_max {
                break;
            }
        }
        Filled { state: StreamState::Ready, last, shared }
    }

    fn end_word(&self) -> Option<&'static str> {
        match self.on_error {
            _ if self.has_said_end => None,
            Some(_) => Some("finished"),
            None => Some("failed"),
        }
    }
}

fn says_end(name: Option<&EventName>, event: &MessageEvent) -> bool {
    name.is_some_and(|name| event.fields().event_type == Some(name))
}
