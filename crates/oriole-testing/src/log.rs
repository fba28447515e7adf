//! What is logged while a test runs.

use std::fmt::{self, Write};
use std::future::Future;
use tracing::dispatcher::{self, Dispatch};
use tracing::field::{Field, Visit};
use tracing::instrument::WithSubscriber;
use tracing::span::{Attributes, Id, Record};
use tracing::subscriber::{NoSubscriber, Subscriber};
use tracing::{Event, Level, Metadata};

/// Where the log of one test goes; `None` leaves it to whoever listens already.
#[derive(Clone, Debug)]
pub(crate) struct Log(Option<Dispatch>);

impl Log {
    /// Errors, as far as nobody listens: a test that passes says nothing (`TST.10`).
    pub(crate) fn quiet() -> Self {
        let somebody = dispatcher::get_default(|dispatch| !dispatch.is::<NoSubscriber>());
        Self((!somebody).then(|| Dispatch::new(Errors)))
    }

    pub(crate) fn to(dispatch: Dispatch) -> Self {
        Self(Some(dispatch))
    }

    /// Runs a future whose log goes there.
    pub(crate) async fn of<F: Future>(&self, future: F) -> F::Output {
        match &self.0 {
            Some(dispatch) => future.with_subscriber(dispatch.clone()).await,
            None => future.await,
        }
    }
}

/// Prints errors to where the test's own output goes.
struct Errors;

impl Subscriber for Errors {
    fn enabled(&self, metadata: &Metadata<'_>) -> bool {
        metadata.is_event() && *metadata.level() == Level::ERROR
    }

    fn new_span(&self, _: &Attributes<'_>) -> Id {
        Id::from_u64(1)
    }

    fn record(&self, _: &Id, _: &Record<'_>) {}

    fn record_follows_from(&self, _: &Id, _: &Id) {}

    fn event(&self, event: &Event<'_>) {
        let mut line = Line(format!("ERROR {}:", event.metadata().target()));
        event.record(&mut line);
        // The test's harness takes it, and shows it if the test fails.
        eprintln!("{}", line.0);
    }

    fn enter(&self, _: &Id) {}

    fn exit(&self, _: &Id) {}
}

struct Line(String);

impl Visit for Line {
    fn record_debug(&mut self, field: &Field, value: &dyn fmt::Debug) {
        let name = field.name();
        // Text grows, and does not fail.
        let _ = if name == "message" { write!(self.0, " {value:?}") } else { write!(self.0, " {name}={value:?}") };
    }
}
