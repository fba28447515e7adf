//! What can be set.

use std::ops::RangeInclusive;
use std::sync::Arc;
use std::time::Duration;

use super::SlowReader;
use crate::cursor::CursorKeys;
use crate::typed::ControlNames;

/// Sets how a [`Hub`](super::Hub) behaves. Each bound has a name here.
///
/// # Examples
///
/// ```
/// use oriole_sse::{HubOptions, SlowReader, SlowReaderPolicy};
///
/// let options = HubOptions::default().slow_reader(SlowReader::new(SlowReaderPolicy::Disconnect)).ring_events_max(256);
/// assert_eq!(options.replay_events_max, 10_000);
/// ```
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct HubOptions {
    /// What happens to readers that are too slow, unless their subscription says otherwise.
    pub slow_reader: SlowReader,
    /// How many events of a topic are held in memory for live readers. 8,192 by default; at least one is.
    pub ring_events_max: usize,
    /// How many of them, once the oldest is older than [`ring_age`](Self::ring_age). 1,024 by default; at least one is. So a topic's
    /// memory grows with what comes within a moment, which readers may fall behind by, and not with what came long ago.
    pub ring_aged_events_max: usize,
    /// How old that is, between the times at which the oldest and the latest event were published. 1 s by default; looked at with each
    /// event.
    pub ring_age: Duration,
    /// How many bytes of a topic are held in memory. 1 MiB by default; the latest event is, whatever its size.
    pub ring_bytes_max: usize,
    /// How many events are held in memory of all topics. 1,000,000 by default; a topic that would exceed it holds its latest
    /// event only.
    pub rings_events_max: usize,
    /// How many bytes are held in memory of all topics: of their rings, their volatile events, the latest events of their keys,
    /// and of what several readers are given in one piece. 256 MiB by default; a topic that would exceed it holds its latest
    /// event only.
    pub rings_bytes_max: usize,
    /// How many keys of a topic have their latest event held, for [coalescing](super::SlowReaderPolicy::Coalesce). 1,024 by
    /// default; they also share [`ring_bytes_max`](Self::ring_bytes_max), apart from the ring.
    pub coalesce_keys_max: usize,
    /// How many volatile events of a topic are held for readers that have not taken them yet. 64 by default.
    pub volatile_events_max: usize,
    /// How many bytes of a topic's volatile events are held so. 256 KiB by default; the latest is, whatever its size.
    pub volatile_bytes_max: usize,
    /// How many bytes an event may have as it goes out. 1 MiB by default.
    pub event_bytes_max: usize,
    /// How many topics are in memory at a time. 10,000 by default. One that nobody reads makes room.
    pub topics_max: usize,
    /// For how long a topic that nobody reads stays in memory. 60 s by default.
    pub topic_linger: Duration,
    /// How many topics a subscription may have. 16 by default, since each makes the cursor longer.
    pub subscription_topics_max: usize,
    /// How long a cursor may become, in bytes. 1,024 by default, which is enough for 41 topics (24 bytes each, and 20).
    ///
    /// A subscription whose cursors could become longer is refused at once, and not when its client comes back with one. A client
    /// sends its cursor in a header with every reconnection, and proxies bound headers: rather than more topics to a
    /// subscription, publish to a topic that they have in common. Whoever raises it raises
    /// [`SseOptions::last_event_id_bytes_max`](crate::SseOptions::last_event_id_bytes_max) as well.
    pub cursor_bytes_max: usize,
    /// How many members of a topic are listed to those who watch its presence. 1,000 by default; others are counted, and listed when
    /// there is room, in the order in which they came.
    pub presence_members_max: usize,
    /// How many bytes a member's name and label have together. 1,024 by default; a longer one is refused.
    pub presence_member_bytes_max: usize,
    /// How many changes of a topic's list are kept for those who watch it. 64 by default; who has missed more is given the list again.
    pub presence_changes_max: usize,
    /// For how long somebody who has left is still here, so that a reload is neither leaving nor coming. 10 s by default; looked at
    /// once per second. Zero for not at all.
    pub presence_grace: Duration,
    /// How many times a subscription may be [changed](super::Hub::change) within [`changes_window`](Self::changes_window), those
    /// times included that are refused. 60 by default; beyond it the answer is 429.
    pub changes_max: usize,
    /// Within which time. 60 s by default.
    pub changes_window: Duration,
    /// How many topics one change names, added and removed ones together, whether they are there or not. 64 by default; beyond it the answer
    /// is 400, and the names are not looked at.
    pub change_topics_max: usize,
    /// How many events of a topic a client is given that comes back or falls behind; beyond it, only the newest of them.
    /// 10,000 by default.
    pub replay_events_max: u64,
    /// How many events are read from the store at once. 256 by default.
    pub page_events_max: usize,
    /// How many bytes are read from the store at once. 256 KiB by default.
    pub page_bytes_max: usize,
    /// How long the hub waits for an answer of the store. 5 s by default. A store that takes longer counts as away until it
    /// answers again: nobody waits for it any more, subscribers are served live and told, and whether what it was asked
    /// for is done is [in doubt](crate::StoreError::InDoubt).
    pub store_timeout: Duration,
    /// How many bytes all subscriptions together hold of what they have read from the store and their clients have not taken.
    /// 64 MiB by default; beyond it each reads one event at a time.
    pub pages_bytes_max: usize,
    /// The least time between two rounds of waking a topic's readers. 2 ms by default. The first event after a pause wakes
    /// them at once; under load, what comes within the time goes out in one write.
    pub wake_window: Duration,
    /// How many subscriptions there are at a time. 100,000 by default; beyond it nobody is sent away, and nobody is let in.
    pub subscriptions_max: usize,
    /// Up to how many subscriptions there may be in all for a client to be let in that does not go on where it left off, within
    /// [`resume_window`](Self::resume_window) of the hub's beginning: the rest is for those who do. 50,000 by default.
    pub fresh_subscriptions_max: usize,
    /// For how long after its beginning a hub lets those in first who come back with a cursor after which nothing is lost. 10 s
    /// by default; zero for never.
    pub resume_window: Duration,
    /// How many subscriptions a topic has at a time. 100,000 by default.
    pub topic_subscriptions_max: usize,
    /// How many subscriptions a principal has at a time. 100 by default.
    pub principal_subscriptions_max: usize,
    /// How many subscriptions an [address](super::Subscribe::address) has at a time. 1,000 by default, since many clients may
    /// share one. In IPv6 all addresses of a network of 64 bits are one.
    pub address_subscriptions_max: usize,
    /// After which time those who were not let in may try again, spread over them. 1 to 10 s by default.
    pub retry_after: RangeInclusive<Duration>,
    /// How old a subscription may become, whoever reads it: then it ends with the reason `lifetime`, and the client comes back
    /// through every guard. `None`, for ever, by default. Looked at once per second.
    pub lifetime_max: Option<Duration>,
    /// How long the answer of a [guard](super::Subscribe::guard) is good, unless it says a shorter time; then it is asked again.
    /// 60 s by default; `None` for as long as the guard says. Looked at once per second.
    pub guard_interval: Option<Duration>,
    /// How long a guard may take to answer: then the subscription is refused with 503, or ends with the reason `unverified`.
    /// 10 s by default.
    pub guard_timeout: Duration,
    /// How long the application may take for the [snapshots](super::Subscribe::snapshot) of one subscription, all its topics together:
    /// then the subscription is refused with 503 and a `Retry-After`. 10 s by default.
    pub snapshot_timeout: Duration,
    /// How many bytes a snapshot may have as it goes out. 4 MiB by default; a subscription whose snapshot is larger is refused
    /// with 500, since to ask again would not help.
    pub snapshot_bytes_max: usize,
    /// How many bytes all snapshots together may have that clients have not taken. 256 MiB by default; a subscription whose snapshot
    /// would exceed it is refused with 503 and a `Retry-After`.
    pub snapshots_bytes_max: usize,
    /// How long a subscription may go unread though there is something to read: then it ends with the reason `stalled`. 60 s
    /// by default; `None` for ever. The connection itself is the server's to close.
    pub write_timeout: Option<Duration>,
    /// Between which bounds the `retry` is spread over the subscriptions that end: in a [drain](super::Hub::drain), and for each
    /// other reason but `revoked`. 500 ms to 5 s by default.
    pub drain_retry: RangeInclusive<Duration>,
    /// For how long a [drain](super::Hub::drain) waits for clients that were told to leave. 1 s by default.
    pub drain_grace: Duration,
    /// How the hub's own events are named.
    pub names: ControlNames,
    /// Whether frames name their topic. They do not by default.
    pub topic_naming: TopicNaming,
    /// Where the keys come from that sign cursors.
    pub cursor_keys: CursorKeys,
    /// Of how long an event's data a [filter](crate::Filter) looks at what is in it, in bytes. 16 KiB by default; longer ones pass.
    pub filter_data_bytes_max: usize,
    /// How many events wait to be appended to the logs of [patterns](crate::Pattern). 10,000 by default; beyond it they are missing
    /// there, and a `gap` says so.
    pub gather_events_max: usize,
    /// How many bytes wait so. 16 MiB by default.
    pub gather_bytes_max: usize,
    /// Names the hub in metrics and spans, where a process has several. None by default.
    pub name: Option<Arc<str>>,
    /// Of how many subscriptions the lag is looked at per second, for the metrics; all have their turn. 1,000 by default.
    pub lag_samples_max: usize,
    /// One publication in so many is traced: its span lasts until its first deliveries are made, which follow from it. 0, none,
    /// by default.
    pub trace_one_in: u32,
    /// How many deliveries of a traced event have a span. 8 by default.
    pub trace_deliveries_max: usize,
    /// How many traced events of a topic wait for their deliveries. 16 by default; beyond it the oldest waits no longer.
    pub trace_events_max: usize,
}

