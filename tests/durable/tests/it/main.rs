//! Kills the built programs, and looks at what is left.

mod killed;
mod restarted;
