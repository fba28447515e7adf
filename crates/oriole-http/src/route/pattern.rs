//! The grammar of paths, readable in a constant.
//!
//! `/cats/{id}`: literal segments, `{name}` for one segment or for the rest of one (`v{version}`), `{*rest}` for
//! everything to the end. A parameter alone in the last segment takes at least one character, as a rest does; one behind
//! a text or before a slash may be empty, so `/v{version}` matches `/v` and `/{tenant}/cats` matches `//cats`. That is how
//! axum's router has it. Module, controller and handler each give a part; slashes between them and around them are optional.

use oriole_core::graph::Report;

/// A path in its parts, as if written in one. Parts without text come last.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Pattern<'a> {
    first: &'a str,
    second: &'a str,
    third: &'a str,
}

/// axum's router cannot hold more.
pub(crate) const PARAMS_MAX: usize = 25;

/// Where the hash of a path begins.
const HASH_START: u64 = 0xcbf2_9ce4_8422_2325;

/// What the check of an application must know of a path.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) struct Outline {
    /// Of the bytes, names of parameters left out. Shifts, because a constant takes long for a product that wraps.
    pub(crate) hash: u64,
    /// Where the `{*rest}` begins.
    pub(crate) rest: Option<usize>,
}

/// Why a path does not parse.
#[derive(Clone, Copy, PartialEq, Eq, Debug)]
pub(crate) enum PatternError {
    EmptySegment,
    Colon,
    Star,
    Nameless,
    Unclosed,
    Unopened,
    Escaped,
    Name,
    Suffix,
    NotLast,
    TooMany,
    Twice,
    Query,
    Space,
    Character,
}

impl<'a> Pattern<'a> {
    /// Takes off one slash at each end of each part.
    pub(crate) const fn new(module: &'a str, prefix: &'a str, path: &'a str) -> Self {
        let (module, prefix, path) = (trim(module), trim(prefix), trim(path));
        match (module.is_empty(), prefix.is_empty()) {
            (false, false) => Self { first: module, second: prefix, third: path },
            (false, true) => Self { first: module, second: path, third: "" },
            (true, false) => Self { first: prefix, second: path, third: "" },
            (true, true) => Self { first: path, second: "", third: "" },
        }
    }

    pub(crate) const fn len(&self) -> usize {
        let rest = match (self.second.len(), self.third.len()) {
            (0, 0) => 0,
            (n, 0) => n + 1,
            (a, b) => a + b + 2,
        };
        self.first.len() + rest + 1
    }

    /// The byte at a position of `/first/second/third`.
    pub(crate) const fn byte(&self, at: usize) -> u8 {
        let (mut at, mut part, mut next) = (at, self.first, self.second);
        loop {
            if at == 0 {
                return b'/';
            }
            if at <= part.len() {
                return part.as_bytes()[at - 1];
            }
            at -= part.len() + 1;
            (part, next) = (next, self.third);
        }
    }

    /// Writes the path as the router will have it.
    pub(crate) const fn say(&self, report: &mut Report<'_>) {
        report.say("/");
        report.say(self.first);
        if !self.second.is_empty() {
            report.say("/");
            report.say(self.second);
        }
        if !self.third.is_empty() {
            report.say("/");
            report.say(self.third);
        }
    }

    /// The first fault, or what the check of an application must know of the path.
    ///
    /// One pass over the bytes without a call for each: in a constant, calls are what costs.
    pub(crate) const fn check(&self) -> Result<Outline, PatternError> {
        let parts = [self.first.as_bytes(), self.second.as_bytes(), self.third.as_bytes()];
        let mut outline = Outline { hash: HASH_START, rest: None };
        let (mut i, mut from, mut params) = (0, 1, 0);
        while i < parts.len() && (i == 0 || !parts[i].is_empty()) {
            let part = parts[i];
            let is_last = i + 1 == parts.len() || parts[i + 1].is_empty();
            outline = match self.check_part(part, from, is_last, outline, &mut params) {
                Ok(outline) => outline,
                Err(error) => return Err(error),
            };
            if let [.., b'/'] = part
                && !is_last
            {
                return Err(PatternError::EmptySegment);
            }
            from += part.len() + 1;
            i += 1;
        }
        Ok(outline)
    }

    /// Checks one of the parts, which begins at `from` of the whole.
    #[allow(clippy::manual_rotate, reason = "two shifts cost a constant less than a call")]
    const fn check_part(
        &self,
        part: &[u8],
        from: usize,
        is_last: bool,
        outline: Outline,
        params: &mut usize,
    ) -> Result<Outline, PatternError> {
        let Outline { mut hash, mut rest } = outline;
        let mut at = 0;
        let mut starts_segment = true;
        while at < part.len() {
            let mut byte = part[at];
            match byte {
                b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' | b'-' | b'_' | b'.' => {}
                b'/' if starts_segment => return Err(PatternError::EmptySegment),
                b':' if starts_segment => return Err(PatternError::Colon),
                b'{' => {
                    let end = match param(part, at, is_last) {
                        Ok(end) => end,
                        Err(error) => return Err(error),
                    };
                    if *params > 0 && self.occurs_before(from + at) {
                        return Err(PatternError::Twice);
                    }
                    *params += 1;
                    if *params > PARAMS_MAX {
                        return Err(PatternError::TooMany);
                    }
                    if part[at + 1] == b'*' {
                        rest = Some(from + at);
                        byte = b'*';
                    }
                    at = end - 1;
                }
                b'/' | b'~' | b'!' | b'$' | b'&' | b'\'' | b'(' | b')' | b'+' | b',' | b';' | b'=' | b':' | b'@'
                | b'%' => {}
                b'*' => return Err(PatternError::Star),
                b'}' => return Err(PatternError::Unopened),
                b'?' | b'#' => return Err(PatternError::Query),
                b' ' => return Err(PatternError::Space),
                _ => return Err(PatternError::Character),
            }
            // The slash before a segment is counted with the segment, wherever it is written.
            if starts_segment {
                hash = ((hash << 7) | (hash >> 57)) ^ b'/' as u64;
            }
            starts_segment = byte == b'/';
            if !starts_segment {
                hash = ((hash << 7) | (hash >> 57)) ^ byte as u64;
            }
            at += 1;
        }
        if starts_segment && !part.is_empty() {
            hash = ((hash << 7) | (hash >> 57)) ^ b'/' as u64;
        }
        Ok(Outline { hash, rest })
    }