/// Says how a frame names its topic, for clients of several topics. It is part of the event as it is stored.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
#[non_exhaustive]
pub enum TopicNaming {
    /// It does not.
    #[default]
    None,
    /// Before the event's type: `rooms/7:said`; an event without a type has the topic's name as its type.
    InType,
    /// As the first line of the data.
    FirstLine,
}

impl HubOptions {
    /// Sets [`slow_reader`](Self::slow_reader).
    #[must_use]
    pub fn slow_reader(mut self, slow_reader: impl Into<SlowReader>) -> Self {
        self.slow_reader = slow_reader.into();
        self
    }

    /// Sets [`topic_naming`](Self::topic_naming).
    #[must_use]
    pub fn topic_naming(mut self, naming: TopicNaming) -> Self {
        self.topic_naming = naming;
        self
    }

    /// Sets [`names`](Self::names).
    #[must_use]
    pub fn names(mut self, names: ControlNames) -> Self {
        self.names = names;
        self
    }

    /// Sets [`lifetime_max`](Self::lifetime_max).
    #[must_use]
    pub fn lifetime_max(mut self, lifetime: impl Into<Option<Duration>>) -> Self {
        self.lifetime_max = lifetime.into();
        self
    }

    /// Sets [`write_timeout`](Self::write_timeout).
    #[must_use]
    pub fn write_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.write_timeout = timeout.into();
        self
    }

    /// Sets [`name`](Self::name).
    #[must_use]
    pub fn name(mut self, name: impl Into<Arc<str>>) -> Self {
        self.name = Some(name.into());
        self
    }

    /// Sets [`guard_interval`](Self::guard_interval).
    #[must_use]
    pub fn guard_interval(mut self, interval: impl Into<Option<Duration>>) -> Self {
        self.guard_interval = interval.into();
        self
    }

    /// Sets [`cursor_keys`](Self::cursor_keys).
    #[must_use]
    pub fn cursor_keys(mut self, keys: CursorKeys) -> Self {
        self.cursor_keys = keys;
        self
    }
}

