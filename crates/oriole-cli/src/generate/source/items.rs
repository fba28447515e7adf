//! The items of a file, as far as they matter: `mod` and `use`.

use super::tokens::{Token, tokens};
use std::ops::Range;

/// What stands at the top level of a file.
#[derive(Debug)]
pub(in crate::generate) struct Items<'a> {
    /// `mod name;`, with its attributes.
    pub(super) mods: Vec<Item<'a>>,
    /// `use path;`, with its attributes; the text is what stands between `use` and `;`.
    pub(super) uses: Vec<Item<'a>>,
    /// Where the file's own documentation and attributes end, and the empty lines behind them.
    pub(super) head_end: usize,
    /// Whether there is an item at all.
    pub(super) has_any: bool,
}

#[derive(Debug)]
pub(super) struct Item<'a> {
    pub(super) text: &'a str,
    pub(super) range: Range<usize>,
}

impl<'a> Items<'a> {
    /// `None` if the source is none.
    pub(in crate::generate) fn of(source: &'a str) -> Option<Self> {
        let all = tokens(source)?;
        let mut items = Self { mods: Vec::new(), uses: Vec::new(), head_end: 0, has_any: false };
        let (mut at, mut inner_end, mut first) = (0, 0, None);
        while at < all.len() {
            if is(&all, at, &["#", "!", "["]) {
                at = all[at + 2].next;
                inner_end = all[at - 1].end();
                continue;
            }
            let begin = at;
            first.get_or_insert(all[begin].at);
            while is(&all, at, &["#", "["]) {
                at = all[at + 1].next;
            }
            if is(&all, at, &["pub"]) {
                at += 1;
                if is(&all, at, &["("]) {
                    at = all[at].next;
                }
            }
            let end = end_of(&all, at);
            let range = all[begin].at..all[end.min(all.len()) - 1].end();
            if is(&all, at, &["mod"]) && is(&all, at + 2, &[";"]) {
                items.mods.push(Item { text: all[at + 1].text, range });
            } else if is(&all, at, &["use"]) && end >= at + 3 {
                let text = &source[all[at + 1].at..all[end - 2].end()];
                items.uses.push(Item { text, range });
            }
            at = end;
        }
        items.head_end = head_end(source, inner_end, first.unwrap_or(source.len()))?;
        items.has_any = first.is_some();
        Some(items)
    }

    /// Whether the file has this module.
    pub(in crate::generate) fn has_mod(&self, name: &str) -> bool {
        self.mods.iter().any(|item| item.text == name)
    }
}

/// `None` where the documentation is in a form that is hard to see the end of.
fn head_end(source: &str, inner_end: usize, first: usize) -> Option<usize> {
    if source[..first].contains("/*!") {
        return None;
    }
    let (mut end, mut at, mut is_behind) = (0, 0, true);
    for line in source.split_inclusive('\n') {
        let text = line.trim();
        let is_own = at < inner_end || (at < first && text.starts_with("//!"));
        is_behind &= text.is_empty();
        is_behind |= is_own;
        at += line.len();
        if is_behind && at <= first {
            end = at;
        }
    }
    Some(end)
}

pub(super) fn is(tokens: &[Token<'_>], at: usize, texts: &[&str]) -> bool {
    texts.iter().enumerate().all(|(i, text)| tokens.get(at + i).is_some_and(|token| token.text == *text))
}

/// The token behind an item: behind its `;`, or behind its braces.
fn end_of(tokens: &[Token<'_>], mut at: usize) -> usize {
    // The braces of a `use` or of a value are not the item's end.
    let ends_with_semicolon = ["use", "const", "static", "type", "let"].iter().any(|word| is(tokens, at, &[word]))
        && !is(tokens, at + 1, &["fn"])
        && !is(tokens, at + 1, &["unsafe"])
        && !is(tokens, at + 1, &["async"])
        && !is(tokens, at + 1, &["extern"]);
    while let Some(token) = tokens.get(at) {
        if token.text == ";" || (token.text == "{" && !ends_with_semicolon) {
            return token.next;
        }
        at = token.next;
    }
    tokens.len()
}
