//! The open streams, in the order in which they are looked at.

use std::collections::BTreeMap;
use std::net::IpAddr;
use std::pin::pin;
use std::sync::atomic::Ordering;
use std::sync::{Arc, Mutex};
use std::time::{Duration, Instant};

use tokio::sync::Notify;
use tokio::task::JoinSet;

use super::connection::Connection;
use super::ticket::Ticket;
use super::timer::{PASS_INTERVAL, Timer};
use crate::clock::{Clock, Sleep, nanos};
use crate::lock::lock;
use crate::metrics::StreamMeter;
use crate::response::SseOptions;
use crate::response::adaptive::Networks;
use crate::response::vitals::Vitals;

/// Knows every open stream.
///
/// Streams stand in the order of the moment at which each should be looked at for a heartbeat. A write does not move its
/// stream, it only notes the time: the timer finds the note when the moment comes, and looks again later. So a write
/// costs no lock, and a stream costs the timer one look per interval.
#[derive(Debug)]
pub(in crate::response) struct Registry {
    pub(in crate::response) options: SseOptions,
    pub(in crate::response) meter: StreamMeter,
    pub(in crate::response) clock: Box<dyn Clock>,
    /// Moments are counted in nanoseconds from here.
    pub(super) epoch: Instant,
    pub(super) heartbeat_nanos: Option<u64>,
    /// If the interval depends on the client's network, what is known of those.
    pub(super) networks: Option<Networks>,
    pub(super) state: Mutex<State>,
    /// Holds the timer's task. Apart from the state, which a task takes when it is dropped: where the runtime is about to
    /// end, that is while it is spawned.
    timer: Mutex<JoinSet<()>>,
    /// Wakes the timer when the last stream has ended, or one has come that is to be looked at before all others.
    pub(super) timer_wake: Notify,
    /// Wakes those who wait for the last stream to end and the timer with it.
    pub(super) idle: Notify,
}

#[derive(Debug, Default)]
pub(super) struct State {
    /// By the next look and a number of its own.
    streams: BTreeMap<(u64, u64), Arc<Connection>>,
    connections: u64,
    draining: bool,
    pub(super) timer_runs: bool,
}

impl Registry {
    pub(in crate::response) fn new(options: SseOptions, clock: Box<dyn Clock>) -> Arc<Self> {
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

    pub(in crate::response) fn options(&self) -> &SseOptions {
        &self.options
    }

    /// Waits for a time from now on.
    pub(in crate::response) fn sleep(&self, wait: Duration) -> Sleep {
        match self.clock.now().checked_add(wait) {
            Some(moment) => self.clock.sleep_until(moment),
            None => Box::pin(std::future::pending()),
        }
    }

    /// Takes in a stream, unless the registry drains; then it gives the `retry:` for its client.
    pub(in crate::response) fn enter(
        self: &Arc<Self>,
        vitals: Arc<Vitals>,
        may_finish: bool,
        client: Option<IpAddr>,
    ) -> Result<Ticket, Duration> {
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
        let connection = Arc::new(Connection::new(number, vitals, now, interval, client, may_finish));
        let look = connection.look.load(Ordering::Relaxed);
        let is_earliest = state.streams.first_key_value().is_some_and(|((first, _), _)| look < *first);
        state.streams.insert((look, number), Arc::clone(&connection));
        let starts_timer = self.heartbeat_nanos.is_some() && !state.timer_runs;
        state.timer_runs |= starts_timer;
        drop(state);
        if is_earliest {
            self.timer_wake.notify_one();
        }
        self.meter.opened();
        let ticket = Ticket::new(Arc::clone(self), connection);
        if starts_timer {
            let mut tasks = lock(&self.timer);
            while tasks.try_join_next().is_some() {}
            tasks.spawn(Timer { registry: Arc::clone(self), ended: false }.run());
        }
        Ok(ticket)
    }

    pub(in crate::response) fn heartbeat_interval_of(&self, address: IpAddr) -> Option<Duration> {
        self.heartbeat_nanos?;
        Some(Duration::from_nanos(self.interval(Some(address), self.now())))
    }

    pub(in crate::response) fn active(&self) -> usize {
        lock(&self.state).streams.len()
    }

    pub(in crate::response) fn is_draining(&self) -> bool {
        lock(&self.state).draining
    }

    pub(in crate::response) fn drain(&self) {
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
    pub(in crate::response) async fn idle(&self) {
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

    pub(super) fn leave(&self, connection: &Connection) {
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
    pub(super) fn look(&self) -> Option<u64> {
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

    pub(in crate::response) fn now(&self) -> u64 {
        nanos(self.clock.now().saturating_duration_since(self.epoch))
    }
}