macro_rules! setters {
    ($($name:ident: $type:ty,)*) => {
        impl HubOptions {
            $(
                #[doc = concat!("Sets [`", stringify!($name), "`](Self::", stringify!($name), ").")]
                #[must_use]
                pub fn $name(mut self, value: $type) -> Self {
                    self.$name = value;
                    self
                }
            )*
        }
    };
}

setters! {
    ring_events_max: usize,
    ring_aged_events_max: usize,
    ring_age: Duration,
    ring_bytes_max: usize,
    rings_events_max: usize,
    rings_bytes_max: usize,
    coalesce_keys_max: usize,
    volatile_events_max: usize,
    volatile_bytes_max: usize,
    event_bytes_max: usize,
    topics_max: usize,
    topic_linger: Duration,
    subscription_topics_max: usize,
    cursor_bytes_max: usize,
    presence_members_max: usize,
    presence_member_bytes_max: usize,
    presence_changes_max: usize,
    presence_grace: Duration,
    changes_max: usize,
    changes_window: Duration,
    change_topics_max: usize,
    replay_events_max: u64,
    page_events_max: usize,
    page_bytes_max: usize,
    store_timeout: Duration,
    pages_bytes_max: usize,
    wake_window: Duration,
    subscriptions_max: usize,
    fresh_subscriptions_max: usize,
    resume_window: Duration,
    topic_subscriptions_max: usize,
    principal_subscriptions_max: usize,
    address_subscriptions_max: usize,
    retry_after: RangeInclusive<Duration>,
    guard_timeout: Duration,
    snapshot_timeout: Duration,
    snapshot_bytes_max: usize,
    snapshots_bytes_max: usize,
    drain_retry: RangeInclusive<Duration>,
    drain_grace: Duration,
    filter_data_bytes_max: usize,
    gather_events_max: usize,
    gather_bytes_max: usize,
    lag_samples_max: usize,
    trace_one_in: u32,
    trace_deliveries_max: usize,
    trace_events_max: usize,
}

