//! How many connections each shard carries.

use super::Shards;
use std::fmt;
use std::sync::{Arc, OnceLock, Weak};

/// Tells how many connections of event streams each shard carries: for a gauge of an operator's, or a look at whether they
/// are spread evenly. A clone tells the same.
///
/// [`Server::event_stream_shards`](crate::Server::event_stream_shards) gives it. It does not keep a server alive. A connection
/// counts from the moment when it is taken over, which is soon after the head of its stream is written, until it is closed or
/// serves its next request; streams that hyper carries do not count.
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
/// let server = Oriole::create::<App>().await?.event_stream_shards(2).bind("127.0.0.1:0").await?;
/// let shards = server.event_stream_shards();
/// assert!(shards.connections().is_empty(), "it does not serve yet");
/// server.shutdown_handle().shutdown();
/// server.serve().await
/// # }
/// ```
#[derive(Clone, Default)]
pub struct EventStreamShards {
    /// Set when the server begins to serve, since it is then that the shards are made.
    shards: Arc<OnceLock<Weak<Shards>>>,
}

impl EventStreamShards {
    pub(in crate::server) fn begin(&self, shards: &Arc<Shards>) {
        let _ = self.shards.set(Arc::downgrade(shards));
    }

    /// Gives a number for each shard. There are none before the server serves, after its end, and where nothing is taken over.
    ///
    /// The numbers are read one after the other: what comes or goes meanwhile may be missed, or counted.
    #[must_use]
    pub fn connections(&self) -> Vec<usize> {
        self.shards.get().and_then(Weak::upgrade).map_or_else(Vec::new, |shards| shards.lens())
    }
}

impl fmt::Debug for EventStreamShards {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_tuple("EventStreamShards").field(&self.connections()).finish()
    }
}
