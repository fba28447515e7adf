//! Drives the built program as a client would.

use driver::Program;

fn sample(stage: &str) -> Program {
    Program::new(env!("CARGO_BIN_EXE_sample-dynamic-modules")).env("STAGE", stage)
}

#[test]
fn each_part_reads_its_own_file() {
    let sample = sample("development").start();
    assert_eq!(sample.get("/").text(), "Hello from development!");
    assert_eq!(sample.get("/preview").text(), "Hello from production!");
}

#[test]
fn a_file_that_is_not_there_ends_the_start() {
    let output = sample("nowhere").port(0).run();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(text.contains("ORI010: the factory of `Config` in `ConfigModule` failed: "), "{text}");
}
