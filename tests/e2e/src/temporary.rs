//! A folder that goes when its owner goes.

use std::path::{Path, PathBuf};
use std::process;
use std::sync::atomic::{AtomicU32, Ordering};
use std::time::Duration;

use driver::until;

/// A folder that is removed, with all that is in it, when this is dropped.
#[derive(Debug)]
pub struct TemporaryFolder {
    path: PathBuf,
}

impl TemporaryFolder {
    /// Makes an empty one.
    ///
    /// # Panics
    ///
    /// When it cannot be made.
    #[must_use]
    #[track_caller]
    #[expect(clippy::new_without_default, reason = "nothing about making a folder is a default")]
    pub fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(0);
        let name = format!("oriole-e2e-{}-{}", process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let path = std::env::temp_dir().join(name);
        // One of that name was left by a process that was killed.
        let _ = std::fs::remove_dir_all(&path);
        std::fs::create_dir_all(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        Self { path }
    }

    /// Where it is.
    #[must_use]
    pub fn path(&self) -> &Path {
        &self.path
    }
}

impl Drop for TemporaryFolder {
    fn drop(&mut self) {
        // The last of the browser's processes may still be writing.
        until(Duration::from_secs(2), || std::fs::remove_dir_all(&self.path).is_ok().then_some(()));
    }
}
