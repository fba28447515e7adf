//! One thing that was said.

use serde_json::Value;
use std::fmt;
use std::time::{Duration, SystemTime, UNIX_EPOCH};
use tracing::field::{Field, Visit};
use tracing::{Event, Level};

/// How grave it is, from the gravest (`LOG.2`).
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash)]
#[non_exhaustive]
pub enum LogLevel {
    /// The process cannot go on: an error whose field `fatal` is true.
    Fatal,
    /// tracing's `error`.
    Error,
    /// tracing's `warn`.
    Warn,
    /// tracing's `info`.
    Log,
    /// tracing's `debug`.
    Debug,
    /// tracing's `trace`.
    Verbose,
}

impl LogLevel {
    /// Its name, in lower case.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::Fatal => "fatal",
            Self::Error => "error",
            Self::Warn => "warn",
            Self::Log => "log",
            Self::Debug => "debug",
            Self::Verbose => "verbose",
        }
    }

    fn of(level: Level) -> Self {
        match level {
            Level::ERROR => Self::Error,
            Level::WARN => Self::Warn,
            Level::INFO => Self::Log,
            Level::DEBUG => Self::Debug,
            Level::TRACE => Self::Verbose,
        }
    }
}

/// One thing that was said, as a [`LoggerService`](super::LoggerService) receives it.
#[derive(Clone, Debug)]
#[non_exhaustive]
pub struct Record {
    /// How grave it is.
    pub level: LogLevel,
    /// Who says it: the field `context`, or else the module.
    pub context: String,
    /// What it says.
    pub message: String,
    /// What else belongs to it.
    pub fields: Vec<(&'static str, Value)>,
    /// When it was said.
    pub time: SystemTime,
}

impl Record {
    pub(super) fn of(event: &Event<'_>) -> Self {
        let metadata = event.metadata();
        let target = metadata.target();
        // What the framework says has a name of its own; an application's modules are named whole.
        let context = target.strip_prefix("oriole::").unwrap_or(target).to_owned();
        let mut record = Self {
            level: LogLevel::of(*metadata.level()),
            context,
            message: String::new(),
            fields: Vec::new(),
            time: SystemTime::now(),
        };
        event.record(&mut record);
        record
    }

    /// Milliseconds since 1970.
    pub(super) fn millis(&self) -> u64 {
        let since = self.time.duration_since(UNIX_EPOCH).unwrap_or(Duration::ZERO);
        u64::try_from(since.as_millis()).unwrap_or(u64::MAX)
    }

    fn field(&mut self, field: &Field, value: Value) {
        self.fields.push((field.name(), value));
    }
}

impl Visit for Record {
    fn record_str(&mut self, field: &Field, value: &str) {
        match field.name() {
            "context" => value.clone_into(&mut self.context),
            "message" => value.clone_into(&mut self.message),
            _ => self.field(field, value.into()),
        }
    }

    fn record_bool(&mut self, field: &Field, value: bool) {
        match field.name() {
            "fatal" if value && self.level == LogLevel::Error => self.level = LogLevel::Fatal,
            "fatal" if !value => {}
            _ => self.field(field, value.into()),
        }
    }

    fn record_i64(&mut self, field: &Field, value: i64) {
        self.field(field, value.into());
    }

    fn record_u64(&mut self, field: &Field, value: u64) {
        self.field(field, value.into());
    }

    fn record_f64(&mut self, field: &Field, value: f64) {
        self.field(field, value.into());
    }

    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let text = format!("{value:?}");
        match field.name() {
            "message" => self.message = text,
            "context" => self.context = text,
            _ => self.field(field, text.into()),
        }
    }
}
