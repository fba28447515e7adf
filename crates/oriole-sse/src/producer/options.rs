//! What can be set.

use std::time::Duration;

use crate::event::EventName;
use crate::event_name;

/// Sets how [`Producers`](super::Producers) behave. Each bound has a name here.
///
/// What is kept of a producer is kept by the store, by its own bounds: [`Retention`](crate::Retention) should keep at least
/// [`events_max`](Self::events_max) events and [`bytes_max`](Self::bytes_max) bytes of a topic, and each for as long as its clients
/// may want it. A store also bounds how many topics there are, and each id is one.
///
/// # Examples
///
/// ```
/// use std::time::Duration;
/// use oriole_sse::ProducerOptions;
///
/// let options = ProducerOptions::default().time_to_live(Duration::from_secs(60));
/// assert_eq!(options.running_max, 1_000);
/// ```
#[derive(Clone, Debug, PartialEq, Eq)]
#[non_exhaustive]
pub struct ProducerOptions {
    /// How many producers run at a time. 1,000 by default.
    pub running_max: usize,
    /// How many bytes of [`Progress`](super::Progress) are in memory at a time, of all producers that go on after a restart. 64 MiB by default;
    /// should be several times [`bytes_max`](Self::bytes_max), since each wants room for as much while it reads its log.
    ///
    /// Beyond it a run waits, in the order in which they began, until others have dropped theirs; for [`store_patience`](Self::store_patience), then
    /// it is given up, and the next client that joins begins another one. A producer that begins for the first time waits for nobody.
    pub progress_bytes_max: usize,
    /// How old a producer may become, from its first event on, restarts included. Then it ends with the reason `expired`. 10
    /// minutes by default.
    pub time_to_live: Duration,
    /// How many events a producer may give, all its runs together. 9,000 by default, since stores keep 10,000 of a topic; then it
    /// ends with the reason `too-long`.
    pub events_max: usize,
    /// How many bytes these may have as they go out. 8 MiB by default, since stores keep 16 MiB of a topic.
    pub bytes_max: usize,
    /// For how long an event waits for a store that is away, and a run for room in memory. 30 s by default; then the run is given up, and the next client
    /// that joins begins another one, which goes on after what the log has.
    pub store_patience: Duration,
    /// For how long a client waits for a producer that runs in another process. 30 s by default; if nothing comes, its stream
    /// ends, and when it returns the producer is begun here.
    pub silence_max: Duration,
    /// How the last event is named: `finished` by default. No other event of a producer may have this name.
    pub finished: EventName,
}

macro_rules! setters {
    ($($name:ident: $type:ty,)*) => {
        impl ProducerOptions {
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
    running_max: usize,
    progress_bytes_max: usize,
    time_to_live: Duration,
    events_max: usize,
    bytes_max: usize,
    store_patience: Duration,
    silence_max: Duration,
    finished: EventName,
}

impl Default for ProducerOptions {
    fn default() -> Self {
        Self {
            running_max: 1000,
            progress_bytes_max: 64 * 1024 * 1024,
            time_to_live: Duration::from_secs(600),
            events_max: 9000,
            bytes_max: 8 * 1024 * 1024,
            store_patience: Duration::from_secs(30),
            silence_max: Duration::from_secs(30),
            finished: event_name!("finished"),
        }
    }
}
