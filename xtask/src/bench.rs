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
    /// The pictures that `docs/pictures` has are renewed.
    pub(crate) keeps_pictures: bool,
    /// The parts that are wanted; all of them if none is named.
    pub(crate) parts: Vec<Part>,
    /// What the program `fanout` is told.
    pub(crate) rest: Vec<String>,
}

/// A program with tables and a file of JSON of its own.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Part {
    /// Event streams, and hello; the program `fanout`.
    Streams,
    Request,
    Decode,
    Scope,
    Durable,
    /// Builds whole applications: minutes.
    Scale,
}

impl Part {
    const ALL: [Self; 6] = [Self::Streams, Self::Request, Self::Decode, Self::Scope, Self::Durable, Self::Scale];

    fn name(self) -> &'static str {
        match self {
            Self::Streams => "streams",
            Self::Request => "request",
            Self::Decode => "decode",
            Self::Scope => "scope",
            Self::Durable => "durable",
            Self::Scale => "scale",
        }
    }

    /// So many that the spread is seen and the whole ends within the hour; `fanout` knows its own.
    fn rounds(self) -> &'static str {
        match self {
            Self::Streams => "5",
            Self::Request => "9",
            Self::Decode => "51",
            Self::Scope => "31",
            Self::Durable => "5",
            Self::Scale => "3",
        }
    }
}

impl Bench {
    pub(crate) fn parse(words: impl IntoIterator<Item = String>) -> Result<Self, String> {
        let (mut bench, mut words) = (Self::default(), words.into_iter());
        while let Some(word) = words.next() {
            match word.as_str() {
                "--quick" => bench.is_quick = true,
                "--dev" => bench.is_dev = true,
                "--pictures" => bench.keeps_pictures = true,
                "--part" => {
                    let name = words.next().unwrap_or_default();
                    let part = Part::ALL.into_iter().find(|part| part.name() == name);
                    let names = || Part::ALL.map(Part::name).join(", ");
                    bench.parts.push(part.ok_or_else(|| format!("no part is called `{name}`: {}", names()))?);
                }
                _ => bench.rest.push(word),
            }
        }
        if bench.keeps_pictures && (bench.is_quick || bench.is_dev) {
            return Err("a smoke run's figures mean nothing, so its pictures are not kept".to_owned());
        }
        Ok(bench)
    }

    /// Whether a part is run. Words for `fanout` are about streams alone, and a smoke run has no time for whole builds.
    fn wants(&self, part: Part) -> bool {
        match &self.parts[..] {
            [] if !self.rest.is_empty() => part == Part::Streams,
            [] => !(self.is_quick && part == Part::Scale),
            parts => parts.contains(&part),
        }
    }

    /// Returns whether every program ran, and no event was lost, doubled or out of order.
    pub(crate) fn run(&self, root: &Path) -> bool {
        let profile = if self.is_dev { "debug" } else { "release" };
        let (bench, binaries) = (root.join("target/bench"), root.join("target").join(profile));
        let built = if self.is_dev { build_dev(root) } else { build_release(root, self.wants(Part::Streams)) };
        if !built {
            return false;
        }
        // Its figures mean nothing, and are not to be taken for others.
        let out = if self.is_quick { bench.join("quick") } else { bench.clone() };
        for part in Part::ALL.into_iter().filter(|part| self.wants(*part)) {
            let ran = if part == Part::Streams {
                let nest = if self.is_dev { None } else { build_nest(root, &bench.join("nest")) };
                // A folder that is not there is a program that is named as absent.
                ran(&mut self.streams(root, &binaries, &out, &nest.unwrap_or_else(|| bench.join("no-nest"))))
            } else {
                let mut program = Command::new(binaries.join(part.name()));
                program.arg(part.rounds()).arg("--json").arg(out.join(part.name()).with_extension("json"));
                ran(program.args(self.is_quick.then_some("--quick")).current_dir(root))
            };
            if !ran {
                return false;
            }
        }
        !self.keeps_pictures || keep_pictures(&out, &root.join("docs/pictures"))
    }

    fn streams(&self, root: &Path, binaries: &Path, out: &Path, nest: &Path) -> Command {
        let mut fanout = Command::new(binaries.join("fanout"));
        fanout.current_dir(root).arg("--binaries").arg(binaries).arg("--out").arg(out).arg("--nest").arg(nest);
        if self.is_dev {
            fanout.args(["--programs", "limit,limit-batch,hyper,oriole,oriole-body,oriole-2-shards,axum"]);
        }
        fanout.args(self.is_quick.then_some("--quick")).args(&self.rest);
        fanout
    }
}

/// As the step `build` does it, so that nothing is compiled twice.
fn build_dev(root: &Path) -> bool {
    ran(Command::new(cargo()).args(["build", "-p", "benches", "-p", "benches-transports", "--bins"]).current_dir(root))
}

/// Each call by itself: what has HTTP/2 in it would otherwise be built into what has not.
fn build_release(root: &Path, has_streams: bool) -> bool {
    let ours = ["build", "--release", "-p", "benches"];
    let transports = ["build", "--release", "-p", "benches-transports"];
    let actix = ["build", "--release", "--manifest-path", "benches/actix/Cargo.toml", "--target-dir", "target"];
    let build = |args: &[&str]| ran(Command::new(cargo()).args(args).current_dir(root));
    build(&ours) && (!has_streams || (build(&transports) && build(&actix)))
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

/// Renews the pictures that the documentation has, as far as they were taken; a new one is put there by hand, and shown.
fn keep_pictures(from: &Path, to: &Path) -> bool {
    copy(from, to, |name| name.ends_with(".svg") && to.join(name).is_file())
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

#[cfg(test)]
mod tests;
