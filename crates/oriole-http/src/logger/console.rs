//! The layer.

use super::line::Line;
use std::fmt::Write as _;
use std::io::{IsTerminal as _, Write};
use std::sync::{Mutex, PoisonError};
use std::time::{Instant, SystemTime};
use tracing::{Event, Subscriber};
use tracing_subscriber::Layer;
use tracing_subscriber::layer::Context;

/// Writes each event as a line that reads as Nest's do.
///
/// It is a layer of `tracing-subscriber`: combine it with others where `#[oriole::main]` alone is not enough. Spans are not
/// shown. A line is written at once and whole; a reader of stdout that stands still holds up the thread that logs.
///
/// # Examples
///
/// ```
/// use oriole_http::logger::Console;
/// use tracing_subscriber::layer::SubscriberExt as _;
///
/// let subscriber = tracing_subscriber::registry().with(Console::stdout());
/// tracing::subscriber::with_default(subscriber, || tracing::info!(context = "Shop", "open"));
/// ```
pub struct Console {
    colours: bool,
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
        Self { colours: false, out: Mutex::new(Out { write: Box::new(write), last: None, text: String::new() }) }
    }

    /// Whether lines are coloured.
    #[must_use]
    pub fn colours(mut self, on: bool) -> Self {
        self.colours = on;
        self
    }
}

impl<S: Subscriber> Layer<S> for Console {
    fn on_event(&self, event: &Event<'_>, _context: Context<'_, S>) {
        let line = Line::of(event);
        let mut out = self.out.lock().unwrap_or_else(PoisonError::into_inner);
        let out = &mut *out;
        let now = Instant::now();
        let since = out.last.replace(now).map(|last| now.duration_since(last));
        out.text.clear();
        line.write(&mut out.text, self.colours, SystemTime::now(), since);
        // Writing to a `String` does not fail.
        let _ = writeln!(out.text);
        // There is nowhere to report that the log cannot be written.
        let _ = out.write.write_all(out.text.as_bytes()).and_then(|()| out.write.flush());
    }
}

impl std::fmt::Debug for Console {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Console").field("colours", &self.colours).finish_non_exhaustive()
    }
}
