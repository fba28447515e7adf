//! Where connections come in.

use super::connection::Serving;
use super::connections::Connections;
use super::listener::{Accepted, Listener};
use std::future::{Future, poll_fn};
use std::io;
use std::pin::Pin;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::task::{Context, Poll, ready};
use std::time::Duration;
use tokio::sync::futures::OwnedNotified;
use tokio::sync::mpsc;
use tokio::time::{Sleep, sleep};

/// The listeners and the connections of a server, until its end takes what is left of them; dropped before, nothing is left.
///
/// A task of the runtime accepts, so that a connection begins on the thread on which it came in and none has to be woken for it. The end
/// does not wait for that task, which may stand behind a handler that blocks its thread.
pub(super) struct Door(Arc<Mutex<Option<Open>>>);

/// What there is as long as the server accepts.
struct Open {
    listeners: Vec<Listener>,
    /// Which listener is asked first.
    turn: usize,
    returned: mpsc::Receiver<Accepted>,
    connections: Connections,
    serving: Arc<Serving>,
    /// While none can be accepted.
    rest: Option<Pin<Box<Sleep>>>,
    /// While there is no room: a connection that ends, and one that leaves its shard.
    left: Option<[Pin<Box<OwnedNotified>>; 2]>,
}

/// How long listeners rest that cannot accept, for want of file descriptors above all.
const REST: Duration = Duration::from_millis(200);

impl Door {
    pub(super) fn open(listeners: Vec<Listener>, returned: mpsc::Receiver<Accepted>, serving: Arc<Serving>) -> Self {
        let connections = Connections::default();
        let open = Open { listeners, turn: 0, returned, connections, serving, rest: None, left: None };
        Self(Arc::new(Mutex::new(Some(open))))
    }

    /// Takes in who comes, until it is closed. An error is never the end of it.
    pub(super) fn keep(&self) -> impl Future<Output = ()> + use<> {
        let inside = Arc::clone(&self.0);
        poll_fn(move |cx| match &mut *lock(&inside) {
            Some(open) => open.poll(cx),
            None => Poll::Ready(()),
        })
    }

    /// Closes the listeners; gives the connections that are served, and where others may wait that come back from a shard.
    pub(super) fn close(&self) -> (Connections, mpsc::Receiver<Accepted>) {
        let open = lock(&self.0).take();
        match open {
            Some(Open { connections, returned, .. }) => (connections, returned),
            None => (Connections::default(), mpsc::channel(1).1),
        }
    }
}

impl Drop for Door {
    fn drop(&mut self) {
        drop(self.close());
    }
}

fn lock(inside: &Mutex<Option<Open>>) -> MutexGuard<'_, Option<Open>> {
    inside.lock().unwrap_or_else(PoisonError::into_inner)
}

impl Open {
    /// Never ready.
    fn poll(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while let Poll::Ready(Some(accepted)) = self.returned.poll_recv(cx) {
            // It was let in before.
            self.serving.begin(accepted, &self.connections);
        }
        self.poll_accept(cx)
    }

    /// Takes in who waits; never ready.
    fn poll_accept(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        loop {
            ready!(self.poll_room(cx));
            if let Some(rest) = &mut self.rest {
                ready!(rest.as_mut().poll(cx));
                self.rest = None;
            }
            match ready!(self.poll_next(cx)) {
                Ok(accepted) => self.serving.begin(accepted, &self.connections),
                Err(error) => {
                    tracing::error!(target: "oriole::Server", %error, "no connection can be accepted for now");
                    self.rest = Some(Box::pin(sleep(REST)));
                }
            }
        }
    }

    /// The next connection of any listener, each in its turn.
    fn poll_next(&mut self, cx: &mut Context<'_>) -> Poll<io::Result<Accepted>> {
        for step in 0..self.listeners.len() {
            let at = (self.turn + step) % self.listeners.len();
            if let Poll::Ready(accepted) = self.listeners[at].poll_accept(cx, self.serving.options.peer_timeout) {
                self.turn = at + 1;
                return Poll::Ready(accepted);
            }
        }
        Poll::Pending
    }

    /// Ready if one more may be let in.
    fn poll_room(&mut self, cx: &mut Context<'_>) -> Poll<()> {
        while self.is_full() {
            let left =
                self.left.get_or_insert_with(|| [self.connections.left(), self.serving.shards.left()].map(Box::pin));
            // Both are to wake it.
            let has_left = left.each_mut().map(|left| left.as_mut().poll(cx).is_ready()).contains(&true);
            if !has_left && self.is_full() {
                return Poll::Pending;
            }
            self.left = None;
        }
        Poll::Ready(())
    }

    fn is_full(&self) -> bool {
        let Serving { options, shards, .. } = &*self.serving;
        self.connections.len() + shards.len() >= options.connections_max
    }
}
