//! All shards of a server.

use super::carried::Arrival;
use super::shard::{self, Seat, Shard};
use crate::application::{SHUTDOWN, joined};
use crate::server::ServerOptions;
use crate::server::listener::Accepted;
use std::mem;
use std::pin::pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use tokio::runtime::Handle;
use tokio::sync::futures::OwnedNotified;
use tokio::sync::{Notify, mpsc};
use tokio::task::JoinSet;
use tokio::time::{Instant, timeout_at};

/// Carries the connections that were taken over, each in the shard that has the fewest.
pub(in crate::server) struct Shards {
    shards: Vec<Arc<Shard>>,
    /// The shards' tasks, from the first connection on.
    tasks: Mutex<JoinSet<()>>,
    /// Connections that wait there have their seats still.
    returned: mpsc::Sender<Accepted>,
    left: Arc<Notify>,
}

/// How many connections wait to go back to hyper; beyond it they are closed.
const RETURNED_MAX: usize = 1024;

impl Shards {
    /// Makes them, with where connections come back; none if nothing is to be taken over.
    pub(in crate::server) fn new(options: &ServerOptions) -> (Arc<Self>, mpsc::Receiver<Accepted>) {
        let (returned, back) = mpsc::channel(RETURNED_MAX);
        let count = options.event_stream_shards.unwrap_or_else(|| Handle::current().metrics().num_workers());
        let count = if options.event_stream_takeover { count } else { 0 };
        let shards = (0..count).map(|_| Arc::default()).collect();
        (Arc::new(Self { shards, tasks: Mutex::default(), returned, left: Arc::default() }), back)
    }

    /// Whether anything is to be taken over.
    pub(in crate::server) fn is_on(&self) -> bool {
        !self.shards.is_empty()
    }

    /// How many connections are carried.
    pub(in crate::server) fn len(&self) -> usize {
        self.shards.iter().map(|shard| shard.len()).sum()
    }

    /// How many each carries.
    pub(super) fn lens(&self) -> Vec<usize> {
        self.shards.iter().map(|shard| shard.len()).collect()
    }

    pub(in crate::server) fn adopt(&self, arrival: Arrival) {
        let Some(shard) = self.shards.iter().min_by_key(|shard| shard.len()) else { return };
        let seat = Seat::take(shard, &self.left);
        {
            let mut tasks = self.tasks();
            if tasks.is_empty() && !shard.is_closed() {
                for shard in &self.shards {
                    tasks.spawn(shard::run(Arc::clone(shard), self.returned.clone()));
                }
            }
        }
        shard.adopt(arrival, seat);
    }

    /// Waits until a connection has left since this was called.
    pub(in crate::server) fn left(&self) -> OwnedNotified {
        Arc::clone(&self.left).notified_owned()
    }

    /// Gives no connection back from now on: one whose stream is over is closed.
    pub(in crate::server) fn begin_end(&self) {
        self.shards.iter().for_each(|shard| shard.begin_end());
    }

    /// Waits until no connection is carried.
    pub(in crate::server) async fn emptied(&self) {
        let mut left = pin!(self.left.notified());
        loop {
            left.as_mut().enable();
            if self.len() == 0 {
                return;
            }
            left.as_mut().await;
            left.set(self.left.notified());
        }
    }

    /// Ends what is left, and waits until it is dropped, no longer than that.
    pub(in crate::server) async fn cut_off(&self, released: Instant) {
        let left = self.len();
        if left > 0 {
            tracing::warn!(target: SHUTDOWN, "{left} connections of event streams were cut off");
        }
        let mut tasks = mem::take(&mut *self.tasks());
        tasks.abort_all();
        self.shards.iter().for_each(|shard| shard.close());
        let _ = timeout_at(released, joined(&mut tasks)).await;
    }

    fn tasks(&self) -> MutexGuard<'_, JoinSet<()>> {
        self.tasks.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Drop for Shards {
    fn drop(&mut self) {
        // A connection that waits for a shard has a seat, which has the shard.
        self.shards.iter().for_each(|shard| shard.close());
    }
}
