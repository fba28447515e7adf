//! Runs the built program to its end.

use driver::Program;

#[test]
fn the_job_runs_and_ends() {
    let output = Program::new(env!("CARGO_BIN_EXE_sample-context")).env("RUST_LOG", "off").run();
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "- water the plants\n- feed the cat\n2 open\ndone\n");
}
