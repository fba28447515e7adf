//! The handle that ends an application.

use oriole_core::Signal;
use std::sync::Arc;
use tokio::sync::watch;

/// Ends an application in good order, from anywhere.
///
/// A clone is the same handle. It does not wait: what [`listen`](crate::Application::listen) or
/// [`serve`](crate::Server::serve) returns does.
///
/// # Examples
///
/// ```
/// # use oriole_http::{Application, Error};
/// async fn run(app: Application) -> Result<(), Error> {
///     let shutdown = app.shutdown_handle();
///     let server = app.bind("127.0.0.1:0").await?;
///     shutdown.shutdown();
///     server.serve().await
/// }
/// ```
#[derive(Clone, Debug)]
pub struct Shutdown {
    asked: Arc<watch::Sender<Option<Reason>>>,
}

/// Why the end was asked for: by a signal, or by the handle.
pub(crate) type Reason = Option<Signal>;

impl Shutdown {
    pub(crate) fn new() -> Self {
        Self { asked: Arc::new(watch::Sender::new(None)) }
    }

    /// Begins the end; asking again changes nothing.
    pub fn shutdown(&self) {
        self.ask(None);
    }

    pub(crate) fn ask(&self, reason: Reason) {
        self.asked.send_if_modified(|asked| {
            let is_first = asked.is_none();
            if is_first {
                *asked = Some(reason);
            }
            is_first
        });
    }

    /// Waits until the end is asked for.
    pub(crate) async fn asked(&self) -> Reason {
        let mut asked = self.asked.subscribe();
        match asked.wait_for(Option::is_some).await {
            Ok(reason) => reason.flatten(),
            // The sender lives in `self`.
            Err(_) => None,
        }
    }
}
