//! Lines that are added where rustfmt would put them.

use super::items::{Item, Items};

/// The source with `mod name;` among its modules, perhaps with something before it. One that is there changes nothing.
pub(in crate::generate) fn add_mod(source: &str, name: &str, prefix: &str) -> Option<String> {
    let items = Items::of(source)?;
    if items.has_mod(name) {
        return Some(source.to_owned());
    }
    add(source, &items, &items.mods, &format!("{prefix}mod {name};"), |text| text > name)
}

/// The source with `use path;` among its imports. One that is there changes nothing.
pub(in crate::generate) fn add_use(source: &str, path: &str) -> Option<String> {
    let items = Items::of(source)?;
    if items.uses.iter().any(|item| item.text == path) {
        return Some(source.to_owned());
    }
    let line = format!("use {path};");
    let is_own = |item: &Item<'_>| rank(item.text) < OTHER;
    let Some(last) = items.uses.iter().rposition(is_own) else {
        // What is the project's own stands apart from what others made.
        return match items.uses.last() {
            Some(last) => insert(source, line_end(source, last.range.end)?, &format!("\n\n{line}")),
            None => add(source, &items, &[], &line, |_| false),
        };
    };
    let begin = items.uses[..last].iter().rposition(|item| !is_own(item)).map_or(0, |other| other + 1);
    let group = &items.uses[begin..=last];
    add(source, &items, group, &line, |text| (rank(text), text) > (rank(path), path))
}

/// The source with `pub use path;` behind its modules. One that is there changes nothing.
pub(in crate::generate) fn add_reexport(source: &str, path: &str) -> Option<String> {
    let items = Items::of(source)?;
    if items.uses.iter().any(|item| item.text == path) {
        return Some(source.to_owned());
    }
    let line = format!("pub use {path};");
    match items.mods.last() {
        Some(last) if items.uses.is_empty() => {
            insert(source, line_end(source, last.range.end)?, &format!("\n\n{line}"))
        }
        _ => add(source, &items, &items.uses, &line, |text| text > path),
    }
}

const OTHER: u8 = 3;

/// rustfmt's order of what a path begins with.
fn rank(path: &str) -> u8 {
    match path.split("::").next() {
        Some("self") => 0,
        Some("super") => 1,
        Some("crate") => 2,
        _ => OTHER,
    }
}

/// Adds a line before the first item of a group that is greater, or behind the group, or before everything.
fn add(
    source: &str,
    items: &Items<'_>,
    group: &[Item<'_>],
    line: &str,
    is_greater: impl Fn(&str) -> bool,
) -> Option<String> {
    if let Some(next) = group.iter().find(|item| is_greater(item.text)) {
        let at = comments_above(source, next.range.start);
        return insert(source, at, &format!("{line}\n"));
    }
    if let Some(last) = group.last() {
        return insert(source, line_end(source, last.range.end)?, &format!("\n{line}"));
    }
    if items.has_any {
        return insert(source, items.head_end, &format!("{line}\n\n"));
    }
    let gap = match source {
        "" => "",
        _ if source.ends_with('\n') => "\n",
        _ => "\n\n",
    };
    Some(format!("{source}{gap}{line}\n"))
}

/// The end of the line on which an item ends; `None` if more than a comment stands behind it.
fn line_end(source: &str, item_end: usize) -> Option<usize> {
    let rest = &source[item_end..];
    let line = &rest[..rest.find('\n').unwrap_or(rest.len())];
    (line.trim().is_empty() || line.trim_start().starts_with("//")).then_some(item_end + line.len())
}

/// Where the comments begin that stand right above an item, or the item itself.
fn comments_above(source: &str, item: usize) -> usize {
    let mut at = source[..item].rfind('\n').map_or(0, |end| end + 1);
    while at > 0 {
        let above = source[..at - 1].rfind('\n').map_or(0, |end| end + 1);
        let line = source[above..at].trim_start();
        if !line.starts_with("//") || line.starts_with("//!") {
            break;
        }
        at = above;
    }
    at
}

pub(super) fn insert(source: &str, at: usize, text: &str) -> Option<String> {
    let (before, behind) = source.split_at_checked(at)?;
    Some(format!("{before}{text}{behind}"))
}
