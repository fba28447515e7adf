//! Builds everything that is compared, and runs the comparison.

mod build;
mod limit;
mod part;
mod words;

use std::path::Path;
use std::process::Command;
use std::time::{Instant, SystemTime};

use build::Built;
use limit::{Limit, ran_within};
pub(crate) use part::Part;
pub(crate) use words::HELP;

/// What `cargo xtask bench` is asked for.
#[derive(Debug, Default, PartialEq, Eq)]
pub(crate) struct Bench {
    /// A smoke run: every mode and every program, as small as can be.
    pub(crate) is_quick: bool,
    /// The dev profile.
    pub(crate) is_dev: bool,
    /// The pictures that `docs/pictures` has are renewed.
    pub(crate) keeps_pictures: bool,
    /// The parts that are wanted; all of them if none is named.
    pub(crate) parts: Vec<Part>,
    /// How many rounds, in every part; each part has its own number unless it is said.
    pub(crate) rounds: Option<u32>,
    /// What the program `fanout` alone is told: which cases, which programs.
    pub(crate) streams: Vec<String>,
}

impl Bench {
    /// Whether a part is run. Words for `fanout` are about streams alone, and a smoke run has no time for whole builds.
    fn wants(&self, part: Part) -> bool {
        match &self.parts[..] {
            [] if !self.streams.is_empty() => part == Part::Streams,
            [] => !(self.is_quick && part == Part::Scale),
            parts => parts.contains(&part),
        }
    }

    /// Builds, and runs every part that is wanted, whatever becomes of the others. Returns whether nothing was wrong: each program of
    /// Oriole's and each floor ran, and lost, doubled and mixed up no event.
    pub(crate) fn run(&self, root: &Path) -> bool {
        let built = match Built::make(root, self.is_dev, self.wants(Part::Streams)) {
            Ok(built) => built,
            Err(fault) => {
                println!("error: {fault}");
                return false;
            }
        };
        let faults = self.measure(root, &built);
        if !faults.is_empty() {
            println!("\nWhat was wrong; a part names its own errors at its end:\n");
            faults.iter().for_each(|fault| println!("- {fault}"));
        }
        faults.is_empty()
    }

    /// Gives what was wrong.
    fn measure(&self, root: &Path, built: &Built) -> Vec<String> {
        // Its figures mean nothing, and are not to be taken for others.
        let out = if self.is_quick { built.out.join("quick") } else { built.out.clone() };
        let wanted = || Part::ALL.into_iter().filter(|part| self.wants(*part));
        if !self.is_quick {
            println!("{}", part::estimate(wanted().map(|part| (part, self.command(part, root, built, &out)))));
        }
        let begun = SystemTime::now();
        let limit = self.is_quick.then(|| Limit::from(Instant::now()));
        let mut faults = built.faults.clone();
        for part in wanted() {
            let mut command = self.command(part, root, built, &out);
            faults.extend(ran_within(&mut command, limit).err().map(|fault| format!("{}: {fault}", part.name())));
            // At once, so that they are there whatever becomes of the other parts.
            if part == Part::Streams
                && self.keeps_pictures
                && !build::keep_pictures(&out, &root.join("docs/pictures"), begun)
            {
                faults.push("the pictures were not renewed".to_owned());
            }
        }
        if let Some(told) = limit.and_then(Limit::told) {
            println!("\n{told}");
        }
        faults
    }

    fn command(&self, part: Part, root: &Path, built: &Built, out: &Path) -> Command {
        let mut command = Command::new(built.binaries.join(part.program()));
        command.current_dir(root).args(self.is_quick.then_some("--quick"));
        let rounds = self.rounds.map(|rounds| rounds.to_string());
        if part == Part::Streams {
            command.arg("--binaries").arg(&built.binaries).arg("--nest").arg(&built.nest).arg("--out").arg(out);
            command.args(rounds.iter().flat_map(|rounds| ["--rounds", rounds])).args(&self.streams);
        } else {
            command.args(rounds).arg("--json").arg(out.join(part.name()).with_extension("json"));
        }
        command
    }
}

#[cfg(test)]
mod tests;
