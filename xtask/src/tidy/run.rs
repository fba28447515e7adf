//! Runs every check and prints what it found.

use std::path::Path;

use super::finding::{Finding, Level};
use super::workspace::Workspace;
use super::{docs, files, layers, links, manifests, statics, tree};
use crate::parity;

/// Returns whether no rule is broken. Warnings break none.
pub(crate) fn tidy(root: &Path) -> bool {
    let workspace = match Workspace::read(root) {
        Ok(workspace) => workspace,
        Err(error) => {
            println!("the workspace could not be read: {error}");
            return false;
        }
    };
    let (mut errors, mut warnings) = (0, 0);
    for (rule, findings) in all(&workspace) {
        errors += findings.iter().filter(|finding| finding.level == Level::Error).count();
        warnings += findings.iter().filter(|finding| finding.level == Level::Warning).count();
        println!("{:<7} {rule}", if findings.is_empty() { "ok" } else { "found" });
        for finding in findings {
            println!("\n{finding}\n");
        }
    }
    println!("tidy: {errors} errors, {warnings} warnings in {} sources", workspace.sources.len());
    errors == 0
}

/// Each rule in words, with what breaks it.
fn all(workspace: &Workspace) -> Vec<(&'static str, Vec<Finding>)> {
    let Workspace { sources, pages, members, locked, .. } = workspace;
    let report = parity::report(&workspace.parity, sources, members);
    let core = tree::names(&workspace.core_tree);
    let has_defaults = |name: &str| locked.iter().any(|package| package.name == name && package.has_defaults);
    vec![
        ("oriole-sse depends on no other crate of ours", layers::sse_stands_alone(members)),
        ("its codec does no I/O and knows no runtime", layers::codec_is_pure(sources)),
        ("oriole-core has no HTTP and no JSON", layers::core_is_neutral(members, &core, sources)),
        ("axum is known to oriole-http and oriole-sse only", layers::axum_stays_at_the_edge(members)),
        ("generated code calls `::oriole::__private` from one list", layers::macros_name_one_list_of_paths(sources)),
        ("no global mutable state", statics::no_global_state(sources)),
        ("no link-time registration", manifests::no_link_time_registration(&workspace.lock)),
        ("the default features stay small", tree::facade_stays_small(&workspace.facade_tree)),
        ("manifests inherit from the workspace", manifests::members_inherit(&workspace.manifests)),
        ("every program has a name of its own", manifests::programs_have_names_of_their_own(members)),
        (
            "dependencies come without default features",
            manifests::workspace_dependencies(&workspace.root_manifest, has_defaults),
        ),
        ("dependencies build with our oldest Rust", manifests::oldest_toolchain(&workspace.root_manifest, locked)),
        ("files within their budget", files::budget(sources)),
        ("`mod.rs` is a table of contents", files::contents_only(sources)),
        ("no forgotten file", files::no_forgotten_file(sources)),
        ("one test binary per crate", files::one_test_binary(sources)),
        ("the root stays clear", files::root_stays_clear(&workspace.root_entries)),
        ("every example is compiled", docs::no_ignored_doctest(sources, pages)),
        ("links lead somewhere", links::links_lead_somewhere(pages, &workspace.files)),
        (
            "rustdoc knows the guide's links",
            links::rustdoc_knows_the_labels(pages, &workspace.files, &workspace.repository()),
        ),
        ("no ignored test", docs::no_ignored_test(sources)),
        ("prose within its width", docs::prose_width(pages)),
        ("a changelog in its form", docs::changelog(pages)),
        ("the first page names every crate and sample", docs::first_page(pages, members)),
        ("a row for every feature", docs::feature_table(pages, members)),
        ("a page for every error code", docs::error_pages(sources, pages)),
        ("the ledger of Nest's statements", report.findings),
        ("its page is up to date", parity::page_is_current(&workspace.parity, &report.page)),
    ]
}
