//! Where a program under test keeps its files.

use std::path::Path;
use tempfile::TempDir;

/// Linux's folder in memory.
const IN_MEMORY: &str = "/dev/shm";

/// A folder for the files of a program under test; it goes with this value.
///
/// It is in memory where the system has that: a disk that is busy may keep a program for longer than it lets its clients wait,
/// which is right and is no test's business. A process that is killed leaves it as it leaves a disk.
///
/// # Panics
///
/// When it cannot be made.
#[must_use]
#[track_caller]
pub fn folder() -> TempDir {
    let in_memory = Path::new(IN_MEMORY).is_dir().then(|| tempfile::tempdir_in(IN_MEMORY));
    let made = in_memory.and_then(Result::ok).map_or_else(tempfile::tempdir, Ok);
    made.unwrap_or_else(|error| panic!("there is no folder: {error}"))
}
