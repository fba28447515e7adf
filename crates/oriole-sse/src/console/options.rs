//! What can be set.

use std::fmt;
use std::net::IpAddr;
use std::sync::Arc;
use std::time::Duration;

use http::Extensions;

use super::ConsoleToken;

/// Sets what a [`Console`](super::Console) shows, and to whom. Each bound has a name here.
///
/// # Examples
///
/// ```
/// use oriole_sse::ConsoleOptions;
///
/// let options = ConsoleOptions::default().previews(false).streams_max(50);
/// assert_eq!(options.is_development, cfg!(debug_assertions));
/// assert_eq!(options.topics_max, 100);
/// ```
#[derive(Clone)]
#[non_exhaustive]
pub struct ConsoleOptions {
    /// Whether this is development; else there is no console, but [`ConsoleRefused`](super::ConsoleRefused). By default what
    /// the program was built for: true with `debug_assertions`, false in a release build.
    pub is_development: bool,
    /// The secret in its link. By default one of chance, drawn when the console is made.
    pub token: Option<ConsoleToken>,
    /// Which addresses may see it beside those of this machine. None by default.
    pub peers: Vec<IpAddr>,
    /// Under which names it may be asked for beside `localhost`, the names below that, and this machine's addresses. None by
    /// default, since a page of anybody's can have a name of its own point here.
    pub hosts: Vec<String>,
    /// How many streams are listed. 200 by default: those first to which something was done, and that are furthest behind.
    pub streams_max: usize,
    /// How many topics are listed. 100 by default: those with the most readers.
    pub topics_max: usize,
    /// How many of a topic's latest events are listed. 5 by default.
    pub events_max: usize,
    /// Whether the data of events is shown. It is by default; turn it off where it is nobody's to see.
    pub previews: bool,
    /// How many bytes are shown of an event's data. 200 by default.
    pub preview_bytes_max: usize,
    /// How long it is at least from one update of a page to the next. 500 ms by default; less than 100 ms counts as 100 ms.
    pub update_interval: Duration,
    /// How many pages may be open at a time. 8 by default; beyond it the answer is 503.
    pub pages_max: usize,
    /// How many bytes the data of a test event may have. 64 KiB by default; beyond it the answer is 413.
    pub publish_bytes_max: usize,
    /// How long [`Console::drain`](super::Console::drain) waits for pages that take nothing. 1 s by default.
    pub drain_timeout: Duration,
    peer: PeerOf,
}

type PeerOf = Arc<dyn Fn(&Extensions) -> Option<IpAddr> + Send + Sync>;

/// The least [`ConsoleOptions::update_interval`].
const UPDATE_INTERVAL_MIN: Duration = Duration::from_millis(100);

impl ConsoleOptions {
    /// Sets [`is_development`](Self::is_development): true has a release build show the console as well, false has a debug build
    /// refuse it. A program that knows by its environment where it runs says so here.
    #[must_use]
    pub fn development(mut self, is_development: bool) -> Self {
        self.is_development = is_development;
        self
    }

    /// Sets [`token`](Self::token), for a test, or to keep a bookmark over restarts.
    #[must_use]
    pub fn token(mut self, token: ConsoleToken) -> Self {
        self.token = Some(token);
        self
    }

    /// Adds one of [`peers`](Self::peers): the other end of a container's port, say.
    #[must_use]
    pub fn allow_peer(mut self, peer: IpAddr) -> Self {
        self.peers.push(peer);
        self
    }

    /// Adds one of [`hosts`](Self::hosts), without a port.
    #[must_use]
    pub fn allow_host(mut self, host: impl Into<String>) -> Self {
        self.hosts.push(host.into());
        self
    }

    /// Sets [`previews`](Self::previews).
    #[must_use]
    pub fn previews(mut self, on: bool) -> Self {
        self.previews = on;
        self
    }

    /// Says how the address of a request's other end is found among its extensions. Where it is not known, nobody is answered.
    ///
    /// Oriole's module has said it already; on axum it is
    /// `|extensions| Some(extensions.get::<ConnectInfo<SocketAddr>>()?.0.ip())`.
    #[must_use]
    pub fn peer_by(mut self, peer: impl Fn(&Extensions) -> Option<IpAddr> + Send + Sync + 'static) -> Self {
        self.peer = Arc::new(peer);
        self
    }

    pub(super) fn peer(&self, extensions: &Extensions) -> Option<IpAddr> {
        (self.peer)(extensions)
    }

    pub(super) fn interval(&self) -> Duration {
        self.update_interval.max(UPDATE_INTERVAL_MIN)
    }
}

macro_rules! setters {
    ($($name:ident: $type:ty,)*) => {
        impl ConsoleOptions {
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
    streams_max: usize,
    topics_max: usize,
    events_max: usize,
    preview_bytes_max: usize,
    update_interval: Duration,
    pages_max: usize,
    publish_bytes_max: usize,
    drain_timeout: Duration,
}

impl Default for ConsoleOptions {
    fn default() -> Self {
        Self {
            is_development: cfg!(debug_assertions),
            token: None,
            peers: vec![],
            hosts: vec![],
            streams_max: 200,
            topics_max: 100,
            events_max: 5,
            previews: true,
            preview_bytes_max: 200,
            update_interval: Duration::from_millis(500),
            pages_max: 8,
            publish_bytes_max: 64 * 1024,
            drain_timeout: Duration::from_secs(1),
            peer: Arc::new(|_| None),
        }
    }
}

impl fmt::Debug for ConsoleOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ConsoleOptions")
            .field("is_development", &self.is_development)
            .field("peers", &self.peers)
            .field("hosts", &self.hosts)
            .finish_non_exhaustive()
    }
}
