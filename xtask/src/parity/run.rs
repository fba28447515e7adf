//! `cargo xtask parity`.

use std::path::Path;

use super::ledger::PAGE;
use super::report::report;
use super::{binaries, report::Report};
use crate::tidy::finding::{Finding, Level};
use crate::tidy::workspace::{ReadError, Workspace};

/// Writes the page, then builds the tests and asks whether those that are cited run. Returns whether all is well.
pub(crate) fn parity(root: &Path) -> bool {
    match try_parity(root) {
        Ok(findings) => {
            for finding in &findings {
                println!("\n{finding}\n");
            }
            let errors = findings.iter().filter(|finding| finding.level == Level::Error).count();
            println!("parity: {errors} errors");
            errors == 0
        }
        Err(error) => {
            println!("the ledger could not be made: {error}");
            false
        }
    }
}

fn try_parity(root: &Path) -> Result<Vec<Finding>, ReadError> {
    let workspace = Workspace::read(root)?;
    let Report { mut findings, page, citations } = report(&workspace.parity, &workspace.sources, &workspace.members);
    std::fs::write(root.join(PAGE), page)?;
    println!("{PAGE} is written; now the tests that are cited are built and asked");
    let tests = binaries::ask(root, &citations)?;
    findings.extend(binaries::all_run(&citations, &tests));
    println!("{} citations of {} binaries", citations.len(), tests.len());
    Ok(findings)
}
