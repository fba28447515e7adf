//! The log of a program that has not chosen another.

use super::log::current;
use super::{Console, Log, LoggerService, Record};
use crate::Application;
use std::sync::Arc;
use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{FilterExt as _, LevelFilter, Targets, filter_fn};
use tracing_subscriber::layer::SubscriberExt as _;

/// Makes the console log the process' subscriber, if there is none yet: what `#[oriole::main]` does first.
///
/// Call it in a `main` of your own. `RUST_LOG` is read here, once.
pub fn install() {
    if tracing::dispatcher::has_been_set() {
        return;
    }
    let said = std::env::var("RUST_LOG").ok().filter(|directives| !directives.trim().is_empty());
    let read = said.as_ref().map(|directives| directives.parse::<Targets>());
    let filter = match &read {
        Some(Ok(filter)) => filter.clone(),
        Some(Err(_)) | None => Targets::new().with_default(LevelFilter::INFO),
    };
    // Spans are not shown, so they need not be made.
    let filter = filter.and(filter_fn(|metadata| metadata.is_event()));
    let subscriber = tracing_subscriber::registry().with(Log::new(Console::stdout()).with_filter(filter));
    // Someone else may have been faster; then theirs stands.
    let is_ours = tracing::subscriber::set_global_default(subscriber).is_ok();
    if let (true, Some(Err(error))) = (is_ours, read) {
        let said = said.unwrap_or_default();
        tracing::warn!(target: "oriole::Logger", "RUST_LOG=`{said}` cannot be read, so `info` is shown: {error}");
    }
}

/// Lets what is logged wait for a logger from the container, instead of being written (`LOG.9`).
///
/// [`Application::use_logger`] gets it in the order in which it was said; a `main` that ends without prints it to the console.
/// At most 10,000 records wait: beyond them all are written as if nothing had to wait.
pub fn buffer() {
    current(Log::buffer);
}

/// Writes what waits with the logger that is there, and lets nothing wait any more.
pub fn flush() {
    current(Log::flush);
}

/// Writes nothing more, until a logger is given (`LOG.11`).
pub fn silence() {
    current(|log| log.replace(Arc::new(Silent)));
}

impl Application {
    /// Logs with another logger from now on, whoever logs: the framework, and every `Logger` that there is (`LOG.7`).
    ///
    /// It is the process' log, and other applications in it share it. Where `main` has installed a subscriber of its own
    /// without [`Log`], that one stays in force, and a warning says so.
    ///
    /// # Examples
    ///
    /// ```no_run
    /// use oriole::logger::{Console, LoggerService, Record};
    /// use oriole::prelude::*;
    /// use std::sync::Arc;
    ///
    /// #[injectable]
    /// struct Errors;
    ///
    /// impl LoggerService for Errors {
    ///     fn log(&self, _: &Record) {}
    ///     fn warn(&self, _: &Record) {}
    ///     fn error(&self, record: &Record) {
    ///         eprintln!("{}", record.message);
    ///     }
    ///     fn fatal(&self, record: &Record) {
    ///         self.error(record);
    ///     }
    /// }
    ///
    /// #[module(providers = [Errors])]
    /// struct AppModule;
    ///
    /// #[oriole::main]
    /// async fn main() -> oriole::Result<()> {
    ///     oriole::logger::buffer();
    ///     let app = Oriole::create::<AppModule>().await?;
    ///     let errors: Option<Arc<Errors>> = app.get();
    ///     let app = match errors {
    ///         Some(errors) => app.use_logger(errors),
    ///         None => app,
    ///     };
    ///     app.listen("127.0.0.1:3000").await
    /// }
    /// ```
    pub fn use_logger(self, logger: impl LoggerService) -> Self {
        if !current(|log| log.replace(Arc::new(logger))) {
            tracing::warn!(target: "oriole::Logger", "the logger is not used: the subscriber has no `oriole::logger::Log`");
        }
        self
    }
}

struct Silent;

impl LoggerService for Silent {
    fn log(&self, _: &Record) {}
    fn fatal(&self, _: &Record) {}
    fn error(&self, _: &Record) {}
    fn warn(&self, _: &Record) {}
}
