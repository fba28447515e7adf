//! New files in the project's own style.

use std::env;
use std::io::Write;
use std::process::{Command, Stdio};

/// The text as rustfmt writes it under the settings of this folder; as it is where there is no rustfmt.
pub(super) fn formatted(text: String) -> String {
    rustfmt(&text).unwrap_or(text)
}

fn rustfmt(text: &str) -> Option<String> {
    let program = env::var_os("RUSTFMT").unwrap_or_else(|| "rustfmt".into());
    let mut command = Command::new(program);
    command.args(["--edition", "2024", "--quiet"]);
    let mut child = command.stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::null()).spawn().ok()?;
    // It reads everything before it writes, so that neither side waits for the other.
    let given = child.stdin.take().map(|mut input| input.write_all(text.as_bytes()));
    let output = child.wait_with_output().ok()?;
    let is_done = output.status.success() && given.is_some_and(|given| given.is_ok());
    String::from_utf8(output.stdout).ok().filter(|text| is_done && !text.is_empty())
}
