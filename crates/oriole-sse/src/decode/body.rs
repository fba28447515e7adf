//! Events out of an HTTP body.

use std::fmt;
use std::pin::Pin;
use std::task::{Context, Poll};

use futures_core::Stream;
use http_body::Body;
use pin_project_lite::pin_project;

use super::ReadError;
use super::feed::{Feed, More};
use crate::codec::{Decoder, ReceivedEvent};

pin_project! {
    /// Reads the events out of an [`http_body::Body`], as [`DecodeStream`](super::DecodeStream) does out of a stream.
    ///
    /// Trailers are skipped.
    ///
    /// # Cancel safety
    ///
    /// A `next` that is dropped loses nothing.
    ///
    /// # Examples
    ///
    /// ```
    /// use futures_util::StreamExt;
    /// use http_body_util::Full;
    /// use oriole_sse::DecodeBody;
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
    /// let mut events = DecodeBody::new(Full::new(&b"retry: 500\ndata: hello\n\n"[..]));
    /// assert_eq!(events.next().await.ok_or("an event")??.data(), "hello");
    /// assert_eq!(events.decoder().reconnection_time(), Some(std::time::Duration::from_millis(500)));
    /// # Ok(())
    /// # }
    /// ```
    #[must_use = "streams do nothing unless polled"]
    pub struct DecodeBody<B: Body> {
        #[pin]
        body: B,
        feed: Feed<B::Data>,
    }
}

impl<B: Body> DecodeBody<B> {
    /// Reads with a decoder that has seen nothing yet.
    pub fn new(body: B) -> Self {
        Self::with_decoder(body, Decoder::default())
    }

    /// Reads with this decoder.
    pub fn with_decoder(body: B, decoder: Decoder) -> Self {
        Self { body, feed: Feed::new(decoder) }
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

impl<B: Body> Stream for DecodeBody<B> {
    type Item = Result<ReceivedEvent, ReadError<B::Error>>;

    #[inline]
    fn poll_next(self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<Self::Item>> {
        let mut this = self.project();
        this.feed.poll(cx, |cx| {
            this.body.as_mut().poll_frame(cx).map(|next| match next {
                Some(Ok(frame)) => frame.into_data().map_or(More::Nothing, More::Chunk),
                Some(Err(error)) => More::Failed(error),
                None => More::End,
            })
        })
    }
}

impl<B: Body> fmt::Debug for DecodeBody<B> {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("DecodeBody").finish_non_exhaustive()
    }
}
