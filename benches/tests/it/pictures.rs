//! The pictures in the documentation are of what is measured today, and say where and when that was, and of what.

use benches::fanout::full;
use benches::report::picture_name;
use std::collections::BTreeSet;
use std::fs::{read_dir, read_to_string};
use std::path::{Path, PathBuf};

fn root() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("..")
}

/// The pictures of the bench that the pages under a folder show.
fn shown(folder: &Path, found: &mut BTreeSet<String>) {
    for entry in read_dir(folder).expect("this folder exists") {
        let path = entry.expect("it can be read").path();
        if path.is_dir() {
            shown(&path, found);
        } else if path.extension().is_some_and(|extension| extension == "md") {
            let text = read_to_string(&path).expect("it is text");
            let names = text.split("pictures/").skip(1).filter_map(|rest| rest.split_once([')', ']', '\n']));
            found.extend(names.map(|(name, _)| name.to_owned()).filter(|name| name.starts_with("bench-")));
        }
    }
}

fn kept() -> BTreeSet<String> {
    let entries = read_dir(root().join("docs/pictures")).expect("this folder exists");
    let names = entries.map(|entry| entry.expect("it can be read").file_name().into_string().expect("it is UTF-8"));
    names.filter(|name| name.starts_with("bench-")).collect()
}

#[test]
fn every_picture_is_of_a_case_that_is_measured() {
    let cases: BTreeSet<_> = full().iter().map(|case| picture_name(case.name)).collect();
    let stale: Vec<_> = kept().difference(&cases).cloned().collect();
    assert!(stale.is_empty(), "of no case: {stale:?}");
}

#[test]
fn every_picture_that_is_shown_is_there_and_says_where_and_when() {
    let mut found = BTreeSet::new();
    shown(&root().join("docs"), &mut found);
    shown(&root().join("benches"), &mut found);
    let readme = read_to_string(root().join("README.md")).expect("it is text");
    let is_first = |name: &&String| readme.contains(&format!("(docs/pictures/{name})"));
    assert!(kept().iter().any(|name| is_first(&name)), "the first page shows what it costs");
    found.extend(kept().iter().filter(is_first).cloned());
    let kept = kept();
    let idle: Vec<_> = kept.difference(&found).collect();
    assert!(idle.is_empty(), "nobody shows {idle:?}");
    for name in &found {
        assert!(kept.contains(name), "{name} is shown and not there: `cargo xtask bench --pictures`");
        let picture = read_to_string(root().join("docs/pictures").join(name)).expect("it is text");
        let foot = [" cores of ", ", Linux ", " rounds</text>", ">oriole to "];
        assert!(foot.iter().all(|part| picture.contains(part)), "{name} does not say where and when it was measured");
        assert!(!picture.contains("dev profile"), "{name}");
    }
}

/// One round, a machine that others worked on, and code that nobody has: figures of those are not shown.
#[test]
fn every_picture_is_of_three_quiet_rounds_of_a_known_commit_with_nest_beside() {
    for name in kept() {
        let picture = read_to_string(root().join("docs/pictures").join(&name)).expect("it is text");
        let again =
            "take it again on a quiet machine with node 20, with everything committed: `cargo xtask bench --pictures`";
        assert!(rounds(&picture).is_some_and(|rounds| rounds >= 3), "{name} is of too few rounds; {again}");
        assert!(!picture.contains("which had other work"), "{name} is of a busy machine; {again}");
        assert!(
            picture.contains(">nest</text>") && picture.contains("NestJS 12."),
            "{name} is without NestJS; {again}"
        );
        assert!(commit(&picture).is_some(), "{name} is of code that nobody can look up; {again}");
    }
}

fn rounds(picture: &str) -> Option<u32> {
    picture.split_once(" rounds</text>")?.0.rsplit([' ', '>']).next()?.parse().ok()
}

/// The commit, unless something was changed that was not committed.
fn commit(picture: &str) -> Option<&str> {
    let after = picture.split_once(">Oriole at ")?.1;
    let commit = &after[..after.find([';', '<'])?];
    (commit.len() >= 10 && commit.chars().all(|digit| digit.is_ascii_hexdigit())).then_some(commit)
}

#[test]
fn the_foot_is_read_as_it_is_written() {
    let foot = "<text>2026-01-02, Linux 6; 3 rounds</text>\n<text>Oriole at 0123456789; axum 0.8.9</text>";
    assert_eq!((rounds(foot), commit(foot)), (Some(3), Some("0123456789")));
    assert_eq!(rounds("<text>5 rounds</text>"), Some(5));
    assert_eq!(commit("<text>Oriole at 0123456789 with changes; axum 0.8.9</text>"), None);
    assert_eq!(commit("<text>Oriole of an unknown commit</text>"), None);
}
