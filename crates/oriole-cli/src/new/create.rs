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
    /// Where the crate `oriole` is, if it is not that of [`CHECKOUT`].
    pub(crate) oriole: Option<PathBuf>,
}

/// The crate `oriole` of the checkout that this program was built from. It is on no registry yet, and whoever takes its name
/// there first would own every project that asks a registry for it.
const CHECKOUT: &str = concat!(env!("CARGO_MANIFEST_DIR"), "/../oriole");

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
    let folder = match oriole {
        Some(folder) => found(folder).map_err(|error| told(&error, "--oriole"))?,
        None => in_checkout(Path::new(CHECKOUT))?,
    };
    let Some(path) = folder.to_str().filter(|path| !path.contains('\'') && !path.chars().any(char::is_control)) else {
        return Err(io::Error::other(format!("{} cannot be written into a manifest", folder.display())));
    };
    Ok(format!("{{ path = '{path}' }}"))
}

fn in_checkout(folder: &Path) -> io::Result<PathBuf> {
    found(folder).map_err(|error| {
        let gone =
            format!("the checkout of Oriole that this program was installed from is not there any more ({error})");
        io::Error::new(error.kind(), format!("{gone}: say where the crate is, by --oriole FOLDER/crates/oriole"))
    })
}

/// The crate `oriole` in a folder, from wherever it is asked for.
fn found(folder: &Path) -> io::Result<PathBuf> {
    let folder = folder.canonicalize().map_err(|error| told(&error, &folder.display().to_string()))?;
    let manifest = fs::read_to_string(folder.join("Cargo.toml")).unwrap_or_default();
    let package = manifest.lines().skip_while(|line| *line != "[package]").skip(1);
    if !package.take_while(|line| !line.starts_with('[')).any(|line| line == "name = \"oriole\"") {
        return Err(io::Error::new(io::ErrorKind::NotFound, format!("{} is not the crate `oriole`", folder.display())));
    }
    Ok(folder)
}

fn told(error: &io::Error, what: &str) -> io::Error {
    io::Error::new(error.kind(), format!("{what}: {error}"))
}

#[cfg(test)]
mod tests {
    use super::{CHECKOUT, in_checkout};
    use std::path::Path;

    #[test]
    fn a_checkout_that_is_gone_is_told_with_the_flag() {
        assert!(in_checkout(Path::new(CHECKOUT)).is_ok_and(|folder| folder.ends_with("crates/oriole")));
        // A folder that is gone, and one in which something else is.
        for (folder, why) in
            [("nowhere/oriole", "nowhere/oriole: "), (env!("CARGO_MANIFEST_DIR"), "not the crate `oriole`")]
        {
            let message = in_checkout(Path::new(folder)).expect_err(folder).to_string();
            assert!(message.contains(why) && message.contains("--oriole FOLDER/crates/oriole"), "{message}");
        }
    }
}
