//! What the adapters share.

use bytes::Buf;

use super::ReadError;
use crate::codec::{Decoder, ReceivedEvent};

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

    /// Gives the next event of the chunk at hand; `None` asks for more input. At the end it gives `Some(None)`.
    pub(super) fn next<E>(&mut self) -> Option<Option<Result<ReceivedEvent, ReadError<E>>>> {
        if self.is_over {
            return Some(None);
        }
        while let Some(chunk) = &mut self.chunk {
            // A chunk of several parts is read part by part.
            while chunk.has_remaining() {
                let mut rest = chunk.chunk();
                let before = rest.len();
                let item = self.decoder.next_event(&mut rest);
                let read = before - rest.len();
                chunk.advance(read);
                match item {
                    Ok(None) => {}
                    Ok(Some(event)) => return Some(Some(Ok(event))),
                    Err(error) => {
                        self.finish();
                        return Some(Some(Err(ReadError::Decode(error))));
                    }
                }
            }
            self.chunk = None;
        }
        None
    }

    /// Takes what the source gave; an error is handed back.
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
