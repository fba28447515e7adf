//! What the adapters share.

use std::task::{Context, Poll, ready};

use bytes::Buf;

use super::ReadError;
use crate::codec::{DecodeError, Decoder, Found, Held, ReceivedEvent};

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
pub(super) enum More<B, E> {
    Chunk(B),
    /// Something else, such as trailers.
    Nothing,
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
        mut more: impl FnMut(&mut Context<'_>) -> Poll<More<B, E>>,
    ) -> Poll<Option<EventOr<E>>> {
        if let Some(chunk) = &mut self.chunk {
            match read(&mut self.decoder, chunk) {
                Ok(Some(event)) => return Poll::Ready(Some(Ok(event))),
                Ok(None) => self.chunk = None,
                Err(error) => return Poll::Ready(Some(Err(self.fail(ReadError::Decode(error))))),
            }
        }
        for _ in 0..CHUNKS_MAX {
            if self.is_over {
                return Poll::Ready(None);
            }
            match ready!(more(cx)) {
                More::Chunk(mut chunk) => match read(&mut self.decoder, &mut chunk) {
                    Ok(Some(event)) => {
                        // Often a chunk is an event.
                        if chunk.has_remaining() {
                            self.chunk = Some(chunk);
                        }
                        return Poll::Ready(Some(Ok(event)));
                    }
                    Ok(None) => {}
                    Err(error) => return Poll::Ready(Some(Err(self.fail(ReadError::Decode(error))))),
                },
                More::Nothing => {}
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

/// Reads up to the next event, or to the chunk's end.
///
/// It is inlined where a chunk is gone on with, and where it is new: an event goes to the caller without a stop.
#[inline(always)]
fn read<B: Buf>(decoder: &mut Decoder, chunk: &mut B) -> Result<Option<ReceivedEvent>, DecodeError> {
    // A chunk of several parts is read part by part.
    while chunk.has_remaining() {
        let mut rest = chunk.chunk();
        let bytes = rest.len();
        let mut held = Held::default();
        let event = match decoder.advance(&mut rest, &mut held)? {
            Some(Found::Event) => Some(decoder.event(held)),
            Some(Found::Comment) | None => None,
        };
        let bytes_read = bytes - rest.len();
        chunk.advance(bytes_read);
        if event.is_some() {
            return Ok(event);
        }
    }
    Ok(None)
}
