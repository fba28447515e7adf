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
mod install;
mod line;
#[cfg(test)]
mod tests;

pub use console::Console;

pub(crate) use install::install;
