//! Events out of a stream of bytes.

use std::fmt;
use std::io::Cursor;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use pin_project_lite::pin_project;

use super::ReadError;
use super::feed::{Feed, More};
use crate::codec::{Decoder, ReceivedEvent};

pin_project! {
    /// Reads the events out of a stream of chunks of bytes, such as another HTTP client gives.
    ///
    /// It ends with the source, or after its first error, and never reconnects: that is what
    /// `EventSource` (feature `client`) is for. It holds one chunk and what the decoder holds. Comments are skipped.
    ///
    /// # Cancel safety
    ///
    /// A `next` that is dropped loses nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::{StreamExt, stream};
    /// use oriole_sse::{DecodeStream, Decoder};
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let chunks = stream::iter(["id: 7\nda", "ta: hello\n\n"].map(Ok::<_, std::io::Error>));
    /// let mut events = DecodeStream::new(chunks);
    /// let event = events.next().await.ok_or("an event")??;
    /// assert_eq!((event.data(), event.last_event_id()), ("hello", "7"));
    /// assert!(events.next().await.is_none());
    ///
    /// // The next body of the same source goes on with the same decoder.
    /// let decoder: Decoder = events.into_decoder();
    /// assert_eq!(decoder.last_event_id(), "7");
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "streams do nothing unless polled"]
    pub struct DecodeStream<S, B> {
        #[pin]
        stream: S,
        feed: Feed<Cursor<B>>,
    }
}

impl<S, B, E> DecodeStream<S, B>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    /// Reads with a decoder that has seen nothing yet.
    pub fn new(stream: S) -> Self {
        Self::with_decoder(stream, Decoder::default())
    }

    /// Reads with this decoder.
    pub fn with_decoder(stream: S, decoder: Decoder) -> Self {
        Self { stream, feed: Feed::new(decoder) }
    }

    /// Shows the decoder: its last event id and reconnection time.
    #[must_use]
    pub fn decoder(&self) -> &Decoder {
        &self.feed.decoder
    }

    /// Takes the decoder, ready for the next body.
    #[must_use]
    pub fn into_decoder(self) -> Decoder {
        self.feed.into_decoder()
    }
}

impl<S, B, E> Stream for DecodeStream<S, B>
where
    S: Stream<Item = Result<B, E>>,
    B: AsRef<[u8]>,
{
    type Item = Result<ReceivedEvent, ReadError<E>>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        this.feed.poll(cx, |cx| {
            this.stream.as_mut().poll_next(cx).map(|next| match next {
                Some(Ok(chunk)) => More::Chunk(Cursor::new(chunk)),
                Some(Err(error)) => More::Failed(error),
                None => More::End,
            })
        })
    }
}

impl<S: fmt::Debug, B> fmt::Debug for DecodeStream<S, B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeStream").field("stream", &self.stream).finish_non_exhaustive()
    }
}
