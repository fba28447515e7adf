//! What the program says.

use std::io::{self, Write};

/// Writes a line to the output.
pub(crate) fn print(text: &str) -> io::Result<()> {
    let mut out = io::stdout().lock();
    writeln!(out, "{text}")?;
    out.flush()
}

/// Writes a line to the error output, which may be gone.
pub(crate) fn error(text: &str) {
    let _ = writeln!(io::stderr().lock(), "oriole: {text}");
}
