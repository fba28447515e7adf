//! The report that nextest writes, as `.config/nextest.toml` asks it to.

use super::Failure;

/// Where it is, within the folder of the workspace.
pub(crate) const JUNIT: &str = "target/nextest/default/junit.xml";

/// The tests that failed. Only what nextest writes is understood, which is less than all of XML.
pub(crate) fn in_junit(report: &str) -> Vec<Failure> {
    let cases = report.split("<testcase ").skip(1);
    let failed = cases.filter_map(|case| {
        let (attributes, inside) = case.split_once('>')?;
        // What a test printed is escaped, so that these are tags.
        let at = inside.find("<failure").or_else(|| inside.find("<error"))?;
        let (failure, text) = inside[at..].split_once('>')?;
        let binary = attribute(attributes, "classname").unwrap_or_default();
        let name = attribute(attributes, "name").unwrap_or_default();
        let mut why = attribute(failure, "type").unwrap_or_default();
        // The text has all of the panic's message, of which the attribute has the first line.
        let text = if failure.ends_with('/') { "" } else { text.split("</").next().unwrap_or_default() };
        why.push('\n');
        why.push_str(&unescaped(text));
        Some(Failure { test: format!("{binary} {name}"), why })
    });
    failed.collect()
}

fn attribute(attributes: &str, name: &str) -> Option<String> {
    let start = format!("{name}=\"");
    // `name` stands in `classname` as well.
    let mut places = attributes.match_indices(&start).map(|(at, _)| at);
    let at = places.find(|at| *at == 0 || attributes.as_bytes()[at - 1].is_ascii_whitespace())?;
    attributes[at + start.len()..].split('"').next().map(unescaped)
}

fn unescaped(text: &str) -> String {
    let named = [("&lt;", "<"), ("&gt;", ">"), ("&quot;", "\""), ("&apos;", "'"), ("&#10;", "\n"), ("&#13;", "")];
    let text = named.iter().fold(text.to_owned(), |text, (name, character)| text.replace(name, character));
    text.replace("&amp;", "&")
}
