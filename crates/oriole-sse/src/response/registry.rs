//! The open streams of an application, and the one timer of all their heartbeats.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::task::{Poll, Waker};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::SseOptions;
use super::adaptive::Networks;
#[cfg(feature = "hub")]
use super::line::Line;
#[cfg(feature = "hub")]
use super::tether::Pulse;
use crate::clock::{Clock, Sleep};
#[cfg(feature = "console")]
use crate::inspect::{Sleeper, Tap};
use crate::lock::lock;
use crate::metrics::{StreamEnd, StreamMeter};

/// Knows every open stream.
///
/// Streams stand in the order of the moment at which each should be looked at for a heartbeat. A write does not move its
/// stream, it only notes the time: the timer finds the note when the moment comes, and looks again later. So a write
/// costs no lock, and a stream costs the timer one look per interval.
#[derive(Debug)]
pub(super) struct Registry {
    pub(super) options: SseOptions,
    pub(super) meter: StreamMeter,
    pub(super) clock: Box<dyn Clock>,
    /// Moments are counted in nanoseconds from here.
    epoch: Instant,
    heartbeat_nanos: Option<u64>,
    /// If the interval depends on the client's network, what is known of those.
    networks: Option<Networks>,
    state: Mutex<State>,
    /// Holds the timer's task. Apart from the state, which a task takes when it is dropped: where the runtime is about to
    /// end, that is while it is spawned.
    timer: Mutex<JoinSet<()>>,
    /// Wakes the timer when the last stream has ended, or one has come that is to be looked at before all others.
    timer_wake: Notify,
    /// Wakes those who wait for the last stream to end and the timer with it.
    idle: Notify,
}

#[derive(Debug, Default)]
struct State {
    /// By the next look and a number of its own.
    streams: BTreeMap<(u64, u64), Arc<Connection>>,
    connections: u64,
    draining: bool,
    timer_runs: bool,
}

/// One open stream, as the timer and the body share it.
#[derive(Debug)]
pub(super) struct Connection {
    number: u64,
    /// The first part of its key; changes only under the registry's lock.
    look: AtomicU64,
    pub(super) written: AtomicU64,
    /// How long the stream may be silent.
    interval: AtomicU64,
    /// If the interval depends on it, from where the client comes.
    pub(super) client: Option<IpAddr>,
    /// How long the stream was silent before the last write.
    silence: AtomicU64,
    heartbeat_due: AtomicBool,
    draining: AtomicBool,
    may_finish: bool,
    /// When a stream that may finish has to be over; never, as long as nothing drains.
    finish_by: AtomicU64,
    waker: Mutex<Option<Waker>>,
    /// When it was written to, while it is written to with others, and how many bytes those had had before.
    #[cfg(feature = "hub")]
    pulse: Mutex<Option<(Arc<Pulse>, u64)>>,
}

/// Counts a stream as open until it is dropped.
#[derive(Debug)]
pub(super) struct Ticket {
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

/// The least time between two passes of the timer: what is due within it shares a pass.
pub(super) const PASS_INTERVAL: Duration = Duration::from_millis(10);

impl Registry {
    pub(super) fn new(options: SseOptions, clock: Box<dyn Clock>) -> Arc<Self> {
        let heartbeat_nanos = options.heartbeat_interval.map(|interval| nanos(interval.max(PASS_INTERVAL)));
        let epoch = clock.now();
        let networks = options.adaptive_heartbeat.zip(heartbeat_nanos);
        let networks = networks.map(|(adaptive, longest)| Networks::new(adaptive, Duration::from_nanos(longest)));
        Arc::new(Self {
            options,
            meter: StreamMeter::new(),
            clock,
            epoch,
            heartbeat_nanos,
            networks,
            state: Mutex::default(),
            timer: Mutex::default(),
            timer_wake: Notify::new(),
            idle: Notify::new(),
        })
    }

    pub(super) fn options(&self) -> &SseOptions {
        &self.options
    }

