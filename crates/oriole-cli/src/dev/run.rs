//! The loop.

use std::io;
use std::path::Path;
use std::thread::sleep;
use std::time::Duration;

use super::program::Program;
use super::snapshot::Snapshot;
use crate::say;

/// How often the files are looked at.
const LOOK_INTERVAL: Duration = Duration::from_millis(300);

/// Runs the project of the current folder until it is interrupted.
pub(crate) fn run(arguments: &[String]) -> io::Result<()> {
    let folder = Path::new(".");
    if !folder.join("Cargo.toml").is_file() {
        return Err(io::Error::other("there is no Cargo.toml here: go to the project's folder"));
    }
    let mut seen = Snapshot::of(folder)?;
    loop {
        let mut program = Program::start(arguments)?;
        let mut is_told = false;
        let changed = loop {
            sleep(LOOK_INTERVAL);
            if let Some(status) = program.ended()?.filter(|_| !is_told) {
                say::print(&format!("oriole: ended ({status}); waiting for a change"))?;
                is_told = true;
            }
            let now = Snapshot::of(folder)?;
            if let Some(path) = seen.changed(&now) {
                seen = settled(folder, now)?;
                break path;
            }
        };
        say::print(&format!("oriole: {} changed; running anew", changed.display()))?;
        program.stop()?;
    }
}

/// Waits until nothing changes any more: whoever saves may save several files.
fn settled(folder: &Path, mut last: Snapshot) -> io::Result<Snapshot> {
    loop {
        sleep(LOOK_INTERVAL);
        let now = Snapshot::of(folder)?;
        if last.changed(&now).is_none() {
            return Ok(now);
        }
        last = now;
    }
}