impl Default for HubOptions {
    fn default() -> Self {
        Self {
            slow_reader: SlowReader::default(),
            ring_events_max: 8192,
            ring_aged_events_max: 1024,
            ring_age: Duration::from_secs(1),
            ring_bytes_max: 1024 * 1024,
            rings_events_max: 1_000_000,
            rings_bytes_max: 256 * 1024 * 1024,
            coalesce_keys_max: 1024,
            volatile_events_max: 64,
            volatile_bytes_max: 256 * 1024,
            event_bytes_max: 1024 * 1024,
            topics_max: 10_000,
            topic_linger: Duration::from_secs(60),
            subscription_topics_max: 16,
            cursor_bytes_max: crate::request::LastEventId::BYTES_MAX,
            presence_members_max: 1000,
            presence_member_bytes_max: 1024,
            presence_changes_max: 64,
            presence_grace: Duration::from_secs(10),
            changes_max: 60,
            changes_window: Duration::from_secs(60),
            change_topics_max: 64,
            replay_events_max: 10_000,
            page_events_max: 256,
            page_bytes_max: 256 * 1024,
            store_timeout: Duration::from_secs(5),
            pages_bytes_max: 64 * 1024 * 1024,
            wake_window: Duration::from_millis(2),
            subscriptions_max: 100_000,
            fresh_subscriptions_max: 50_000,
            resume_window: Duration::from_secs(10),
            topic_subscriptions_max: 100_000,
            principal_subscriptions_max: 100,
            address_subscriptions_max: 1000,
            retry_after: Duration::from_secs(1)..=Duration::from_secs(10),
            lifetime_max: None,
            guard_interval: Some(Duration::from_secs(60)),
            guard_timeout: Duration::from_secs(10),
            snapshot_timeout: Duration::from_secs(10),
            snapshot_bytes_max: 4 * 1024 * 1024,
            snapshots_bytes_max: 256 * 1024 * 1024,
            write_timeout: Some(Duration::from_secs(60)),
            drain_retry: Duration::from_millis(500)..=Duration::from_secs(5),
            drain_grace: Duration::from_secs(1),
            names: ControlNames::default(),
            topic_naming: TopicNaming::None,
            cursor_keys: CursorKeys::default(),
            filter_data_bytes_max: 16 * 1024,
            gather_events_max: 10_000,
            gather_bytes_max: 16 * 1024 * 1024,
            name: None,
            lag_samples_max: 1000,
            trace_one_in: 0,
            trace_deliveries_max: 8,
            trace_events_max: 16,
        }
    }
}