    /// Waits for a time from now on.
    pub(super) fn sleep(&self, wait: Duration) -> Sleep {
        match self.clock.now().checked_add(wait) {
            Some(moment) => self.clock.sleep_until(moment),
            None => Box::pin(std::future::pending()),
        }
    }

    /// Takes in a stream, unless the registry drains; then it gives the `retry:` for its client.
    pub(super) fn enter(self: &Arc<Self>, may_finish: bool, client: Option<IpAddr>) -> Result<Ticket, Duration> {
        let now = self.now();
        let client = self.networks.as_ref().and(client);
        let interval = self.interval(client, now);
        let mut state = lock(&self.state);
        let number = state.connections;
        state.connections += 1;
        if state.draining {
            self.meter.turned_away();
            return Err(self.options.drain_retry_of(number));
        }
        let look = now.saturating_add(interval);
        let connection = Arc::new(Connection {
            number,
            look: AtomicU64::new(look),
            written: AtomicU64::new(now),
            interval: AtomicU64::new(interval),
            client,
            silence: AtomicU64::new(0),
            heartbeat_due: AtomicBool::new(false),
            draining: AtomicBool::new(false),
            may_finish,
            finish_by: AtomicU64::new(u64::MAX),
            waker: Mutex::new(None),
            #[cfg(feature = "hub")]
            pulse: Mutex::default(),
        });
        let is_earliest = state.streams.first_key_value().is_some_and(|((first, _), _)| look < *first);
        state.streams.insert((look, number), Arc::clone(&connection));
        let starts_timer = self.heartbeat_nanos.is_some() && !state.timer_runs;
        state.timer_runs |= starts_timer;
        drop(state);
        if is_earliest {
            self.timer_wake.notify_one();
        }
        self.meter.opened();
        let ticket = Ticket {
            registry: Arc::clone(self),
            connection,
            end: StreamEnd::Left,
            has_broken: false,
            #[cfg(feature = "console")]
            tap: None,
        };
        if starts_timer {
            let mut tasks = lock(&self.timer);
            while tasks.try_join_next().is_some() {}
            tasks.spawn(Timer { registry: Arc::clone(self), ended: false }.run());
        }
        Ok(ticket)
    }

    pub(super) fn heartbeat_interval_of(&self, address: IpAddr) -> Option<Duration> {
        self.heartbeat_nanos?;
        Some(Duration::from_nanos(self.interval(Some(address), self.now())))
    }

    pub(super) fn active(&self) -> usize {
        lock(&self.state).streams.len()
    }

    pub(super) fn is_draining(&self) -> bool {
        lock(&self.state).draining
    }

    pub(super) fn drain(&self) {
        let finish_by = self.now().saturating_add(nanos(self.options.finish_timeout)).min(u64::MAX - 1);
        let streams: Vec<_> = {
            let mut state = lock(&self.state);
            state.draining = true;
            state.streams.values().cloned().collect()
        };
        for connection in streams {
            if connection.may_finish {
                // Whoever drains twice does not put it off.
                connection.finish_by.fetch_min(finish_by, Ordering::AcqRel);
            } else {
                connection.draining.store(true, Ordering::Release);
            }
            connection.wake();
        }
    }

    /// Waits until no stream is open and the timer has ended.
    pub(super) async fn idle(&self) {
        let mut changed = pin!(self.idle.notified());
        loop {
            changed.as_mut().enable();
            {
                let state = lock(&self.state);
                if state.streams.is_empty() && !state.timer_runs {
                    return;
                }
            }
            changed.as_mut().await;
            changed.set(self.idle.notified());
        }
    }

    fn leave(&self, connection: &Connection) {
        let mut state = lock(&self.state);
        state.streams.remove(&(connection.look.load(Ordering::Relaxed), connection.number));
        if state.streams.is_empty() {
            drop(state);
            self.timer_wake.notify_one();
            self.idle.notify_waiters();
        }
    }

