//! What runs when a stream is over.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll, ready};

use futures_core::Stream;
use futures_core::stream::FusedStream;
use pin_project_lite::pin_project;

pin_project! {
    /// Is a stream that runs a closure when it is over; made by [`EventStreamExt::finalize`](super::EventStreamExt).
    #[must_use = "streams do nothing unless polled"]
    pub struct Finalize<S, F>
    where
        F: FnOnce(),
    {
        #[pin]
        stream: S,
        // `None` once it has run, which is also how the stream knows that it is over.
        finalizer: Option<F>,
    }

    impl<S, F> PinnedDrop for Finalize<S, F>
    where
        F: FnOnce(),
    {
        fn drop(this: Pin<&mut Self>) {
            if let Some(finalizer) = this.project().finalizer.take() {
                finalizer();
            }
        }
    }
}

impl<S, F: FnOnce()> Finalize<S, F> {
    pub(super) fn new(stream: S, finalizer: F) -> Self {
        Self { stream, finalizer: Some(finalizer) }
    }
}

impl<S: Stream, F: FnOnce()> Stream for Finalize<S, F> {
    type Item = S::Item;

    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<S::Item>> {
        let this = self.project();
        if this.finalizer.is_none() {
            return Poll::Ready(None);
        }
        let item = ready!(this.stream.poll_next(cx));
        if item.is_none()
            && let Some(finalizer) = this.finalizer.take()
        {
            finalizer();
        }
        Poll::Ready(item)
    }

    fn size_hint(&self) -> (usize, Option<usize>) {
        if self.finalizer.is_some() { self.stream.size_hint() } else { (0, Some(0)) }
    }
}

impl<S: Stream, F: FnOnce()> FusedStream for Finalize<S, F> {
    fn is_terminated(&self) -> bool {
        self.finalizer.is_none()
    }
}

impl<S: fmt::Debug, F: FnOnce()> fmt::Debug for Finalize<S, F> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Finalize").field("stream", &self.stream).finish_non_exhaustive()
    }
}
