//! A bound server, and the end of everything.

use super::ServerOptions;
use super::connection::{End, Serving};
use super::connections::Connections;
use super::door::Door;
use super::listener::Listener;
use super::protocol::http1_builder;
use super::signals::Signals;
#[cfg(feature = "sse-hub")]
use super::takeover::EventStreamShards;
use super::takeover::Shards;
use crate::adapter::Listening;
use crate::application::{AppService, Deadline, Ready, Reason, SHUTDOWN, Shutdown, joined};
use crate::{Error, run};
use oriole_core::{BootError, Signal};
use std::any::Any;
use std::fmt;
use std::future::Future;
use std::net::SocketAddr;
use std::panic::resume_unwind;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// An application that is bound to its addresses and has run its hooks of the start.
///
/// Connections wait in the operating system's queue until [`serve`](Self::serve) is awaited; so does a signal, which does
/// not end the process any more.
///
/// # Examples
///
/// ```
/// use oriole::prelude::*;
///
/// #[module]
/// struct App;
///
/// # #[tokio::main(flavor = "current_thread")]
/// # async fn main() -> oriole::Result<()> {
/// let server = Oriole::create::<App>().await?.bind("127.0.0.1:0").await?;
/// assert_ne!(server.local_addr().port(), 0);
/// server.shutdown_handle().shutdown();
/// server.serve().await
/// # }
/// ```
#[must_use = "a server does nothing until `serve` is awaited"]
pub struct Server {
    listeners: Vec<Listener>,
    addrs: Vec<SocketAddr>,
    service: AppService,
    options: Arc<ServerOptions>,
    shutdown: Shutdown,
    signals: Option<Signals>,
    listening: Option<Listening>,
    #[cfg(feature = "sse-hub")]
    shards: EventStreamShards,
}

impl Server {
    /// There is one listener at least.
    pub(crate) fn new(ready: Ready, listeners: Vec<Listener>) -> Self {
        let addrs: Vec<_> = listeners.iter().filter_map(Listener::addr).collect();
        let listening = ready.host.as_ref().map(|host| host.begin(&addrs));
        let Ready { service, options, shutdown, .. } = ready;
        // Before anybody can know that it listens: a signal that comes early ends it in good order as well.
        let signals = if options.signals.is_empty() { None } else { listen_to_signals(&options.signals) };
        Self {
            listeners,
            addrs,
            service,
            options: Arc::new(options),
            shutdown,
            signals,
            listening,
            #[cfg(feature = "sse-hub")]
            shards: EventStreamShards::default(),
        }
    }

    /// The address that was bound, with the port that the system chose where 0 was asked for; the first of several, and
    /// `0.0.0.0:0` where there are sockets of Unix alone.
    #[must_use]
    pub fn local_addr(&self) -> SocketAddr {
        self.addrs.first().copied().unwrap_or_else(|| SocketAddr::from(([0, 0, 0, 0], 0)))
    }

    /// All addresses that were bound, in the order in which they were given; sockets of Unix have none.
    #[must_use]
    pub fn local_addrs(&self) -> &[SocketAddr] {
        &self.addrs
    }

    /// A handle that ends the server from anywhere.
    #[must_use]
    pub fn shutdown_handle(&self) -> Shutdown {
        self.shutdown.clone()
    }

    /// A handle that tells how many connections of event streams each shard carries.
    #[cfg(feature = "sse-hub")]
    #[must_use]
    pub fn event_stream_shards(&self) -> EventStreamShards {
        self.shards.clone()
    }

