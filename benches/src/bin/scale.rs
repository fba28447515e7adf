//! `cargo run --release -p benches --bin scale [-- ROUNDS]`: what a large application costs to build and to boot.

use benches::measure::{Samples, time};
use benches::scale::{Flavour, Project, Shape};
use std::io;
use std::path::Path;
use std::process::ExitCode;

const SHAPE: Shape = Shape { modules: 60, providers: 2, routes: 6, dense: false };
const DENSE: Shape = Shape { modules: 200, providers: 5, routes: 0, dense: true };

fn main() -> ExitCode {
    match run() {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            eprintln!("{error}");
            ExitCode::FAILURE
        }
    }
}

#[allow(clippy::print_stdout, reason = "the table is what the program is for")]
fn run() -> io::Result<()> {
    let rounds: usize = std::env::args().nth(1).and_then(|word| word.parse().ok()).unwrap_or(5);
    let repository = Path::new(env!("CARGO_MANIFEST_DIR")).join("..").canonicalize()?;
    let parent = repository.join("target/scale");
    let oriole = Project::write(&parent, &repository, Flavour::Oriole, SHAPE)?;
    let unchecked = Project::write(&parent, &repository, Flavour::OrioleUnchecked, SHAPE)?;
    let axum = Project::write(&parent, &repository, Flavour::Axum, SHAPE)?;
    println!(
        "{} modules, {} providers, {} routes; {rounds} rounds, in turn; median (least to most)\n",
        SHAPE.modules,
        SHAPE.modules * SHAPE.providers,
        SHAPE.modules * SHAPE.routes
    );

    let [mut with, mut without] = [Samples::default(), Samples::default()];
    let build = |project: &Project| time(|| project.cargo(&["build"])).map(|time| time.as_secs_f64());

    // Everything from nothing, once: it includes the dependencies.
    let cold = [build(&oriole)?, build(&axum)?];
    println!(
        "first build with all dependencies: oriole {:.1} s, axum {:.1} s, ratio {:.2}",
        cold[0],
        cold[1],
        cold[0] / cold[1]
    );

    for _ in 0..rounds {
        oriole.forget_own()?;
        with.push(build(&oriole)?);
        axum.forget_own()?;
        without.push(build(&axum)?);
    }
    report("clean build of the application (dev)", &with, &without);

    for keeps_length in [true, false] {
        [with, without] = [Samples::default(), Samples::default()];
        // The first edit of a kind is none of it.
        for round in 0..=rounds {
            for (project, samples) in [(&oriole, &mut with), (&axum, &mut without)] {
                let text = if keeps_length { format!("{round:09}") } else { "1".repeat(1 + round % 8) };
                project.change_a_line(30, &text)?;
                let seconds = build(project)?;
                if round > 0 {
                    samples.push(seconds);
                }
            }
        }
        let length = if keeps_length { "as long as before" } else { "to another length" };
        report(&format!("one line changed (dev), {length}"), &with, &without);
    }

    [with, without] = [Samples::default(), Samples::default()];
    oriole.cargo(&["build", "--release"])?;
    axum.cargo(&["build", "--release"])?;
    for _ in 0..rounds * 10 {
        with.push(oriole.boot_seconds()?);
        without.push(axum.boot_seconds()?);
    }
    report("boot (release)", &with, &without);

    [with, without] = [Samples::default(), Samples::default()];
    let check = |project: &Project| time(|| project.cargo(&["check"])).map(|time| time.as_secs_f64());
    check(&oriole)?;
    check(&unchecked)?;
    for _ in 0..rounds {
        oriole.forget_own()?;
        with.push(check(&oriole)?);
        unchecked.forget_own()?;
        without.push(check(&unchecked)?);
    }
    println!(
        "\ncargo check with the graph's check {}, without {}: the check's share is {:.0} %",
        with.text(),
        without.text(),
        (1.0 - without.median() / with.median()).max(0.0) * 100.0
    );

    let dense = Project::write(&parent.join("dense"), &repository, Flavour::Oriole, DENSE)?;
    check(&dense)?;
    dense.forget_own()?;
    println!(
        "cargo check of {} modules that import all earlier ones, {} providers: {:.1} s, no lint",
        DENSE.modules,
        DENSE.modules * DENSE.providers,
        check(&dense)?
    );
    Ok(())
}

#[allow(clippy::print_stdout, reason = "the table is what the program is for")]
fn report(what: &str, oriole: &Samples, axum: &Samples) {
    println!("{what}: oriole {}, axum {}, ratio {}", oriole.text(), axum.text(), oriole.ratio(axum));
}
