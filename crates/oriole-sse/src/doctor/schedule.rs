//! What is sent when.

use std::future::Future;
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll, ready};
use std::time::{Duration, Instant};

use futures_core::Stream;

use super::{DoctorAct, DoctorFrame, DoctorRequest};
use crate::clock::{Clock, Sleep};
use crate::event::MessageEvent;
use crate::event_name;

/// What a step sends.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Said {
    /// An event whose data is filled up with so many characters.
    Frame {
        padding: usize,
    },
    Comment,
    /// The event after which the stream ends.
    Last,
}

const SMALL_INTERVAL: Duration = Duration::from_millis(100);
/// The frames of a drip that are as small as frames can be, the first one at once.
const SMALL: u32 = 11;
const COMMENTS: u32 = 5;
/// Enough to fill the buffers of proxies, which begin at 4 KiB, one after the other.
const FILLING: u32 = 48;
const FILLING_INTERVAL: Duration = Duration::from_millis(20);
const FILLING_PADDING: usize = 1024;
const LARGE_PADDING: usize = 64 * 1024;

impl DoctorAct {
    /// The step of a number, from 0 on, and when it is due after the first; `None` behind the last.
    pub(super) fn step(self, n: u32) -> Option<(Duration, Said)> {
        match self {
            Self::Drip { .. } => drip(n),
            Self::Silence { length } => match n {
                0 => Some((Duration::ZERO, Said::Frame { padding: 0 })),
                1 => Some((length, Said::Last)),
                _ => None,
            },
            Self::Beat { interval, length } => {
                let at = interval.saturating_mul(n);
                if n == 0 {
                    Some((at, Said::Frame { padding: 0 }))
                } else if at < length {
                    Some((at, Said::Comment))
                } else {
                    // The step behind the last comment, and no further one.
                    let is_last = n == 1 || interval.saturating_mul(n - 1) < length;
                    is_last.then_some((length, Said::Last))
                }
            }
        }
    }
}

fn drip(n: u32) -> Option<(Duration, Said)> {
    let small_over = SMALL_INTERVAL * (SMALL + COMMENTS - 1);
    let filled_over = small_over + FILLING_INTERVAL * FILLING;
    let filled = SMALL + COMMENTS;
    Some(if n < SMALL {
        (SMALL_INTERVAL * n, Said::Frame { padding: 0 })
    } else if n < filled {
        (SMALL_INTERVAL * n, Said::Comment)
    } else if n < filled + FILLING {
        (small_over + FILLING_INTERVAL * (n - filled + 1), Said::Frame { padding: FILLING_PADDING })
    } else if n == filled + FILLING {
        (filled_over + FILLING_INTERVAL, Said::Frame { padding: LARGE_PADDING })
    } else if n == filled + FILLING + 1 {
        (filled_over + SMALL_INTERVAL, Said::Last)
    } else {
        return None;
    })
}

/// The stream of one answer.
pub(super) struct Schedule {
    act: DoctorAct,
    clock: Arc<dyn Clock>,
    start: Option<Instant>,
    /// The step to come, and its sleep once it has been waited for.
    n: u32,
    sleep: Option<Sleep>,
    /// Told in the first frame.
    request: Option<DoctorRequest>,
}

impl Schedule {
    pub(super) fn new(act: DoctorAct, clock: Arc<dyn Clock>, request: DoctorRequest) -> Self {
        Self { act, clock, start: None, n: 0, sleep: None, request: Some(request) }
    }
}

impl Stream for Schedule {
    type Item = MessageEvent;

    fn poll_next(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Option<MessageEvent>> {
        let this = &mut *self;
        let Some((due, said)) = this.act.step(this.n) else { return Poll::Ready(None) };
        let start = *this.start.get_or_insert_with(|| this.clock.now());
        if !due.is_zero() {
            let sleep = this.sleep.get_or_insert_with(|| this.clock.sleep_until(start + due));
            ready!(Future::poll(sleep.as_mut(), cx));
            this.sleep = None;
        }
        // When it is really sent; a busy server may be late.
        let at = this.clock.now().saturating_duration_since(start);
        let at = u64::try_from(at.as_micros()).unwrap_or(u64::MAX);
        let n = this.n;
        this.n += 1;
        Poll::Ready(Some(match said {
            Said::Comment => MessageEvent::default().comment(format!("{n} {at}")),
            Said::Frame { .. } | Said::Last => {
                let padding = if let Said::Frame { padding } = said { padding } else { 0 };
                let request = this.request.take();
                let event = if request.is_some() {
                    MessageEvent::default().retry(DoctorFrame::RETRY)
                } else {
                    MessageEvent::default()
                };
                let frame = DoctorFrame { n, at, is_last: said == Said::Last, request, padding: noise(padding) };
                let name = event_name!("doctor");
                let data = MessageEvent::json(&frame);
                match data.fields().data {
                    Some(text) => event.text(text).event_type(name).id(u64::from(n)),
                    // Not so: a frame has nothing that does not serialise.
                    None => data,
                }
            }
        }))
    }
}

/// So many letters that no compression makes much smaller: they fill a buffer behind it as well.
pub(super) fn noise(length: usize) -> String {
    const LETTERS: &[u8; 64] = b"ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_";
    // Any odd number; what matters is that neighbours do not look alike (xorshift).
    let mut state: u64 = 0x9E37_79B9_7F4A_7C15;
    let letters = (0..length).map(|_| {
        state ^= state << 13;
        state ^= state >> 7;
        state ^= state << 17;
        char::from(LETTERS[usize::try_from(state >> 58).unwrap_or(0)])
    });
    letters.collect()
}
