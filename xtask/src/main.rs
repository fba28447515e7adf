//! What contributors and CI run: `cargo xtask help` lists the commands.
#![allow(clippy::print_stdout, reason = "the output of these commands is what people and CI read")]

mod args;
mod bench;
mod commands;
mod failures;
mod parity;
mod steps;
mod tidy;
mod tools;

use std::process::ExitCode;

use args::Command;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(message) => {
            eprintln!("error: {message}\n\n{}", args::HELP);
            return ExitCode::from(2);
        }
    };
    let root = commands::workspace_root();
    let passed = match command {
        Command::Help => {
            println!("{}", args::HELP);
            true
        }
        Command::Tidy => tidy::tidy(&root),
        Command::Parity => parity::parity(&root),
        Command::Tools => tools::ensure(),
        Command::Check => steps::run_all(&commands::check(&root)),
        Command::BenchHelp => {
            println!("{}", bench::HELP);
            true
        }
        Command::Bench(bench) => bench.run(&root),
        Command::Test => steps::run_all(&commands::test(&root)),
    };
    if passed { ExitCode::SUCCESS } else { ExitCode::FAILURE }
}
