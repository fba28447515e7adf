//! Runs the built program to its end.

use std::process::Command;

#[test]
fn the_job_runs_and_ends() {
    let mut job = Command::new(env!("CARGO_BIN_EXE_sample-context"));
    let output = job.env("RUST_LOG", "off").output().expect("the sample is built");
    assert!(output.status.success());
    assert_eq!(String::from_utf8_lossy(&output.stdout), "- water the plants\n- feed the cat\n2 open\ndone\n");
}
