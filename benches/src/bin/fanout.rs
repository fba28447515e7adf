//! Event streams: Oriole, hand-written axum, actix-web and NestJS, and the floor that the system sets.
//!
//! `cargo xtask bench` builds all of them and runs this.
//!
//! ```text
//! fanout [--quick] [--rounds 5] [--only fan-out] [--programs oriole,axum] [--binaries target/release] [--nest FOLDER]
//!        [--out target/bench]
//! ```

use benches::fanout::{Case, Outcome, Place, Program, Suite, full, quick};
use benches::report::{Machine, Measured, Results, json, pictures, table};
use std::collections::BTreeMap;
use std::path::{Path, PathBuf};
use std::process::ExitCode;

struct Options {
    is_quick: bool,
    rounds: usize,
    only: String,
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
    let place = Place { binaries: "target/release".into(), nest: "target/bench/nest/built".into() };
    let (only, out) = (String::new(), "target/bench".into());
    let mut options = Options { is_quick: false, rounds: 5, only, programs: None, place, out };
    while let Some(word) = words.next() {
        let mut value = || words.next().ok_or_else(|| format!("{word} wants a value"));
        match word.as_str() {
            "--quick" => (options.is_quick, options.rounds) = (true, 1),
            "--rounds" => options.rounds = value()?.parse().map_err(|_| "--rounds wants a number".to_owned())?,
            "--only" => options.only = value()?,
            "--programs" => options.programs = Some(value()?.split(',').map(str::to_owned).collect()),
            "--binaries" => options.place.binaries = value()?.into(),
            "--nest" => options.place.nest = value()?.into(),
            "--out" => options.out = value()?.into(),
            _ => return Err(format!("{word} is not known; see benches/README.md")),
        }
    }
    Ok(options)
}

/// Measures, prints and writes; says whether every program ran and no event went astray.
#[allow(clippy::print_stdout, reason = "the tables are what the program is for")]
fn run(options: &Options) -> std::io::Result<bool> {
    let is_wanted = |program: Program| {
        options.programs.as_ref().is_none_or(|names| names.iter().any(|name| name == program.name()))
    };
    let machine = Machine::here();
    println!("{machine}\n");
    let suite = Suite::new(&options.place, &options.out, is_wanted)?;
    let cases = if options.is_quick { quick() } else { full() };
    let cases: Vec<_> = cases.into_iter().filter(|case| case.name.starts_with(&options.only)).collect();
    let absent = cases.iter().flat_map(|case| suite.absent(case)).map(|(program, absent)| (absent.missing, program));
    for (missing, program) in absent.collect::<BTreeMap<_, _>>() {
        println!("absent: {}, since {} is not there", program.name(), missing.display());
    }
    let (mut all, mut is_sound) = (Vec::new(), true);
    for case in cases {
        let mut results = Results::new(case.name, &case.references());
        for round in 0..options.rounds {
            let (measured, sound) = self::round(&suite, &case, round);
            is_sound &= sound;
            results.push(measured);
        }
        println!("{}", table(&results));
        all.push(results);
        // After each: who stops a long run keeps what there is.
        write(&options.out, &all, &machine)?;
    }
    println!("written to {}", options.out.display());
    Ok(is_sound)
}

fn write(folder: &Path, all: &[Results], machine: &Machine) -> std::io::Result<()> {
    std::fs::create_dir_all(folder)?;
    std::fs::write(folder.join("fanout.json"), format!("{:#}\n", json(all, machine)))?;
    for (name, picture) in pictures(all, machine) {
        std::fs::write(folder.join(name), picture)?;
    }
    Ok(())
}

/// Each program once; says whether all of them ran, and every event came once and in order.
fn round(suite: &Suite, case: &Case, round: usize) -> (Vec<(&'static str, Measured)>, bool) {
    let (mut all, mut is_sound) = (Vec::new(), true);
    for Outcome { program, measured } in suite.round(case) {
        let what = format!("{}, round {}, {}", case.name, round + 1, program.name());
        match measured {
            Ok(measured) => {
                if !measured.is_sound() {
                    is_sound = false;
                    eprintln!(
                        "{what}: of {} events {} were lost, {} doubled, {} out of order; {} connections were cut off",
                        measured.events, measured.lost, measured.doubled, measured.out_of_order, measured.cut_off
                    );
                }
                all.push((program.name(), measured));
            }
            Err(error) => {
                is_sound = false;
                eprintln!("{what}: {error}");
            }
        }
    }
    (all, is_sound)
}
