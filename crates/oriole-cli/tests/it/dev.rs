//! `oriole dev`, over real changes.

use std::process::{Command, Stdio};

use crate::project::{Program, Project};

/// Parity: FST.10.
#[cfg(unix)]
#[test]
fn a_change_runs_the_project_anew_and_a_mistake_waits_for_its_mending() {
    use std::os::unix::process::CommandExt;

    let project = Project::new("changing", &[]);
    let mut command = Command::new(env!("CARGO_BIN_EXE_oriole"));
    command.args(["dev", "--quiet"]).env("PORT", "0").process_group(0).stdin(Stdio::null());
    let mut program = Program::start_group(&project, command);
    assert!(program.get("/").ends_with("Hello World!"));

    let service = project.read("src/app/service.rs");
    project.write("src/app/service.rs", &service.replace("Hello World!", "Hello Oriole!"));
    assert!(program.line_with("changed").contains("src/app/service.rs changed; running anew"));
    assert!(program.get("/").ends_with("Hello Oriole!"));

    project.write("src/app/service.rs", "fn");
    program.line_with("waiting for a change");
    project.write("src/app/service.rs", &service.replace("Hello World!", "Hello again!"));
    assert!(program.get("/").ends_with("Hello again!"));
}
