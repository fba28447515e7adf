use std::os::unix::fs::symlink;
use std::path::{Path, PathBuf};

use super::words::PROGRAMS;
use super::{Bench, Built, Part, part};
use crate::tools::on_path;

fn parsed(line: &str) -> Result<Bench, String> {
    Bench::parse(line.split_whitespace().map(str::to_owned)).map(|bench| bench.expect("nobody asked for help"))
}

fn parts(line: &str) -> Vec<&'static str> {
    let bench = parsed(line).expect("it is understood");
    Part::ALL.into_iter().filter(|part| bench.wants(*part)).map(Part::name).collect()
}

/// What a part is told.
fn told(line: &str, part: Part) -> String {
    let (binaries, nest, out) = ("bin".into(), "nest".into(), PathBuf::from("out"));
    let built = Built { binaries, nest, out: out.clone(), faults: Vec::new() };
    let command = parsed(line).expect("it is understood").command(part, Path::new("/"), &built, &out);
    command.get_args().map(|word| word.to_string_lossy()).collect::<Vec<_>>().join(" ")
}

#[test]
fn everything_is_measured_unless_it_is_said() {
    assert_eq!(parts(""), ["streams", "request", "decode", "scope", "durable", "scale"]);
    assert_eq!(parts("--quick"), ["streams", "request", "decode", "scope", "durable"]);
    assert_eq!(parts("--only burst"), ["streams"], "words for streams are about streams alone");
    assert_eq!(parts("--rounds 3"), ["streams", "request", "decode", "scope", "durable", "scale"]);
    assert_eq!(parts("--part decode --part scale"), ["decode", "scale"]);
    assert!(parsed("--part decoed").is_err_and(|message| message.contains("`decoed`: streams, request")));
}

#[test]
fn a_mistake_is_named_before_anything_is_built() {
    for (line, expected) in [
        ("--rouns 3", "`--rouns` is not known"),
        ("--rounds", "`--rounds` wants a value"),
        ("--rounds 0", "a number from 1 on, and got `0`"),
        ("--rounds 3 --quick", "a smoke run has one round"),
        ("--programs oriole,axon", "no program is called `axon`: limit, "),
        ("--part decode --only burst", "`--only` is about the part `streams`"),
        ("--pictures --quick", "its pictures are not kept"),
        ("--pictures --dev", "its pictures are not kept"),
    ] {
        assert!(parsed(line).is_err_and(|message| message.contains(expected)), "{line}: {:?}", parsed(line));
    }
    assert!(parsed("--pictures").is_ok_and(|bench| bench.keeps_pictures));
    assert_eq!(Bench::parse(["--help".to_owned()]), Ok(None));
}

/// The list of names is that of the bench.
#[test]
fn every_program_of_the_bench_is_known() {
    let bench = include_str!("../../../benches/src/fanout/program.rs");
    let names = bench.split_once("fn name(self)").and_then(|(_, rest)| rest.split_once("\n    }\n")).expect("a list").0;
    let names: Vec<_> = names.lines().filter_map(|line| line.split_once("=> \"")?.1.split('"').next()).collect();
    assert_eq!(names, PROGRAMS);
}

#[test]
fn rounds_are_for_every_part_and_other_words_for_streams() {
    let line = "--rounds 3 --only fan-out --only burst --programs limit,oriole";
    let streams = "--binaries bin --nest nest --out out --rounds 3 --only fan-out --only burst --programs limit,oriole";
    assert_eq!(told(line, Part::Streams), streams);
    assert_eq!(told("--rounds 3", Part::Decode), "3 --json out/decode.json");
    assert_eq!(told("", Part::Decode), "--json out/decode.json", "each part knows its own number");
    assert_eq!(told("--quick", Part::Scope), "--quick --json out/scope.json");
    assert_eq!(told("--quick", Part::Streams), "--quick --binaries bin --nest nest --out out");
}

#[test]
fn the_estimate_adds_up() {
    let text = part::sum([(Part::Streams, 1200), (Part::Scope, 20)].into_iter());
    assert_eq!(text, "On two cores with nothing else to do this takes about 21 min: streams 20 min, scope 20 s.");
}

/// A part that fails does not end the others, and is in the list at the end.
#[test]
fn every_part_is_run_whatever_becomes_of_the_others() {
    let folder = tempfile::tempdir().expect("a folder");
    for (part, program) in [(Part::Streams, "false"), (Part::Decode, "false"), (Part::Scope, "true")] {
        let program = on_path(program).expect("every system has it");
        symlink(program, folder.path().join(part.program())).expect("a link");
    }
    let (binaries, nest, out) = (folder.path().into(), "nest".into(), folder.path().into());
    let built = Built { binaries, nest, out, faults: vec!["actix-web could not be built".to_owned()] };
    let bench = parsed("--quick --part streams --part decode --part scope").expect("it is understood");
    let faults = bench.measure(folder.path(), &built);
    let ended = |part| format!("{part}: it ended with exit status: 1");
    assert_eq!(faults, ["actix-web could not be built".to_owned(), ended("streams"), ended("decode")]);
}
