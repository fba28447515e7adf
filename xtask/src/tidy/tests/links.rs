//! Links that lead somewhere and links that do not.

use std::collections::BTreeSet;

use super::{broken, kept, page};
use crate::tidy::docs::Page;
use crate::tidy::finding::Finding;
use crate::tidy::links;

const GUIDE: &str = "docs/guide/15-hub.md";

/// A page beside a guide of two chapters and a picture.
fn tree(path: &str, text: &str) -> (Vec<Page>, BTreeSet<String>) {
    let resume = page("docs/guide/16-resume.md", "# Resume\n\n## The id, `signed`\n\n## Keys\n\n## Keys\n");
    let pages = vec![resume, page(path, text)];
    let mut files: BTreeSet<_> = pages.iter().map(|page| page.path.clone()).collect();
    files.insert("docs/pictures/a.svg".into());
    (pages, files)
}

fn lead(path: &str, text: &str) -> Vec<Finding> {
    let (pages, files) = tree(path, text);
    links::links_lead_somewhere(&pages, &files)
}

/// A chapter, and what rustdoc reads before it.
fn known(text: &str, definitions: &str) -> Vec<Finding> {
    let (mut pages, files) = tree(GUIDE, text);
    pages.push(page("crates/oriole/src/links.md", definitions));
    links::rustdoc_knows_the_labels(&pages, &files, "https://host/oriole")
}

#[test]
fn links_lead_to_files_folders_and_headings() {
    kept(&lead(
        "README.md",
        "[a](docs/guide/16-resume.md) [b](docs/guide) [c](https://x.org/y.md) ![d](docs/pictures/a.svg)",
    ));
    kept(&lead("README.md", "[a](docs/guide/16-resume.md#the-id-signed) [b](docs/guide/16-resume.md#keys-1)"));
    kept(&lead("README.md", "# Here\n[a](#here), `[b](gone.md)`\n```rust\nlet _ = x[0](gone)[1][2];\n```\n"));
    kept(&lead("docs/x.md", "[a][guide/16-resume.md]\n\n[guide/16-resume.md]: guide/16-resume.md\n"));
    broken(&lead("README.md", "\n[a](docs/gone.md)"), &[(2, "`docs/gone.md` is not there")]);
    broken(&lead("docs/x.md", "[a](../../secret.md)"), &[(1, "is not there")]);
    broken(&lead("docs/x.md", "[a](guide/16-resume.md#keys-2)"), &[(1, "no heading `#keys-2`")]);
    broken(&lead("README.md", "[a](#here)"), &[(1, "no heading `#here`")]);
    broken(&lead("README.md", "[a][b]"), &[(1, "the label `b` is not defined")]);
    broken(&lead("README.md", "[a][b]\n\n[b]: gone.md\n"), &[(3, "is not there")]);
}

#[test]
fn items_are_links_in_sources_alone() {
    kept(&lead("crates/x/src/macros/get.md", "[a](crate::Get) [b](macro@crate::get)"));
    broken(&lead("docs/x.md", "[a](crate::Get)"), &[(1, "in rustdoc only")]);
    let relative = lead("crates/x/src/macros/get.md", "[a](../../../../docs/guide/16-resume.md)");
    broken(&relative, &[(1, "dead in rustdoc")]);
}

#[test]
fn rustdoc_is_told_what_labels_mean() {
    let page = "[a][16-resume.md#keys] ![b][../pictures/a.svg] [c](#d)\n\n\
                [../pictures/a.svg]: ../pictures/a.svg\n[16-resume.md#keys]: 16-resume.md#keys\n";
    let definitions = "[../pictures/a.svg]: https://host/oriole/raw/main/docs/pictures/a.svg\n\
                       [16-resume.md#keys]: crate::guide::resume#keys\n";
    kept(&known(page, definitions));
    broken(&known(page, ""), &[(1, "what `[16-resume.md#keys]` means"), (1, "what `[../pictures/a.svg]` means")]);
    let elsewhere = definitions.replace("guide::resume", "guide::hub");
    let expected = [(1, "what `[16-resume.md#keys]` means")];
    broken(&known(page, &elsewhere), &expected);
    broken(&known("", "[16-resume.md]: crate::guide::resume\n"), &[(1, "no page links to `16-resume.md`")]);
}

#[test]
fn pages_of_rustdoc_link_by_labels() {
    broken(&known("[a](16-resume.md)", ""), &[(1, "`(16-resume.md)` is dead there")]);
    broken(&known("[16-resume.md]: 16-resume.md\n", ""), &[(1, "nothing in this page links")]);
    let other =
        known("[a][resume]\n\n[resume]: 16-resume.md\n", "[resume]: https://host/oriole/blob/main/docs/guide/resume\n");
    broken(&other, &[(3, "not named after its target"), (1, "not in the repository")]);
}
