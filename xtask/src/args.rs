//! The command line.

use crate::bench::Bench;

pub(crate) const HELP: &str = "\
Usage: cargo xtask <command>

  test    everything CI runs: tools, fmt, tidy, clippy, the smaller feature sets, docs, build, parity, tests, tests with the
          default features, the benches as small as can be, doctests
  ci      another name for `test`
  check   the same without building and running tests: fmt, tidy, clippy, the smaller feature sets, docs
  tidy    the house rules: layers, statics, manifests, file budgets, doctests, links, error pages, the ledger
  parity  collect which test shows which statement about Nest into docs/parity.md, and ask the tests whether they run
  bench   build Oriole and what it is compared with in release, and measure them in turn: tables, JSON and pictures in
          target/bench; `--quick` runs everything once, as small as can be, `cargo xtask bench --help` has the rest
  tools   look for the programs that the tests need, and install what is missing (root on Debian)
  help    this text

While you work on one crate, use its tests alone: `cargo nextest run -p oriole-sse`, or `cargo test -p oriole-sse`.";

#[derive(Debug, PartialEq, Eq)]
pub(crate) enum Command {
    Help,
    Test,
    Check,
    Tidy,
    Parity,
    Tools,
    Bench(Bench),
    BenchHelp,
}

pub(crate) fn parse(args: impl IntoIterator<Item = String>) -> Result<Command, String> {
    let mut args = args.into_iter();
    let command = match args.next().as_deref() {
        None | Some("help" | "--help" | "-h") => Command::Help,
        Some("test" | "ci") => Command::Test,
        Some("check") => Command::Check,
        Some("tidy") => Command::Tidy,
        Some("parity") => Command::Parity,
        Some("tools") => Command::Tools,
        Some("bench") => return Ok(Bench::parse(args)?.map_or(Command::BenchHelp, Command::Bench)),
        Some(other) => return Err(format!("no command is called `{other}`")),
    };
    match args.next().as_deref() {
        None => Ok(command),
        Some("--help" | "-h") => Ok(Command::Help),
        Some(extra) => Err(format!("the commands take no arguments, but `{extra}` was given")),
    }
}

#[cfg(test)]
mod tests;
