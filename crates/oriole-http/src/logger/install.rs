//! The log of a program that has not chosen another.

use super::Console;
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
