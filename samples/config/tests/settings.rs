//! Drives the built program in several environments.

use driver::Program;

fn sample() -> Program {
    Program::new(env!("CARGO_BIN_EXE_sample-config"))
}

#[test]
fn the_environment_wins_over_the_file() {
    let sample = sample()
        .env("HOST_NAME", "db.example.org")
        .env("DATABASE_URL", "postgres://db.example.org/cats")
        .env("DATABASE_PASSWORD", "tiger")
        .env("CATS_LIMIT", "2")
        .start();
    assert_eq!(sample.get("/cats").text(), r#"["Tom","Kitty"]"#);
    assert_eq!(sample.get("/database").text(), "[redacted], 5 connections to postgres://db.example.org/cats");
    assert!(!sample.output().contains("tiger"));
}

#[test]
fn every_mistake_is_told_before_anything_starts() {
    let output = sample().env("CATS_LIMIT", "12").env("DATABASE_POOL", "many").env("DATABASE_URL", "db").port(0).run();
    let text = String::from_utf8_lossy(&output.stderr);
    assert_eq!(output.status.code(), Some(1), "{text}");
    assert!(
        text.contains(
            "ORI010: the factory of `ConfigService` in `ConfigModule` failed: 4 problems in the configuration"
        ),
        "{text}"
    );
    for problem in [
        "cats.limit greater than 10 (CATS_LIMIT in the environment of the process)",
        "database.pool must be an integer number (DATABASE_POOL in the environment of the process)",
        "database.password must be a string (not set; DATABASE_PASSWORD sets it)",
        "database.url value does not begin with \"postgres://\" (DATABASE_URL in the environment of the process)",
    ] {
        assert!(text.contains(problem), "{problem}\n{text}");
    }
}
