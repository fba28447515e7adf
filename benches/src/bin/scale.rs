//! `cargo run --release -p benches --bin scale [-- ROUNDS]`: what a large application costs to build and to boot.

use benches::measure::{target_folder, time};
use benches::report::{Arguments, Measured, Metric, Results};
use benches::scale::{Flavour, Project, Shape};
use std::io;
use std::path::Path;
use std::time::Duration;

const SHAPE: Shape = Shape { modules: 60, providers: 2, routes: 6, dense: false };
const DENSE: Shape = Shape { modules: 200, providers: 5, routes: 0, dense: true };

/// What every application takes until its dependencies are built, in dev and in release, and to be checked.
const FIRST: Duration = Duration::from_secs(240);
/// Ten builds and checks of an application.
const ROUND: Duration = Duration::from_secs(30);

/// Boots that are measured for each round of builds, which take longer.
const BOOTS: usize = 10;

#[allow(clippy::print_stdout, reason = "what is compared is said before it, since it takes minutes")]
fn main() -> io::Result<()> {
    let arguments = Arguments::read();
    let rounds = arguments.rounds(5);
    if arguments.is_answered(FIRST + ROUND * u32::try_from(rounds).map_err(io::Error::other)?) {
        return Ok(());
    }
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let parent = target_folder()?.join("scale");
    let project = |flavour| Project::write(&parent, &repository, flavour, SHAPE);
    let (oriole, unchecked) = (project(Flavour::Oriole)?, project(Flavour::OrioleUnchecked)?);
    let axum = project(Flavour::Axum)?;
    let Shape { modules, providers, routes, .. } = SHAPE;
    println!("{modules} modules, {} providers, {} routes; {rounds} rounds\n", modules * providers, modules * routes);

    let dense = Project::write(&parent.join("dense"), &repository, Flavour::Oriole, DENSE)?;
    let mut so_far = arguments.report();
    so_far.add(first_build(&oriole, &axum)?)?;
    so_far.add(clean_build(&oriole, &axum, rounds)?)?;
    so_far.add(one_line(&oriole, &axum, rounds, true)?)?;
    so_far.add(one_line(&oriole, &axum, rounds, false)?)?;
    so_far.add(boot(&oriole, &axum, rounds * BOOTS)?)?;
    so_far.add(graph_check(&oriole, &unchecked, rounds)?)?;
    so_far.add(dense_check(&dense)?)
}

/// Everything from nothing, once: it includes the dependencies.
fn first_build(oriole: &Project, axum: &Project) -> io::Result<Results> {
    let mut results = Results::new("first build with all dependencies (dev)", &["axum"]);
    results.push(vec![("oriole", build(oriole)?), ("axum", build(axum)?)]);
    Ok(results)
}

fn clean_build(oriole: &Project, axum: &Project, rounds: usize) -> io::Result<Results> {
    let mut results = Results::new("clean build of the application (dev)", &["axum"]);
    for _ in 0..rounds {
        oriole.forget_own()?;
        let own = build(oriole)?;
        axum.forget_own()?;
        results.push(vec![("oriole", own), ("axum", build(axum)?)]);
    }
    Ok(results)
}

fn one_line(oriole: &Project, axum: &Project, rounds: usize, keeps_length: bool) -> io::Result<Results> {
    let length = if keeps_length { "as long as before" } else { "to another length" };
    let mut results = Results::new(format!("one line changed (dev), {length}"), &["axum"]);
    // The first edit of a kind is none of it.
    for round in 0..=rounds {
        let changed = |project: &Project| {
            let text = if keeps_length { format!("{round:09}") } else { "1".repeat(1 + round % 8) };
            project.change_a_line(30, &text)?;
            build(project)
        };
        let pair = vec![("oriole", changed(oriole)?), ("axum", changed(axum)?)];
        if round > 0 {
            results.push(pair);
        }
    }
    Ok(results)
}

fn boot(oriole: &Project, axum: &Project, rounds: usize) -> io::Result<Results> {
    oriole.cargo(&["build", "--release"])?;
    axum.cargo(&["build", "--release"])?;
    let mut results = Results::new("boot (release)", &["axum"]);
    for _ in 0..rounds {
        results.push(vec![("oriole", seconds(oriole.boot_seconds()?)), ("axum", seconds(axum.boot_seconds()?))]);
    }
    Ok(results)
}

/// The share of the graph's check in `cargo check`, against the same application whose check nobody evaluates.
fn graph_check(oriole: &Project, unchecked: &Project, rounds: usize) -> io::Result<Results> {
    check(oriole)?;
    check(unchecked)?;
    let mut results = Results::new("cargo check, with the graph's check and without", &["without"]);
    for _ in 0..rounds {
        oriole.forget_own()?;
        let with = check(oriole)?;
        unchecked.forget_own()?;
        results.push(vec![("with", with), ("without", check(unchecked)?)]);
    }
    Ok(results)
}

/// It passes without rustc's lint on long constant evaluation, or fails.
fn dense_check(dense: &Project) -> io::Result<Results> {
    let Shape { modules, providers, .. } = DENSE;
    let name =
        format!("cargo check of {modules} modules that import all earlier ones, {} providers", modules * providers);
    let mut results = Results::new(name, &[]);
    check(dense)?;
    dense.forget_own()?;
    results.push(vec![("oriole", check(dense)?)]);
    Ok(results)
}

fn build(project: &Project) -> io::Result<Measured> {
    Ok(seconds(time(|| project.cargo(&["build"]))?.as_secs_f64()))
}

fn check(project: &Project) -> io::Result<Measured> {
    Ok(seconds(time(|| project.cargo(&["check"]))?.as_secs_f64()))
}

fn seconds(seconds: f64) -> Measured {
    Measured::one(Metric::Time, seconds * 1e9)
}
