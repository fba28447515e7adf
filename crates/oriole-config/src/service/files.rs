//! Files in TOML, JSON and YAML.

use super::tree::Tree;
use crate::env::{file_problem, read_text};
use crate::{Origin, Problem};
use config::{File, FileFormat};
use serde_json::Value;
use std::path::Path;

/// Puts a file over a tree.
pub(super) fn add(tree: &mut Tree, path: &Path, bytes_max: u64, problems: &mut Vec<Problem>) {
    match read(path, bytes_max) {
        Ok(value @ Value::Object(_)) => tree.merge("", value, &Origin::File(path.into())),
        Ok(_) => problems.push(file_problem(path, "must be an object")),
        Err(message) => problems.push(file_problem(path, message)),
    }
}

fn read(path: &Path, bytes_max: u64) -> Result<Value, String> {
    let extension = path.extension().and_then(|extension| extension.to_str()).unwrap_or_default();
    let format = match extension.to_ascii_lowercase().as_str() {
        "toml" => FileFormat::Toml,
        "json" => FileFormat::Json,
        "yaml" | "yml" => FileFormat::Yaml,
        _ => return Err("must end in .toml, .json, .yaml or .yml".to_owned()),
    };
    let text = read_text(path, bytes_max)?.ok_or("is not there")?;
    let built = config::Config::builder().add_source(File::from_str(&text, format)).build();
    // What the parser says quotes the text, which may hold a secret: its first line tells the place.
    let said = |error: config::ConfigError| {
        let text = error.to_string();
        format!("cannot be parsed: {}", text.lines().next().unwrap_or_default())
    };
    built.map_err(said)?.try_deserialize().map_err(said)
}
