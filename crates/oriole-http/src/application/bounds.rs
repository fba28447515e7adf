//! How an application is served: how long, how many, how much, and when it ends.

use super::Application;
use oriole_core::Signal;
use std::time::Duration;

/// hyper reads no less at once.
const HEAD_BYTES_MIN: usize = 8 * 1024;

impl Application {
    /// How long written bytes may stay unacknowledged before a peer counts as gone; 60 s by default, `None` leaves it to
    /// the operating system, which may take a quarter of an hour.
    ///
    /// On Linux it sets `TCP_USER_TIMEOUT`, in whole milliseconds; an event stream's heartbeat is what it waits to see
    /// acknowledged. A reader that takes nothing for this long counts as gone: the kernel does not tell a client that lives
    /// but has stopped reading, its window at zero, from one that vanished. One that takes anything within the time goes on
    /// and loses nothing. Set it longer than any pause of your readers, or to `None`.
    ///
    /// A client of HTTP/2 is sent a `PING` after half of it, one second at least, and has as long to answer.
    pub fn peer_timeout(mut self, timeout: impl Into<Option<Duration>>) -> Self {
        self.options.peer_timeout = timeout.into();
        self
    }

    /// How long a client may take to send a request's head, from the first byte or from the end of the last request; 30 s
    /// by default. A connection that is too slow, or idle for so long, is closed; so is one that takes longer for its handshake.
    ///
    /// One of HTTP/2 is closed if nothing is asked within this time of its first byte. One that is idle later is told so after
    /// twice as long at most, and closed when it has not closed by itself after as long again.
    pub fn header_read_timeout(mut self, timeout: Duration) -> Self {
        self.options.header_read_timeout = timeout;
        self
    }

    /// Whether a connection of HTTP/1.1 serves further requests; on by default.
    ///
    /// How long it may rest between two is [`header_read_timeout`](Self::header_read_timeout). Turn it off where a load
    /// balancer must spread every request.
    pub fn http1_keep_alive(mut self, on: bool) -> Self {
        self.options.http1_keep_alive = on;
        self
    }

    /// Whether the end closes connections at once, with whatever they carry; off by default (`KAL.2`).
    ///
    /// Use it where programs are restarted by the minute. Requests in flight and event streams are cut off where they are.
    /// Without it the end waits for them, no longer than [`shutdown_timeout`](Self::shutdown_timeout).
    pub fn force_close_connections(mut self, on: bool) -> Self {
        self.options.force_close_connections = on;
        self
    }

    /// How many bytes a request's head may have; 64 KiB by default, at least 8 KiB. Beyond twice as many it is answered 431
    /// for certain, since a head is measured after it was read.
    ///
    /// A connection's buffers are bounded by it as well: that many bytes wait for a client that reads slowly, no more.
    pub fn head_limit(mut self, bytes: usize) -> Self {
        self.options.head_limit = bytes.max(HEAD_BYTES_MIN);
        self
    }

    /// How many connections are served at once; 100,000 by default. Further ones wait in the operating system's queue.
    pub fn connections_max(mut self, connections: usize) -> Self {
        self.options.connections_max = connections;
        self
    }

    /// How long the end may take in all; 10 s by default.
    ///
    /// The hooks, the event streams, the requests in flight: whatever is not done by then is cut off, with a line in the
    /// log. A fifth of the time is kept for `on_application_shutdown`.
    pub fn shutdown_timeout(mut self, timeout: Duration) -> Self {
        self.options.shutdown_timeout = timeout;
        self
    }

    /// How long each hook of the start may take, `on_module_init` and `on_application_bootstrap`: 60 s by default. One that takes
    /// longer ends the start as `ORI011`, which names it. Hooks of the end are within
    /// [`shutdown_timeout`](Self::shutdown_timeout).
    pub fn hook_timeout(mut self, timeout: Duration) -> Self {
        self.options.hook_timeout = timeout;
        self
    }

    /// Whether SIGTERM, Ctrl-C, SIGHUP, SIGQUIT and SIGUSR2 end the application in good order; on by default. Only some of
    /// them: [`shutdown_signals`](Self::shutdown_signals).
    ///
    /// A SIGHUP that the process was started to ignore (`nohup`) stays ignored on Linux.
    ///
    /// A second signal ends it at once: hooks, streams and requests are cut off, and only `on_application_shutdown` still
    /// runs, until the next signal. Turn it off where something else decides, and use
    /// [`shutdown_handle`](Self::shutdown_handle).
    pub fn shutdown_on_signals(self, on: bool) -> Self {
        self.shutdown_signals(Signal::ALL.into_iter().filter(|_| on))
    }

    /// Which signals end the application in good order; [all](Signal::ALL) by default. What the others do is left to the
    /// operating system or to the program: a log may be opened anew at SIGHUP (`LCE.14`).
    ///
    /// Elsewhere than on Unix there is Ctrl-C alone, and it is heard if the list is not empty.
    pub fn shutdown_signals(mut self, signals: impl IntoIterator<Item = Signal>) -> Self {
        self.options.signals = signals.into_iter().collect();
        self
    }

    /// Whether a process whose `main` is `#[oriole::main]` dies of the signal that ended its application, as Nest's does,
    /// when `main` is done; on by default (`LCE.14`).
    ///
    /// Every hook has run by then, and what is written behind [`listen`](Self::listen); an error of `main` still exits
    /// with 1. A shell or a supervisor sees which signal it was: it stops the loop that the program runs in, and systemd counts
    /// it as a clean end. Turn it off where only 0 counts as one. It has no effect under another `main`, in a task that
    /// `main` spawned, and elsewhere than on Unix.
    pub fn dies_of_signal(mut self, on: bool) -> Self {
        self.options.dies_of_signal = on;
        self
    }

    /// Whether each request knows the address of its connection's other end, for the [`PeerAddr`](crate::PeerAddr)
    /// extractor and, where no proxy is [trusted](Self::trusted_proxies), for [`ClientIp`](crate::ClientIp); off by default,
    /// since it is written into every request.
    pub fn peer_addr(mut self, on: bool) -> Self {
        self.options.peer_addr = on;
        self
    }

    /// Whether the connections of a hub's event streams are carried by [shards](Self::event_stream_shards) once their head is
    /// written; on by default.
    ///
    /// A client sees no difference: heads, events, heartbeats and ends are the same, and so is what the application is told. It
    /// concerns HTTP/1.1, with TLS or without, and streams that are a hub's `Subscription` with nothing between it and its response
    /// that reads events one by one; everything else stays with hyper, as all does when this is off.
    ///
    /// What runs within a stream, its guards, filters and whatever a layer has put around its body, runs in the shard's task:
    /// code that blocks its thread there holds up every stream of that shard, not one. It may await for as long as it likes.
    pub fn event_stream_takeover(mut self, on: bool) -> Self {
        self.options.event_stream_takeover = on;
        self
    }

    /// How many tasks carry the connections of a hub's event streams, each as many as the others; one for each thread of the
    /// runtime by default, and none for 0.
    ///
    /// They are tasks of the runtime that serves, so more of them than it has threads gain nothing. Fewer leave threads to
    /// handlers while an event goes out to many.
    pub fn event_stream_shards(mut self, shards: impl Into<Option<usize>>) -> Self {
        self.options.event_stream_shards = shards.into();
        self
    }
}
