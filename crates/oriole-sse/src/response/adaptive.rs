//! Heartbeats that are as often as a client's network needs them.

use std::collections::HashMap;
use std::net::IpAddr;
use std::sync::{Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use super::network::{Network, household};
use super::registry::PASS_INTERVAL;

/// Sets how the interval of heartbeats sinks for networks that cut silent connections.
///
/// Some proxies and firewalls cut a connection that was silent for some seconds, and a client behind one is cut again and again, however
/// often it returns. What is noted is how long streams had been silent when their clients went. If that was about as long for several addresses of one network
/// (24 bits of an address of IPv4, 48 of IPv6; in IPv6 64 bits are one address), and nobody of it has been silent for longer and was still there, something
/// there cuts: the network's interval becomes three quarters of it. After a while a longer one is tried again.
///
/// Clients that simply leave, each after about the same time, are taken for cuts where none of their network has stayed for longer. Then it has
/// heartbeats it does not need, no more often than [`interval_min`](Self::interval_min), until somebody is silent for longer and still there, or
/// until [`retry_after`](Self::retry_after). What is behind one address, such as an office behind a firewall, is not learned from unless
/// [`cuts_min`](Self::cuts_min) is 1, and then by whoever closes a stream. Nor is a connection that is dropped without a word: heartbeats go on
/// until the server notices. It is of use where [`EventStreams::for_client`](super::EventStreams::for_client) or
/// a hub's subscription says the client's own address: behind a proxy of your own, the address that it tells (Oriole's
/// `ClientIp`).
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
    /// The shortest interval. 2 s by default, 10 ms at least; shorter silences are not looked at. The longest is
    /// [`SseOptions::heartbeat_interval`](super::SseOptions::heartbeat_interval).
    pub interval_min: Duration,
    /// At how many addresses of a network streams have to end after about the same silence. 3 by default, 8 at most.
    pub cuts_min: usize,
    /// After which time twice the interval is tried again, and what was seen before is forgotten. 1 h by default.
    pub retry_after: Duration,
    /// How long a client has to be there after a silence, so that it is known to have survived it. 75 s by default: longer than a server
    /// takes to notice that a client has vanished without a word, which is 60 s for Oriole's.
    pub confirm_after: Duration,
    /// Of how many networks something is known. 10,000 by default; those that were not heard of for longest are forgotten. Zero
    /// counts as one.
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

    /// Sets [`confirm_after`](Self::confirm_after).
    #[must_use]
    pub fn confirm_after(mut self, time: Duration) -> Self {
        self.confirm_after = time;
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
            confirm_after: Duration::from_secs(75),
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
    /// Shorter than the longest one.
    learned: Option<Learned>,
    /// How long streams had been silent when they ended; the latest one of each address.
    ends: Vec<(IpAddr, Duration)>,
    /// The longest silence after which a stream was still there, and when that was last seen.
    survived: Option<(Duration, Duration)>,
}

#[derive(Clone, Copy, Debug)]
struct Learned {
    interval: Duration,
    /// After which silence streams were cut.
    cut: Duration,
    since: Duration,
}

const ENDS_MAX: usize = 8;

impl Networks {
    pub(super) fn new(options: AdaptiveHeartbeat, interval_max: Duration) -> Self {
        let options = options.interval_min(options.interval_min.max(PASS_INTERVAL));
        Self { options, interval_max, known: Mutex::default() }
    }

    pub(super) fn confirm_after(&self) -> Duration {
        self.options.confirm_after
    }

    /// Tells the interval of a client's network; a moment is what has passed since the beginning.
    pub(super) fn interval(&self, client: IpAddr, now: Duration) -> Duration {
        let mut known = self.lock();
        let Some(habits) = known.find(Network::of(client), self.options.networks_max) else {
            return self.interval_max;
        };
        if let Some(Learned { interval, cut, since }) = habits.learned
            && now.saturating_sub(since) >= self.options.retry_after
        {
            let interval = interval.saturating_mul(2);
            let is_shorter = interval < self.interval_max;
            *habits =
                Habits { learned: is_shorter.then_some(Learned { interval, cut, since: now }), ..Habits::default() };
        }
        habits.learned.map_or(self.interval_max, |learned| learned.interval)
    }

    /// Notes that a client went after such a silence.
    pub(super) fn ended(&self, client: IpAddr, silent: Duration, now: Duration) {
        let AdaptiveHeartbeat { interval_min, cuts_min, networks_max, retry_after, .. } = self.options;
        if silent < interval_min {
            return;
        }
        let mut known = self.lock();
        let habits = known.find_or_add(Network::of(client), networks_max);
        if habits.survived.is_some_and(|(_, since)| now.saturating_sub(since) >= retry_after) {
            habits.survived = None;
        }
        if habits.survived.is_some_and(|(survived, _)| survived >= silent) {
            return;
        }
        // One of each address: whoever closes a stream again and again is not a network.
        let address = household(client);
        habits.ends.retain(|(other, _)| *other != address);
        if habits.ends.len() == ENDS_MAX {
            habits.ends.remove(0);
        }
        habits.ends.push((address, silent));
        let alike = habits.ends.iter().map(|(_, end)| *end).filter(|end| is_about(*end, silent));
        let alike: Vec<_> = alike.collect();
        if alike.len() >= cuts_min.clamp(1, ENDS_MAX)
            && let Some(cut) = alike.into_iter().min()
        {
            let interval = (cut * 3 / 4).max(interval_min).min(self.interval_max);
            habits.learned = Some(Learned { interval, cut, since: now });
            habits.ends.clear();
        }
    }

    /// Notes that a client was still there after such a silence.
    pub(super) fn survived(&self, client: IpAddr, silent: Duration, now: Duration) {
        if silent < self.options.interval_min {
            return;
        }
        let mut known = self.lock();
        let habits = known.find_or_add(Network::of(client), self.options.networks_max);
        let longest = habits.survived.filter(|(_, since)| now.saturating_sub(*since) < self.options.retry_after);
        if longest.is_none_or(|(longest, _)| longest <= silent) {
            habits.survived = Some((silent, now));
        }
        habits.ends.retain(|(_, end)| *end > silent);
        // Nothing cuts there, or not any more.
        if habits.learned.is_some_and(|learned| learned.cut < silent) {
            habits.learned = None;
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
        // Each generation is half of them at most.
        if self.young.len() >= (max / 2).max(1) {
            self.old = std::mem::take(&mut self.young);
        }
        if max < 2 {
            self.old.clear();
        }
        self.young.insert(network, habits);
    }
}

#[cfg(test)]
mod tests {
    use std::net::{IpAddr, Ipv4Addr};
    use std::time::Duration;

    use super::{AdaptiveHeartbeat, Networks};

    const SECOND: Duration = Duration::from_secs(1);

    fn client(network: u8, number: u8) -> IpAddr {
        Ipv4Addr::new(192, 0, network, number).into()
    }

    fn networks(options: AdaptiveHeartbeat) -> Networks {
        Networks::new(options, 15 * SECOND)
    }

    /// Several clients go after these silences.
    fn end(networks: &Networks, silences: &[f64]) -> Duration {
        for (silence, number) in silences.iter().zip(1..) {
            networks.ended(client(1, number), Duration::from_secs_f64(*silence), Duration::ZERO);
        }
        networks.interval(client(1, 1), Duration::ZERO)
    }

    #[test]
    fn the_interval_sinks_below_what_cuts() {
        let default = AdaptiveHeartbeat::default();
        assert_eq!(end(&networks(default), &[10.0, 10.2]), 15 * SECOND, "two may be chance");
        let all = networks(default);
        assert_eq!(end(&all, &[10.0, 10.2, 10.4]), Duration::from_millis(7500), "the shortest counts");
        assert_eq!(all.interval(client(2, 1), Duration::ZERO), 15 * SECOND, "for this network");
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
        all.survived(client(1, 1), 11 * SECOND, Duration::ZERO);
        assert_eq!(end(&all, &[10.0, 10.0, 10.0, 10.0]), 15 * SECOND);
        assert_eq!(end(&all, &[12.0, 12.0, 12.0]), 9 * SECOND, "a longer one may be");
    }

    #[test]
    fn a_longer_interval_is_tried_again() {
        let all = networks(AdaptiveHeartbeat::default().retry_after(60 * SECOND));
        assert_eq!(end(&all, &[4.0, 4.0, 4.0]), 3 * SECOND);
        let after = |seconds: u32| all.interval(client(1, 1), seconds * SECOND);
        assert_eq!((after(59), after(60), after(119)), (3 * SECOND, 6 * SECOND, 6 * SECOND));
        assert_eq!((after(120), after(180), after(1000)), (12 * SECOND, 15 * SECOND, 15 * SECOND));
    }

    #[test]
    fn so_many_networks_are_known() {
        let all = networks(AdaptiveHeartbeat::default().cuts_min(1).networks_max(4));
        let learn = |number| all.ended(client(number, 1), 4 * SECOND, Duration::ZERO);
        let knows = |number| all.interval(client(number, 1), Duration::ZERO) < 15 * SECOND;
        for number in 0..100 {
            learn(number);
            assert!(knows(0), "one that is heard of stays");
        }
        assert!(knows(99) && !knows(50));
        for networks_max in 0..=5 {
            let all = networks(AdaptiveHeartbeat::default().cuts_min(1).networks_max(networks_max));
            let most = (0..20_u8).map(|number| {
                all.ended(client(number, 1), 4 * SECOND, Duration::ZERO);
                assert!(all.interval(client(number, 1), Duration::ZERO) < 15 * SECOND, "the latest is known");
                let known = all.lock();
                known.young.len() + known.old.len()
            });
            let most = most.max().expect("networks");
            assert!(most <= networks_max.max(1) && most + 1 >= networks_max, "{most} of {networks_max}");
        }
    }

    #[test]
    fn so_many_addresses_are_enough() {
        let ends = |options: AdaptiveHeartbeat, count: usize| end(&networks(options), &vec![10.0; count]) < 15 * SECOND;
        for (cuts_min, needed) in [(0, 1), (1, 1), (3, 3), (8, 8), (9, 8)] {
            let options = AdaptiveHeartbeat::default().cuts_min(cuts_min);
            assert!(ends(options, needed) && (needed == 1 || !ends(options, needed - 1)), "{cuts_min}");
        }
    }
}
