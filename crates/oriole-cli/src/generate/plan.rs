//! What is about to be written.

use std::collections::BTreeMap;
use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use crate::say;

/// Files to create, files to change, and what is left to the user. Nothing is written before all is known.
#[derive(Debug, Default)]
pub(super) struct Plan {
    created: BTreeMap<PathBuf, String>,
    changed: BTreeMap<PathBuf, Change>,
    by_hand: Vec<String>,
}

#[derive(Debug)]
struct Change {
    before: String,
    after: String,
}

impl Plan {
    /// A file's text, as it will be.
    pub(super) fn read(&self, path: &Path) -> io::Result<Option<String>> {
        if let Some(text) = self.created.get(path).or_else(|| self.changed.get(path).map(|change| &change.after)) {
            return Ok(Some(text.clone()));
        }
        match fs::read_to_string(path) {
            Ok(text) => Ok(Some(text)),
            Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
            Err(error) => Err(told(&error, path)),
        }
    }

    pub(super) fn has(&self, path: &Path) -> bool {
        self.created.contains_key(path) || path.is_file()
    }

    /// A new file.
    ///
    /// # Errors
    ///
    /// If it is there already.
    pub(super) fn create(&mut self, path: PathBuf, text: String) -> io::Result<()> {
        if self.created.contains_key(&path) || path.symlink_metadata().is_ok() {
            let message = format!("{} is there already; nothing was written", path.display());
            return Err(io::Error::new(io::ErrorKind::AlreadyExists, message));
        }
        self.created.insert(path, text);
        Ok(())
    }

    /// Changes a file; where that cannot be done safely, the words for the user are kept instead.
    pub(super) fn edit(
        &mut self,
        path: &Path,
        edit: impl FnOnce(&str) -> Option<String>,
        by_hand: &str,
    ) -> io::Result<()> {
        let Some(before) = self.read(path)? else {
            self.by_hand.push(format!("{}: {by_hand}", path.display()));
            return Ok(());
        };
        let breaks_as_windows = before.contains('\n') && before.matches('\n').count() == before.matches("\r\n").count();
        let after = if breaks_as_windows {
            edit(&before.replace("\r\n", "\n")).map(|after| after.replace('\n', "\r\n"))
        } else {
            edit(&before)
        };
        match after {
            None => self.by_hand.push(format!("{}: {by_hand}", path.display())),
            Some(after) if after == before => {}
            Some(after) => match self.created.get_mut(path) {
                Some(text) => *text = after,
                None => {
                    self.changed.entry(path.to_owned()).or_insert(Change { before, after: String::new() }).after = after
                }
            },
        }
        Ok(())
    }

    /// Leaves something to the user.
    pub(super) fn leave(&mut self, by_hand: String) {
        self.by_hand.push(by_hand);
    }

    /// Writes everything, and says it; or says it only.
    ///
    /// # Errors
    ///
    /// If a file cannot be written, which leaves those before it as they now are, or if something is left to the user.
    pub(super) fn carry_out(self, is_dry: bool) -> io::Result<()> {
        for (path, text) in &self.created {
            if !is_dry {
                if let Some(folder) = path.parent() {
                    fs::create_dir_all(folder).map_err(|error| told(&error, folder))?;
                }
                let written = File::create_new(path).and_then(|mut file| file.write_all(text.as_bytes()));
                written.map_err(|error| told(&error, path))?;
            }
            say::print(&format!("created {} ({} bytes)", path.display(), text.len()))?;
        }
        for (path, Change { before, after }) in &self.changed {
            if !is_dry {
                // Somebody may have saved it meanwhile.
                let now = fs::read_to_string(path).map_err(|error| told(&error, path))?;
                if now != *before {
                    return Err(io::Error::other(format!(
                        "{} has changed meanwhile and was left alone",
                        path.display()
                    )));
                }
                fs::write(path, after).map_err(|error| told(&error, path))?;
            }
            say::print(&format!("changed {} ({} bytes)", path.display(), after.len()))?;
        }
        if is_dry {
            say::print("nothing was written, because of --dry-run")?;
        }
        if self.by_hand.is_empty() {
            return Ok(());
        }
        Err(io::Error::other(format!("this is left to you:\n    {}", self.by_hand.join("\n    "))))
    }
}

fn told(error: &io::Error, path: &Path) -> io::Error {
    io::Error::new(error.kind(), format!("{}: {error}", path.display()))
}
