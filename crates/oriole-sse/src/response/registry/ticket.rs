//! What counts a stream as open.

use std::net::IpAddr;
use std::sync::Arc;
use std::sync::atomic::Ordering;
use std::task::Waker;
use std::time::Duration;

use super::connection::Connection;
use super::open::Registry;
use crate::clock::Sleep;
#[cfg(feature = "console")]
use crate::inspect::Tap;
use crate::metrics::StreamEnd;
use crate::response::SseOptions;
use crate::response::adaptive::Networks;
#[cfg(feature = "hub")]
use crate::response::line::Line;
use crate::response::vitals::Vitals;

/// Counts a stream as open until it is dropped.
///
/// In this order, what an event touches lies side by side.
#[derive(Debug)]
#[repr(C)]
pub(in crate::response) struct Ticket {
    /// How often it had been called when there was nothing else to know of it; `None` if there is something.
    heard: Option<u32>,
    /// The connection's own: an event touches nothing else of it.
    vitals: Arc<Vitals>,
    registry: Arc<Registry>,
    connection: Arc<Connection>,
    /// How the stream counts as ended if the ticket is dropped now.
    end: StreamEnd,
    /// The client went while something was on its way to it, which tells nothing of silence.
    has_broken: bool,
    /// Where others see what is written.
    #[cfg(feature = "console")]
    tap: Option<Arc<Tap>>,
}

impl Ticket {
    pub(super) fn new(registry: Arc<Registry>, connection: Arc<Connection>) -> Self {
        Self {
            registry,
            vitals: Arc::clone(&connection.vitals),
            connection,
            heard: None,
            end: StreamEnd::Left,
            has_broken: false,
            #[cfg(feature = "console")]
            tap: None,
        }
    }

    #[cfg(feature = "hub")]
    pub(in crate::response) fn line(&self) -> Line {
        Line {
            registry: Arc::clone(&self.registry),
            connection: Arc::clone(&self.connection),
            #[cfg(feature = "console")]
            tap: self.tap.clone(),
        }
    }

    pub(in crate::response) fn options(&self) -> &SseOptions {
        &self.registry.options
    }

    pub(in crate::response) fn is_draining(&self) -> bool {
        self.connection.draining.load(Ordering::Acquire)
            || self.finish_by().is_some_and(|moment| moment <= self.registry.now())
    }

    /// Whether everything drains, and this stream is let finish.
    pub(in crate::response) fn is_finishing(&self) -> bool {
        self.finish_by().is_some()
    }

    /// Waits until a stream that may finish has to be over; `None` if nothing drains.
    pub(in crate::response) fn finish_sleep(&self) -> Option<Sleep> {
        let moment = self.registry.epoch.checked_add(Duration::from_nanos(self.finish_by()?))?;
        Some(self.registry.clock.sleep_until(moment))
    }

    fn finish_by(&self) -> Option<u64> {
        let moment = self.connection.finish_by.load(Ordering::Acquire);
        (moment != u64::MAX).then_some(moment)
    }

    pub(in crate::response) fn drain_retry(&self) -> Duration {
        self.registry.options.drain_retry_of(self.connection.number)
    }

    pub(in crate::response) fn is_heartbeat_due(&self) -> bool {
        self.connection.heartbeat_due.load(Ordering::Acquire)
    }

    /// Notes why the stream is over.
    pub(in crate::response) fn ends(&mut self, end: StreamEnd) {
        self.end = end;
    }

    /// Notes that the client went while something was on its way to it.
    pub(in crate::response) fn broke(&mut self) {
        self.has_broken = true;
    }

    /// Shows what is written from now on, and takes orders.
    #[cfg(feature = "console")]
    pub(in crate::response) fn with_tap(mut self, tap: Option<Arc<Tap>>) -> Self {
        if let Some(tap) = &tap {
            let connection = Arc::downgrade(&self.connection);
            tap.open(self.options().heartbeat_interval, connection);
        }
        self.tap = tap;
        self
    }

    #[cfg(feature = "console")]
    pub(in crate::response) fn tap(&self) -> Option<&Tap> {
        self.tap.as_deref()
    }

