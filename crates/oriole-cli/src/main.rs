//! The program `oriole`: makes projects, adds to them, runs them while they are worked on, and looks into what proxies do
//! to their event streams.

mod args;
mod dev;
#[cfg(feature = "doctor")]
mod doctor;
mod generate;
mod new;
mod say;

use std::process::ExitCode;

use args::{Command, USAGE};

const DONE: u8 = 0;
/// Something went wrong.
const FAILED: u8 = 1;
/// The command line is wrong.
const MISUSED: u8 = 2;
/// The doctor found what hurts streams.
#[cfg(feature = "doctor")]
const FOUND: u8 = 3;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(message) => {
            say::error(&format!("{message}; see `oriole --help`"));
            return ExitCode::from(MISUSED);
        }
    };
    let done = match command {
        Command::Help => say::print(USAGE).map(|()| DONE),
        Command::Version => say::print(concat!("oriole ", env!("CARGO_PKG_VERSION"))).map(|()| DONE),
        Command::New(order) => new::create(&order).map(|()| DONE),
        Command::Generate(order) => generate::run(&order).map(|()| DONE),
        Command::Dev { arguments } => dev::run(&arguments).map(|()| DONE),
        #[cfg(feature = "doctor")]
        Command::Doctor(order) => doctor::run(order),
    };
    match done {
        Ok(code) => ExitCode::from(code),
        Err(error) => {
            say::error(&error.to_string());
            ExitCode::from(FAILED)
        }
    }
}
