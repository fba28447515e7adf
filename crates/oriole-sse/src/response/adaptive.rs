//! Heartbeats that are as often as a client's network needs them.

use std::collections::HashMap;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::network::Network;

/// Sets how the interval of heartbeats sinks for networks that cut silent connections.
///
/// Some proxies and firewalls cut a connection that was silent for some seconds, and a client behind one is cut again and again, however
/// often it returns. What is noted is how long streams had been silent when their clients went. If that was about as long for several of one network
/// (24 bits of an address of IPv4, 48 of IPv6), and none of it has been silent for longer and is still there, something there cuts: the network's interval
/// becomes three quarters of it. After a while a longer one is tried again.
///
/// Clients that simply leave are mistaken for cuts now and then. Then their network has heartbeats it does not need, no more often than
/// [`interval_min`](Self::interval_min), until [`retry_after`](Self::retry_after). A cut that the server does not notice (nothing comes back, not
/// even the end of the connection) is not learned from. It is of use where [`EventStreams::for_client`](super::EventStreams::for_client) or
/// a hub's subscription says the client's own address: behind a proxy of your own, the address that it tells.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::{AdaptiveHeartbeat, SseOptions};
///
/// let adaptive = AdaptiveHeartbeat::default().interval_min(Duration::from_secs(3));
/// let options = SseOptions::default().adaptive_heartbeat(adaptive);
/// # let _ = options;
/// ```
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct AdaptiveHeartbeat {
    /// The shortest interval. 2 s by default; shorter silences are not looked at. The longest is
    /// [`SseOptions::heartbeat_interval`](super::SseOptions::heartbeat_interval).
    pub interval_min: Duration,
    /// How many streams of a network have to end after about the same silence. 3 by default, 8 at most.
    pub cuts_min: usize,
    /// After which time twice the interval is tried again. 1 h by default.
    pub retry_after: Duration,
    /// Of how many networks something is known. 10,000 by default; those that were not heard of for longest are forgotten.
    pub networks_max: usize,
}

impl AdaptiveHeartbeat {
    /// Sets [`interval_min`](Self::interval_min).
    #[must_use]
    pub fn interval_min(mut self, interval: Duration) -> Self {
        self.interval_min = interval;
        self
    }

    /// Sets [`cuts_min`](Self::cuts_min).
    #[must_use]
    pub fn cuts_min(mut self, cuts: usize) -> Self {
        self.cuts_min = cuts;
        self
    }

    /// Sets [`retry_after`](Self::retry_after).
    #[must_use]
    pub fn retry_after(mut self, time: Duration) -> Self {
        self.retry_after = time;
        self
    }

    /// Sets [`networks_max`](Self::networks_max).
    #[must_use]
    pub fn networks_max(mut self, networks: usize) -> Self {
        self.networks_max = networks;
        self
    }
}

impl Default for AdaptiveHeartbeat {
    fn default() -> Self {
        Self {
            interval_min: Duration::from_secs(2),
            cuts_min: 3,
            retry_after: Duration::from_secs(3600),
            networks_max: 10_000,
        }
    }
}

/// What is known of networks.
#[derive(Debug)]
pub(super) struct Networks {
    options: AdaptiveHeartbeat,
    interval_max: Duration,
    known: Mutex<Known>,
}

/// In two generations: when the young are too many they become the old, and the old are forgotten.
#[derive(Debug, Default)]
struct Known {
    young: HashMap<Network, Habits>,
    old: HashMap<Network, Habits>,
}

#[derive(Debug, Default)]
struct Habits {
    /// Shorter than the longest one; and when that was learned.
    interval: Option<(Duration, Duration)>,
    /// How long streams had been silent when they ended; the latest ones.
    ends: Vec<Duration>,
    /// The longest silence after which a stream was still there.
    survived: Duration,
}

const ENDS_MAX: usize = 8;

impl Networks {
    pub(super) fn new(options: AdaptiveHeartbeat, interval_max: Duration) -> Self {
        Self { options, interval_max, known: Mutex::default() }
    }

    /// Tells a network's interval; a moment is what has passed since the beginning.
    pub(super) fn interval(&self, network: Network, now: Duration) -> Duration {
        let mut known = self.lock();
        let Some(habits) = known.find(network, self.options.networks_max) else {
            return self.interval_max;
        };
        if let Some((interval, since)) = habits.interval
            && now.saturating_sub(since) >= self.options.retry_after
        {
            let longer = interval.saturating_mul(2);
            habits.interval = (longer < self.interval_max).then_some((longer, now));
            habits.ends.clear();
        }
        habits.interval.map_or(self.interval_max, |(interval, _)| interval)
    }

    /// Notes that a client went after such a silence.
    pub(super) fn ended(&self, network: Network, silent: Duration, now: Duration) {
        let AdaptiveHeartbeat { interval_min, cuts_min, networks_max, .. } = self.options;
        if silent < interval_min {
            return;
        }
        let mut known = self.lock();
        let habits = known.find_or_add(network, networks_max);
        if habits.survived >= silent {
            return;
        }
        if habits.ends.len() == ENDS_MAX {
            habits.ends.remove(0);
        }
        habits.ends.push(silent);
        let alike: Vec<_> = habits.ends.iter().copied().filter(|end| is_about(*end, silent)).collect();
        if alike.len() >= cuts_min.clamp(1, ENDS_MAX)
            && let Some(shortest) = alike.into_iter().min()
        {
            let interval = (shortest * 3 / 4).max(interval_min).min(self.interval_max);
            habits.interval = Some((interval, now));
            habits.ends.clear();
        }
    }