    /// Serves until a signal or the [`Shutdown`] handle ends it.
    ///
    /// The end has an order: `on_module_destroy` and `before_application_shutdown` while everything is still served; then
    /// nothing more is accepted, each event stream ends with a complete last chunk, requests in flight are answered;
    /// `on_application_shutdown` last. One deadline lies over all of it, see
    /// [`shutdown_timeout`](crate::Application::shutdown_timeout). A second signal cuts off what is running then, be it hooks,
    /// streams or requests, and goes on with the next step; so does each further one.
    ///
    /// A handler that blocks its thread cannot be cut off: it is left behind when the rest has ended.
    ///
    /// # Errors
    ///
    /// [`Error::Boot`] with the hooks of the end that failed, when everything has ended. What else goes wrong after the
    /// start is logged; a server that cannot accept keeps trying.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future closes the listeners and every connection at once, without hooks.
    pub async fn serve(self) -> Result<(), Error> {
        #[cfg(feature = "sse-hub")]
        let counts = self.shards.clone();
        let Self { listeners, service, options, shutdown, mut signals, listening, .. } = self;
        let (shards, returned) = Shards::new(&options);
        #[cfg(feature = "sse-hub")]
        counts.begin(&shards);
        let end = Arc::new(End::default());
        let serving = Arc::new(Serving {
            service: service.clone(),
            options: Arc::clone(&options),
            http1: http1_builder(&options),
            end: Arc::clone(&end),
            shards: Arc::clone(&shards),
        });
        let door = Door::open(listeners, returned, Arc::clone(&serving));
        let mut accepting = JoinSet::new();
        accepting.spawn(door.keep());
        let begun = async {
            let reason = asked(&shutdown, signals.as_mut()).await;
            tracing::info!(target: SHUTDOWN, "Shutting down{}", because(reason));
            let deadline = service.deadline();
            let hooks = unless_again(signals.as_mut(), service.begin_end(reason, deadline)).await;
            (reason, deadline, hooks)
        };
        let (reason, deadline, hooks) = tokio::select! {
            begun = begun => begun,
            panic = panicked(&mut accepting) => resume_unwind(panic),
        };
        let (is_urgent, begun) = (hooks.is_none(), hooks.unwrap_or(Ok(())));
        drop(listening);
        let (mut connections, mut returned) = door.close();
        // It has nothing any more, and is not waited for: its thread may be blocked.
        accepting.abort_all();
        shards.begin_end();
        service.drain_streams();
        end.begin();
        returned.close();
        while let Ok(accepted) = returned.try_recv() {
            // What was asked before the end is answered.
            if accepted.read.is_empty() { accepted.close() } else { serving.begin(accepted, &connections) }
        }
        if !is_urgent && !options.force_close_connections {
            let drained = timeout_at(deadline.connections, async {
                connections.emptied().await;
                shards.emptied().await;
            });
            let _ = unless_again(signals.as_mut(), drained).await;
        }
        cut_off(&mut connections, "connections", deadline, signals.as_mut()).await;
        shards.cut_off(deadline.released.min(Instant::now() + RELEASE)).await;
        // Those of the connections that were cut off are among them, and end now.
        let mut unattended = service.unattended();
        if !is_urgent {
            let done = timeout_at(deadline.connections, joined(&mut unattended));
            let _ = unless_again(signals.as_mut(), done).await;
        }
        cut_off(&mut unattended, "handlers whose clients had left", deadline, signals.as_mut()).await;
        let finished =
            unless_again(signals.as_mut(), service.finish_end(reason, deadline)).await.unwrap_or_else(|| {
                tracing::warn!(target: SHUTDOWN, "lifecycle hooks at the end were cut off");
                Ok(())
            });
        BootError::join(begun, finished)?;
        if let Some(signal) = reason.filter(|_| options.dies_of_signal) {
            run::ended_by(signal);
        }
        Ok(())
    }
}

/// Waits for a panic of a task that ends with the server: a fault of the server's own, or of who listens to its spans.
async fn panicked(tasks: &mut JoinSet<()>) -> Box<dyn Any + Send> {
    loop {
        match tasks.join_next().await {
            Some(Err(error)) if error.is_panic() => return error.into_panic(),
            Some(_) => {}
            None => std::future::pending().await,
        }
    }
}

/// How long a task that is cut off may take to let go. It needs no time, unless its handler blocks the thread.
const RELEASE: Duration = Duration::from_secs(1);

/// Ends what is left, and leaves behind what blocks its thread.
async fn cut_off(tasks: &mut impl Tasks, what: &str, deadline: Deadline, signals: Option<&mut Signals>) {
    let left = tasks.left();
    if left == 0 {
        return;
    }
    tracing::warn!(target: SHUTDOWN, "{left} {what} were cut off");
    tasks.abort();
    let released = deadline.released.min(Instant::now() + RELEASE);
    let _ = unless_again(signals, timeout_at(released, tasks.ended())).await;
    let left = tasks.left();
    if left > 0 {
        tracing::error!(target: SHUTDOWN, "{left} handlers block their threads and were left behind");
    }
}

/// What the end waits for.
trait Tasks {
    fn left(&mut self) -> usize;

    fn abort(&mut self);

    fn ended(&mut self) -> impl Future<Output = ()> + Send;
}

impl Tasks for JoinSet<()> {
    fn left(&mut self) -> usize {
        while self.try_join_next().is_some() {}
        self.len()
    }

    fn abort(&mut self) {
        self.abort_all();
    }

    fn ended(&mut self) -> impl Future<Output = ()> + Send {
        joined(self)
    }
}

impl Tasks for Connections {
    fn left(&mut self) -> usize {
        self.len()
    }

    fn abort(&mut self) {
        self.abort_all();
    }

    fn ended(&mut self) -> impl Future<Output = ()> + Send {
        self.emptied()
    }
}

fn listen_to_signals(which: &[Signal]) -> Option<Signals> {
    Signals::listen(which).inspect_err(|error| tracing::error!(target: SHUTDOWN, %error, "signals are not heard")).ok()
}

/// Waits for whatever comes first.
async fn asked(shutdown: &Shutdown, signals: Option<&mut Signals>) -> Reason {
    let Some(signals) = signals else { return shutdown.asked().await };
    tokio::select! {
        reason = shutdown.asked() => reason,
        signal = signals.next() => {
            shutdown.ask(Some(signal));
            Some(signal)
        }
    }
}

/// A second signal means now: it drops the step, and `None` is given.
async fn unless_again<T>(signals: Option<&mut Signals>, step: impl Future<Output = T>) -> Option<T> {
    let Some(signals) = signals else { return Some(step.await) };
    tokio::select! {
        done = step => Some(done),
        _ = signals.next() => None,
    }
}

fn because(reason: Reason) -> String {
    reason.map(|signal| format!(" ({signal})")).unwrap_or_default()
}

impl fmt::Debug for Server {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("Server").field("addrs", &self.addrs).field("options", &self.options).finish_non_exhaustive()
    }
}