    /// Looks at every stream whose moment has come, and tells when the next one comes; `None` if no stream is left, and
    /// then the timer counts as ended.
    fn look(&self) -> Option<u64> {
        let now = self.now();
        let mut silent = Vec::new();
        let mut state = lock(&self.state);
        let next = loop {
            let Some(first) = state.streams.first_entry() else {
                state.timer_runs = false;
                break None;
            };
            let (look, number) = *first.key();
            if look > now {
                break Some(look);
            }
            let connection = first.remove();
            let interval = match connection.client {
                Some(client) => self.interval(Some(client), now),
                None => connection.interval.load(Ordering::Relaxed),
            };
            let silent_until = connection.written().saturating_add(interval);
            let look = if silent_until > now {
                silent_until
            } else {
                connection.heartbeat_due.store(true, Ordering::Release);
                silent.push(Arc::clone(&connection));
                now.saturating_add(interval)
            };
            connection.look.store(look, Ordering::Relaxed);
            state.streams.insert((look, number), connection);
        };
        drop(state);
        for connection in silent {
            connection.wake();
        }
        next
    }

    /// Tells how long a stream may be silent whose client is there.
    fn interval(&self, client: Option<IpAddr>, now: u64) -> u64 {
        match (client, &self.networks) {
            (Some(client), Some(networks)) => nanos(networks.interval(client, Duration::from_nanos(now))),
            _ => self.heartbeat_nanos.unwrap_or(u64::MAX),
        }
    }

    pub(super) fn now(&self) -> u64 {
        nanos(self.clock.now().saturating_duration_since(self.epoch))
    }
}

impl Ticket {
    #[cfg(feature = "hub")]
    pub(super) fn line(&self) -> Line {
        Line {
            registry: Arc::clone(&self.registry),
            connection: Arc::clone(&self.connection),
            #[cfg(feature = "console")]
            tap: self.tap.clone(),
        }
    }

    pub(super) fn options(&self) -> &SseOptions {
        &self.registry.options
    }

    pub(super) fn is_draining(&self) -> bool {
        self.connection.draining.load(Ordering::Acquire)
            || self.finish_by().is_some_and(|moment| moment <= self.registry.now())
    }

    /// Whether everything drains, and this stream is let finish.
    pub(super) fn is_finishing(&self) -> bool {
        self.finish_by().is_some()
    }

    /// Waits until a stream that may finish has to be over; `None` if nothing drains.
    pub(super) fn finish_sleep(&self) -> Option<Sleep> {
        let moment = self.registry.epoch.checked_add(Duration::from_nanos(self.finish_by()?))?;
        Some(self.registry.clock.sleep_until(moment))
    }

    fn finish_by(&self) -> Option<u64> {
        let moment = self.connection.finish_by.load(Ordering::Acquire);
        (moment != u64::MAX).then_some(moment)
    }

    pub(super) fn drain_retry(&self) -> Duration {
        self.registry.options.drain_retry_of(self.connection.number)
    }

    pub(super) fn is_heartbeat_due(&self) -> bool {
        self.connection.heartbeat_due.load(Ordering::Acquire)
    }

    /// Notes why the stream is over.
    pub(super) fn ends(&mut self, end: StreamEnd) {
        self.end = end;
    }

    /// Notes that the client went while something was on its way to it.
    pub(super) fn broke(&mut self) {
        self.has_broken = true;
    }

    /// Shows what is written from now on, and takes orders.
    #[cfg(feature = "console")]
    pub(super) fn with_tap(mut self, tap: Option<Arc<Tap>>) -> Self {
        if let Some(tap) = &tap {
            let connection = Arc::downgrade(&self.connection);
            tap.open(self.options().heartbeat_interval, connection);
        }
        self.tap = tap;
        self
    }

    #[cfg(feature = "console")]
    pub(super) fn tap(&self) -> Option<&Tap> {
        self.tap.as_deref()
    }

    /// Notes that the comment which stands for silence is written.
    pub(super) fn heartbeat(&self, bytes: usize) {
        self.registry.meter.heartbeat();
        #[cfg(feature = "console")]
        if let Some(tap) = self.tap() {
            tap.heartbeat();
        }
        self.wrote(bytes);
    }

