//! Splits a source into tokens. Comments and white space are between them, and stay where they are.

use std::ops::Range;

/// One token.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) struct Token<'a> {
    pub(super) text: &'a str,
    pub(super) at: usize,
    /// For a bracket that opens: the token behind that which closes it. Else the next token.
    pub(super) next: usize,
}

impl Token<'_> {
    pub(super) fn end(&self) -> usize {
        self.at + self.text.len()
    }
}

/// The tokens of a source; `None` where it is none, such as one whose brackets do not match.
pub(super) fn tokens(source: &str) -> Option<Vec<Token<'_>>> {
    let mut tokens: Vec<Token<'_>> = Vec::new();
    let mut open: Vec<usize> = Vec::new();
    let mut at = 0;
    while at < source.len() {
        let Range { start, end } = match scan(source, at)? {
            Scanned::Skip(end) => {
                at = end;
                continue;
            }
            Scanned::Token(end) => at..end,
        };
        let text = source.get(start..end)?;
        let index = tokens.len();
        tokens.push(Token { text, at: start, next: index + 1 });
        match text {
            "(" | "[" | "{" => open.push(index),
            ")" | "]" | "}" => {
                let opened = tokens.get_mut(open.pop()?)?;
                if !matches!((opened.text, text), ("(", ")") | ("[", "]") | ("{", "}")) {
                    return None;
                }
                opened.next = index + 1;
            }
            _ => {}
        }
        at = end;
    }
    open.is_empty().then_some(tokens)
}

enum Scanned {
    Skip(usize),
    Token(usize),
}

/// What begins at this place, and where it ends.
fn scan(source: &str, at: usize) -> Option<Scanned> {
    let rest = source.get(at..)?;
    let first = rest.chars().next()?;
    if first.is_whitespace() {
        return Some(Scanned::Skip(at + first.len_utf8()));
    }
    if rest.starts_with("//") {
        return Some(Scanned::Skip(at + rest.find('\n').unwrap_or(rest.len())));
    }
    if rest.starts_with("/*") {
        return Some(Scanned::Skip(at + comment(rest)?));
    }
    if let Some(length) = raw(rest) {
        return Some(Scanned::Token(at + length?));
    }
    let unprefixed = rest.strip_prefix(['b', 'c']).unwrap_or(rest);
    let prefix = rest.len() - unprefixed.len();
    if unprefixed.starts_with('"') {
        return Some(Scanned::Token(at + prefix + quoted(unprefixed, '"')?));
    }
    if first == '\'' || rest.starts_with("b'") {
        let length = if is_lifetime(unprefixed) { 1 + word(&unprefixed[1..]) } else { quoted(unprefixed, '\'')? };
        return Some(Scanned::Token(at + prefix + length));
    }
    let length = word(rest);
    Some(Scanned::Token(at + if length == 0 { first.len_utf8() } else { length }))
}

/// Block comments are nested.
fn comment(rest: &str) -> Option<usize> {
    let (mut depth, mut at) = (0_usize, 0);
    loop {
        let here = rest.get(at..)?;
        if here.starts_with("/*") {
            (depth, at) = (depth + 1, at + 2);
        } else if here.starts_with("*/") {
            (depth, at) = (depth - 1, at + 2);
            if depth == 0 {
                return Some(at);
            }
        } else {
            at += here.chars().next()?.len_utf8();
        }
    }
}

/// The length of a raw string; the inner `None` is one without an end.
fn raw(rest: &str) -> Option<Option<usize>> {
    let behind = ["br", "cr", "r"].into_iter().find_map(|prefix| rest.strip_prefix(prefix))?;
    let hashes = behind.len() - behind.trim_start_matches('#').len();
    let body = behind[hashes..].strip_prefix('"')?;
    let end = format!("\"{}", "#".repeat(hashes));
    Some(body.find(&end).map(|found| rest.len() - body.len() + found + end.len()))
}

/// The length of a literal between two quotes, from the first.
fn quoted(rest: &str, quote: char) -> Option<usize> {
    let mut letters = rest.char_indices().skip(1);
    while let Some((at, letter)) = letters.next() {
        if letter == '\\' {
            letters.next();
        } else if letter == quote {
            return Some(at + letter.len_utf8());
        }
    }
    None
}

/// `'a` is one, `'a'` is none.
fn is_lifetime(rest: &str) -> bool {
    let mut letters = rest.chars().skip(1);
    letters.next().is_some_and(|letter| letter.is_alphabetic() || letter == '_') && letters.next() != Some('\'')
}

/// The length of an identifier, a keyword or a number.
fn word(rest: &str) -> usize {
    rest.find(|letter: char| !letter.is_alphanumeric() && letter != '_').unwrap_or(rest.len())
}
