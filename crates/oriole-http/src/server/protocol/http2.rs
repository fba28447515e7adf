//! HTTP/2.

use super::Stream;
use super::alarm::{Alarm, Alarms};
use super::muffled::{Muffled, Muffler, Unmuffling};
use crate::server::ServerOptions;
use crate::server::connection::OnConnection;
use crate::server::takeover::Observed;
use hyper::server::conn::http2::{Builder, Connection as OfHyper};
use hyper_util::rt::TokioIo;
use std::future::Future;
use std::mem;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::task::JoinSet;

/// A connection that is closed when nothing was asked on it for long.
pub(super) struct Http2<S: Stream> {
    connection: OfHyper<TokioIo<Observed<S>>, Unmuffling, Requests>,
    requests: Requests,
    idle_max: Duration,
    /// When it is looked at whether anything was asked.
    look: Alarm,
    /// How many requests there had been at the last look.
    seen: usize,
    is_told: bool,
}

/// Runs the requests of one connection; they end with it at the latest.
#[derive(Clone, Default)]
pub(super) struct Requests(Arc<Mutex<Running>>);

#[derive(Default)]
struct Running {
    tasks: JoinSet<()>,
    /// Of all there ever were.
    count: usize,
    /// What the next one has in common with its answer.
    next: Option<Arc<Muffler>>,
}

impl<F: Future + Send + 'static> hyper::rt::Executor<F> for Requests {
    fn execute(&self, request: F) {
        let mut running = self.lock();
        while running.tasks.try_join_next().is_some() {}
        running.count += 1;
        let muffler = running.next.take().unwrap_or_default();
        running.tasks.spawn(Muffled::new(request, muffler));
    }
}

impl Requests {
    /// The stream that is run next has an answer that knows of this.
    pub(super) fn is_next(&self, muffler: Arc<Muffler>) {
        self.lock().next = Some(muffler);
    }

    fn lock(&self) -> MutexGuard<'_, Running> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

pub(super) fn open<S: Stream>(mut stream: Observed<S>, service: OnConnection, options: &ServerOptions) -> Http2<S> {
    stream.stay();
    let requests = Requests::default();
    let mut builder = Builder::new(requests.clone());
    builder.timer(Alarms).max_header_list_size(u32::try_from(options.head_limit).unwrap_or(u32::MAX));
    if let Some(timeout) = options.peer_timeout {
        // Half of it for silence, half for the answer.
        builder.keep_alive_interval((timeout / 2).max(PING_MIN)).keep_alive_timeout((timeout / 2).max(PING_MIN));
    }
    let service = Unmuffling { service, requests: requests.clone() };
    Http2 {
        connection: builder.serve_connection(TokioIo::new(stream), service),
        requests,
        idle_max: options.header_read_timeout,
        look: Alarm::after(options.header_read_timeout),
        seen: 0,
        is_told: false,
    }
}

/// The least time between two pings, and the least for an answer.
const PING_MIN: Duration = Duration::from_secs(1);

impl<S: Stream> Http2<S> {
    /// Takes no further requests.
    pub(super) fn finish(&mut self) {
        Pin::new(&mut self.connection).graceful_shutdown();
    }

    /// Whether nothing is running, and nothing has begun since the last look.
    fn was_idle(&mut self) -> bool {
        let mut running = self.requests.lock();
        while running.tasks.try_join_next().is_some() {}
        let before = mem::replace(&mut self.seen, running.count);
        running.tasks.is_empty() && before == running.count
    }
}

impl<S: Stream> Future for Http2<S> {
    type Output = Result<(), String>;

    fn poll(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<Self::Output> {
        let this = &mut *self;
        loop {
            if let Poll::Ready(served) = Pin::new(&mut this.connection).poll(cx) {
                return Poll::Ready(served.map_err(|error| error.to_string()));
            }
            ready!(Pin::new(&mut this.look).poll(cx));
            this.look.set(this.idle_max);
            if !this.was_idle() {
                continue;
            }
            if mem::replace(&mut this.is_told, true) {
                return Poll::Ready(Err("nothing was asked in time".to_owned()));
            }
            // The client hears which requests were taken, and has as long again to close.
            this.finish();
        }
    }
}
