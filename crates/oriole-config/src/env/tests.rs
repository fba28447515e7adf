//! What a `.env` file may say, and how variables refer to one another.

use super::Env;
use super::expand::expand;
use super::parse::{Mistake, parse};
use super::variables::Variable;
use crate::Origin;

/// The names and values of a file without mistakes.
fn read(text: &str) -> Vec<(String, String)> {
    let (assignments, mistakes) = parse(text);
    assert_eq!(mistakes, []);
    assignments.into_iter().map(|each| (each.name, each.value)).collect()
}

fn one(text: &str) -> String {
    let read = read(text);
    assert_eq!(read.len(), 1, "{read:?}");
    read.into_iter().next().unwrap().1
}

#[test]
fn lines_are_read_as_dotenv_reads_them() {
    for (line, value) in [
        ("A=b", "b"),
        ("  A  =  b  ", "b"),
        ("A=", ""),
        ("export A=b", "b"),
        ("A: b", "b"),
        ("A=b c # said", "b c"),
        ("A=b#c", "b"),
        ("A='b#c'", "b#c"),
        ("A=\"b\\nc\" # said", "b\nc"),
        ("A='b\\nc'", "b\\nc"),
        ("A=`b 'c' \"d\"`", "b 'c' \"d\""),
        ("A=\"{\\\"b\\\": 1}\"", "{\\\"b\\\": 1}"),
        ("A=\"\nb\nc\"", "\nb\nc"),
        ("A=b=c", "b=c"),
        ("A=it's", "it's"),
        ("A=b\r\n", "b"),
        ("\u{feff}A=b", "b"),
    ] {
        assert_eq!(one(line), value, "{line:?}");
    }
    assert_eq!(read("\n# said\n\nA=1\nB.c-d=2").len(), 2);
}

#[test]
fn what_is_no_assignment_is_told_with_its_line() {
    let (assignments, mistakes) = parse("A=\"1\n2\"\n\nnothing\nB=`open\nC=3\nD='4' 5\n=6");
    let lines: Vec<_> = assignments.iter().map(|each| (each.name.as_str(), each.line)).collect();
    assert_eq!(lines, [("A", 1), ("C", 6), ("D", 7)]);
    let lines: Vec<_> = mistakes.iter().map(|Mistake { line, .. }| *line).collect();
    assert_eq!(lines, [4, 5, 7, 8], "{mistakes:?}");
}

/// The value of `A` where files say this, and the process has `P=process`; or what is wrong.
fn expanded(files: &[(&str, &str)], bytes_max: usize) -> Result<String, String> {
    let variable = |value: &str, origin| Variable { value: value.to_owned(), origin };
    let mut env = Env::default();
    env.process.insert("P".to_owned(), variable("process", Origin::Process));
    for (name, value) in files {
        env.files.insert((*name).to_owned(), variable(value, Origin::Factory));
    }
    let mut problems = Vec::new();
    expand(&mut env, bytes_max, &mut problems);
    match problems.iter().find(|problem| problem.key() == "A") {
        Some(problem) => Err(problem.message().to_owned()),
        None => Ok(env.get("A").unwrap().to_owned()),
    }
}

#[test]
fn references_are_resolved() {
    for (value, expected) in [
        ("${B}/x", "b/x"),
        ("$B/x", "b/x"),
        ("${P}", "process"),
        ("\\$B \\${B}", "$B ${B}"),
        ("${NO:-text}", "text"),
        ("${NO:-${B}}", "b"),
        ("${EMPTY:-text}", "text"),
        ("${EMPTY-text}", ""),
        ("${NO-text}", "text"),
        ("${C}", "b"),
        ("5$ a\\b", "5$ a\\b"),
        ("ß${B}ß", "ßbß"),
    ] {
        let files = [("A", value), ("B", "b"), ("C", "${B}"), ("EMPTY", "")];
        assert_eq!(expanded(&files, 1024).as_deref(), Ok(expected), "{value}");
    }
}

#[test]
fn a_reference_that_leads_nowhere_is_a_problem() {
    let wrong = |value| expanded(&[("A", value), ("B", "${A}")], 1024).unwrap_err();
    assert_eq!(wrong("${NO}"), "refers to NO, which is not set; `${NO:-}` stands for nothing then");
    assert_eq!(wrong("${B}"), "refers to itself: A -> B -> A");
    assert_eq!(wrong("${B"), "has a `${` that is not closed");
    assert_eq!(wrong("${}"), "has a `${}` without a name");
    assert_eq!(wrong("${B?}"), "has a `${B?}` that is no reference");
}

#[test]
fn what_references_make_is_bounded() {
    let doubled = [("A", "$B$B"), ("B", "$C$C"), ("C", "12345678")];
    assert_eq!(expanded(&doubled, 32).map(|value| value.len()), Ok(32));
    assert_eq!(expanded(&doubled, 31).unwrap_err(), "is longer than 31 bytes when its references are resolved");

    let chain: Vec<_> = (0..66).map(|at| (format!("V{at:02}"), format!("$V{:02}", at + 1))).collect();
    let mut files: Vec<_> = chain.iter().map(|(name, value)| (name.as_str(), value.as_str())).collect();
    files.push(("V66", "end"));
    // Names are resolved in their order, and what is resolved leads no further: `A` is the first.
    files.push(("A", "$V04"));
    assert_eq!(expanded(&files, 1024).as_deref(), Ok("end"));
    files.pop();
    files.push(("A", "$V03"));
    assert_eq!(expanded(&files, 1024).unwrap_err(), "refers further than over 64 variables");
}
