//! The log of a test.

use oriole::prelude::*;
use oriole_testing::{Result, Test};
use std::sync::{Arc, Mutex};
use tracing::field::{Field, Visit};
use tracing::span::{Attributes, Id, Record};
use tracing::{Event, Metadata, Subscriber};

/// Keeps what is said.
#[derive(Clone, Default)]
struct Keeps(Arc<Mutex<Vec<String>>>);

struct Text<'a>(&'a mut String);

impl Visit for Text<'_> {
    fn record_debug(&mut self, field: &Field, value: &dyn std::fmt::Debug) {
        if field.name() == "message" {
            *self.0 = format!("{value:?}");
        }
    }
}

impl Subscriber for Keeps {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event()
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut text = String::new();
        event.record(&mut Text(&mut text));
        self.0.lock().expect("nobody panicked").push(format!("{} {text}", event.metadata().level()));
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

#[injectable]
struct Fails;

#[controller]
impl Fails {
    #[get]
    async fn fails(&self) -> Result<&'static str, HttpException> {
        tracing::info!("about to fail");
        Err(HttpException::internal("out of order"))
    }
}

#[module(root, controllers = [Fails])]
struct FailsModule;

/// Parity: TST.10.
#[tokio::test]
async fn a_logger_of_the_test_hears_everything() -> Result {
    let heard = Keeps::default();
    let test = Test::module::<FailsModule>().logger(heard.clone()).compile().await?;
    let app = test.create_application().init().await?;
    app.get("/").await?.assert_status(500);
    app.close().await?;
    let heard = heard.0.lock().expect("nobody panicked").join("\n");
    for said in
        ["INFO FailsModule dependencies initialized", "INFO Mapped {/, GET} route", "INFO about to fail", "ERROR "]
    {
        assert!(heard.contains(said), "{said}: {heard}");
    }
    Ok(())
}

/// Runs this very test again in a process of its own, whose output is read.
///
/// Parity: TST.10.
#[test]
fn without_one_only_errors_are_shown() {
    let test = std::env::current_exe().expect("a test is a program");
    let mut run = std::process::Command::new(test);
    let output = run.args(["--exact", "logs::fails_once", "--nocapture"]).output().expect("it runs");
    let shown = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{shown}");
    assert!(shown.contains("ERROR ") && shown.contains("out of order"), "{shown}");
    assert!(!shown.contains("about to fail") && !shown.contains("Mapped"), "{shown}");
}

/// What the test before looks at.
#[tokio::test]
async fn fails_once() -> Result {
    let app = Test::module::<FailsModule>().compile().await?.create_application().init().await?;
    app.get("/").await?.assert_status(500);
    app.close().await
}
