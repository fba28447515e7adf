//! The command line.

use std::path::PathBuf;

use crate::new::{Order, ProjectName};

pub(crate) const USAGE: &str = "\
Makes projects of Oriole, and runs them while they are worked on.

oriole new NAME [options]   make a project in the folder NAME
  --strict                  with clippy's pedantic lints, and without `unsafe`
  --oriole FOLDER           depend on the crate `oriole` in this folder, not on the published one
oriole dev [ARGUMENTS]      run the project of this folder, and anew whenever a file of it changes;
                            the arguments are `cargo run`'s
oriole --help | --version

Exit codes
  0    done
  1    something went wrong
  2    the command line is wrong";

/// What to do.
#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Version,
    New(Order),
    Dev { arguments: Vec<String> },
}

pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let Some(command) = arguments.next() else {
        return Err("there is no command".into());
    };
    match command.as_str() {
        "--help" | "-h" | "help" => Ok(Command::Help),
        "--version" | "-V" => Ok(Command::Version),
        "new" => order(arguments),
        "dev" => Ok(Command::Dev { arguments: arguments.collect() }),
        other => Err(format!("there is no command {other:?}")),
    }
}

fn order(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut name = None;
    let mut is_strict = false;
    let mut oriole = None;
    while let Some(argument) = arguments.next() {
        match argument.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--strict" => is_strict = true,
            "--oriole" => oriole = Some(PathBuf::from(arguments.next().ok_or("--oriole needs a folder")?)),
            option if option.starts_with('-') => return Err(format!("there is no option {option:?}")),
            _ if name.is_some() => return Err("there is more than one name".into()),
            _ => name = Some(ProjectName::new(argument)?),
        }
    }
    let name = name.ok_or("the project's name is missing")?;
    Ok(Command::New(Order { name, is_strict, oriole }))
}

#[cfg(test)]
mod tests {
    use super::{Command, parse};

    fn parsed(line: &str) -> Result<Command, String> {
        parse(line.split_whitespace().map(String::from))
    }

    #[test]
    fn mistakes_are_told() {
        for (line, message) in [
            ("", "there is no command"),
            ("build", "there is no command \"build\""),
            ("new", "the project's name is missing"),
            ("new a b", "there is more than one name"),
            ("new a --fast", "there is no option \"--fast\""),
            ("new a --oriole", "--oriole needs a folder"),
        ] {
            assert_eq!(parsed(line), Err(message.into()), "{line}");
        }
    }

    #[test]
    fn options_may_stand_anywhere() {
        let Ok(Command::New(order)) = parsed("new --strict hello --oriole ../x") else { panic!("an order") };
        assert_eq!((order.name.as_str(), order.is_strict, order.oriole), ("hello", true, Some("../x".into())));
        assert_eq!(parsed("new hello --help"), Ok(Command::Help));
        assert_eq!(parsed("dev --release"), Ok(Command::Dev { arguments: vec!["--release".into()] }));
    }
}
