//! Runs a list of steps one after the other, and tells what happened in a table.

use std::ffi::OsString;
use std::fmt::Write as _;
use std::fs;
use std::io::{self, BufRead, BufReader, Write as _};
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};
use std::time::{Duration, Instant};

use crate::failures::{JUNIT, in_junit, in_libtest, list};

/// One line of the summary.
pub(crate) struct Step {
    name: &'static str,
    action: Action,
}

enum Action {
    Cargo { root: PathBuf, env: Vec<(&'static str, &'static str)>, args: Vec<&'static str>, report: Report },
    Own { repeat: &'static str, run: Box<dyn Fn() -> bool> },
}

/// Where a step says which tests failed.
#[derive(Clone, Copy, PartialEq, Eq)]
pub(crate) enum Report {
    /// It runs no tests.
    None,
    /// In the file that nextest writes.
    Junit,
    /// In what libtest prints.
    Printed,
}

impl Step {
    /// A step that is one call of cargo: `line` is its arguments, separated by spaces.
    pub(crate) fn cargo(name: &'static str, root: &Path, line: &'static str) -> Self {
        let args = line.split_whitespace().collect();
        Self { name, action: Action::Cargo { root: root.to_owned(), env: Vec::new(), args, report: Report::None } }
    }

    /// A step of cargo's that runs tests, which are named at the end if they fail.
    ///
    /// Their panics have no backtrace: sixty frames for each hide what failed. `RUST_BACKTRACE=full` is left as it is.
    pub(crate) fn tests(name: &'static str, root: &Path, line: &'static str, reported: Report) -> Self {
        let mut step = Self::cargo(name, root, line);
        if let Action::Cargo { report, .. } = &mut step.action {
            *report = reported;
        }
        let is_wanted = std::env::var_os("RUST_BACKTRACE").is_some_and(|value| value == "full");
        if is_wanted { step } else { step.env("RUST_BACKTRACE", "0") }
    }

    /// A step that this program does itself; `repeat` is the command that does only this.
    pub(crate) fn own(name: &'static str, repeat: &'static str, run: impl Fn() -> bool + 'static) -> Self {
        Self { name, action: Action::Own { repeat, run: Box::new(run) } }
    }

    #[must_use]
    pub(crate) fn env(mut self, name: &'static str, value: &'static str) -> Self {
        if let Action::Cargo { env, .. } = &mut self.action {
            env.push((name, value));
        }
        self
    }

    /// The command that a developer types to run this step alone.
    pub(crate) fn repeat(&self) -> String {
        match &self.action {
            Action::Own { repeat, .. } => (*repeat).to_owned(),
            Action::Cargo { env, args, .. } => {
                let mut line = String::new();
                for (name, value) in env {
                    let quote = if value.contains(' ') { "'" } else { "" };
                    let _ = write!(line, "{name}={quote}{value}{quote} ");
                }
                let _ = write!(line, "cargo {}", args.join(" "));
                line
            }
        }
    }

    /// What failed, or nothing where all went well.
    fn run(&self) -> Result<(), String> {
        match &self.action {
            Action::Own { run, .. } => run().then_some(()).ok_or_else(String::new),
            Action::Cargo { root, env, args, report } => {
                let mut command = cargo_command();
                command.args(args).envs(env.iter().copied()).current_dir(root);
                report.run(&mut command, &root.join(JUNIT)).unwrap_or_else(|error| {
                    println!("cargo could not be started: {error}");
                    Err(String::new())
                })
            }
        }
    }
}

impl Report {
    fn run(self, command: &mut Command, junit: &Path) -> io::Result<Result<(), String>> {
        // One of an earlier run would speak of that.
        let _ = fs::remove_file(junit);
        let mut printed = String::new();
        let status = if self == Self::Printed {
            let mut child = command.stdout(Stdio::piped()).spawn()?;
            for line in child.stdout.take().into_iter().flat_map(|pipe| BufReader::new(pipe).split(b'\n')) {
                let line = String::from_utf8_lossy(&line?).into_owned() + "\n";
                io::stdout().write_all(line.as_bytes())?;
                printed.push_str(&line);
            }
            child.wait()?
        } else {
            command.status()?
        };
        if status.success() {
            return Ok(Ok(()));
        }
        Ok(Err(match self {
            Self::None => String::new(),
            Self::Junit => list(&in_junit(&fs::read_to_string(junit).unwrap_or_default())),
            Self::Printed => list(&in_libtest(&printed)),
        }))
    }
}

/// The cargo that runs us, so that `cargo +toolchain xtask` stays on one toolchain.
pub(crate) fn cargo() -> OsString {
    std::env::var_os("CARGO").unwrap_or_else(|| "cargo".into())
}

/// A call of cargo as by hand: what cargo tells this program about its own package would be told on, and build scripts that look at
/// these variables (ring's) would run again after each build by hand, with all that depends on them.
pub(crate) fn cargo_command() -> Command {
    let mut command = Command::new(cargo());
    for (name, _) in std::env::vars_os() {
        if is_of_a_package(&name.to_string_lossy()) {
            command.env_remove(name);
        }
    }
    command
}

fn is_of_a_package(variable: &str) -> bool {
    variable.starts_with("CARGO_PKG_") || variable.starts_with("CARGO_MANIFEST_")
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Outcome {
    Passed(Duration),
    Failed(Duration),
    NotRun,
}

/// Runs the steps until one fails; returns whether all passed.
pub(crate) fn run_all(steps: &[Step]) -> bool {
    let mut outcomes = Vec::new();
    let mut failed = None;
    for step in steps {
        if failed.is_some() {
            outcomes.push((step.name, Outcome::NotRun));
            continue;
        }
        println!("\n=== {}: {}", step.name, step.repeat());
        let start = Instant::now();
        if let Err(why) = step.run() {
            failed = Some((step, why));
            outcomes.push((step.name, Outcome::Failed(start.elapsed())));
        } else {
            outcomes.push((step.name, Outcome::Passed(start.elapsed())));
        }
    }
    println!("\n{}", summary(&outcomes));
    if let Some((step, why)) = &failed {
        println!("{why}\n`{}` failed. To repeat it alone:\n\n    {}\n", step.name, step.repeat());
    }
    failed.is_none()
}

fn summary(outcomes: &[(&str, Outcome)]) -> String {
    let mut table = format!("{:<12} {:<8} {:>9}\n", "step", "result", "time");
    let mut total = Duration::ZERO;
    for (name, outcome) in outcomes {
        let (word, time) = match outcome {
            Outcome::Passed(time) => ("ok", *time),
            Outcome::Failed(time) => ("FAILED", *time),
            Outcome::NotRun => ("not run", Duration::ZERO),
        };
        total += time;
        let _ = writeln!(table, "{name:<12} {word:<8} {:>7.1} s", time.as_secs_f64());
    }
    let passed = outcomes.iter().all(|(_, outcome)| matches!(outcome, Outcome::Passed(_)));
    let word = if passed { "ok" } else { "FAILED" };
    let _ = writeln!(table, "{:<12} {word:<8} {:>7.1} s", "all", total.as_secs_f64());
    table
}

#[cfg(test)]
mod tests;
