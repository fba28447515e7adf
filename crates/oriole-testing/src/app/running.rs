//! An application that answers.

use super::application::Talk;
use super::transport::Transport;
use crate::{Result, SseRequest, TestRequest};
use http::Method;
use oriole_core::ModuleRef;
use std::fmt;
use std::net::SocketAddr;
use std::sync::Arc;
use std::time::Duration;

/// An application that answers the requests of a test, without a port or over a socket.
///
/// [`close`](Self::close) it at the end, so that its hooks run.
#[must_use = "close it, so that the hooks of the end run"]
pub struct TestApp {
    transport: Arc<Transport>,
    module: ModuleRef,
    talk: Talk,
}

macro_rules! methods {
    ($($name:ident $method:ident;)*) => {$(
        #[doc = concat!("A ", stringify!($method), " request; it is sent when it is awaited.")]
        pub fn $name(&self, target: &str) -> TestRequest {
            self.request(Method::$method, target)
        }
    )*};
}

impl TestApp {
    pub(crate) fn new(transport: Transport, module: ModuleRef, talk: Talk) -> Self {
        Self { transport: Arc::new(transport), module, talk }
    }

    methods! {
        get GET;
        post POST;
        put PUT;
        patch PATCH;
        delete DELETE;
        head HEAD;
        options OPTIONS;
    }

    /// A request of any method, to a path with or without a query.
    pub fn request(&self, method: Method, target: &str) -> TestRequest {
        TestRequest::new(Arc::clone(&self.transport), self.talk.clone(), method, target)
    }

    /// Opens an event stream: a GET whose answer is read event by event.
    pub fn sse(&self, target: &str) -> SseRequest {
        self.get(target).sse()
    }

    /// The root module, for look-ups while the application runs.
    #[must_use]
    pub fn module_ref(&self) -> ModuleRef {
        self.module.clone()
    }

    /// Where it listens; `None` without a port.
    #[must_use]
    pub fn local_addr(&self) -> Option<SocketAddr> {
        self.transport.local_addr()
    }

    /// Lets time go on, without anybody reading meanwhile; [`TestEvents::advance`](crate::TestEvents::advance) reads.
    ///
    /// With a [`TestClock`](crate::TestClock) it is that clock, in one step. Otherwise it is tokio's paused clock, and every timer
    /// within the time runs at its moment.
    ///
    /// # Panics
    ///
    /// Without a [`TestClock`](crate::TestClock), if tokio's clock is not paused: nothing here sleeps.
    pub async fn advance(&self, by: Duration) {
        match &self.talk.clock {
            Some(clock) => clock.advance(by),
            None => paused_for(by).await,
        }
    }

    /// Ends the application: its hooks run, and event streams end (`TST.16`).
    ///
    /// It waits for streams that are open as long as `shutdown_timeout` allows, so read them to their end meanwhile, or drop them
    /// before.
    ///
    /// # Errors
    ///
    /// [`Error::Boot`](crate::Error::Boot) over a socket, if a hook of the end fails; without a port such a failure is in the log.
    ///
    /// # Cancel safety
    ///
    /// Dropping the future leaves out the hooks that have not run.
    pub async fn close(self) -> Result {
        self.talk.log.of(self.transport.close()).await
    }
}

/// Lets tokio's paused clock run for a time, from timer to timer.
pub(crate) async fn paused_for(by: Duration) {
    // Of a clock that is not paused it says so in a panic, where a sleep would sleep.
    tokio::time::advance(Duration::ZERO).await;
    tokio::time::sleep(by).await;
}

impl fmt::Debug for TestApp {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestApp").field("local_addr", &self.local_addr()).finish_non_exhaustive()
    }
}
