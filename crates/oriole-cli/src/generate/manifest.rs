//! `Cargo.toml`, as far as the generators change it.

/// The manifest with one more dependency; as it is if it has that, and `None` if it has no table for it.
pub(super) fn depending_on(manifest: &str, name: &str, line: &str) -> Option<String> {
    let is_it = |key: &str| key == name || key.strip_prefix(name).is_some_and(|rest| rest.starts_with('.'));
    let (mut at, mut end, mut is_inside) = (0, None, false);
    for text in manifest.split_inclusive('\n') {
        at += text.len();
        let text = text.trim();
        let key = if let Some(table) = text.strip_prefix('[') {
            let table = table.split(']').next().unwrap_or_default().trim();
            is_inside = table == "dependencies";
            table.strip_prefix("dependencies.")
        } else if is_inside {
            text.split('=').next()
        } else {
            None
        };
        if key.is_some_and(|key| is_it(key.trim().trim_matches('"'))) {
            return Some(manifest.to_owned());
        }
        if is_inside && !text.is_empty() {
            end = Some(at);
        }
    }
    let (before, behind) = manifest.split_at_checked(end?)?;
    let gap = if before.ends_with('\n') { "" } else { "\n" };
    Some(format!("{before}{gap}{line}\n{behind}"))
}

#[cfg(test)]
mod tests {
    use super::depending_on;

    #[test]
    fn a_dependency_is_added_once() {
        let added = |manifest| depending_on(manifest, "serde", "serde = \"1\"");
        for (before, after) in [
            ("[dependencies]\na = \"1\"\n\n[lints]\n", "[dependencies]\na = \"1\"\nserde = \"1\"\n\n[lints]\n"),
            ("[dependencies] # few\n", "[dependencies] # few\nserde = \"1\"\n"),
            ("[dependencies]\nserde_json = \"1\"", "[dependencies]\nserde_json = \"1\"\nserde = \"1\"\n"),
            (
                "[dev-dependencies]\nserde = \"1\"\n[dependencies]\n",
                "[dev-dependencies]\nserde = \"1\"\n[dependencies]\nserde = \"1\"\n",
            ),
        ] {
            assert_eq!(added(before).as_deref(), Some(after), "{before}");
            assert_eq!(added(after).as_deref(), Some(after), "again: {before}");
        }
        for there in [
            "[dependencies]\n\"serde\" = { version = \"1\" }\n",
            "[dependencies]\nserde.workspace = true\n",
            "[dependencies]\na = \"1\"\n[dependencies.serde]\nversion = \"1\"\n",
        ] {
            assert_eq!(added(there).as_deref(), Some(there), "{there}");
        }
        assert_eq!(added("[package]\nname = \"a\"\n"), None);
    }
}
