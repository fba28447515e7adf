//! A Rust file with its comments, strings and tests blanked out, so that words can be searched for in the code alone.

use std::ops::Range;

pub(crate) struct Source {
    /// Relative to the root of the workspace, with `/`.
    pub(crate) path: String,
    /// The file as it is.
    pub(crate) text: String,
    /// Comments are blank. Like `bare`, it has the length and the lines of `text`.
    pub(crate) code: String,
    /// Comments and what is between quotes are blank.
    pub(crate) bare: String,
    /// Like `bare`; modules under `#[cfg(test)]` are blank too, and so is everything in a file of tests.
    pub(crate) library: String,
    /// Like `code`, without tests.
    pub(crate) library_code: String,
}

impl Source {
    pub(crate) fn new(path: impl Into<String>, text: impl Into<String>) -> Self {
        let (path, text) = (path.into(), text.into());
        let (comments, strings) = scan(&text);
        let code = blank(&text, &comments);
        let bare = blank(&code, &strings);
        let is_test = path.contains("/tests/") || path.ends_with("/tests.rs");
        let everything = 0..text.len();
        let tests = if is_test { vec![everything] } else { test_modules(&bare) };
        let library = blank(&bare, &tests);
        let library_code = blank(&code, &tests);
        Self { path, text, code, bare, library, library_code }
    }

    pub(crate) fn line(&self, offset: usize) -> usize {
        line_of(&self.text, offset)
    }

    /// The folder of the crate, such as `crates/oriole-sse`; none for a file outside `crates`.
    pub(crate) fn library_crate(&self) -> Option<&str> {
        let name = self.path.strip_prefix("crates/")?.split_once("/src/")?.0;
        (!name.contains('/')).then_some(name)
    }
}

pub(crate) fn line_of(text: &str, offset: usize) -> usize {
    text.as_bytes()[..offset].iter().filter(|byte| **byte == b'\n').count() + 1
}

/// Where `word` stands as a whole word.
pub(crate) fn words<'a>(text: &'a str, word: &'a str) -> impl Iterator<Item = usize> + 'a {
    let bytes = text.as_bytes();
    text.match_indices(word).map(|(offset, _)| offset).filter(move |&offset| {
        let before = offset.checked_sub(1).is_none_or(|at| !is_ident(bytes[at]));
        let after = bytes.get(offset + word.len()).is_none_or(|byte| !is_ident(*byte));
        before && after
    })
}

/// Where a path starts with the crate `name` (`name::`, `::name::`, `use name;`), as against a module or field of that name.
pub(crate) fn crate_paths<'a>(bare: &'a str, name: &'a str) -> impl Iterator<Item = usize> + 'a {
    words(bare, name).filter(move |&offset| {
        let before = bare[..offset].trim_end();
        let after = bare[offset + name.len()..].trim_start();
        let root = match before.strip_suffix("::") {
            Some(parent) => !parent.ends_with(|last: char| last.is_alphanumeric() || last == '_' || last == '>'),
            None => !before.ends_with(['.', '\'']),
        };
        let imported = before.ends_with("use") || before.ends_with("extern crate");
        root && (after.starts_with("::") || imported)
    })
}

fn is_ident(byte: u8) -> bool {
    byte == b'_' || byte.is_ascii_alphanumeric() || byte >= 0x80
}

fn blank(text: &str, ranges: &[Range<usize>]) -> String {
    let mut out = String::with_capacity(text.len());
    let mut at = 0;
    for range in ranges {
        out.push_str(&text[at..range.start]);
        out.extend(text[range.clone()].bytes().map(|byte| if byte == b'\n' { '\n' } else { ' ' }));
        at = range.end;
    }
    out.push_str(&text[at..]);
    out
}

