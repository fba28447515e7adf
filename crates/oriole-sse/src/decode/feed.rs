//! What the adapters share.

use bytes::Buf;

use super::ReadError;
use crate::codec::{Decoded, Decoder, ReceivedEvent};

/// A decoder and the chunk that it is in the middle of.
#[derive(Debug)]
pub(super) struct Feed<B> {
    pub(super) decoder: Decoder,
    chunk: Option<B>,
    is_over: bool,
}

/// What came out of a source of bytes.
pub(super) enum Input<B, E> {
    Chunk(B),
    /// Trailers and the like.
    Nothing,
    Failed(E),
    End,
}

impl<B: Buf> Feed<B> {
    pub(super) fn new(decoder: Decoder) -> Self {
        Self { decoder, chunk: None, is_over: false }
    }

    pub(super) fn is_over(&self) -> bool {
        self.is_over
    }

    /// Gives the next event of the chunk at hand; `None` asks for more input.
    #[inline]
    pub(super) fn next<E>(&mut self) -> Option<Result<ReceivedEvent, ReadError<E>>> {
        while let Some(chunk) = &mut self.chunk {
            // A chunk of several parts is read part by part.
            while chunk.has_remaining() {
                let mut rest = chunk.chunk();
                let before = rest.len();
                let item = self.decoder.next_item(&mut rest);
                let read = before - rest.len();
                match item {
                    Ok(Some(Decoded::Event(event))) => {
                        let event = event.into_event();
                        chunk.advance(read);
                        return Some(Ok(event));
                    }
                    Ok(_) => chunk.advance(read),
                    Err(error) => {
                        self.finish();
                        return Some(Err(ReadError::Decode(error)));
                    }
                }
            }
            self.chunk = None;
        }
        None
    }

    /// Takes what the source gave; an error is handed back.
    #[inline]
    pub(super) fn take<E>(&mut self, input: Input<B, E>) -> Option<ReadError<E>> {
        match input {
            Input::Chunk(chunk) => self.chunk = Some(chunk),
            Input::Nothing => {}
            Input::Failed(error) => {
                self.finish();
                return Some(ReadError::Source(error));
            }
            Input::End => self.finish(),
        }
        None
    }

    fn finish(&mut self) {
        self.is_over = true;
        self.chunk = None;
        self.decoder.end();
    }
}
