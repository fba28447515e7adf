//! What the tests share.

use oriole::config::{ConfigError, ConfigOptions};
use std::path::PathBuf;
use tempfile::TempDir;

/// A folder with files that are gone with the test.
pub(crate) struct Files(TempDir);

impl Files {
    pub(crate) fn new(files: &[(&str, &str)]) -> Self {
        let folder = Self(TempDir::new().expect("a folder can be made"));
        for (name, text) in files {
            folder.write(name, text);
        }
        folder
    }

    pub(crate) fn write(&self, name: &str, text: &str) {
        std::fs::write(self.path(name), text).expect("a file can be written");
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }
}

/// These variables in the process, and no `.env` file.
pub(crate) fn process(variables: &[(&str, &str)]) -> ConfigOptions {
    ConfigOptions::new().ignore_env_file(true).process_env(variables.iter().copied())
}

/// Each problem as it is told; paths are shortened to names.
pub(crate) fn told(error: &ConfigError) -> Vec<String> {
    let short = |text: String| match (text.rfind('('), text.rfind('/')) {
        (Some(open), Some(slash)) if slash > open => {
            let before = text[open..slash].rfind(' ').map_or(open + 1, |space| open + space + 1);
            format!("{}{}", &text[..before], &text[slash + 1..])
        }
        _ => text,
    };
    error.problems().iter().map(|problem| short(problem.to_string())).collect()
}
