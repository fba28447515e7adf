//! The handle that is injected.

#[cfg(feature = "sse-console")]
use super::console::ConsolePages;
#[cfg(feature = "sse-console")]
use crate::route::Placed;
#[cfg(feature = "sse-console")]
use crate::server::Listener;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use tokio::sync::watch;

/// Tells providers whether the application listens, and where (`FHA.2`).
///
/// Import [`HttpAdapterModule`](super::HttpAdapterModule) anywhere and it can be injected everywhere. Before the first
/// address is bound, that is in hooks and factories, it knows nothing yet; under another server it never does. Use it to
/// register a port that the system chose, or to wait until the application can call itself.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
/// use oriole::{HttpAdapterHost, HttpAdapterModule};
/// use std::sync::Arc;
///
/// #[injectable]
/// struct Registration {
///     host: Arc<HttpAdapterHost>,
/// }
///
/// #[module(imports = [HttpAdapterModule], providers = [Registration])]
/// struct App;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> Result<(), Box<dyn std::error::Error>> {
/// let app = Oriole::create::<App>().await?;
/// let host = app.get::<Registration>().expect("it is provided").host.clone();
/// assert!(!host.is_listening());
///
/// let server = app.bind("127.0.0.1:0").await?;
/// host.listening().await;
/// assert_eq!(host.local_addrs(), server.local_addrs());
/// # Ok(())
/// # }
/// ```
pub struct HttpAdapterHost {
    addrs: Arc<watch::Sender<Option<Vec<SocketAddr>>>>,
    is_ending: AtomicBool,
    #[cfg(feature = "sse-console")]
    console: ConsolePages,
}

impl HttpAdapterHost {
    pub(super) fn new() -> Self {
        Self {
            addrs: Arc::new(watch::Sender::new(None)),
            is_ending: AtomicBool::new(false),
            #[cfg(feature = "sse-console")]
            console: ConsolePages::default(),
        }
    }

    /// Whether connections are accepted, from the binding of the first address to the end (`FHA.5`).
    #[must_use]
    pub fn is_listening(&self) -> bool {
        self.addrs.borrow().is_some()
    }

    /// Waits until connections are accepted; at once if they are (`FHA.4`).
    ///
    /// # Cancel safety
    ///
    /// Nothing is lost.
    pub async fn listening(&self) {
        let mut addrs = self.addrs.subscribe();
        // The sender lives in `self`.
        let _ = addrs.wait_for(Option::is_some).await;
    }

    /// The addresses that are bound, with the ports that the system chose; none while nothing listens. Sockets of Unix are
    /// not among them.
    #[must_use]
    pub fn local_addrs(&self) -> Vec<SocketAddr> {
        self.addrs.borrow().clone().unwrap_or_default()
    }

    /// Whether the end of the application has begun: from before its first hook on, while everything is still served.
    #[must_use]
    pub fn is_ending(&self) -> bool {
        self.is_ending.load(Ordering::Relaxed)
    }

    /// Says that the end has begun.
    pub(crate) fn begin_end(&self) {
        self.is_ending.store(true, Ordering::Relaxed);
    }

    /// Says how the address of the development console's page becomes the link that is logged when the application listens.
    #[cfg(feature = "sse-console")]
    #[doc(hidden)]
    pub fn __console_link(&self, link: impl Fn(&str) -> String + Send + Sync + 'static) {
        self.console.link_by(Box::new(link));
    }

    #[cfg(feature = "sse-console")]
    pub(crate) fn console_among(&self, placed: &[Placed]) {
        self.console.find(placed);
    }

    #[cfg(feature = "sse-console")]
    pub(crate) fn log_console(&self, listeners: &[Listener]) {
        self.console.log(listeners);
    }

    /// Says that these are bound, until what is given back is dropped.
    pub(crate) fn begin(&self, addrs: &[SocketAddr]) -> Listening {
        self.addrs.send_replace(Some(addrs.to_vec()));
        Listening(Arc::clone(&self.addrs))
    }
}

impl fmt::Debug for HttpAdapterHost {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("HttpAdapterHost").field("local_addrs", &self.local_addrs()).finish()
    }
}

/// While it lives, the host says that the application listens.
pub(crate) struct Listening(Arc<watch::Sender<Option<Vec<SocketAddr>>>>);

impl Drop for Listening {
    fn drop(&mut self) {
        self.0.send_replace(None);
    }
}
