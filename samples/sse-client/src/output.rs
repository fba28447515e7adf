//! What the program says.

use std::io::{self, Write};

use oriole_sse::ReceivedEvent;

/// Writes events and notes, in colours if they are wanted.
pub(crate) struct Output {
    has_color: bool,
}

const DIM: &str = "2";
const GREEN: &str = "32";
const YELLOW: &str = "33";

impl Output {
    pub(crate) fn new(has_color: bool) -> Self {
        Self { has_color }
    }

    pub(crate) fn print(&mut self, text: &str) -> io::Result<()> {
        let mut out = io::stdout().lock();
        writeln!(out, "{text}")?;
        out.flush()
    }

    /// Writes one event: its type, its id if it has one, and its data, further lines of which are indented.
    pub(crate) fn event(&mut self, event: &ReceivedEvent) -> io::Result<()> {
        let mut line = self.colored(GREEN, &harmless(event.event_type()));
        if !event.last_event_id().is_empty() {
            line += " ";
            line += &self.colored(DIM, &harmless(event.last_event_id()));
        }
        for (index, text) in event.data().split('\n').enumerate() {
            line += if index == 0 { " " } else { "\n    " };
            line += &harmless(text);
        }
        self.print(&line)
    }

    /// Writes a note to the error output, which may be gone.
    pub(crate) fn note(&mut self, text: &str) {
        let text = self.colored(YELLOW, &harmless(text));
        let _ = writeln!(io::stderr().lock(), "{text}");
    }

    fn colored(&self, color: &str, text: &str) -> String {
        if self.has_color { format!("\u{1B}[{color}m{text}\u{1B}[0m") } else { text.into() }
    }
}

/// Shows control characters rather than obeying them: the server is a stranger, and terminals are gullible.
fn harmless(text: &str) -> String {
    let mut shown = String::with_capacity(text.len());
    for c in text.chars() {
        if c.is_control() && c != '\t' {
            shown.extend(c.escape_default());
        } else {
            shown.push(c);
        }
    }
    shown
}
