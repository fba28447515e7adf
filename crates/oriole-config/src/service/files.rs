//! Files in TOML, JSON and YAML.

use super::tree::Tree;
use crate::env::{file_problem, read_text};
use crate::{Origin, Problem};
use config::{FileFormat, Format};
use serde::Deserialize;
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
    // Not by a builder of that library: it reads the keys of the top as paths, so that `"example.org"` would be two.
    let parsed = format.parse(None, &text).map_err(|error| unparsed(&*error))?;
    Deserialize::deserialize(config::Value::new(None, parsed)).map_err(|_| "holds what JSON does not know".to_owned())
}

/// Where a parser stopped. The rest of what it says may quote the text, which may hold a secret.
fn unparsed(error: &(dyn std::error::Error + 'static)) -> String {
    let said = error.to_string();
    let said = said.lines().next().unwrap_or_default();
    let number = |of: &str| {
        let digits = said.rsplit_once(of)?.1;
        digits[..digits.find(|c: char| !c.is_ascii_digit()).unwrap_or(digits.len())].parse::<usize>().ok()
    };
    match (number("line "), number("column ")) {
        (Some(line), Some(column)) => format!("cannot be parsed: line {line}, column {column}"),
        _ => "cannot be parsed".to_owned(),
    }
}