    /// Notes that a client was still there after such a silence.
    pub(super) fn survived(&self, network: Network, silent: Duration) {
        if silent < self.options.interval_min {
            return;
        }
        if let Some(habits) = self.lock().find(network, self.options.networks_max) {
            habits.survived = habits.survived.max(silent);
            habits.ends.retain(|end| *end > silent);
        }
    }

    fn lock(&self) -> MutexGuard<'_, Known> {
        self.known.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

/// A proxy looks at its connections now and then, so that its cuts are not of the same length to the millisecond.
fn is_about(one: Duration, other: Duration) -> bool {
    one.abs_diff(other) <= (other / 10).max(Duration::from_millis(500))
}

impl Known {
    fn find(&mut self, network: Network, max: usize) -> Option<&mut Habits> {
        if let Some(habits) = self.old.remove(&network) {
            self.add(network, habits, max);
        }
        self.young.get_mut(&network)
    }

    fn find_or_add(&mut self, network: Network, max: usize) -> &mut Habits {
        if self.find(network, max).is_none() {
            self.add(network, Habits::default(), max);
        }
        self.young.entry(network).or_default()
    }

    fn add(&mut self, network: Network, habits: Habits, max: usize) {
        if self.young.len() >= max.div_ceil(2).max(1) {
            self.old = std::mem::take(&mut self.young);
        }
        self.young.insert(network, habits);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::Duration;

    use super::{AdaptiveHeartbeat, Network, Networks};

    const SECOND: Duration = Duration::from_secs(1);

    fn network(number: u8) -> Network {
        Network::of(IpAddr::from(Ipv4Addr::new(192, 0, number, 1)))
    }

    fn networks(options: AdaptiveHeartbeat) -> Networks {
        Networks::new(options, 15 * SECOND)
    }

    /// Several clients go after these silences.
    fn end(networks: &Networks, silences: &[f64]) -> Duration {
        for silence in silences {
            networks.ended(network(1), Duration::from_secs_f64(*silence), Duration::ZERO);
        }
        networks.interval(network(1), Duration::ZERO)
    }

    #[test]
    fn the_interval_sinks_below_what_cuts() {
        let default = AdaptiveHeartbeat::default();
        assert_eq!(end(&networks(default), &[10.0, 10.2]), 15 * SECOND, "two may be chance");
        let all = networks(default);
        assert_eq!(end(&all, &[10.0, 10.2, 10.4]), Duration::from_millis(7500), "the shortest counts");
        assert_eq!(all.interval(network(2), Duration::ZERO), 15 * SECOND, "for this network");
        assert_eq!(end(&networks(default), &[4.0, 7.0, 10.0, 13.0, 5.5]), 15 * SECOND, "they leave when they like");
        assert_eq!(end(&networks(default), &[4.0, 10.0, 7.0, 10.1, 13.0, 10.2]), Duration::from_millis(7500));
        assert_eq!(end(&networks(default.cuts_min(1)), &[10.0]), Duration::from_millis(7500));
        // What is learned later may be shorter still, down to the bound.
        assert_eq!(end(&all, &[4.0, 4.0, 4.0]), 3 * SECOND);
        assert_eq!(end(&all, &[2.0, 2.0, 2.0]), 2 * SECOND);
        assert_eq!(end(&networks(default), &[1.9, 1.9, 1.9]), 15 * SECOND, "too short to do anything about");
        assert_eq!(end(&networks(default), &[30.0, 30.0, 30.0]), 15 * SECOND, "never longer than it was");
    }

    #[test]
    fn a_silence_that_somebody_survived_is_no_cut() {
        let all = networks(AdaptiveHeartbeat::default());
        assert_eq!(end(&all, &[10.0, 10.0]), 15 * SECOND);
        all.survived(network(1), 11 * SECOND);
        assert_eq!(end(&all, &[10.0, 10.0, 10.0, 10.0]), 15 * SECOND);
        assert_eq!(end(&all, &[12.0, 12.0, 12.0]), 9 * SECOND, "a longer one may be");
    }

    #[test]
    fn a_longer_interval_is_tried_again() {
        let all = networks(AdaptiveHeartbeat::default().retry_after(60 * SECOND));
        assert_eq!(end(&all, &[4.0, 4.0, 4.0]), 3 * SECOND);
        let after = |seconds: u32| all.interval(network(1), seconds * SECOND);
        assert_eq!((after(59), after(60), after(119)), (3 * SECOND, 6 * SECOND, 6 * SECOND));
        assert_eq!((after(120), after(180), after(1000)), (12 * SECOND, 15 * SECOND, 15 * SECOND));
    }

    #[test]
    fn so_many_networks_are_known() {
        let all = networks(AdaptiveHeartbeat::default().cuts_min(1).networks_max(4));
        let learn = |number| all.ended(network(number), 4 * SECOND, Duration::ZERO);
        let knows = |number| all.interval(network(number), Duration::ZERO) < 15 * SECOND;
        for number in 0..100 {
            learn(number);
            assert!(knows(0), "one that is heard of stays");
        }
        assert!(knows(99) && !knows(50));
        let known = all.lock();
        assert!(known.young.len() + known.old.len() <= 4);
    }
}
