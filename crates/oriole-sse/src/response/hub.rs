//! A hub's subscription as a body: its bytes go out as they are.

use std::any::Any;
use std::pin::Pin;
use std::task::{Context, Poll};

use bytes::Bytes;

use super::line::Line;
use super::source::{Fill, Filled, FrameLimits, StreamState};
use super::tether::Tether;
use crate::hub::{Subscription, Taken};

/// Takes the subscription out, if the stream is one.
pub(super) fn take_subscription<S: 'static>(stream: &mut Option<S>) -> Option<Subscription> {
    (stream as &mut dyn Any).downcast_mut::<Option<Subscription>>().and_then(Option::take)
}

/// Fills frames with runs of events, which all subscribers at the same place share.
#[repr(C)]
pub(super) struct HubSource {
    line: Line,
    /// Where a server may be that reads for many; `None` once it is known that there is none.
    tether: Option<Tether>,
    /// What an event touches is at its beginning.
    subscription: Subscription,
}

impl HubSource {
    pub(super) fn new(subscription: Subscription, tether: Tether, line: Line) -> Self {
        Self { subscription, tether: Some(tether), line }
    }

    /// Takes back what a server had taken; gives the probe that it asks for.
    fn heave(&mut self) -> Option<Bytes> {
        let (landing, probe) = self.tether.as_ref()?.heave();
        if let Some(landing) = landing {
            self.line.land(landing);
            self.subscription.land(landing);
        }
        probe
    }

    /// Offers the place to a server that asks for it.
    fn offer(&mut self) {
        if let Some(tether) = &self.tether
            && tether.is_asked()
            && self.line.is_regular()
            && let Some(berth) = self.subscription.berth(&self.line)
        {
            tether.offer(berth);
        }
    }

    /// Lets go of the tether if there is nobody at its other end, so that it is not looked at for each event.
    fn let_go(&mut self) {
        self.tether.take_if(|tether| tether.is_let_go());
    }
}

impl Fill for HubSource {
    fn fill(mut self: Pin<&mut Self>, cx: &mut Context<'_>, out: &mut Vec<u8>, limits: FrameLimits) -> Filled {
        let mut last = out.len();
        let is_taut = self.tether.as_ref().is_some_and(Tether::is_taut);
        if is_taut && let Some(probe) = self.heave() {
            return Filled { state: StreamState::Ready, last, shared: Some(probe) };
        }
        let mut shared: Option<Bytes> = None;
        for _ in 0..limits.items_max {
            let taken = out.len() + shared.as_ref().map_or(0, Bytes::len);
            if taken >= limits.bytes_max {
                break;
            }
            let wanted = Taken {
                run_bytes_max: Some((limits.bytes_max - taken) as u64),
                apart_bytes_min: limits.apart_bytes_min,
                // A server that reads for many is to be told of the place.
                waits: limits.waits && self.tether.is_none(),
            };
            let portion = match self.subscription.poll_frame(cx, wanted) {
                Poll::Ready(Some(portion)) => portion,
                Poll::Ready(None) => return Filled { state: StreamState::Over, last, shared },
                Poll::Pending => {
                    if !is_taut {
                        if let (Some(tether), Some(bytes)) = (&self.tether, &shared) {
                            tether.ends_behind(bytes);
                        }
                        self.let_go();
                    } else if shared.is_none() && out.is_empty() {
                        self.offer();
                    }
                    return Filled { state: StreamState::Pending, last, shared };
                }
            };
            let bytes = portion.bytes;
            if let Some(bytes_min) = limits.apart_bytes_min {
                last = out.len();
                let is_worth_it = bytes.len() >= bytes_min || self.subscription.is_at_end();
                if portion.id.is_some() || (is_worth_it && !bytes.is_unique()) {
                    out.extend_from_slice(&portion.id.unwrap_or_default());
                    shared = Some(bytes);
                    break;
                }
                out.extend_from_slice(&bytes);
                continue;
            }
            if out.is_empty() && shared.is_none() {
                shared = Some(bytes);
                if self.subscription.is_at_end() {
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

    fn rests(&self) -> bool {
        self.subscription.rests()
    }

    fn tells_retry(&self) -> bool {
        true
    }

    fn is_cut(&self) -> bool {
        !self.tether.as_ref().is_some_and(Tether::is_written)
    }

    fn broke(mut self: Pin<&mut Self>) {
        self.subscription.broke();
    }

    fn farewell(mut self: Pin<&mut Self>, out: &mut Vec<u8>) {
        out.extend_from_slice(&self.subscription.farewell());
    }
}

#[cfg(test)]
mod tests {
    use std::mem::{offset_of, size_of};

    use super::{HubSource, Tether};

    /// The tether is looked at for each event, and the subscription begins with what is.
    #[test]
    fn what_an_event_touches_lies_side_by_side() {
        let tether = offset_of!(HubSource, tether);
        assert_eq!(offset_of!(HubSource, subscription) - tether, size_of::<Option<Tether>>());
    }
}
