//! Lines on a terminal or in a file.

use super::text::{self, Look};
use super::{LogLevel, LoggerService, Record, json, service};
use std::borrow::Cow;
use std::io::{IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};
use std::time::Instant;
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// The default of [`Console::text_max`].
const TEXT_CHARS_MAX: usize = 10_000;

/// Writes each record as a line that reads as Nest's do.
///
/// It is a [`LoggerService`], and a layer of `tracing-subscriber` as well: combine it with others where
/// `#[oriole::main]` alone is not enough. Spans are not shown. A line is written at once and whole; a reader of stdout that
/// stands still holds up the thread that logs.
///
/// # Examples
///
/// ```
/// use oriole_http::logger::{Console, LogLevel};
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let console = Console::stdout().prefix("Shop").level(LogLevel::Warn);
/// let subscriber = tracing_subscriber::registry().with(console);
/// tracing::subscriber::with_default(subscriber, || tracing::warn!(context = "Till", "out of coins"));
/// ```
pub struct Console {
    prefix: Cow<'static, str>,
    context: Option<Cow<'static, str>>,
    level: LogLevel,
    colours: bool,
    json: bool,
    time_since_last: bool,
    text_max: usize,
    out: Mutex<Out>,
}

struct Out {
    write: Box<dyn Write + Send>,
    last: Option<Instant>,
    text: String,
}

impl Console {
    /// Writes to stdout, in colours if it is a terminal and `NO_COLOR` is not set.
    #[must_use]
    pub fn stdout() -> Self {
        let stdout = std::io::stdout();
        let no_color = std::env::var_os("NO_COLOR").is_some_and(|value| !value.is_empty());
        let colours = stdout.is_terminal() && !no_color;
        Self::new(stdout).colours(colours)
    }

    /// Writes anywhere, without colours.
    #[must_use]
    pub fn new(write: impl Write + Send + 'static) -> Self {
        Self {
            prefix: Cow::Borrowed("Oriole"),
            context: None,
            level: LogLevel::Verbose,
            colours: false,
            json: false,
            time_since_last: true,
            text_max: TEXT_CHARS_MAX,
            out: Mutex::new(Out { write: Box::new(write), last: None, text: String::new() }),
        }
    }

    /// What stands in the first brackets; `Oriole` by default. JSON has none.
    #[must_use]
    pub fn prefix(mut self, prefix: impl Into<Cow<'static, str>>) -> Self {
        self.prefix = prefix.into();
        self
    }

    /// Who says what, in place of what records say themselves.
    #[must_use]
    pub fn context(mut self, context: impl Into<Cow<'static, str>>) -> Self {
        self.context = Some(context.into());
        self
    }

    /// The least grave level that is written; all of them by default.
    #[must_use]
    pub fn level(mut self, level: LogLevel) -> Self {
        self.level = level;
        self
    }

    /// Whether lines are coloured; JSON never is.
    #[must_use]
    pub fn colours(mut self, on: bool) -> Self {
        self.colours = on;
        self
    }

    /// Whether each line is a JSON object with `level`, `pid`, `timestamp` (milliseconds since 1970), `message`, `context`
    /// and the fields; off by default (`LOG.5`).
    #[must_use]
    pub fn json(mut self, on: bool) -> Self {
        self.json = on;
        self
    }

    /// Whether a line ends with the milliseconds since the one before; on by default. JSON has none.
    #[must_use]
    pub fn time_since_last(mut self, on: bool) -> Self {
        self.time_since_last = on;
        self
    }

    /// How many characters of a message or of a field's text are written; 10,000 by default.
    #[must_use]
    pub fn text_max(mut self, chars: usize) -> Self {
        self.text_max = chars;
        self
    }

    fn write(&self, record: &Record) {
        if record.level > self.level {
            return;
        }
        let renamed = self.context.as_ref().map(|context| Record { context: context.to_string(), ..record.clone() });
        let record = renamed.as_ref().unwrap_or(record);
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let out = &mut *out;
        let now = Instant::now();
        let since = out.last.replace(now).map(|last| now.duration_since(last)).filter(|_| self.time_since_last);
        out.text.clear();
        if self.json {
            json::write(&mut out.text, record, self.text_max);
        } else {
            let look = Look { prefix: &self.prefix, colours: self.colours, chars_max: self.text_max, since };
            text::write(&mut out.text, record, &look);
        }
        out.text.push('\n');
        // There is nowhere to report that the log cannot be written.
        let _ = out.write.write_all(out.text.as_bytes()).and_then(|()| out.write.flush());
    }
}

impl LoggerService for Console {
    fn log(&self, record: &Record) {
        self.write(record);
    }

    fn fatal(&self, record: &Record) {
        self.write(record);
    }

    fn error(&self, record: &Record) {
        self.write(record);
    }

    fn warn(&self, record: &Record) {
        self.write(record);
    }

    fn debug(&self, record: &Record) {
        self.write(record);
    }

    fn verbose(&self, record: &Record) {
        self.write(record);
    }
}

impl<S: Subscriber> Layer<S> for Console {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        service::hand_to(self, &Record::of(event));
    }
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console")
            .field("prefix", &self.prefix)
            .field("level", &self.level)
            .field("json", &self.json)
            .field("colours", &self.colours)
            .finish_non_exhaustive()
    }
}
