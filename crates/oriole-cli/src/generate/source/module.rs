//! `#[module(..)]`: found, and given another entry.

use super::edit::insert;
use super::items::is;
use super::tokens::{Token, tokens};

/// A module that a file declares.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(in crate::generate) struct Module {
    /// The type's name.
    pub(in crate::generate) name: String,
    /// Whether all of its lists can be read, so that one can be edited.
    pub(in crate::generate) is_plain: bool,
}

/// The lists, in the order in which they are usually written.
const LISTS: [&str; 4] = ["imports", "controllers", "providers", "exports"];

/// The modules of a file; `None` if the source is none.
pub(in crate::generate) fn modules(source: &str) -> Option<Vec<Module>> {
    let all = tokens(source)?;
    let found = attributes(&all).into_iter();
    Some(found.map(|found| Module { name: found.name.to_owned(), is_plain: found.keys(&all).is_some() }).collect())
}

/// The source with one more entry in a list of a module, or `None` where that cannot be done safely. An entry that is there
/// changes nothing.
pub(in crate::generate) fn add_entry(source: &str, module: &str, list: &str, entry: &str) -> Option<String> {
    let all = tokens(source)?;
    let mut found = attributes(&all).into_iter().filter(|found| found.name == module);
    let (Some(attribute), None) = (found.next(), found.next()) else { return None };
    let keys = attribute.keys(&all)?;
    let insertions = match keys.iter().find(|key| key.name == list) {
        Some(key) => listed(source, &all, key.open, entry)?,
        None => attribute.with_list(source, &all, &keys, &format!("{list} = [{entry}]"), list)?,
    };
    insertions.into_iter().rev().try_fold(source.to_owned(), |source, (at, text)| insert(&source, at, &text))
}

/// Texts, and where they go; the places are in order.
type Insertions = Vec<(usize, String)>;

/// `#[module(..)]` above a struct.
struct Attribute<'a> {
    name: &'a str,
    /// The token `module`.
    word: usize,
    /// The bracket that opens its arguments, if it has any.
    open: Option<usize>,
}

/// `name = [..]`, or a word such as `root`.
struct Key<'a> {
    name: &'a str,
    /// The first token.
    begin: usize,
    /// The bracket that opens the list; for a word, itself.
    open: usize,
    /// The last token.
    last: usize,
}

fn attributes<'a>(all: &[Token<'a>]) -> Vec<Attribute<'a>> {
    let mut found = Vec::new();
    for at in 0..all.len() {
        if !is(all, at, &["#", "["]) {
            continue;
        }
        let word = if is(all, at + 2, &["oriole", ":", ":"]) { at + 5 } else { at + 2 };
        let end = all[at + 1].next;
        if !is(all, word, &["module"]) || !(is(all, word + 1, &["("]) || word + 2 == end) {
            continue;
        }
        let open = is(all, word + 1, &["("]).then_some(word + 1);
        if let Some(name) = struct_name(all, end) {
            found.push(Attribute { name, word, open });
        }
    }
    found
}

/// The name of the struct that begins here, perhaps with further attributes.
fn struct_name<'a>(all: &[Token<'a>], mut at: usize) -> Option<&'a str> {
    while is(all, at, &["#", "["]) {
        at = all[at + 1].next;
    }
    if is(all, at, &["pub"]) {
        at += 1;
        if is(all, at, &["("]) {
            at = all[at].next;
        }
    }
    if is(all, at, &["struct"]) { all.get(at + 1).map(|name| name.text) } else { None }
}

impl<'a> Attribute<'a> {
    /// What stands between its brackets; `None` if it is not what we know.
    fn keys(&self, all: &[Token<'a>]) -> Option<Vec<Key<'a>>> {
        let Some(open) = self.open else { return Some(Vec::new()) };
        let close = all[open].next - 1;
        let (mut keys, mut at) = (Vec::new(), open + 1);
        while at < close {
            let begin = at;
            let name = all[at].text;
            let is_list = is(all, at + 1, &["=", "["]);
            let last = if is_list { all[at + 2].next - 1 } else { at };
            if !name.starts_with(|c: char| c.is_ascii_alphabetic()) || (LISTS.contains(&name) && !is_list) {
                return None;
            }
            keys.push(Key { name, begin, open: if is_list { at + 2 } else { at }, last });
            at = last + 1;
            if at < close {
                if all[at].text != "," {
                    return None;
                }
                at += 1;
            }
        }
        Some(keys)
    }

    /// Where a list that is not there yet goes, and as what.
    fn with_list(
        &self,
        source: &str,
        all: &[Token<'a>],
        keys: &[Key<'_>],
        text: &str,
        list: &str,
    ) -> Option<Insertions> {
        let Some(open) = self.open else { return Some(vec![(all[self.word].end(), format!("({text})"))]) };
        let rank = |name: &str| LISTS.iter().position(|list| *list == name);
        let behind = keys.iter().position(|key| rank(key.name) > rank(list));
        match (behind, keys.last()) {
            (_, None) => Some(vec![(all[open].end(), text.to_owned())]),
            (Some(behind), _) => {
                let at = all[keys[behind].begin].at;
                Some(vec![(at, format!("{text},{}", gap(source, at)))])
            }
            (None, Some(last)) => behind_last(source, all, (last.begin, last.last), text),
        }
    }
}

/// What separates something that begins here from what stands before it: a space, or a line with its indentation.
fn gap(source: &str, at: usize) -> String {
    let line = &source[source[..at].rfind('\n').map_or(0, |end| end + 1)..at];
    if line.trim().is_empty() { format!("\n{line}") } else { " ".to_owned() }
}

/// Where an entry goes in the list that opens here; nowhere if it is there.
fn listed(source: &str, all: &[Token<'_>], open: usize, entry: &str) -> Option<Insertions> {
    let close = all[open].next - 1;
    let mut entries = Vec::new();
    let mut at = open + 1;
    while at < close {
        let begin = at;
        while at < close && all[at].text != "," {
            at = all[at].next;
        }
        entries.push((begin, at - 1));
        at += 1;
    }
    let is_entry = |&(begin, end): &(usize, usize)| source.get(all[begin].at..all[end].end()) == Some(entry);
    if entries.iter().any(is_entry) {
        return Some(Vec::new());
    }
    match entries.last() {
        None => Some(vec![(all[open].end(), entry.to_owned())]),
        Some(&last) => behind_last(source, all, last, entry),
    }
}

/// Adds something behind the last of its kind, given by its first token and its last. A comment stays with what it is about.
fn behind_last(source: &str, all: &[Token<'_>], (begin, end): (usize, usize), text: &str) -> Option<Insertions> {
    let gap = gap(source, all[begin].at);
    let has_comma = all.get(end + 1)?.text == ",";
    let next = all.get(end + 1 + usize::from(has_comma))?.at;
    let after = if has_comma { all[end + 1].end() } else { all[end].end() };
    let between = &source[after..next];
    if gap == " " {
        return between.trim().is_empty().then(|| vec![(all[end].end(), format!(", {text}"))]);
    }
    let line_end = after + between.find('\n')?;
    let comma = if has_comma { "" } else { "," };
    Some(vec![(all[end].end(), comma.to_owned()), (line_end, format!("{gap}{text},"))])
}
