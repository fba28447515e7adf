//! The log: one line per event, in the format that Nest's users know, or a logger of the application's own.
//!
//! ```text
//! [Oriole] 4711  - 2026-11-22 10:22:33Z     LOG [RouterExplorer] Mapped {/sse, GET} route +1ms
//! ```
//!
//! Everything is logged through tracing. `#[oriole::main]` installs [`Log`] with a [`Console`] unless a subscriber is set
//! already. `RUST_LOG` chooses what is shown, as `level` or `target=level` with commas between; `info` by default. The
//! levels are tracing's; they are shown under Nest's names (`LOG.2`).

mod console;
mod handle;
mod install;
mod json;
mod log;
mod record;
mod service;
#[cfg(test)]
mod tests;
mod text;

pub use console::Console;
pub use handle::Logger;
pub use install::{buffer, flush, install, silence};
pub use log::Log;
pub use record::{LogLevel, Record};
pub use service::LoggerService;