    /// Notes that so much was written just now.
    pub(super) fn wrote(&self, bytes: usize) {
        self.registry.meter.sent(bytes);
        #[cfg(feature = "console")]
        if let Some(tap) = self.tap() {
            tap.wrote(bytes, self.registry.clock.wall());
        }
        if self.registry.heartbeat_nanos.is_some() {
            let now = self.registry.now();
            if let (Some(client), Some(networks)) = (self.connection.client, &self.registry.networks) {
                let silence = now.saturating_sub(self.connection.written.load(Ordering::Relaxed));
                // Of the one before, since nobody knows as yet what becomes of this write.
                let survived = self.connection.silence.swap(silence, Ordering::Relaxed);
                networks.survived(client, Duration::from_nanos(survived), Duration::from_nanos(now));
            }
            self.connection.written.store(now, Ordering::Relaxed);
            self.connection.heartbeat_due.store(false, Ordering::Relaxed);
        }
    }

    /// Says which task to wake for a heartbeat or a drain.
    pub(super) fn wake_by(&self, waker: &Waker) {
        let mut kept = lock(&self.connection.waker);
        match &mut *kept {
            Some(kept) => kept.clone_from(waker),
            None => *kept = Some(waker.clone()),
        }
    }
}

impl Drop for Ticket {
    fn drop(&mut self) {
        if let (StreamEnd::Left, Some(client), Some(networks)) =
            (self.end, self.connection.client, &self.registry.networks)
            && !self.has_broken
        {
            let now = self.registry.now();
            let silent = now.saturating_sub(self.connection.written.load(Ordering::Relaxed));
            networks.ended(client, Duration::from_nanos(silent), Duration::from_nanos(now));
        }
        self.registry.meter.ended(self.end);
        self.registry.leave(&self.connection);
    }
}

impl Connection {
    fn written(&self) -> u64 {
        let written = self.written.load(Ordering::Relaxed);
        #[cfg(feature = "hub")]
        if let Some((pulse, _)) = &*self.pulse() {
            return written.max(pulse.written.load(Ordering::Relaxed));
        }
        written
    }

    #[cfg(feature = "hub")]
    pub(super) fn pulse(&self) -> std::sync::MutexGuard<'_, Option<(Arc<Pulse>, u64)>> {
        lock(&self.pulse)
    }

    fn wake(&self) {
        let waker = lock(&self.waker).clone();
        if let Some(waker) = waker {
            waker.wake();
        }
    }
}

#[cfg(feature = "console")]
impl Sleeper for Connection {
    fn wake(&self) {
        self.wake();
    }
}

/// The timer's task. It is the registry's own, and ends with the last stream.
struct Timer {
    registry: Arc<Registry>,
    /// Whether it counts as ended already, so that another may run by now.
    ended: bool,
}

impl Timer {
    async fn run(mut self) {
        let registry = Arc::clone(&self.registry);
        while let Some(next) = registry.look() {
            let next = Duration::from_nanos(next.max(registry.now().saturating_add(nanos(PASS_INTERVAL))));
            let Some(next) = registry.epoch.checked_add(next) else {
                return;
            };
            let mut moment = registry.clock.sleep_until(next);
            let mut timer_wake = pin!(registry.timer_wake.notified());
            std::future::poll_fn(|cx| match timer_wake.as_mut().poll(cx) {
                Poll::Ready(()) => Poll::Ready(()),
                Poll::Pending => moment.as_mut().poll(cx),
            })
            .await;
        }
        self.ended = true;
    }
}

impl Drop for Timer {
    /// Also runs when the runtime ends before the streams do, so that another runtime's streams start a timer anew.
    fn drop(&mut self) {
        if !self.ended {
            lock(&self.registry.state).timer_runs = false;
        }
        self.registry.idle.notify_waiters();
    }
}

fn nanos(duration: Duration) -> u64 {
    u64::try_from(duration.as_nanos()).unwrap_or(u64::MAX)
}
