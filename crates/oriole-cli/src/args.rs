//! The command line.

use std::path::PathBuf;

#[cfg(feature = "doctor")]
use crate::doctor;
use crate::generate::{self, Element, Kind};
use crate::new::{Order, ProjectName};

pub(crate) const USAGE: &str = "\
Makes projects of Oriole, and runs them while they are worked on.

oriole new NAME [options]   make a project in the folder NAME
  --strict                  with clippy's pedantic lints, and without `unsafe`
  --oriole FOLDER           depend on the crate `oriole` in this folder; without it, on that of the checkout which this
                            program was installed from. It is on no registry yet
oriole dev [ARGUMENTS]      run the project of this folder, and anew whenever a file of it changes;
                            the arguments are `cargo run`'s
oriole generate KIND NAME [options]
                            add something to the project of this folder; `oriole g` is the same
  KIND                      module (mo), controller (co), service (s), resource (res), guard (gu),
                            interceptor (itc), pipe (pi), filter (f), middleware (mi)
  NAME                      such as cats, cat-owners, or users/admins for a folder in a folder
  --flat                    beside the other files of its folder, not in a folder of its own
  --spec, --no-spec         with tests, which is the default, or without (a resource has some)
  --dry-run, -d             say what would be written, and write nothing
oriole doctor URL [options] say which hop on the way to an event stream buffers, compresses or cuts, and after how long
  --token TOKEN             the secret of the service's probe, a route of `SseDoctorModule` or `DoctorProbe` at URL;
                            otherwise that of ORIOLE_DOCTOR_TOKEN. Without one URL is any event stream, of which less
                            can be told
  --hop URL                 the same route at the next proxy inward; may be given again, in order
  --origin URL              the same route at the service itself
  --patience SECONDS        how long silences are waited out: 75, of 1 to 600; in all it takes 40 s more at most
  --heartbeat SECONDS       how often your streams send a comment when idle: 15, as Oriole's do
  --header 'NAME: VALUE'    send this header; may be given again
  --json                    print everything for programs
oriole --help | --version

Exit codes
  0    done; the doctor: nothing hurts streams
  1    something went wrong; the doctor: an address could not be looked at
  2    the command line is wrong
  3    the doctor: something hurts streams";

/// Where the doctor's token is, if the command line has none.
#[cfg(feature = "doctor")]
const TOKEN_VARIABLE: &str = "ORIOLE_DOCTOR_TOKEN";

/// What to do.
#[derive(Debug)]
pub(crate) enum Command {
    Help,
    Version,
    New(Order),
    Generate(generate::Order),
    Dev {
        arguments: Vec<String>,
    },
    #[cfg(feature = "doctor")]
    Doctor(doctor::Order),
}

pub(crate) fn parse(mut arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let Some(command) = arguments.next() else {
        return Err("there is no command".into());
    };
    match command.as_str() {
        "--help" | "-h" | "help" => Ok(Command::Help),
        "--version" | "-V" => Ok(Command::Version),
        "new" => order(arguments),
        "generate" | "g" => generated(arguments),
        "dev" => Ok(Command::Dev { arguments: arguments.collect() }),
        #[cfg(feature = "doctor")]
        "doctor" => {
            let order = doctor::parse(arguments, std::env::var(TOKEN_VARIABLE).ok())?;
            Ok(order.map_or(Command::Help, Command::Doctor))
        }
        #[cfg(not(feature = "doctor"))]
        "doctor" => Err("this program was built without its feature `doctor`".into()),
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

fn generated(arguments: impl Iterator<Item = String>) -> Result<Command, String> {
    let mut words = Vec::new();
    let (mut is_flat, mut has_tests, mut is_dry) = (false, true, false);
    for argument in arguments {
        match argument.as_str() {
            "--help" | "-h" => return Ok(Command::Help),
            "--flat" => is_flat = true,
            "--spec" => has_tests = true,
            "--no-spec" => has_tests = false,
            "--dry-run" | "-d" => is_dry = true,
            option if option.starts_with('-') => return Err(format!("there is no option {option:?}")),
            _ => words.push(argument),
        }
    }
    let [kind, name] = &words[..] else {
        return Err("generate needs a kind and a name".into());
    };
    let kind = Kind::named(kind).ok_or_else(|| format!("there is no kind {kind:?}"))?;
    if kind == Kind::Resource && is_flat {
        return Err("a resource has many files: it needs a folder of its own".into());
    }
    Ok(Command::Generate(generate::Order { kind, element: Element::new(name)?, is_flat, has_tests, is_dry }))
}

#[cfg(test)]
mod tests {
    use super::{Command, USAGE, parse};
    use crate::generate::Kind;

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
            ("generate", "generate needs a kind and a name"),
            ("g module", "generate needs a kind and a name"),
            ("g module a b", "generate needs a kind and a name"),
            ("g gateway a", "there is no kind \"gateway\""),
            ("g module a --watch", "there is no option \"--watch\""),
            ("g res a --flat", "a resource has many files: it needs a folder of its own"),
            ("g mo fn", "\"fn\" means something to Rust: choose another name"),
        ] {
            assert_eq!(parsed(line).err().as_deref(), Some(message), "{line}");
        }
    }

    #[test]
    fn options_may_stand_anywhere() {
        let Ok(Command::New(order)) = parsed("new --strict hello --oriole ../x") else { panic!("an order") };
        assert_eq!((order.name.as_str(), order.is_strict, order.oriole), ("hello", true, Some("../x".into())));
        assert!(matches!(parsed("new hello --help"), Ok(Command::Help)));
        assert!(matches!(parsed("dev --release"), Ok(Command::Dev { arguments }) if arguments == ["--release"]));
    }

    #[test]
    fn kinds_have_nests_short_names() {
        for kind in Kind::ALL {
            for name in [kind.word(), kind.alias()] {
                let Ok(Command::Generate(order)) = parsed(&format!("g {name} cats -d")) else { panic!("{name}") };
                assert_eq!((order.kind, order.is_flat, order.has_tests, order.is_dry), (kind, false, true, true));
            }
            assert!(USAGE.contains(&format!("{} ({})", kind.word(), kind.alias())), "{kind:?}");
        }
        let Ok(Command::Generate(order)) = parsed("generate --no-spec s --flat users/CatOwners") else { panic!() };
        assert_eq!((order.kind, order.is_flat, order.has_tests), (Kind::Service, true, false));
        assert_eq!((order.element.folders(), order.element.snake()), (&["users".to_owned()][..], "cat_owners"));
    }
}
