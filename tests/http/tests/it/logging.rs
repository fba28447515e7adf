//! Loggers of applications.

use http_tests::{App, Recorder};
use oriole::logger::{self, Console, Log, Logger, LoggerService, Record};
use oriole::prelude::*;
use std::sync::{Arc, Mutex, PoisonError};
use tracing_subscriber::layer::SubscriberExt as _;

/// Keeps what it is told; it has a need, so only the container can build it.
#[injectable]
pub struct Kept {
    prefix: Arc<Prefix>,
    #[inject(default)]
    lines: Recorder,
}

#[injectable]
pub struct Prefix;

impl LoggerService for Kept {
    fn log(&self, record: &Record) {
        let _ = &self.prefix;
        self.lines.log(record);
    }

    fn fatal(&self, record: &Record) {
        self.log(record);
    }

    fn error(&self, record: &Record) {
        self.log(record);
    }

    fn warn(&self, record: &Record) {
        self.log(record);
    }
}

/// A service with a logger of its own context.
#[injectable]
pub struct CatsController {
    #[inject(default)]
    logger: Logger<CatsController>,
}

#[controller("cats")]
impl CatsController {
    #[get]
    async fn all(&self) {
        self.logger.warn("asked for all");
    }
}

#[module(controllers = [CatsController], providers = [Kept, Prefix])]
pub struct LoggingModule;

/// The framework's lines from the first on, and the services' that were there before.
///
/// Parity: LOG.1, LOG.7, LOG.9, LOG.10.
#[tokio::test]
async fn a_logger_of_the_container_gets_everything() {
    let subscriber = tracing_subscriber::registry().with(Log::new(Console::new(std::io::sink())));
    let _guard = tracing::subscriber::set_default(subscriber);
    logger::buffer();
    let app = Oriole::create::<LoggingModule>().await.expect("it is sound");
    let kept: Arc<Kept> = app.get().expect("it is provided");
    assert_eq!(kept.lines.lines(), [""; 0]);
    let app = App::run(app.use_logger(Arc::clone(&kept))).await;
    assert_eq!(app.get("/cats").await.status, 200);
    app.end().await;
    let lines = kept.lines.lines();
    assert_eq!(lines[0], "log [OrioleFactory] Starting Oriole application...");
    for line in ["log [RouterExplorer] Mapped {/cats, GET} route", "warn [CatsController] asked for all"] {
        assert!(lines.iter().any(|kept| kept == line), "{line}: {lines:?}");
    }
}

/// Parity: LOG.1, LOG.11.
#[tokio::test]
async fn the_log_can_be_turned_off() {
    let kept = Arc::new(Kept { prefix: Arc::new(Prefix), lines: Recorder::default() });
    let subscriber = tracing_subscriber::registry().with(Log::new(Arc::clone(&kept)));
    let _guard = tracing::subscriber::set_default(subscriber);
    logger::silence();
    let app = Oriole::create::<LoggingModule>().await.expect("it is sound");
    assert_eq!(kept.lines.lines(), [""; 0]);
    let app = app.use_logger(Arc::clone(&kept));
    let service = app.into_service().await.expect("hooks do not fail");
    assert!(!kept.lines.lines().is_empty());
    service.close().await.expect("no hook fails");
}

/// Hears everything.
struct All(Mutex<Vec<String>>);

impl LoggerService for All {
    fn log(&self, _: &Record) {}
    fn fatal(&self, _: &Record) {}
    fn error(&self, _: &Record) {}
    fn warn(&self, _: &Record) {}
    fn debug(&self, record: &Record) {
        self.0.lock().unwrap_or_else(PoisonError::into_inner).push(record.message.clone());
    }
}

/// `RUST_LOG=debug` in a program.
///
/// Parity: ERR.5.
#[tokio::test]
async fn each_look_up_is_told_of_on_demand() {
    let all = Arc::new(All(Mutex::default()));
    let subscriber = tracing_subscriber::registry().with(Log::new(Arc::clone(&all)));
    let _guard = tracing::subscriber::set_default(subscriber);
    let _app = Oriole::create::<LoggingModule>().await.expect("it is sound");
    let lines = all.0.lock().unwrap_or_else(PoisonError::into_inner);
    let expected = "`Kept` in `LoggingModule` gets `Prefix` from `LoggingModule`";
    assert!(lines.iter().any(|line| line == expected), "{lines:?}");
}
