use super::{Command, parse};
use crate::bench::Bench;

fn parsed(line: &str) -> Result<Command, String> {
    parse(line.split_whitespace().map(str::to_owned))
}

#[test]
fn each_command_is_known() {
    assert_eq!(parsed("test"), Ok(Command::Test));
    assert_eq!(parsed("ci"), Ok(Command::Test));
    assert_eq!(parsed("check"), Ok(Command::Check));
    assert_eq!(parsed("tidy"), Ok(Command::Tidy));
    assert_eq!(parsed("parity"), Ok(Command::Parity));
    assert_eq!(parsed("tools"), Ok(Command::Tools));
}

#[test]
fn the_bench_has_words_of_its_own() {
    let bench = Bench { rounds: Some(3), ..Bench::default() };
    assert_eq!(parsed("bench --rounds 3"), Ok(Command::Bench(bench)));
    assert_eq!(parsed("bench --rounds 3 --help"), Ok(Command::BenchHelp));
    assert!(parsed("bench --fast").is_err_and(|message| message.contains("`--fast`")));
}

#[test]
fn help_is_the_answer_to_nothing_and_to_the_usual_flags() {
    for line in ["", "help", "--help", "-h", "test --help"] {
        assert_eq!(parsed(line), Ok(Command::Help), "{line:?}");
    }
}

#[test]
fn a_mistake_is_named() {
    assert_eq!(parsed("tset"), Err("no command is called `tset`".into()));
    assert!(parsed("test --workspace").is_err_and(|message| message.contains("`--workspace`")));
}
