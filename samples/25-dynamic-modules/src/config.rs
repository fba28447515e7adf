//! A module that reads a file of its importer's choice.

use oriole::prelude::*;
use std::collections::HashMap;
use std::path::{Path as FilePath, PathBuf};
use std::sync::Arc;

/// Which file to read.
#[token]
pub(crate) struct ConfigOptions {
    folder: PathBuf,
    name: String,
}

impl ConfigOptions {
    /// `name.env` in the sample's folder of such files.
    pub(crate) fn named(name: &str) -> Self {
        let folder = FilePath::new(env!("CARGO_MANIFEST_DIR")).join("config");
        Self { folder, name: name.to_owned() }
    }
}

/// The lines of the file.
#[token]
pub(crate) struct Config(HashMap<String, String>);

impl Config {
    /// The value of a key; empty if there is none.
    pub(crate) fn get(&self, key: &str) -> &str {
        self.0.get(key).map_or("", String::as_str)
    }
}

#[provider]
async fn config(options: Arc<ConfigOptions>) -> std::io::Result<Config> {
    let path = options.folder.join(format!("{}.env", options.name));
    let text = tokio::fs::read_to_string(path).await?;
    let lines = text.lines().filter_map(|line| line.split_once('='));
    Ok(Config(lines.map(|(key, value)| (key.to_owned(), value.to_owned())).collect()))
}

#[module(register = ConfigOptions, providers = [config], exports = [config])]
pub(crate) struct ConfigModule;
