//! The console log: one line per event, in the format that Nest's users know.
//!
//! ```text
//! [Oriole] 4711  - 2026-11-22 10:22:33Z     LOG [RouterExplorer] Mapped {/sse, GET} route +1ms
//! ```
//!
//! `#[oriole::main]` installs it unless a subscriber is set already. `RUST_LOG` chooses what is shown, as
//! `level` or `target=level` with commas between; `info` by default. The levels are tracing's; they are shown under Nest's
//! names (`LOG.2`).

mod console;
mod line;
#[cfg(test)]
mod tests;

pub use console::Console;

use tracing_subscriber::Layer as _;
use tracing_subscriber::filter::{LevelFilter, Targets};
use tracing_subscriber::layer::SubscriberExt as _;

/// Makes the console log the process' subscriber, if there is none yet.
pub(crate) fn install() {
    if tracing::dispatcher::has_been_set() {
        return;
    }
    let filter = std::env::var("RUST_LOG").ok().and_then(|directives| directives.parse::<Targets>().ok());
    let filter = filter.unwrap_or_else(|| Targets::new().with_default(LevelFilter::INFO));
    let subscriber = tracing_subscriber::registry().with(Console::stdout().with_filter(filter));
    // Someone else may have been faster; then theirs stands.
    let _ = tracing::subscriber::set_global_default(subscriber);
}
