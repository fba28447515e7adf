//! `oriole dev`: runs the project, and runs it anew whenever a file of it changes.

mod program;
mod run;
mod snapshot;

pub(crate) use run::run;
