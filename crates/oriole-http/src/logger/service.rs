//! Who writes the log.

use super::{LogLevel, Record};
use std::sync::Arc;

/// A logger of the application's own (`LOG.8`).
///
/// Give it to [`Application::use_logger`](crate::Application::use_logger), built by hand or taken from the container. What
/// it does not do itself it leaves to a [`Console`](super::Console) that it holds. A logger is called on the thread that
/// logs: one that waits for a network hands its lines to a queue with a bound. What it logs itself is not shown.
///
/// # Examples
///
/// ```
/// use oriole_http::logger::{Console, LoggerService, Record};
///
/// /// Says nothing below an error.
/// struct Quiet(Console);
///
/// impl LoggerService for Quiet {
///     fn log(&self, _: &Record) {}
///     fn warn(&self, _: &Record) {}
///     fn error(&self, record: &Record) {
///         self.0.error(record);
///     }
///     fn fatal(&self, record: &Record) {
///         self.0.fatal(record);
///     }
/// }
/// # let _ = Quiet(Console::stdout());
/// ```
pub trait LoggerService: Send + Sync + 'static {
    /// Something worth knowing.
    fn log(&self, record: &Record);

    /// Something is wrong, and the process cannot go on.
    fn fatal(&self, record: &Record);

    /// Something is wrong.
    fn error(&self, record: &Record);

    /// Something may become wrong.
    fn warn(&self, record: &Record);

    /// Something that helps who looks for a fault; nothing unless it is written.
    fn debug(&self, record: &Record) {
        let _ = record;
    }

    /// Everything else; nothing unless it is written.
    fn verbose(&self, record: &Record) {
        let _ = record;
    }
}

impl<L: LoggerService + ?Sized> LoggerService for Arc<L> {
    fn log(&self, record: &Record) {
        (**self).log(record);
    }

    fn fatal(&self, record: &Record) {
        (**self).fatal(record);
    }

    fn error(&self, record: &Record) {
        (**self).error(record);
    }

    fn warn(&self, record: &Record) {
        (**self).warn(record);
    }

    fn debug(&self, record: &Record) {
        (**self).debug(record);
    }

    fn verbose(&self, record: &Record) {
        (**self).verbose(record);
    }
}

/// Calls the method of a record's level.
pub(super) fn hand_to(logger: &dyn LoggerService, record: &Record) {
    match record.level {
        LogLevel::Fatal => logger.fatal(record),
        LogLevel::Error => logger.error(record),
        LogLevel::Warn => logger.warn(record),
        LogLevel::Log => logger.log(record),
        LogLevel::Debug => logger.debug(record),
        LogLevel::Verbose => logger.verbose(record),
    }
}
