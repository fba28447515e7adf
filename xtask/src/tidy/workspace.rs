//! Reads what the checks look at: sources, pages, manifests, and what cargo knows.

use std::collections::{BTreeMap, BTreeSet};
use std::path::{Path, PathBuf};
use std::process::Command;

use serde_json::Value;
use toml::Table;

use super::docs::Page;
use super::source::Source;
use crate::parity::Inputs;
use crate::steps::cargo;

pub(crate) struct Workspace {
    pub(crate) sources: Vec<Source>,
    pub(super) pages: Vec<Page>,
    /// Every file's path.
    pub(super) files: BTreeSet<String>,
    pub(super) root_entries: Vec<String>,
    pub(super) root_manifest: Manifest,
    pub(super) manifests: Vec<Manifest>,
    pub(super) lock: String,
    pub(crate) members: Vec<Package>,
    /// The packages that come from a registry.
    pub(super) locked: Vec<Locked>,
    /// `cargo tree` of the facade with its default features.
    pub(super) facade_tree: String,
    /// `cargo tree` of the core with all features.
    pub(super) core_tree: String,
    /// The files of the ledger.
    pub(crate) parity: Inputs,
}

/// A manifest as it is written.
pub(super) struct Manifest {
    pub(super) path: String,
    pub(super) text: String,
    pub(super) table: Table,
}

/// A member of the workspace as cargo understands it.
#[derive(Default)]
pub(crate) struct Package {
    pub(crate) name: String,
    pub(crate) manifest: String,
    pub(super) manifest_text: String,
    pub(super) dependencies: Vec<Dependency>,
    pub(super) features: BTreeMap<String, Vec<String>>,
    /// The names of its binaries.
    pub(super) programs: Vec<String>,
}

pub(super) struct Dependency {
    pub(super) name: String,
    pub(super) kind: Kind,
    pub(super) optional: bool,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Kind {
    Normal,
    Dev,
    Build,
}

/// A package from a registry.
pub(super) struct Locked {
    pub(super) name: String,
    pub(super) version: String,
    pub(super) rust_version: Option<String>,
    pub(super) has_defaults: bool,
}

/// Why the workspace could not be read.
pub(crate) type ReadError = Box<dyn std::error::Error>;

impl Workspace {
    pub(crate) fn read(root: &Path) -> Result<Self, ReadError> {
        let mut files = Vec::new();
        walk(root, root, &mut files)?;
        let read = |path: &PathBuf| {
            std::fs::read_to_string(root.join(path)).map_err(|error| format!("{}: {error}", path.display()))
        };
        let (mut sources, mut pages) = (Vec::new(), Vec::new());
        for path in &files {
            let name = path.to_string_lossy().replace('\\', "/");
            match path.extension().and_then(|extension| extension.to_str()) {
                Some("rs") => sources.push(Source::new(name, read(path)?)),
                Some("md") => pages.push(Page { path: name, text: read(path)? }),
                _ => {}
            }
        }
        let metadata = run_cargo(root, &["metadata", "--format-version", "1", "--all-features"])?;
        let metadata: Value = serde_json::from_str(&metadata)?;
        let (members, locked) = packages(root, &metadata)?;
        let manifests = members.iter().map(|member| Manifest::new(&member.manifest, &member.manifest_text));
        Ok(Self {
            root_entries: root_entries(root)?,
            root_manifest: Manifest::new("Cargo.toml", &read(&"Cargo.toml".into())?)?,
            manifests: manifests.collect::<Result<_, _>>()?,
            lock: read(&"Cargo.lock".into())?,
            facade_tree: run_cargo(
                root,
                &["tree", "-p", "oriole", "-e", "normal", "--prefix", "none", "--format", "{p}"],
            )?,
            core_tree: run_cargo(
                root,
                &["tree", "-p", "oriole-core", "-e", "normal", "--prefix", "none", "--format", "{p}", "--all-features"],
            )?,
            parity: Inputs::read(root)?,
            files: files.iter().map(|path| path.to_string_lossy().replace('\\', "/")).collect(),
            sources,
            pages,
            members,
            locked,
        })
    }

    /// Where the repository is to be found, as the root manifest says.
    pub(super) fn repository(&self) -> String {
        let package = self.root_manifest.table.get("workspace").and_then(|workspace| workspace.get("package"));
        let repository = package.and_then(|package| package.get("repository")).and_then(toml::Value::as_str);
        repository.unwrap_or_default().to_owned()
    }
}

impl Manifest {
    pub(super) fn new(path: &str, text: &str) -> Result<Self, ReadError> {
        let table = text.parse().map_err(|error| format!("{path}: {error}"))?;
        Ok(Self { path: path.to_owned(), text: text.to_owned(), table })
    }

