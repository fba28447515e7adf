//! What a child process prints, kept for the moment a test fails.

use crate::until;
use std::io::{BufRead as _, BufReader, Read};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::thread;
use std::time::Duration;

/// The lines of one or more pipes, in the order they came. Cheap to clone.
#[derive(Clone, Debug, Default)]
pub struct Output {
    lines: Arc<Mutex<Vec<String>>>,
}

impl Output {
    /// Reads the pipe to its end on a thread of its own, so that the child never blocks on a full pipe.
    pub fn drain(&self, pipe: impl Read + Send + 'static) {
        let output = self.clone();
        thread::spawn(move || {
            for line in BufReader::new(pipe).split(b'\n').map_while(Result::ok) {
                output.push(String::from_utf8_lossy(&line).into_owned());
            }
        });
    }

    /// Adds a line.
    pub fn push(&self, line: String) {
        self.lines().push(line);
    }

    /// Everything so far.
    #[must_use]
    pub fn text(&self) -> String {
        self.lines().join("\n")
    }

    /// The first line that has a text, from a place on, and the place behind it; none if it does not come within the limit.
    #[must_use]
    pub fn line_with(&self, text: &str, from: usize, limit: Duration) -> Option<(String, usize)> {
        until(limit, || {
            let lines = self.lines();
            let found = lines.iter().enumerate().skip(from).find(|(_, line)| line.contains(text));
            found.map(|(at, line)| (line.clone(), at + 1))
        })
    }

    fn lines(&self) -> MutexGuard<'_, Vec<String>> {
        self.lines.lock().unwrap_or_else(PoisonError::into_inner)
    }
}
