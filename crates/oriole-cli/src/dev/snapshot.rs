//! What the project's files are like at a moment.

use std::collections::BTreeMap;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};
use std::time::SystemTime;

/// Files by path, with what tells one version from another.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Snapshot(BTreeMap<PathBuf, (Option<SystemTime>, u64)>);

/// How many files are looked at.
const FILES_MAX: usize = 10_000;

impl Snapshot {
    /// Looks at the files of a folder, but for what is hidden or what a build writes: `target` and `Cargo.lock`.
    pub(super) fn of(folder: &Path) -> io::Result<Self> {
        let mut files = BTreeMap::new();
        let mut folders = vec![folder.to_owned()];
        while let Some(folder) = folders.pop() {
            let entries = match fs::read_dir(&folder) {
                Ok(entries) => entries,
                // It was there a moment ago.
                Err(error) if error.kind() == io::ErrorKind::NotFound => continue,
                Err(error) => return Err(error),
            };
            for entry in entries.flatten() {
                let name = entry.file_name();
                if name == "target" || name == "Cargo.lock" || name.as_encoded_bytes().starts_with(b".") {
                    continue;
                }
                let Ok(metadata) = entry.metadata() else { continue };
                if metadata.is_dir() {
                    folders.push(entry.path());
                } else if files.len() < FILES_MAX {
                    files.insert(entry.path(), (metadata.modified().ok(), metadata.len()));
                }
            }
        }
        Ok(Self(files))
    }

    /// A file that is another one, is new, or is gone.
    pub(super) fn changed(&self, later: &Self) -> Option<PathBuf> {
        let in_either = self.0.keys().chain(later.0.keys());
        in_either.into_iter().find(|path| self.0.get(*path) != later.0.get(*path)).cloned()
    }
}

#[cfg(test)]
mod tests {
    use std::fs;

    use super::Snapshot;

    /// Parity: ERR.7.
    #[test]
    fn changes_are_seen_but_for_what_is_hidden_or_built() {
        let folder = std::env::temp_dir().join(format!("oriole-snapshot-{}", std::process::id()));
        for path in ["src", "target", ".git"] {
            fs::create_dir_all(folder.join(path)).expect("a folder");
        }
        let look = || Snapshot::of(&folder).expect("a folder");
        let write = |path: &str, text: &str| fs::write(folder.join(path), text).expect("a file");
        write("src/main.rs", "1");

        let first = look();
        assert_eq!(first.changed(&look()), None);
        write("target/x", "1");
        write(".git/x", "1");
        write("Cargo.lock", "1");
        assert_eq!(first.changed(&look()), None);
        write("src/main.rs", "12");
        let second = look();
        assert_eq!(first.changed(&second), Some(folder.join("src/main.rs")));
        write("page.html", "");
        assert_eq!(second.changed(&look()), Some(folder.join("page.html")));
        fs::remove_file(folder.join("src/main.rs")).expect("a file");
        assert_eq!(second.changed(&look()), Some(folder.join("src/main.rs")));
        fs::remove_dir_all(&folder).expect("a folder");
    }
}
