//! A hub's subscription as a body: its bytes go out as they are.

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::source::{Fill, Filled, FrameLimits, StreamState};
use crate::hub::Subscription;

/// Takes the subscription out, if the stream is one.
pub(super) fn take_subscription<S: 'static>(stream: &mut Option<S>) -> Option<Subscription> {
    (stream as &mut dyn Any).downcast_mut::<Option<Subscription>>().and_then(Option::take)
}

/// Fills frames with runs of events, which all subscribers at the same place share.
pub(super) struct HubSource(pub(super) Subscription);

impl Fill for HubSource {
    fn fill(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut Vec<u8>, limits: FrameLimits) -> Filled {
        let mut last = out.len();
        let mut shared: Option<Bytes> = None;
        for _ in 0..limits.items_max {
            let taken = out.len() + shared.as_ref().map_or(0, Bytes::len);
            if taken >= limits.bytes_max {
                break;
            }
            let bytes = match self.0.poll_frame(cx, Some((limits.bytes_max - taken) as u64)) {
                Poll::Ready(Some(bytes)) => bytes,
                Poll::Ready(None) => return Filled { state: StreamState::Over, last, shared },
                Poll::Pending => return Filled { state: StreamState::Pending, last, shared },
            };
            if out.is_empty() && shared.is_none() {
                shared = Some(bytes);
                if self.0.is_at_end() {
                    // Whoever takes the frame asks again anyway.
                    break;
                }
                continue;
            }
            if let Some(shared) = shared.take() {
                out.reserve(limits.bytes_guess.max(shared.len() + bytes.len()));
                out.extend_from_slice(&shared);
            }
            last = out.len();
            out.extend_from_slice(&bytes);
        }
        Filled { state: StreamState::Ready, last, shared }
    }

    fn tells_retry(&self) -> bool {
        true
    }

    fn broke(mut self: Pin<&mut Self>) {
        self.0.broke();
    }

    fn farewell(mut self: Pin<&mut Self>, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.0.farewell());
    }
}
