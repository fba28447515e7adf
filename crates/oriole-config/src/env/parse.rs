//! Reads a `.env` file, by the rules of npm's `dotenv`.

/// One assignment.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Assignment {
    pub(super) name: String,
    pub(super) value: String,
    /// From 1.
    pub(super) line: usize,
}

/// A line that is no assignment, and why.
#[derive(Debug, PartialEq, Eq)]
pub(super) struct Mistake {
    pub(super) line: usize,
    pub(super) message: &'static str,
}

/// Every assignment, and every line that is none.
///
/// A line is `NAME=value` or `NAME: value`, with `export` before it or not. A value in quotes may go over several lines; in
/// double quotes `\n` and `\r` are line ends. Outside of quotes, `#` begins a comment.
pub(super) fn parse(text: &str) -> (Vec<Assignment>, Vec<Mistake>) {
    let (mut assignments, mut mistakes) = (Vec::new(), Vec::new());
    let text = text.strip_prefix('\u{feff}').unwrap_or(text);
    let (mut rest, mut line) = (text, 1);
    while !rest.is_empty() {
        let (first, after) = rest.split_once('\n').unwrap_or((rest, ""));
        let trimmed = first.trim();
        if trimmed.is_empty() || trimmed.starts_with('#') {
            (rest, line) = (after, line + 1);
            continue;
        }
        let Some((name, value)) = assignment(first) else {
            mistakes.push(Mistake { line, message: "is no assignment: `NAME=value`" });
            (rest, line) = (after, line + 1);
            continue;
        };
        // The value goes to the end of the line, or over it if it is in quotes.
        let from = first.len() - value.len();
        match quoted(&rest[from..]) {
            Some(Ok((value, length))) => {
                assignments.push(Assignment { name: name.to_owned(), value, line });
                line += rest[..from + length].matches('\n').count();
                let behind = &rest[from + length..];
                let (tail, after) = behind.split_once('\n').unwrap_or((behind, ""));
                let tail = tail.trim();
                if !tail.is_empty() && !tail.starts_with('#') {
                    mistakes.push(Mistake { line, message: "goes on after its closing quote" });
                }
                (rest, line) = (after, line + 1);
            }
            Some(Err(message)) => {
                mistakes.push(Mistake { line, message });
                (rest, line) = (after, line + 1);
            }
            None => {
                let value = value.split('#').next().unwrap_or_default().trim();
                assignments.push(Assignment { name: name.to_owned(), value: value.to_owned(), line });
                (rest, line) = (after, line + 1);
            }
        }
    }
    (assignments, mistakes)
}

/// Name and what stands after `=`, or after `: `.
fn assignment(line: &str) -> Option<(&str, &str)> {
    let line = line.trim_start();
    let line = match line.strip_prefix("export") {
        Some(rest) if rest.starts_with(char::is_whitespace) => rest.trim_start(),
        _ => line,
    };
    let is_name = |c: char| c.is_ascii_alphanumeric() || matches!(c, '_' | '.' | '-');
    let end = line.find(|c| !is_name(c))?;
    let (name, rest) = line.split_at(end);
    if name.is_empty() {
        return None;
    }
    if let Some(value) = rest.trim_start().strip_prefix('=') {
        return Some((name, value));
    }
    rest.strip_prefix(':').filter(|value| value.starts_with(char::is_whitespace)).map(|value| (name, value))
}

/// What stands between quotes at the beginning of a text, and how long it is with all before its end; `None` if it begins
/// with none.
fn quoted(text: &str) -> Option<Result<(String, usize), &'static str>> {
    let before = text.len() - text.trim_start_matches([' ', '\t']).len();
    let quote = text[before..].chars().next().filter(|c| matches!(c, '"' | '\'' | '`'))?;
    let inner = &text[before + 1..];
    let mut escaped = false;
    for (at, c) in inner.char_indices() {
        match c {
            '\\' => escaped = !escaped,
            _ if c == quote && !escaped => {
                let value = &inner[..at];
                let value = match quote {
                    '"' => value.replace("\\n", "\n").replace("\\r", "\r"),
                    _ => value.to_owned(),
                };
                return Some(Ok((value, before + 1 + at + 1)));
            }
            _ => escaped = false,
        }
    }
    Some(Err("has a quote that is not closed"))
}
