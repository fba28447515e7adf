//! Event streams: Oriole, hand-written axum, actix-web and NestJS, and the floor that the system sets.
//!
//! `cargo xtask bench` builds all of them and runs this.
//!
//! ```text
//! fanout [--quick] [--rounds 5] [--only fan-out]... [--programs oriole,axum] [--binaries target/release] [--nest FOLDER]
//!        [--out target/bench] [--estimate]
//! ```

use benches::fanout::{Case, Place, Program, Suite, full, quick};
use benches::measure::target_folder;
use benches::report::{Machine, Measured, Results, json, pictures, table};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;
use std::time::Duration;

struct Options {
    is_quick: bool,
    /// Only how long it would take is asked for.
    is_estimate: bool,
    rounds: usize,
    only: Vec<String>,
    programs: Option<Vec<String>>,
    place: Place,
    out: PathBuf,
}

fn main() -> ExitCode {
    let ran = options(std::env::args().skip(1)).and_then(|options| run(&options).map_err(|error| error.to_string()));
    match ran {
        Ok(true) => ExitCode::SUCCESS,
        Ok(false) => ExitCode::FAILURE,
        Err(error) => {
            eprintln!("error: {error}");
            ExitCode::FAILURE
        }
    }
}

fn options(mut words: impl Iterator<Item = String>) -> Result<Options, String> {
    let target = target_folder().map_err(|error| error.to_string())?;
    let place = Place { binaries: target.join("release"), nest: target.join("bench/nest/built") };
    let (is_quick, is_estimate, only, out) = (false, false, Vec::new(), target.join("bench"));
    let mut options = Options { is_quick, is_estimate, rounds: 5, only, programs: None, place, out };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
        match word.as_str() {
            "--quick" => (options.is_quick, options.rounds) = (true, 1),
            "--estimate" => options.is_estimate = true,
            "--rounds" => options.rounds = value()?.parse().map_err(|_| "--rounds wants a number".to_owned())?,
            "--only" => options.only.push(value()?),
            "--programs" => options.programs = Some(value()?.split(',').map(str::to_owned).collect()),
            "--binaries" => options.place.binaries = value()?.into(),
            "--nest" => options.place.nest = value()?.into(),
            "--out" => options.out = value()?.into(),
            _ => return Err(format!("{word} is not known; see benches/README.md")),
        }
    }
    Ok(options)
}

impl Options {
    fn programs(&self) -> std::io::Result<Vec<Program>> {
        let all = Program::ALL;
        let Some(names) = &self.programs else { return Ok(all.to_vec()) };
        let named = |name: &String| {
            let known = all.map(Program::name).join(", ");
            let found = all.into_iter().find(|program| program.name() == name);
            found.ok_or_else(|| std::io::Error::other(format!("no program is called `{name}`: {known}")))
        };
        names.iter().map(named).collect()
    }

    fn cases(&self) -> std::io::Result<Vec<Case>> {
        let all = if self.is_quick { quick() } else { full() };
        if let Some(unknown) = self.only.iter().find(|only| !all.iter().any(|case| case.name.starts_with(*only))) {
            let names: Vec<_> = all.iter().map(|case| case.name).collect();
            let error = format!("no case's name begins with `{unknown}`:\n  {}", names.join("\n  "));
            return Err(std::io::Error::other(error));
        }
        let is_wanted = |case: &Case| self.only.is_empty() || self.only.iter().any(|only| case.name.starts_with(only));
        Ok(all.into_iter().filter(is_wanted).collect())
    }
}

/// Measures, prints and writes; says whether nothing was wrong that is an error of this repository.
#[allow(clippy::print_stdout, reason = "the tables are what the program is for")]
fn run(options: &Options) -> std::io::Result<bool> {
    let (cases, programs) = (options.cases()?, options.programs()?);
    // Before this process has a core of its own, and is busy.
    let machine = if options.is_estimate { Machine::default() } else { Machine::here(options.is_quick) };
    let suite = Suite::new(&options.place, &options.out, |program| programs.contains(&program))?;
    let rounds = u32::try_from(options.rounds).unwrap_or(u32::MAX);
    let time = cases.iter().map(|case| suite.estimate(case)).sum::<Duration>() * rounds;
    if options.is_estimate {
        println!("{}", time.as_secs());
        return Ok(true);
    }
    println!("{machine}\n");
    let absent = cases.iter().flat_map(|case| suite.absent(case)).map(|(program, absent)| (absent.missing, program));
    let (mut all, mut faults) = (Vec::new(), Vec::new());
    for (missing, program) in absent.collect::<BTreeMap<_, _>>() {
        let absent = format!("absent: {}, since {} is not there", program.name(), missing.display());
        println!("{absent}");
        // The others may be left out, and ours were built.
        faults.extend((program.is_oriole() || program.is_floor()).then_some(absent));
    }
    for case in cases {
        let at = all.len();
        all.push(Results::new(case.name, &case.references()));
        for round in 0..options.rounds {
            all[at].push(self::round(&suite, &case, round, options.is_quick, &mut faults));
            // After each: who stops a long run keeps what there is.
            write(&options.out, &all, &machine)?;
        }
        println!("{}", table(&all[at], &machine));
    }
    println!("written to {}", options.out.display());
    faults.iter().for_each(|fault| eprintln!("error: {fault}"));
    Ok(faults.is_empty())
}

fn write(folder: &Path, all: &[Results], machine: &Machine) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("fanout.json"), format!("{:#}\n", json(all, machine)))?;
    for (name, picture) in pictures(all, machine) {
        std::fs::write(folder.join(name), picture)?;
    }
    Ok(())
}

/// Each program once. Who has no figure ends nothing: the others are measured, and what is an error is told at the end.
fn round(
    suite: &Suite,
    case: &Case,
    round: usize,
    is_smoke: bool,
    faults: &mut Vec<String>,
) -> Vec<(&'static str, Measured)> {
    let outcomes = suite.round(case);
    let judged = outcomes.map(|outcome| {
        let name = outcome.program.name();
        let (measured, fault) = outcome.judged(is_smoke);
        faults.extend(fault.map(|fault| format!("{}, round {}, {name}: {fault}", case.name, round + 1)));
        (name, measured)
    });
    judged.collect()
}
