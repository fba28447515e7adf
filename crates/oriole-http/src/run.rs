//! What `#[oriole::main]` makes of a body.

use crate::server::die_of;
use oriole_core::Signal;
use std::cell::Cell;
use std::fmt;
use std::future::Future;
use std::time::Duration;

/// How long blocking work that outlives `main` may delay the process.
const BLOCKING_GRACE: Duration = Duration::from_secs(1);

tokio::task_local! {
    /// The signal that ended the application which this `main` serves.
    static ENDED_BY: Cell<Option<Signal>>;
}

/// Tells `main`, if this is of its task, to end with the signal.
pub(crate) fn ended_by(signal: Signal) {
    let _ = ENDED_BY.try_with(|ended_by| ended_by.set(Some(signal)));
}

/// What the body of `main` may give.
#[diagnostic::on_unimplemented(
    message = "`main` cannot end with `{Self}`",
    label = "neither `()` nor a `Result` whose error can be printed",
    note = "write `async fn main() -> oriole::Result<()>`"
)]
pub trait Outcome {
    #[doc(hidden)]
    fn failure(self) -> Option<String>;
}

impl Outcome for () {
    fn failure(self) -> Option<String> {
        None
    }
}

impl<T, E: fmt::Display> Outcome for Result<T, E> {
    fn failure(self) -> Option<String> {
        self.err().map(|error| error.to_string())
    }
}

/// Runs the body of `main` on a multi-threaded runtime, with the console log if nothing else was installed.
///
/// An error is printed to stderr as `Error: ...`, and the process exits with 1. Else the process dies of the signal that ended
/// its application, if one did and it shall (`LCE.14`).
pub fn run<T: Outcome>(worker_threads: Option<usize>, main: impl Future<Output = T>) {
    #[cfg(feature = "logger")]
    crate::logger::install();
    let mut builder = tokio::runtime::Builder::new_multi_thread();
    if let Some(threads) = worker_threads {
        builder.worker_threads(threads.max(1));
    }
    let (failure, ended_by) = match builder.enable_all().build() {
        Ok(runtime) => {
            let main = async { (main.await, ENDED_BY.with(Cell::take)) };
            let (outcome, ended_by) = runtime.block_on(ENDED_BY.scope(Cell::new(None), main));
            runtime.shutdown_timeout(BLOCKING_GRACE);
            (outcome.failure(), ended_by)
        }
        Err(error) => (Some(format!("the runtime cannot start: {error}")), None),
    };
    #[cfg(feature = "logger")]
    crate::logger::flush();
    if let Some(error) = failure {
        eprintln!("Error: {error}");
        std::process::exit(1);
    }
    if let Some(signal) = ended_by {
        die_of(signal);
    }
}
