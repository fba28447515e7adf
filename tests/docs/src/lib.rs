//! A reader's folder: programs from the documentation in a package of their own, outside the workspace.

use std::collections::BTreeMap;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

/// The repository's root.
#[must_use]
pub fn repository() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../..")
}

/// A package outside the workspace that depends on `oriole` by path.
///
/// It lives in the system's temporary folder and is removed with the value. Its target folder lies within the repository's, so
/// that a second run is quick; the lock file is the repository's, so that no version differs from what the tests test.
#[derive(Debug)]
pub struct Reader {
    folder: PathBuf,
    target: PathBuf,
}

impl Reader {
    /// Makes the package with these dependencies beside `oriole`.
    ///
    /// # Errors
    ///
    /// If the folder cannot be written.
    pub fn new(name: &str, dependencies: &str) -> io::Result<Self> {
        let root = repository().canonicalize()?;
        let folder = std::env::temp_dir().join(format!("oriole-{name}-{}", std::process::id()));
        std::fs::create_dir_all(folder.join("src"))?;
        std::fs::copy(root.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        let path = root.join("crates/oriole");
        let manifest = format!(
            "[package]\nname = \"{name}\"\nedition = \"2024\"\n\n[dependencies]\noriole = {{ path = \"{}\" }}\n{dependencies}\n",
            path.display()
        );
        std::fs::write(folder.join("Cargo.toml"), manifest)?;
        Ok(Self { folder, target: root.join("target/readers").join(name) })
    }

    /// Writes a file below the package's folder.
    ///
    /// # Errors
    ///
    /// If it cannot be written.
    pub fn write(&self, path: &str, text: &str) -> io::Result<()> {
        let path = self.folder.join(path);
        if let Some(parent) = path.parent() {
            std::fs::create_dir_all(parent)?;
        }
        std::fs::write(path, text)
    }

    /// Runs cargo in the package.
    ///
    /// # Errors
    ///
    /// If cargo cannot be started.
    pub fn cargo(&self, words: &[&str]) -> io::Result<Output> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        Command::new(cargo)
            .args(words)
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", &self.target)
            .env_remove("RUSTFLAGS")
            .stdin(Stdio::null())
            .output()
    }

    /// What rustc says of each target of the package: its rendered errors by the target's name. A target without errors is
    /// not in the map.
    ///
    /// # Errors
    ///
    /// If cargo cannot be started or its messages cannot be read.
    pub fn check_all(&self) -> io::Result<BTreeMap<String, Vec<String>>> {
        let output = self.cargo(&["check", "--all-targets", "--keep-going", "--message-format=json"])?;
        let mut errors: BTreeMap<String, Vec<String>> = BTreeMap::new();
        for line in String::from_utf8_lossy(&output.stdout).lines().filter(|line| line.starts_with('{')) {
            let message: serde_json::Value = serde_json::from_str(line)?;
            if message["reason"] == "compiler-message"
                && message["message"]["level"] == "error"
                // The closing line, which counts the others.
                && !message["message"]["spans"].as_array().is_none_or(Vec::is_empty)
            {
                let target = message["target"]["name"].as_str().unwrap_or_default().to_owned();
                errors
                    .entry(target)
                    .or_default()
                    .push(message["message"]["rendered"].as_str().unwrap_or_default().to_owned());
            }
        }
        if errors.is_empty() && !output.status.success() {
            return Err(io::Error::other(String::from_utf8_lossy(&output.stderr).into_owned()));
        }
        Ok(errors)
    }

    /// Starts a built program of the package.
    ///
    /// # Errors
    ///
    /// If it cannot be started.
    pub fn start(&self, program: &str) -> io::Result<Child> {
        Command::new(self.target.join("debug").join(program))
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
    }
}

impl Drop for Reader {
    fn drop(&mut self) {
        // A folder that cannot be removed is the system's to clean.
        let _ = std::fs::remove_dir_all(&self.folder);
    }
}

/// One fenced block of Rust.
#[derive(Debug)]
pub struct Block {
    /// What stands behind `rust,`.
    pub attributes: String,
    /// The program, lines hidden from readers included.
    pub code: String,
}

/// The blocks of Rust in a page.
#[must_use]
pub fn blocks(page: &str) -> Vec<Block> {
    let mut out = vec![];
    let mut lines = page.lines();
    while let Some(line) = lines.next() {
        let Some(attributes) = line.strip_prefix("```rust") else { continue };
        let code = lines.by_ref().take_while(|line| !line.starts_with("```"));
        let code = code.map(|line| line.strip_prefix("# ").unwrap_or(line)).collect::<Vec<_>>().join("\n");
        out.push(Block { attributes: attributes.trim_start_matches(',').to_owned(), code: code + "\n" });
    }
    out
}
