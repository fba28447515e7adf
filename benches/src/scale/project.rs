//! A generated application on disk, and what cargo says of it.

use std::fmt::Write as _;
use std::io;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

/// How large the application is.
#[derive(Clone, Copy, Debug)]
pub struct Shape {
    /// Modules, in a chain of imports.
    pub modules: usize,
    /// Providers of each module.
    pub providers: usize,
    /// Routes of each module; 0 for an application without HTTP.
    pub routes: usize,
    /// Every module imports all earlier ones instead of one.
    pub dense: bool,
}

impl Shape {
    /// The module whose services those of `module` need: the one before, or in a dense application one that keeps the
    /// chain of needs short, since rustc refuses to work out the drop of types that nest more than 128 deep (E0320).
    pub(super) fn below(self, module: usize) -> usize {
        if self.dense { module / 2 } else { module - 1 }
    }
}

/// What it is written with.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub enum Flavour {
    /// Modules, controllers and providers.
    Oriole,
    /// The same graph, but nobody evaluates the check.
    OrioleUnchecked,
    /// Routers, states and handlers by hand.
    Axum,
}

/// One application in its own workspace and target folder.
#[derive(Debug)]
pub struct Project {
    folder: PathBuf,
}

impl Project {
    /// Writes the application below `parent`.
    ///
    /// # Errors
    ///
    /// If a file cannot be written.
    pub fn write(parent: &Path, repository: &Path, flavour: Flavour, shape: Shape) -> io::Result<Self> {
        let name = match flavour {
            Flavour::Oriole => "app-oriole",
            Flavour::OrioleUnchecked => "app-oriole-unchecked",
            Flavour::Axum => "app-axum",
        };
        let folder = parent.join(name);
        std::fs::create_dir_all(folder.join("src"))?;
        // The same resolution as the repository's, so that both flavours build the same dependencies.
        std::fs::copy(repository.join("Cargo.lock"), folder.join("Cargo.lock"))?;
        std::fs::write(folder.join("Cargo.toml"), manifest(name, repository, flavour))?;
        for module in 0..shape.modules {
            let text = match flavour {
                Flavour::Axum => super::axum::module(shape, module),
                Flavour::Oriole | Flavour::OrioleUnchecked => super::oriole::module(shape, module),
            };
            std::fs::write(folder.join(format!("src/m{module}.rs")), text)?;
        }
        let mut main = String::new();
        for module in 0..shape.modules {
            let _ = writeln!(main, "mod m{module};");
        }
        main += &match flavour {
            Flavour::Axum => super::axum::main(shape),
            Flavour::Oriole => super::oriole::main(shape, true),
            Flavour::OrioleUnchecked => super::oriole::main(shape, false),
        };
        std::fs::write(folder.join("src/main.rs"), main)?;
        Ok(Self { folder })
    }

    /// Runs `cargo` with these words and fails with what it printed.
    ///
    /// # Errors
    ///
    /// If cargo cannot be started or fails.
    pub fn cargo(&self, words: &[&str]) -> io::Result<()> {
        let cargo = std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into());
        let output = Command::new(cargo)
            .args(words)
            .arg("--quiet")
            .current_dir(&self.folder)
            .env("CARGO_TARGET_DIR", self.folder.join("target"))
            .env("CARGO_INCREMENTAL", "1")
            .stdin(Stdio::null())
            .output()?;
        if output.status.success() {
            return Ok(());
        }
        let said = String::from_utf8_lossy(&output.stderr);
        let said: Vec<_> = said.lines().take(40).collect();
        Err(io::Error::other(format!("cargo {words:?} failed:\n{}", said.join("\n"))))
    }

    /// Marks the application's own sources as changed, so that its dependencies stay built.
    ///
    /// # Errors
    ///
    /// If cargo fails.
    pub fn forget_own(&self) -> io::Result<()> {
        let name = self.folder.file_name().and_then(|name| name.to_str()).unwrap_or_default();
        self.cargo(&["clean", "--package", name])
    }

    /// Changes the text of one line in the middle of a handler.
    ///
    /// Whether the line keeps its length makes a difference to rustc: the spans of a function's body are part of the code that
    /// drops its future, and all such code of a crate is in one unit.
    ///
    /// # Errors
    ///
    /// If the file cannot be read or written, or holds no such line.
    pub fn change_a_line(&self, module: usize, to: &str) -> io::Result<()> {
        let path = self.folder.join(format!("src/m{module}.rs"));
        let text = std::fs::read_to_string(&path)?;
        let start = text.find("\"changed ").ok_or_else(|| io::Error::other("no line to change"))? + "\"changed ".len();
        let end = start + text[start..].find('"').ok_or_else(|| io::Error::other("no end of the literal"))?;
        std::fs::write(path, format!("{}{to}{}", &text[..start], &text[end..]))
    }

    /// Runs the built program with `--boot`; it prints the nanoseconds from `main` to a complete router.
    ///
    /// # Errors
    ///
    /// If the program cannot be started or prints something else.
    pub fn boot_seconds(&self) -> io::Result<f64> {
        let name = self.folder.file_name().unwrap_or_default();
        let output = Command::new(self.folder.join("target/release").join(name))
            .arg("--boot")
            .env("RUST_LOG", "off")
            .output()?;
        let text = String::from_utf8_lossy(&output.stdout);
        let nanos: f64 = text.trim().parse().map_err(|_| {
            io::Error::other(format!("the program printed {text:?} and {:?}", String::from_utf8_lossy(&output.stderr)))
        })?;
        Ok(nanos / 1e9)
    }
}

fn manifest(name: &str, repository: &Path, flavour: Flavour) -> String {
    let repository = repository.display();
    let own = match flavour {
        Flavour::Axum => {
            r#"axum = { version = "0.8.9", default-features = false, features = ["http1", "json", "query", "tokio"] }"#
                .to_owned()
        }
        Flavour::Oriole | Flavour::OrioleUnchecked => format!("oriole = {{ path = \"{repository}/crates/oriole\" }}"),
    };
    format!(
        r#"[package]
name = "{name}"
edition = "2024"

[workspace]

[profile.dev]
debug = "line-tables-only"

[dependencies]
{own}
serde = {{ version = "1", features = ["derive"] }}
tokio = {{ version = "1", features = ["macros", "net", "rt-multi-thread"] }}
"#
    )
}
