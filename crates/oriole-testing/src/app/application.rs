//! An application before it answers.

use super::TestApp;
use super::transport::Transport;
use crate::Result;
use crate::log::Log;
use crate::time::TestClock;
use oriole_http::Application;
use std::fmt;
use std::time::Duration;

/// The default of [`TestApplication::body_bytes_max`].
const BODY_BYTES_MAX: usize = 16 * 1024 * 1024;

/// An application before its hooks have run, and how a test talks to it.
///
/// [`init`](Self::init) makes it answer without a port, [`listen`](Self::listen) over a socket.
#[must_use = "it answers when it is initialised"]
pub struct TestApplication {
    app: Application,
    pub(super) talk: Talk,
}

/// How a test talks to an application.
#[derive(Clone, Debug)]
pub(crate) struct Talk {
    pub(crate) patience: Duration,
    pub(crate) body_bytes_max: usize,
    pub(crate) clock: Option<TestClock>,
    pub(crate) log: Log,
}

impl TestApplication {
    pub(crate) fn new(app: Application, log: Log, patience: Duration) -> Self {
        let talk = Talk { patience, body_bytes_max: BODY_BYTES_MAX, clock: None, log };
        Self { app, talk }
    }

    /// Sets it up, as `main` does; a function that both call keeps them alike.
    ///
    /// # Examples
    ///
    /// ```
    /// use oriole::Application;
    /// use oriole::prelude::*;
    /// use oriole_testing::Test;
    ///
    /// #[controller("cats")]
    /// impl Cats {
    ///     #[get]
    ///     async fn all(&self) -> &'static str { "none" }
    /// }
    ///
    /// #[injectable]
    /// pub struct Cats;
    ///
    /// #[module(root, controllers = [Cats])]
    /// pub struct AppModule;
    ///
    /// pub fn set_up(app: Application) -> Application {
    ///     app.global_prefix("api")
    /// }
    ///
    /// # #[tokio::main(flavor = "current_thread")]
    /// # async fn main() -> oriole_testing::Result {
    /// let app = Test::module::<AppModule>().compile().await?.create_application().configure(set_up).init().await?;
    /// app.get("/api/cats").await?.assert_text("none");
    /// # Ok(())
    /// # }
    /// ```
    pub fn configure(mut self, set_up: impl FnOnce(Application) -> Application) -> Self {
        self.app = set_up(self.app);
        self
    }

    /// How long anything may take that a test waits for from here on, in place of
    /// [`TestBuilder::patience`](crate::TestBuilder::patience). What takes longer is an error that says what came before.
    ///
    /// It is measured by tokio's clock: where that is paused, a wait for what never comes ends at once.
    pub fn patience(mut self, patience: Duration) -> Self {
        self.talk.patience = patience;
        self
    }

    /// How many bytes a body may have that a test reads whole; 16 MiB by default.
    pub fn body_bytes_max(mut self, bytes: usize) -> Self {
        self.talk.body_bytes_max = bytes;
        self
    }

    /// Lets heartbeats and the delays of heads go by a clock of the test's, which [`TestApp::advance`] moves.
    ///
    /// Under `#[tokio::test(start_paused = true)]` it is not needed.
    pub fn clock(mut self, clock: TestClock) -> Self {
        self.app = self.app.clock(clock.clone());
        self.talk.clock = Some(clock);
        self
    }

    /// Runs the hooks of the start, and answers requests without a port (`TST.8`).
    ///
    /// # Errors
    ///
    /// [`Error::Boot`](crate::Error::Boot): as [`Application::into_service`].
    pub async fn init(self) -> Result<TestApp> {
        let (module, log) = (self.app.module_ref(), self.talk.log.clone());
        let service = log.of(self.app.into_service()).await?;
        Ok(TestApp::new(Transport::in_process(service), module, self.talk))
    }

    /// Runs the hooks of the start, and serves on a port of the system's choice at 127.0.0.1 (`TST.7`).
    ///
    /// Bytes need time on their way, which a paused clock does not give them: use [`clock`](Self::clock) here. Signals are not
    /// listened to.
    ///
    /// # Errors
    ///
    /// [`Error::Boot`](crate::Error::Boot): as [`Application::bind`].
    pub async fn listen(self) -> Result<TestApp> {
        let (module, log) = (self.app.module_ref(), self.talk.log.clone());
        let server = log.of(self.app.shutdown_on_signals(false).bind("127.0.0.1:0")).await?;
        let transport = Transport::socket(server, &log);
        Ok(TestApp::new(transport, module, self.talk))
    }
}

impl fmt::Debug for TestApplication {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("TestApplication").field("app", &self.app).field("talk", &self.talk).finish()
    }
}
