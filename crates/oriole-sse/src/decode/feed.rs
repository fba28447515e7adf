//! What the adapters share.

use std::task::{Context, Poll, ready};

use bytes::Buf;

use super::ReadError;
use crate::codec::{Decoder, Found, Held, ReceivedEvent};

/// How many chunks without an event are read before others get the thread.
const CHUNKS_MAX: usize = 32;

/// A decoder and the chunk that it is in the middle of.
#[derive(Debug)]
pub(super) struct Feed<B> {
    pub(super) decoder: Decoder,
    chunk: Option<B>,
    is_over: bool,
}

pub(super) type EventOr<E> = Result<ReceivedEvent, ReadError<E>>;

/// What came out of a source of bytes.
pub(super) enum More<E> {
    /// Perhaps a chunk, which has been put where it is read.
    Chunk,
    Failed(E),
    End,
}

impl<B: Buf> Feed<B> {
    pub(super) fn new(decoder: Decoder) -> Self {
        Self { decoder, chunk: None, is_over: false }
    }

    /// The decoder, ready for the next body.
    pub(super) fn into_decoder(self) -> Decoder {
        let mut decoder = self.decoder;
        decoder.reset();
        decoder
    }

    /// Gives the next event, of the chunk at hand or of those that `more` gives.
    #[inline]
    pub(super) fn poll<E>(
        &mut self,
        cx: &mut Context<'_>,
        mut more: impl FnMut(&mut Context<'_>, &mut Option<B>) -> Poll<More<E>>,
    ) -> Poll<Option<EventOr<E>>> {
        for _ in 0..CHUNKS_MAX {
            while let Some(chunk) = &mut self.chunk {
                // A chunk of several parts is read part by part.
                if !chunk.has_remaining() {
                    self.chunk = None;
                    break;
                }
                let mut rest = chunk.chunk();
                let before = rest.len();
                let mut held = Held::default();
                match self.decoder.advance(&mut rest, &mut held) {
                    Ok(Some(Found::Event)) => {
                        let read = before - rest.len();
                        let event = self.decoder.event(held);
                        chunk.advance(read);
                        return Poll::Ready(Some(Ok(event)));
                    }
                    Ok(_) => {
                        let read = before - rest.len();
                        chunk.advance(read);
                    }
                    Err(error) => return Poll::Ready(Some(Err(self.fail(ReadError::Decode(error))))),
                }
            }
            if self.is_over {
                return Poll::Ready(None);
            }
            match ready!(more(cx, &mut self.chunk)) {
                More::Chunk => {}
                More::Failed(error) => return Poll::Ready(Some(Err(self.fail(ReadError::Source(error))))),
                More::End => self.finish(),
            }
        }
        cx.waker().wake_by_ref();
        Poll::Pending
    }

    #[cold]
    fn fail<E>(&mut self, error: ReadError<E>) -> ReadError<E> {
        self.finish();
        error
    }

    fn finish(&mut self) {
        self.is_over = true;
        self.chunk = None;
        self.decoder.end();
    }
}
