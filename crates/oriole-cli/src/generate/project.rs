//! Where things are in a project.

use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use super::plan::Plan;
use super::source::{self, Items, Module};

/// The sources of the project in the current folder.
#[derive(Debug)]
pub(super) struct Project {
    /// `main.rs` or `lib.rs`.
    root: PathBuf,
}

/// A file that declares a module of Oriole's.
#[derive(Debug)]
pub(super) struct Owner {
    pub(super) file: PathBuf,
    pub(super) modules: Vec<Module>,
    /// Where the file is among the Rust modules: `[app, module]`.
    pub(super) place: Vec<String>,
}

const SOURCES: &str = "src";

impl Project {
    /// The project whose root knows the first of these folders; else the program, else the library.
    pub(super) fn here(place: &[String]) -> io::Result<Self> {
        if !Path::new("Cargo.toml").is_file() {
            return Err(io::Error::other("there is no Cargo.toml here: go to the project's folder"));
        }
        let roots = ["main.rs", "lib.rs"].map(|name| Path::new(SOURCES).join(name)).into_iter();
        let roots: Vec<_> = roots.filter(|path| path.is_file()).collect();
        let knows = |root: &&PathBuf| {
            let text = fs::read_to_string(root).unwrap_or_default();
            let items = Items::of(&text);
            let app = items.as_ref().is_some_and(|items| items.has_mod("app"));
            place.first().map_or(app, |first| items.is_some_and(|items| items.has_mod(first)))
        };
        let root = roots.iter().find(knows).or(roots.first());
        let root = root.ok_or_else(|| io::Error::other("there is neither src/main.rs nor src/lib.rs here"))?;
        Ok(Self { root: root.clone() })
    }

    /// The file of a Rust module that is a folder, whether or not it is there.
    pub(super) fn folder_file(&self, plan: &Plan, place: &[String]) -> PathBuf {
        if place.is_empty() {
            return self.root.clone();
        }
        let folder = folder(place);
        let beside = folder.with_extension("rs");
        if plan.has(&beside) { beside } else { folder.join("mod.rs") }
    }

    /// The nearest file that declares modules: in the folder, or in one above it. At the top that is the root module's, which
    /// `oriole new` puts into `src/app`.
    pub(super) fn owner(&self, place: &[String]) -> io::Result<Option<Owner>> {
        let app = ["app".to_owned()];
        let mut files = Vec::new();
        for depth in (1..=place.len()).rev() {
            files.extend(candidates(&place[..depth]));
            files.extend(flat(&place[..depth])?);
        }
        files.extend(candidates(&[]).into_iter().chain(candidates(&app)));
        files.push((self.root.clone(), Vec::new()));
        files.extend(flat(&[])?);
        for (file, place) in files {
            let Ok(text) = fs::read_to_string(&file) else { continue };
            let modules = source::modules(&text).unwrap_or_default();
            if !modules.is_empty() {
                return Ok(Some(Owner { file, modules, place }));
            }
        }
        Ok(None)
    }
}

pub(super) fn folder(place: &[String]) -> PathBuf {
    place.iter().fold(PathBuf::from(SOURCES), |folder, name| folder.join(name))
}

/// A file, and where it is among the Rust modules.
type Place = (PathBuf, Vec<String>);

fn below(place: &[String], name: &str) -> Place {
    let place: Vec<_> = place.iter().cloned().chain([name.to_owned()]).collect();
    (folder(&place).with_extension("rs"), place)
}

/// The files that are likely to declare a folder's own module.
fn candidates(place: &[String]) -> Vec<Place> {
    let mut files = vec![below(place, "module")];
    if !place.is_empty() {
        files.push((folder(place).join("mod.rs"), place.to_vec()));
        files.push((folder(place).with_extension("rs"), place.to_vec()));
    }
    files
}

/// Modules that were generated with `--flat`.
fn flat(place: &[String]) -> io::Result<Vec<Place>> {
    let folder = folder(place);
    let entries = match fs::read_dir(&folder) {
        Ok(entries) => entries,
        Err(error) if error.kind() == io::ErrorKind::NotFound => return Ok(Vec::new()),
        Err(error) => return Err(io::Error::new(error.kind(), format!("{}: {error}", folder.display()))),
    };
    let names = entries.flatten().filter_map(|entry| entry.file_name().into_string().ok());
    let mut names: Vec<_> = names.filter_map(|name| Some(name.strip_suffix(".rs")?.to_owned())).collect();
    names.retain(|name| name.ends_with("_module"));
    names.sort();
    Ok(names.iter().map(|name| below(place, name)).collect())
}
