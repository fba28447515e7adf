//! The bounds of the server, each with its default.

use crate::client_ip::Trusted;
use oriole_core::Signal;
use std::sync::Arc;
use std::time::Duration;

/// Set through the methods of [`Application`](crate::Application) that bear the same names.
#[derive(Clone, Debug)]
pub(crate) struct ServerOptions {
    pub(crate) header_read_timeout: Duration,
    pub(crate) http1_keep_alive: bool,
    pub(crate) force_close_connections: bool,
    pub(crate) head_limit: usize,
    pub(crate) connections_max: usize,
    pub(crate) shutdown_timeout: Duration,
    pub(crate) hook_timeout: Duration,
    pub(crate) peer_timeout: Option<Duration>,
    pub(crate) peer_addr: bool,
    pub(crate) trusted_proxies: Option<Arc<Trusted>>,
    pub(crate) event_stream_takeover: bool,
    /// One for each thread of the runtime, unless it is said.
    pub(crate) event_stream_shards: Option<usize>,
    /// Which end the application.
    pub(crate) signals: Vec<Signal>,
    pub(crate) dies_of_signal: bool,
}

impl Default for ServerOptions {
    fn default() -> Self {
        Self {
            header_read_timeout: Duration::from_secs(30),
            http1_keep_alive: true,
            force_close_connections: false,
            head_limit: 64 * 1024,
            connections_max: 100_000,
            shutdown_timeout: Duration::from_secs(10),
            hook_timeout: Duration::from_secs(60),
            peer_timeout: Some(Duration::from_secs(60)),
            peer_addr: false,
            trusted_proxies: None,
            event_stream_takeover: true,
            event_stream_shards: None,
            signals: Signal::ALL.to_vec(),
            dies_of_signal: true,
        }
    }
}