/// The ranges of comments, and of what is inside string and character literals.
fn scan(text: &str) -> (Vec<Range<usize>>, Vec<Range<usize>>) {
    let bytes = text.as_bytes();
    let (mut comments, mut strings) = (Vec::new(), Vec::new());
    let mut at = 0;
    while at < bytes.len() {
        let rest = &bytes[at..];
        if rest.starts_with(b"//") {
            let end = text[at..].find('\n').map_or(text.len(), |length| at + length);
            comments.push(at..end);
            at = end;
        } else if rest.starts_with(b"/*") {
            let end = block_comment_end(bytes, at);
            comments.push(at..end);
            at = end;
        } else if let Some(hashes) = raw_string(bytes, at) {
            let start = at + 1 + hashes + 1;
            let closing = format!("\"{}", "#".repeat(hashes));
            let end = text[start..].find(&closing).map_or(text.len(), |length| start + length);
            strings.push(start..end);
            at = (end + closing.len()).min(text.len());
        } else if rest[0] == b'"' {
            let end = quote_end(bytes, at + 1, b'"');
            strings.push(at + 1..end);
            at = (end + 1).min(text.len());
        } else if rest[0] == b'\'' && is_character(&text[at..]) {
            let end = quote_end(bytes, at + 1, b'\'');
            strings.push(at + 1..end);
            at = (end + 1).min(text.len());
        } else {
            at += 1;
        }
    }
    (comments, strings)
}

fn block_comment_end(bytes: &[u8], start: usize) -> usize {
    let (mut at, mut depth) = (start, 0);
    while at < bytes.len() {
        if bytes[at..].starts_with(b"/*") {
            depth += 1;
            at += 2;
        } else if bytes[at..].starts_with(b"*/") {
            depth -= 1;
            at += 2;
            if depth == 0 {
                return at;
            }
        } else {
            at += 1;
        }
    }
    bytes.len()
}

/// The number of `#` if a raw string starts here: `r"`, `r#"`, and with a `b` or `c` before the `r`.
fn raw_string(bytes: &[u8], at: usize) -> Option<usize> {
    if bytes[at] != b'r' {
        return None;
    }
    let word_start = match at.checked_sub(1) {
        Some(before) if matches!(bytes[before], b'b' | b'c') => before.checked_sub(1),
        before => before,
    };
    if word_start.is_some_and(|before| is_ident(bytes[before])) {
        return None;
    }
    let hashes = bytes[at + 1..].iter().take_while(|byte| **byte == b'#').count();
    (bytes.get(at + 1 + hashes) == Some(&b'"')).then_some(hashes)
}

fn quote_end(bytes: &[u8], start: usize, quote: u8) -> usize {
    let mut at = start;
    while at < bytes.len() && bytes[at] != quote {
        at += if bytes[at] == b'\\' { 2 } else { 1 };
    }
    at.min(bytes.len())
}

/// Tells `'a'` and `'\n'` from the lifetime `'a`.
fn is_character(rest: &str) -> bool {
    let mut characters = rest.chars().skip(1);
    match characters.next() {
        Some('\\') => true,
        Some(_) => characters.next() == Some('\''),
        None => false,
    }
}

/// The bodies of `#[cfg(test)] mod name { .. }`.
fn test_modules(bare: &str) -> Vec<Range<usize>> {
    let mut modules: Vec<Range<usize>> = Vec::new();
    for (offset, attribute) in bare.match_indices("#[cfg(test)]") {
        if modules.last().is_some_and(|last| last.contains(&offset)) {
            continue;
        }
        let after = offset + attribute.len();
        let Some(open) = bare[after..].find(['{', ';']).map(|length| after + length) else { continue };
        let is_module = words(&bare[after..open], "mod").next().is_some();
        if is_module && bare.as_bytes()[open] == b'{' {
            modules.push(open..closing_brace(bare, open));
        }
    }
    modules
}

pub(crate) fn closing_brace(bare: &str, open: usize) -> usize {
    let mut depth = 0_usize;
    for (offset, byte) in bare.bytes().enumerate().skip(open) {
        match byte {
            b'{' => depth += 1,
            b'}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return offset + 1;
        }
    }
    bare.len()
}
