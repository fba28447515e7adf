//! What happened, in order.

use oriole::logger::{LoggerService, Record};
use std::sync::{Arc, Mutex, PoisonError};
use tokio::sync::Notify;

/// Collects lines from anywhere. A clone is the same list.
#[derive(Clone, Debug, Default)]
pub struct Recorder {
    lines: Arc<Mutex<Vec<String>>>,
    changed: Arc<Notify>,
}

impl Recorder {
    /// Adds a line.
    pub fn record(&self, line: impl Into<String>) {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).push(line.into());
        self.changed.notify_waiters();
    }

    /// All lines so far.
    #[must_use]
    pub fn lines(&self) -> Vec<String> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner).clone()
    }

    /// Waits until a line is there.
    pub async fn wait_for(&self, line: &str) {
        loop {
            let changed = self.changed.notified();
            if self.lines().iter().any(|seen| seen == line) {
                return;
            }
            changed.await;
        }
    }
}

/// As a logger it collects `level [context] message`.
impl LoggerService for Recorder {
    fn log(&self, record: &Record) {
        self.record(format!("{} [{}] {}", record.level.name(), record.context, record.message));
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
