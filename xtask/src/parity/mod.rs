//! The ledger: which test shows which statement about Nest, and where we deviate.
//!
//! `docs/parity/statements.toml` holds the statements, `docs/parity/deviations.toml` what differs and why,
//! `docs/parity/no_counterpart.toml` what is about something that does not exist here. A test names what it shows in a line of its
//! comment, `/// Parity: GRD.3, GRD.4.`; `docs/parity.md` is made of the four.

mod binaries;
mod citations;
mod ledger;
mod page;
mod report;
mod run;

#[cfg(test)]
mod tests;

pub(crate) use ledger::Inputs;
pub(crate) use report::{page_is_current, report};
pub(crate) use run::parity;
