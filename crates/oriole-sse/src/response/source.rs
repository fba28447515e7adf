//! From a stream's items to a frame's bytes.

use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

use crate::codec::{EncodeError, encode};
use crate::event::MessageEvent;

/// Fills frames; what an [`EventBody`](super::EventBody) knows of its stream.
///
/// One call fills a whole frame, so that the events of a burst cost one dynamic call together.
pub(super) trait Fill: Send {
    /// Appends ready events until the frame is full, the stream is pending, or it is over.
    fn fill(self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut Vec<u8>, limits: FrameLimits) -> Filled;
}

/// Bounds one frame.
#[derive(Clone, Copy, Debug)]
pub(super) struct FrameLimits {
    pub(super) bytes_max: usize,
    pub(super) items_max: usize,
    /// What the frame will probably need.
    pub(super) bytes_guess: usize,
}

/// Says how a frame was filled.
#[derive(Clone, Copy, Debug)]
pub(super) struct Filled {
    pub(super) state: StreamState,
    /// Where the last event begins; the frame may exceed its limit by this event only.
    pub(super) last: usize,
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
    }
}

impl<S, F> Source<S, F> {
    pub(super) fn new(stream: S, on_error: F) -> Self {
        Self { stream, on_error: Some(on_error) }
    }

    /// Encodes the next item, if it is ready.
    pub(super) fn poll_item<E>(
        self: Pin<&mut Self>,
        cx: &mut Context<'_>,
        out: &mut Vec<u8>,
        bytes_guess: usize,
    ) -> Poll<Option<Result<(), E>>>
    where
        S: Stream<Item = Result<MessageEvent, E>>,
        E: From<EncodeError>,
    {
        self.project().stream.poll_next(cx).map(|item| {
            item.map(|item| {
                let event = item?;
                if out.is_empty() {
                    out.reserve(bytes_guess);
                }
                // Whoever opened the stream gets the error, and says in the log what there is to say.
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
        for _ in 0..limits.items_max {
            last = out.len();
            match self.as_mut().poll_item(cx, out, limits.bytes_guess) {
                Poll::Pending => return Filled { state: StreamState::Pending, last },
                Poll::Ready(None) => return Filled { state: StreamState::Over, last },
                Poll::Ready(Some(Err(error))) => {
                    let event = self.as_mut().project().on_error.take().and_then(|on_error| on_error(error));
                    if let Some(Err(error)) = event.map(|event| encode(&event, out)) {
                        tracing::error!(%error, "the event that reports a stream's error was not sent");
                    }
                    return Filled { state: StreamState::Over, last };
                }
                Poll::Ready(Some(Ok(()))) if out.len() >= limits.bytes_max => break,
                Poll::Ready(Some(Ok(()))) => {}
            }
        }
        Filled { state: StreamState::Ready, last }
    }
}
