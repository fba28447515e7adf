//! Who writes a hub's event streams.

use oriole_http::Application;
use std::cell::Cell;

/// Both ways are the same to a client; a test says which is meant.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Carrier {
    /// Shards, which take the sockets over: what an application does by itself.
    Shards,
    /// hyper, to the end.
    Hyper,
}

thread_local! {
    static CARRIER: Cell<Carrier> = const { Cell::new(Carrier::Shards) };
}

impl Carrier {
    /// All there are.
    pub const ALL: [Self; 2] = [Self::Shards, Self::Hyper];

    /// Runs a test whose applications, those that this thread sets up, have this one.
    pub fn during(self, test: impl FnOnce()) {
        /// Also after a panic: the thread may run another test.
        struct Reset(Carrier);
        impl Drop for Reset {
            fn drop(&mut self) {
                CARRIER.set(self.0);
            }
        }
        let _reset = Reset(CARRIER.replace(self));
        test();
    }

    /// Tells an application.
    pub fn set(self, app: Application) -> Application {
        app.event_stream_takeover(self == Self::Shards)
    }

    /// The one of this thread's test.
    #[must_use]
    pub fn current() -> Self {
        CARRIER.get()
    }
}
