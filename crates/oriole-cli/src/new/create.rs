//! Writing a project.

use std::fs::{self, File};
use std::io::{self, Write};
use std::path::{Path, PathBuf};

use super::ProjectName;
use super::files::files;
use crate::say;

/// What project is wanted.
#[derive(Debug, PartialEq, Eq)]
pub(crate) struct Order {
    pub(crate) name: ProjectName,
    pub(crate) is_strict: bool,
    /// Where the crate `oriole` is, if it is not the published one.
    pub(crate) oriole: Option<PathBuf>,
}

/// Makes the project in a folder of its name, which must not be there yet. What fails half-way leaves nothing.
pub(crate) fn create(order: &Order) -> io::Result<()> {
    let oriole = dependency(order.oriole.as_deref())?;
    let folder = Path::new(order.name.as_str());
    fs::create_dir(folder).map_err(|error| told(&error, &format!("the folder {}", folder.display())))?;
    if let Err(error) = write(folder, order, &oriole) {
        // It is ours, and was empty.
        let _ = fs::remove_dir_all(folder);
        return Err(error);
    }
    say::print(&format!("\n    cd {} && cargo start", folder.display()))
}

fn write(folder: &Path, order: &Order, oriole: &str) -> io::Result<()> {
    for (path, text) in files(order, oriole) {
        let path = folder.join(path);
        if let Some(parent) = path.parent() {
            fs::create_dir_all(parent).map_err(|error| told(&error, &parent.display().to_string()))?;
        }
        let written = File::create_new(&path).and_then(|mut file| file.write_all(text.as_bytes()));
        written.map_err(|error| told(&error, &path.display().to_string()))?;
        say::print(&format!("created {} ({} bytes)", path.display(), text.len()))?;
    }
    Ok(())
}

/// The value of `oriole` in the manifest.
fn dependency(oriole: Option<&Path>) -> io::Result<String> {
    let Some(folder) = oriole else {
        return Ok(format!("{:?}", env!("CARGO_PKG_VERSION")));
    };
    let wrong = |error: io::Error| told(&error, &format!("--oriole {}", folder.display()));
    let folder = folder.canonicalize().map_err(wrong)?;
    if !folder.join("Cargo.toml").is_file() {
        return Err(io::Error::other(format!("there is no crate in {}", folder.display())));
    }
    let Some(path) = folder.to_str().filter(|path| !path.contains('\'') && !path.chars().any(char::is_control)) else {
        return Err(io::Error::other(format!("{} cannot be written into a manifest", folder.display())));
    };
    Ok(format!("{{ path = '{path}' }}"))
}

fn told(error: &io::Error, what: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}