    /// The line that starts with `key`; 0 if none does.
    pub(super) fn line_of(&self, key: &str) -> usize {
        line_of_key(&self.text, key)
    }

    /// Whether there is a comment above that line.
    pub(super) fn commented(&self, line: usize) -> bool {
        let above = line.checked_sub(2).and_then(|at| self.text.lines().nth(at));
        above.is_some_and(|above| above.starts_with('#'))
    }
}

impl Package {
    pub(super) fn line_of(&self, key: &str) -> usize {
        line_of_key(&self.manifest_text, key)
    }
}

fn line_of_key(text: &str, key: &str) -> usize {
    let starts = |line: &str| {
        line.strip_prefix(key)
            .is_some_and(|rest| !rest.starts_with(|next: char| next.is_alphanumeric() || "-_".contains(next)))
    };
    text.lines().position(starts).map_or(0, |at| at + 1)
}

fn walk(root: &Path, folder: &Path, files: &mut Vec<PathBuf>) -> Result<(), ReadError> {
    let mut entries: Vec<_> = std::fs::read_dir(folder)?.collect::<Result<_, _>>()?;
    entries.sort_by_key(std::fs::DirEntry::file_name);
    for entry in entries {
        let name = entry.file_name();
        if name == "target" || name.to_string_lossy().starts_with('.') {
            continue;
        }
        if entry.file_type()?.is_dir() {
            walk(root, &entry.path(), files)?;
        } else {
            files.push(entry.path().strip_prefix(root)?.to_owned());
        }
    }
    Ok(())
}

/// What a visitor sees in the root, without git's own folder and what git ignores there.
fn root_entries(root: &Path) -> Result<Vec<String>, ReadError> {
    let names = std::fs::read_dir(root)?.map(|entry| Ok(entry?.file_name().to_string_lossy().into_owned()));
    let mut names = names.collect::<Result<Vec<_>, std::io::Error>>()?;
    names.retain(|name| name != ".git" && name != "target");
    names.sort();
    Ok(names)
}

fn run_cargo(root: &Path, args: &[&str]) -> Result<String, ReadError> {
    let output = Command::new(cargo()).args(args).current_dir(root).output()?;
    if output.status.success() {
        Ok(String::from_utf8(output.stdout)?)
    } else {
        Err(format!("cargo {}: {}", args.join(" "), String::from_utf8_lossy(&output.stderr)).into())
    }
}

fn packages(root: &Path, metadata: &Value) -> Result<(Vec<Package>, Vec<Locked>), ReadError> {
    let members = metadata["workspace_members"].as_array().ok_or("no members in the metadata")?;
    let (mut ours, mut locked) = (Vec::new(), Vec::new());
    for package in metadata["packages"].as_array().ok_or("no packages in the metadata")? {
        let text = |key: &str| package[key].as_str().unwrap_or_default().to_owned();
        let features = features(&package["features"]);
        if !members.contains(&package["id"]) {
            locked.push(Locked {
                name: text("name"),
                version: text("version"),
                rust_version: package["rust_version"].as_str().map(str::to_owned),
                has_defaults: features.get("default").is_some_and(|default| !default.is_empty()),
            });
            continue;
        }
        let manifest = text("manifest_path");
        let dependencies = package["dependencies"].as_array().into_iter().flatten().map(|dependency| Dependency {
            name: dependency["name"].as_str().unwrap_or_default().to_owned(),
            kind: match dependency["kind"].as_str() {
                Some("dev") => Kind::Dev,
                Some("build") => Kind::Build,
                _ => Kind::Normal,
            },
            optional: dependency["optional"].as_bool() == Some(true),
        });
        let programs = package["targets"].as_array().into_iter().flatten();
        let programs = programs.filter(|target| target["kind"][0].as_str() == Some("bin"));
        ours.push(Package {
            programs: programs.filter_map(|target| target["name"].as_str().map(str::to_owned)).collect(),
            name: text("name"),
            manifest: Path::new(&manifest).strip_prefix(root)?.to_string_lossy().replace('\\', "/"),
            manifest_text: std::fs::read_to_string(&manifest)?,
            dependencies: dependencies.collect(),
            features,
        });
    }
    Ok((ours, locked))
}

fn features(value: &Value) -> BTreeMap<String, Vec<String>> {
    let strings = |list: &Value| {
        list.as_array().into_iter().flatten().filter_map(|entry| entry.as_str().map(str::to_owned)).collect()
    };
    value.as_object().into_iter().flatten().map(|(name, list)| (name.clone(), strings(list))).collect()
}
