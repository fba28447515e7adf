//! Builds everything that is compared, and runs the comparison.

use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use crate::steps::cargo;
use crate::tools::on_path;

/// What `cargo xtask bench` is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Bench {
    /// A smoke run: every mode and every program, as small as can be.
    pub(crate) is_quick: bool,
    /// The dev profile, and only what the workspace's own build has made.
    pub(crate) is_dev: bool,
    /// The pictures go to `docs/pictures` as well.
    pub(crate) keeps_pictures: bool,
    /// What the program `fanout` is told.
    pub(crate) rest: Vec<String>,
}

/// What beside event streams has a table.
const OTHERS: [&[&str]; 3] = [&["request", "9"], &["decode", "51"], &["scope"]];

impl Bench {
    pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Self {
        let mut bench = Self::default();
        for word in words {
            match word.as_str() {
                "--quick" => bench.is_quick = true,
                "--dev" => bench.is_dev = true,
                "--pictures" => bench.keeps_pictures = true,
                _ => bench.rest.push(word),
            }
        }
        bench
    }

    /// Returns whether every program ran, and no event was lost, doubled or out of order.
    pub(crate) fn run(&self, root: &Path) -> bool {
        let profile = if self.is_dev { "debug" } else { "release" };
        let (target, binaries) = (root.join("target"), root.join("target").join(profile));
        if self.is_dev {
            // As the step `build` does it, so that nothing is compiled twice.
            if !ran(Command::new(cargo()).args(["build", "-p", "benches", "--bins"]).current_dir(root)) {
                return false;
            }
        } else if !build_release(root) {
            return false;
        }
        let bench = target.join("bench");
        // Its figures mean nothing, and are not to be taken for others.
        let out = if self.is_quick { bench.join("quick") } else { bench.clone() };
        let nest = if self.is_dev { None } else { build_nest(root, &bench.join("nest")) };
        let mut fanout = Command::new(binaries.join("fanout"));
        fanout.current_dir(root).arg("--binaries").arg(&binaries).arg("--out").arg(&out);
        // A folder that is not there is a program that is named as absent.
        fanout.arg("--nest").arg(nest.unwrap_or_else(|| bench.join("no-nest")));
        if self.is_dev {
            fanout.args(["--programs", "limit,limit-batch,hyper,oriole,axum"]);
        }
        fanout.args(self.is_quick.then_some("--quick")).args(&self.rest);
        if !ran(&mut fanout) {
            return false;
        }
        if self.is_quick || !self.rest.is_empty() {
            return true;
        }
        let others = OTHERS.iter().all(|words| ran(Command::new(binaries.join(words[0])).args(&words[1..])));
        others && (!self.keeps_pictures || keep_pictures(&out, &root.join("docs/pictures")))
    }
}

fn build_release(root: &Path) -> bool {
    let ours = ["build", "--release", "-p", "benches"];
    let actix = ["build", "--release", "--manifest-path", "benches/actix/Cargo.toml", "--target-dir", "target"];
    ran(Command::new(cargo()).args(ours).current_dir(root)) && ran(Command::new(cargo()).args(actix).current_dir(root))
}

/// Builds the Nest application in a folder of its own, since npm writes beside what it installs for; gives the folder of what
/// was built.
fn build_nest(root: &Path, folder: &Path) -> Option<PathBuf> {
    if on_path("node").is_none() || on_path("npm").is_none() {
        println!("without node and npm there is no NestJS to compare with");
        return None;
    }
    let copied = copy(&root.join("benches/nest"), folder, |_| true);
    let npm = |args: &[&str]| ran(Command::new("npm").args(args).current_dir(folder).stdin(Stdio::null()));
    let built = copied && npm(&["install", "--no-audit", "--no-fund", "--loglevel=error"]) && npm(&["run", "build"]);
    if !built {
        println!("npm could not build the NestJS application");
        return None;
    }
    Some(folder.join("built"))
}

fn keep_pictures(from: &Path, to: &Path) -> bool {
    copy(from, to, |name| name.ends_with(".svg"))
}

/// Copies the files of a folder, without its folders.
fn copy(from: &Path, to: &Path, is_wanted: impl Fn(&str) -> bool) -> bool {
    let copy_all = || -> std::io::Result<()> {
        std::fs::create_dir_all(to)?;
        for entry in std::fs::read_dir(from)? {
            let entry = entry?;
            if entry.file_type()?.is_file() && is_wanted(&entry.file_name().to_string_lossy()) {
                std::fs::copy(entry.path(), to.join(entry.file_name()))?;
            }
        }
        Ok(())
    };
    copy_all().inspect_err(|error| println!("{} could not be copied: {error}", from.display())).is_ok()
}

fn ran(command: &mut Command) -> bool {
    match command.status() {
        Ok(status) => status.success(),
        Err(error) => {
            println!("{} could not be started: {error}", command.get_program().to_string_lossy());
            false
        }
    }
}
