//! The program `oriole`: makes projects, adds to them, and runs them while they are worked on.

mod args;
mod dev;
mod generate;
mod new;
mod say;

use std::process::ExitCode;

use args::{Command, USAGE};

/// Something went wrong.
const FAILED: u8 = 1;
/// The command line is wrong.
const MISUSED: u8 = 2;

fn main() -> ExitCode {
    let command = match args::parse(std::env::args().skip(1)) {
        Ok(command) => command,
        Err(message) => {
            say::error(&format!("{message}; see `oriole --help`"));
            return ExitCode::from(MISUSED);
        }
    };
    let done = match command {
        Command::Help => say::print(USAGE),
        Command::Version => say::print(concat!("oriole ", env!("CARGO_PKG_VERSION"))),
        Command::New(order) => new::create(&order),
        Command::Generate(order) => generate::run(&order),
        Command::Dev { arguments } => dev::run(&arguments),
    };
    match done {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            say::error(&error.to_string());
            ExitCode::from(FAILED)
        }
    }
}
