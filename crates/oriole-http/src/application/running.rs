//! What a running application holds, and its end.

use super::AppService;
use crate::Error;
use crate::adapter::HttpAdapterHost;
use crate::route::Unattended;
use futures_util::FutureExt;
use oriole_core::{BootError, Container, HookLimit, Signal};
use oriole_sse::EventStreams;
use std::future::Future;
use std::panic::AssertUnwindSafe;
use std::sync::Arc;
use std::time::Duration;
use tokio::task::JoinSet;
use tokio::time::{Instant, sleep, sleep_until, timeout_at};

/// What the end needs.
pub(super) struct Running {
    pub(super) container: Arc<Container>,
    pub(super) streams: EventStreams,
    pub(super) unattended: Unattended,
    pub(super) shutdown_timeout: Duration,
    /// How long it waits before anything of it happens, for balancers to see that it has begun.
    pub(super) end_delay: Duration,
}

/// One deadline over the whole end.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Deadline {
    /// When connections are cut off.
    pub(crate) connections: Instant,
    /// When those are given up that hold on though they are cut off.
    pub(crate) released: Instant,
    /// When `on_application_shutdown` is cut off.
    all: Instant,
}

impl AppService {
    /// Ends the application where another server runs it: the hooks of the end, and every event stream with a complete
    /// last chunk.
    ///
    /// Call it while that server still serves, then let the server finish its requests. It takes no longer than
    /// [`shutdown_timeout`](crate::Application::shutdown_timeout), of which `HealthOptions::shutdown_delay` is the beginning.
    ///
    /// # Errors
    ///
    /// [`Error::Boot`] with the hooks of the end that failed, when everything has ended; each is in the log as well.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves out the hooks that have not run.
    pub async fn close(&self) -> Result<(), Error> {
        let deadline = self.deadline();
        self.close_begun(self.begin_end(None, deadline).await, deadline).await
    }

    /// The same where no server serves it, and so no balancer has to hear of the end.
    #[doc(hidden)]
    pub async fn __close_unserved(&self) -> Result<(), Error> {
        let deadline = self.deadline();
        self.say_end();
        self.close_begun(self.hooks_before_end(None, deadline).await, deadline).await
    }

    async fn close_begun(&self, begun: Result<(), BootError>, deadline: Deadline) -> Result<(), Error> {
        self.drain_streams();
        if timeout_at(deadline.connections, self.running.streams.drained()).await.is_err() {
            tracing::warn!(target: SHUTDOWN, "event streams were still open at the end of the shutdown timeout");
        }
        let mut unattended = self.unattended();
        if timeout_at(deadline.connections, joined(&mut unattended)).await.is_err() {
            tracing::warn!(target: SHUTDOWN, "{} handlers whose clients had left were cut off", unattended.len());
            unattended.abort_all();
            let _ = timeout_at(deadline.released, joined(&mut unattended)).await;
        }
        Ok(BootError::join(begun, self.finish_end(None, deadline).await)?)
    }

    /// The handlers whose clients have left; no further ones are taken.
    pub(crate) fn unattended(&self) -> JoinSet<()> {
        self.running.unattended.close()
    }

    /// The deadline of an end that begins now.
    pub(crate) fn deadline(&self) -> Deadline {
        let now = Instant::now();
        let timeout = self.running.shutdown_timeout;
        Deadline {
            connections: after(now, connections_timeout(timeout)),
            released: after(now, timeout - timeout / 10),
            all: after(now, timeout),
        }
    }

    /// Lets balancers see that it ends; then `on_module_destroy` and `before_application_shutdown`. Everything is still served
    /// (`LCE.17`).
    pub(crate) async fn begin_end(&self, signal: Option<Signal>, deadline: Deadline) -> Result<(), BootError> {
        self.say_end();
        if !self.running.end_delay.is_zero() {
            sleep(self.running.end_delay).await;
        }
        self.hooks_before_end(signal, deadline).await
    }

    fn say_end(&self) {
        if let Some(host) = self.running.container.get::<HttpAdapterHost>() {
            host.begin_end();
        }
    }

    async fn hooks_before_end(&self, signal: Option<Signal>, deadline: Deadline) -> Result<(), BootError> {
        let container = &self.running.container;
        container.limit_hooks(until(deadline.connections));
        let hooks = async {
            let destroyed = container.module_destroy().await;
            BootError::join(destroyed, container.before_shutdown(signal).await)
        };
        run_hooks("before the end", hooks, deadline.connections).await
    }

    /// Each open event stream ends, and the connection with it.
    pub(crate) fn drain_streams(&self) {
        self.running.streams.drain();
    }

    /// `on_application_shutdown`, when connections are closed.
    pub(crate) async fn finish_end(&self, signal: Option<Signal>, deadline: Deadline) -> Result<(), BootError> {
        let container = &self.running.container;
        container.limit_hooks(until(deadline.all));
        run_hooks("at the end", container.shutdown(signal), deadline.all).await
    }
}

/// Waits for every task.
pub(crate) async fn joined(tasks: &mut JoinSet<()>) {
    while tasks.join_next().await.is_some() {}
}

/// How much of the end's time passes before connections are cut off.
pub(super) fn connections_timeout(shutdown_timeout: Duration) -> Duration {
    shutdown_timeout - shutdown_timeout / 5
}

/// A moment that the clock can hold, however long the wait.
fn after(now: Instant, wait: Duration) -> Instant {
    const AGES: Duration = Duration::from_secs(60 * 60 * 24 * 365 * 10);
    now + wait.min(AGES)
}

pub(crate) const SHUTDOWN: &str = "oriole::OrioleApplication";

/// Each hook that is not done by then is left behind, and named in the log.
fn until(deadline: Instant) -> HookLimit {
    HookLimit::new(move || Box::pin(sleep_until(deadline)))
}

/// A hook that panics or hangs must not keep the rest from ending.
async fn run_hooks(
    when: &str,
    hooks: impl Future<Output = Result<(), BootError>>,
    deadline: Instant,
) -> Result<(), BootError> {
    match timeout_at(deadline, AssertUnwindSafe(hooks).catch_unwind()).await {
        Ok(Ok(done)) => return done,
        Ok(Err(_)) => tracing::error!(target: SHUTDOWN, "a lifecycle hook panicked {when}"),
        Err(_) => tracing::error!(target: SHUTDOWN, "lifecycle hooks {when} took longer than the shutdown timeout"),
    }
    Ok(())
}
