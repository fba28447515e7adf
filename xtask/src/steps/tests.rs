use std::cell::Cell;
use std::path::Path;
use std::process::Command;
use std::rc::Rc;
use std::time::Duration;

use super::{Outcome, Report, Step, cargo_command, run_all, summary};

#[test]
fn the_command_to_repeat_a_step_can_be_pasted() {
    let step = Step::cargo("docs", Path::new("/"), "doc --no-deps").env("RUSTDOCFLAGS", "-D warnings").env("A", "1");
    assert_eq!(step.repeat(), "RUSTDOCFLAGS='-D warnings' A=1 cargo doc --no-deps");
}

#[test]
fn steps_after_a_failure_are_not_run_and_are_said_to_be() {
    let ran = Rc::new(Cell::new(0));
    let step = |name, passes: bool| {
        let ran = Rc::clone(&ran);
        Step::own(name, "cargo xtask tidy", move || {
            ran.set(ran.get() + 1);
            passes
        })
    };
    assert!(!run_all(&[step("one", true), step("two", false), step("three", true)]));
    assert_eq!(ran.get(), 2);
    assert!(run_all(&[step("one", true)]));
}

/// Tests are told of their package as a program is that cargo runs.
#[test]
fn cargo_is_not_told_of_this_package() {
    let command = cargo_command();
    let removed: Vec<_> = command.get_envs().filter(|(_, value)| value.is_none()).map(|(name, _)| name).collect();
    for name in ["CARGO_PKG_NAME", "CARGO_PKG_VERSION_MAJOR", "CARGO_MANIFEST_DIR"] {
        assert!(std::env::var_os(name).is_none() || removed.iter().any(|removed| *removed == name), "{name}");
    }
    assert!(removed.iter().all(|name| *name != "CARGO_TARGET_DIR" && *name != "CARGO"), "{removed:?}");
}

#[test]
fn the_summary_adds_up() {
    let second = Duration::from_secs(1);
    let table =
        summary(&[("fmt", Outcome::Passed(second)), ("tests", Outcome::Failed(second)), ("docs", Outcome::NotRun)]);
    let lines: Vec<_> = table.lines().collect();
    assert_eq!(lines[1], "fmt          ok           1.0 s");
    assert_eq!(lines[2], "tests        FAILED       1.0 s");
    assert_eq!(lines[3], "docs         not run      0.0 s");
    assert_eq!(lines[4], "all          FAILED       2.0 s");
}

/// However a step reports, what failed is told, and nothing of a run before.
#[test]
fn a_step_of_tests_tells_which_failed() {
    let folder = tempfile::tempdir().expect("a folder");
    let junit = folder.path().join("junit.xml");
    let run = |report: Report, script: &str| {
        let mut command = Command::new("sh");
        command.args(["-c", script, "sh"]).arg(&junit);
        report.run(&mut command, &junit).expect("there is a shell")
    };
    let case = r#"<testcase name="a" classname="it"><failure type="exit 101">why</failure></testcase>"#;
    let writes = format!("echo '{case}' > \"$1\"; exit 1");
    assert_eq!(run(Report::Junit, &writes), Err("1 test failed:\n\n  it a\n    exit 101\n    why\n".to_owned()));
    assert!(run(Report::Junit, "exit 1").is_err_and(|told| told.contains("look above")));
    let prints = "printf -- '---- b stdout ----\nwhy\n'; exit 1";
    assert_eq!(run(Report::Printed, prints), Err("1 test failed:\n\n  b\n    why\n".to_owned()));
    assert_eq!(run(Report::None, "exit 1"), Err(String::new()));
    assert_eq!(run(Report::Printed, "exit 0"), Ok(()));
}