    /// Notes that the comment which stands for silence is written.
    pub(in crate::response) fn heartbeat(&mut self, bytes: usize) {
        self.registry.meter.heartbeat();
        self.look_again();
        #[cfg(feature = "console")]
        if let Some(tap) = self.tap() {
            tap.heartbeat();
        }
        self.wrote(bytes);
    }

    /// Notes that so much was written just now.
    pub(in crate::response) fn wrote(&self, bytes: usize) {
        self.registry.meter.sent(bytes);
        #[cfg(feature = "console")]
        if let Some(tap) = self.tap() {
            tap.wrote(bytes, self.registry.clock.wall());
        }
        if self.registry.heartbeat_nanos.is_some() {
            let now = self.registry.now();
            if let Some(networks) = &self.registry.networks
                && let Some(client) = self.connection.client
            {
                self.was_silent(client, networks, now);
            }
            self.vitals.written.store(now, Ordering::Relaxed);
            // It is due only if the stream was called.
            if !self.is_uncalled() {
                self.connection.heartbeat_due.store(false, Ordering::Relaxed);
            }
        }
    }

    /// Notes the silence that ends with a write. Whether the client survived it is known when it is still there a good while later: a write
    /// to one that vanished without a word succeeds as well.
    fn was_silent(&self, client: IpAddr, networks: &Networks, now: u64) {
        let Connection { silence, silence_ended, .. } = &*self.connection;
        let this = now.saturating_sub(self.vitals.written.load(Ordering::Relaxed));
        let before = silence.load(Ordering::Relaxed);
        let since = Duration::from_nanos(now.saturating_sub(silence_ended.load(Ordering::Relaxed)));
        let is_survived = since >= networks.confirm_after();
        if is_survived {
            networks.survived(client, Duration::from_nanos(before), Duration::from_nanos(now));
        }
        // One that is hardly longer does not begin the wait anew.
        if is_survived || this > before.saturating_add(before / 10) {
            silence.store(this, Ordering::Relaxed);
            silence_ended.store(now, Ordering::Relaxed);
        }
    }

    /// Looks what was noted for the stream, if it was called since there was nothing; says whether there is anything now: a
    /// drain, or a heartbeat that is due.
    pub(in crate::response) fn has_news(&mut self) -> bool {
        if self.is_uncalled() {
            return false;
        }
        let calls = self.vitals.calls();
        let Connection { draining, heartbeat_due, .. } = &*self.connection;
        let is_news = draining.load(Ordering::Acquire) || self.is_finishing() || heartbeat_due.load(Ordering::Acquire);
        self.heard = (!is_news).then_some(calls);
        is_news
    }

    /// Has what is noted for the stream looked at next time, also where whoever noted it has not called yet.
    pub(in crate::response) fn look_again(&mut self) {
        self.heard = None;
    }

    /// Whether the stream was not called since there was nothing to know of it.
    pub(in crate::response) fn is_uncalled(&self) -> bool {
        self.heard == Some(self.vitals.calls())
    }

    /// Says which task to wake for a heartbeat or a drain.
    pub(in crate::response) fn wake_by(&self, waker: &Waker) {
        self.vitals.wake_by(waker);
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let (StreamEnd::Left, Some(client), Some(networks)) =
            (self.end, self.connection.client, &self.registry.networks)
            && !self.has_broken
        {
            let now = self.registry.now();
            let silent = now.saturating_sub(self.vitals.written.load(Ordering::Relaxed));
            networks.ended(client, Duration::from_nanos(silent), Duration::from_nanos(now));
        }
        self.registry.meter.ended(self.end);
        self.registry.leave(&self.connection);
    }
}

#[cfg(all(test, target_pointer_width = "64"))]
mod tests {
    use std::mem::offset_of;

    use super::Ticket;

    /// Two words, which lie behind what is touched of the body.
    #[test]
    fn what_an_event_touches_lies_side_by_side() {
        assert_eq!((offset_of!(Ticket, heard), offset_of!(Ticket, vitals)), (0, 8));
    }
}
