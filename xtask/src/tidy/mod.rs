//! The house rules that neither rustc nor clippy can check; `docs/architecture.md` gives their reasons.
//!
//! Each check is a function from sources or metadata in memory to [`finding::Finding`]s, so that it can be tried on bad input.

mod docs;
mod files;
pub(crate) mod finding;
mod layers;
mod links;
mod manifests;
mod markdown;
mod run;
pub(crate) mod source;
mod statics;
mod tree;
pub(crate) mod workspace;

#[cfg(test)]
mod tests;

pub(crate) use run::tidy;