    /// Whether the parameter that begins at `at` has a namesake further left.
    const fn occurs_before(&self, at: usize) -> bool {
        let mut other = 0;
        while other < at {
            if self.byte(other) == b'{' && self.same_name(other, at) {
                return true;
            }
            other += 1;
        }
        false
    }

    const fn same_name(&self, left: usize, right: usize) -> bool {
        let mut left = left + 1;
        let mut right = right + 1;
        if self.byte(right) == b'*' {
            right += 1;
        }
        // Both are closed: the one on the left was parsed before, the one on the right just now.
        while self.byte(left) == self.byte(right) {
            if self.byte(left) == b'}' {
                return true;
            }
            left += 1;
            right += 1;
        }
        false
    }

    /// Whether both are one path to the router, up to the lengths given: parameters count, their names do not.
    pub(crate) const fn same(&self, len: usize, other: &Self, other_len: usize) -> bool {
        let (mut i, mut j) = (0, 0);
        while i < len && j < other_len {
            let (a, b) = (self.byte(i), other.byte(j));
            if a != b || (a == b'{' && self.is_rest(i) != other.is_rest(j)) {
                return false;
            }
            i = self.next(i);
            j = other.next(j);
        }
        i >= len && j >= other_len
    }

    /// Steps over one byte, or over one parameter.
    pub(crate) const fn next(&self, at: usize) -> usize {
        if self.byte(at) != b'{' {
            return at + 1;
        }
        let mut end = at;
        while self.byte(end) != b'}' {
            end += 1;
        }
        end + 1
    }

    /// Whether the parameter at `at` is a `{*rest}`.
    pub(crate) const fn is_rest(&self, at: usize) -> bool {
        self.byte(at + 1) == b'*'
    }
}

impl PatternError {
    /// What is wrong, and what to write instead.
    pub(crate) const fn words(self) -> (&'static str, &'static str) {
        match self {
            Self::EmptySegment => ("has a segment without text", "write one `/` between segments"),
            Self::Colon => ("has a segment that begins with `:`", "write a parameter as `{id}`"),
            Self::Star => ("has a `*` outside a parameter", "write `{*rest}` at the end to match everything below"),
            Self::Nameless => ("has a parameter without a name", "write a parameter as `{id}`, the rest as `{*rest}`"),
            Self::Unclosed => ("has a `{` that is not closed in its segment", "write a parameter as `{id}`"),
            Self::Unopened => ("has a `}` without its `{`", "write a parameter as `{id}`"),
            Self::Escaped => {
                ("has a doubled brace", "a literal brace in a path is written percent-encoded: `%7B`, `%7D`")
            }
            Self::Name => {
                ("has a parameter whose name is no name", "a name has letters, digits, `_` and `-`: `{user_id}`")
            }
            Self::Suffix => (
                "has text after a parameter in the same segment",
                "let the parameter take the whole segment and split it in the handler",
            ),
            Self::NotLast => ("has a `{*rest}` that is not at the end", "put `{*rest}` last"),
            Self::TooMany => ("has more than 25 parameters", "pass some of them in the query"),
            Self::Twice => ("has two parameters of one name", "give each parameter a name of its own"),
            Self::Query => {
                ("has a `?` or `#`, which no path has", "read the query with `Query<T>`; a fragment is never sent")
            }
            Self::Space => ("has a space", "a space in a path is written `%20`"),
            Self::Character => ("has a character that no path has", "write it percent-encoded, as clients send it"),
        }
    }
}

/// The end of the parameter that begins at `from`.
const fn param(part: &[u8], from: usize, is_last: bool) -> Result<usize, PatternError> {
    let mut at = from + 1;
    let is_rest = at < part.len() && part[at] == b'*';
    if is_rest {
        at += 1;
    }
    let name = at;
    while at < part.len() && part[at] != b'}' {
        match part[at] {
            b'a'..=b'z' | b'0'..=b'9' | b'A'..=b'Z' | b'-' | b'_' => {}
            b'{' if at == from + 1 => return Err(PatternError::Escaped),
            b'/' | b'{' => return Err(PatternError::Unclosed),
            _ => return Err(PatternError::Name),
        }
        at += 1;
    }
    if at == part.len() {
        return Err(PatternError::Unclosed);
    }
    if at == name {
        return Err(PatternError::Nameless);
    }
    let end = at + 1;
    if end < part.len() && part[end] != b'/' {
        return Err(if part[end] == b'}' { PatternError::Escaped } else { PatternError::Suffix });
    }
    if is_rest && (end < part.len() || !is_last) {
        return Err(PatternError::NotLast);
    }
    Ok(end)
}

const fn trim(text: &str) -> &str {
    let mut text = text;
    if let [b'/', ..] = text.as_bytes() {
        text = text.split_at(1).1;
    }
    if let [.., b'/'] = text.as_bytes() {
        text = text.split_at(text.len() - 1).0;
    }
    text
}
