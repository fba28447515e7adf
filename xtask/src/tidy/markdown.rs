//! The parts of a page in Markdown that are not for readers: links, the labels that they use, and what a link may lead to.

use std::borrow::Cow;
use std::collections::BTreeSet;

use super::source::line_of;

/// A page without its code.
pub(super) struct Markdown<'a> {
    /// Links and pictures within the text.
    pub(super) links: Vec<Link<'a>>,
    /// `[label]: target`, each on a line of its own.
    pub(super) definitions: Vec<Link<'a>>,
    /// The headings, as the repository's host and rustdoc call them in addresses.
    pub(super) anchors: BTreeSet<String>,
}

/// A link or a definition.
pub(super) struct Link<'a> {
    pub(super) line: usize,
    /// What is defined. None within the text.
    pub(super) label: Option<&'a str>,
    pub(super) target: &'a str,
    /// Whether the target is a label, `[text][label]`, which a definition explains.
    pub(super) is_label: bool,
}

impl<'a> Markdown<'a> {
    pub(super) fn read(text: &'a str) -> Self {
        let plain = without_code(text);
        // Code is blanked byte for byte, so an offset is the same in both.
        let at = |offset: usize, length: usize| &text[offset..offset + length];
        let mut links = Vec::new();
        for (offset, _) in plain.match_indices("](").chain(plain.match_indices("][")) {
            let begin = offset + 2;
            let is_label = plain.as_bytes()[offset + 1] == b'[';
            let Some(length) = plain[begin..].find(if is_label { ']' } else { ')' }) else { continue };
            let length = plain[begin..begin + length].find([' ', '\n']).unwrap_or(length);
            if length > 0 {
                links.push(Link { line: line_of(text, offset), label: None, target: at(begin, length), is_label });
            }
        }
        links.sort_by_key(|link| link.line);
        let mut definitions = Vec::new();
        let mut offset = 0;
        for line in plain.split_inclusive('\n') {
            let parts = line.strip_prefix('[').and_then(|rest| rest.split_once("]: "));
            let is_one = |(label, target): &(&str, &str)| !label.contains(']') && !target.trim_end().contains(' ');
            if let Some((label, target)) = parts.filter(is_one) {
                let target = at(offset + 1 + label.len() + 3, target.trim_end().len());
                let label = Some(at(offset + 1, label.len()));
                definitions.push(Link { line: line_of(text, offset), label, target, is_label: false });
            }
            offset += line.len();
        }
        Self { links, definitions, anchors: anchors(text, &plain) }
    }
}

/// Blanks blocks and spans of code.
fn without_code(text: &str) -> String {
    let mut fence: Option<&str> = None;
    let mut plain = String::with_capacity(text.len());
    for line in text.split_inclusive('\n') {
        let begins = line.trim_start();
        let mark = ["```", "~~~"].into_iter().find(|mark| begins.starts_with(mark));
        let is_code = fence.is_some() || mark.is_some();
        match (fence, mark) {
            (None, Some(mark)) => fence = Some(mark),
            (Some(open), Some(mark)) if open == mark => fence = None,
            _ => {}
        }
        plain.push_str(&if is_code { Cow::Owned(blank(line)) } else { Cow::Borrowed(line) });
    }
    // What is left of backticks are spans; one may go over the end of a line, not over the end of a paragraph.
    let mut out = String::with_capacity(plain.len());
    let mut rest = plain.as_str();
    while let Some(begin) = rest.find('`') {
        let ticks = rest[begin..].bytes().take_while(|byte| *byte == b'`').count();
        let (before, span) = rest.split_at(begin);
        out.push_str(before);
        let close = "`".repeat(ticks);
        let paragraph = span.find("\n\n").unwrap_or(span.len());
        let length = span[ticks..paragraph].find(&close).map_or(ticks, |end| end + 2 * ticks);
        out.push_str(&blank(&span[..length]));
        rest = &span[length..];
    }
    out.push_str(rest);
    out
}

/// As many bytes, of which only the line ends are left.
fn blank(text: &str) -> String {
    text.bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }).collect()
}

/// What the headings are called in addresses: in lower case, without punctuation, with hyphens for spaces; one that comes
/// again has a number.
fn anchors(text: &str, plain: &str) -> BTreeSet<String> {
    let mut found = BTreeSet::new();
    for (line, plain) in text.lines().zip(plain.lines()) {
        let Some(heading) = plain.starts_with('#').then(|| line.trim_start_matches('#')) else { continue };
        let kept = |character: char| character.is_alphanumeric() || "-_ ".contains(character);
        let name: String = heading.trim().to_lowercase().chars().filter(|character| kept(*character)).collect();
        let name = name.replace(' ', "-");
        let again = (1..).map(|number| format!("{name}-{number}"));
        let free = std::iter::once(name.clone()).chain(again).find(|name| !found.contains(name));
        found.extend(free);
    }
    found
}
