//! References between variables: `${NAME}`, by the rules of npm's `dotenv-expand`.

use super::Env;
use crate::Problem;
use std::collections::BTreeMap;

/// Resolves the references in what files say. The environment of the process is taken as it is.
///
/// `$NAME` and `${NAME}` stand for another variable, `${NAME:-text}` for a text where it is not set or empty, and `${NAME-text}`
/// where it is not set; `\$` is a dollar sign.
pub(super) fn expand(env: &mut Env, bytes_max: usize, problems: &mut Vec<Problem>) {
    let mut expansion = Expansion { env, bytes_max, done: BTreeMap::new(), open: Vec::new(), depth: 0 };
    let mut wrong = Vec::new();
    for (name, variable) in &env.files {
        if let Err(message) = expansion.value(name) {
            wrong.push(Problem::new(name, Some(variable.origin.clone()), message));
        }
    }
    let done = expansion.done;
    for (name, value) in done {
        if let Some(variable) = env.files.get_mut(&name) {
            variable.value = value;
        }
    }
    problems.extend(wrong);
}

struct Expansion<'a> {
    env: &'a Env,
    bytes_max: usize,
    done: BTreeMap<String, String>,
    /// Those that are being resolved, each by the one before it.
    open: Vec<String>,
    depth: usize,
}

/// How far references may lead, those within defaults included.
const DEPTH_MAX: usize = 64;

impl Expansion<'_> {
    /// The value of a variable as a file has it.
    fn value(&mut self, name: &str) -> Result<String, String> {
        if let Some(done) = self.done.get(name) {
            return Ok(done.clone());
        }
        let Some(variable) = self.env.files.get(name) else {
            return Err(format!("refers to {name}, which is not set"));
        };
        if self.open.iter().any(|open| open == name) {
            return Err(format!("refers to itself: {} -> {name}", self.open.join(" -> ")));
        }
        self.open.push(name.to_owned());
        let text = self.text(&variable.value);
        self.open.pop();
        let text = text?;
        self.done.insert(name.to_owned(), text.clone());
        Ok(text)
    }

    fn text(&mut self, text: &str) -> Result<String, String> {
        if self.depth >= DEPTH_MAX {
            return Err(format!("refers further than over {DEPTH_MAX} variables"));
        }
        self.depth += 1;
        let resolved = self.resolved(text);
        self.depth -= 1;
        resolved
    }

    fn resolved(&mut self, text: &str) -> Result<String, String> {
        let mut out = String::new();
        let mut rest = text;
        while let Some(at) = rest.find(['$', '\\']) {
            out.push_str(&rest[..at]);
            rest = &rest[at..];
            if let Some(behind) = rest.strip_prefix("\\$") {
                out.push('$');
                rest = behind;
            } else if let Some(behind) = rest.strip_prefix('\\') {
                out.push('\\');
                rest = behind;
            } else {
                rest = self.reference(&rest[1..], &mut out)?;
            }
            self.check(&out)?;
        }
        out.push_str(rest);
        self.check(&out)?;
        Ok(out)
    }

    /// Writes what a reference stands for, and gives what follows it. What is none is a dollar sign.
    fn reference<'t>(&mut self, text: &'t str, out: &mut String) -> Result<&'t str, String> {
        let is_name = |c: char| c.is_ascii_alphanumeric() || c == '_';
        let Some(inner) = text.strip_prefix('{') else {
            let (name, rest) = text.split_at(text.find(|c| !is_name(c)).unwrap_or(text.len()));
            match name {
                "" => out.push('$'),
                name => out.push_str(&self.known(name)?),
            }
            return Ok(rest);
        };
        let Some(end) = closing(inner) else { return Err("has a `${` that is not closed".to_owned()) };
        let (inner, rest) = (&inner[..end], &inner[end + 1..]);
        let (name, default) = inner.split_at(inner.find(|c| !is_name(c)).unwrap_or(inner.len()));
        if name.is_empty() {
            return Err(format!("has a `${{{inner}}}` without a name"));
        }
        let value = match (default.strip_prefix(":-"), default.strip_prefix('-')) {
            (Some(default), _) => match self.if_set(name)?.filter(|value| !value.is_empty()) {
                Some(value) => value,
                None => self.text(default)?,
            },
            (None, Some(default)) => match self.if_set(name)? {
                Some(value) => value,
                None => self.text(default)?,
            },
            (None, None) if default.is_empty() => self.known(name)?,
            (None, None) => return Err(format!("has a `${{{inner}}}` that is no reference")),
        };
        out.push_str(&value);
        Ok(rest)
    }

    fn if_set(&mut self, name: &str) -> Result<Option<String>, String> {
        if let Some(variable) = self.env.process.get(name) {
            return Ok(Some(variable.value.clone()));
        }
        if self.env.files.contains_key(name) { self.value(name).map(Some) } else { Ok(None) }
    }

    fn known(&mut self, name: &str) -> Result<String, String> {
        self.if_set(name)?
            .ok_or_else(|| format!("refers to {name}, which is not set; `${{{name}:-}}` stands for nothing then"))
    }

    fn check(&self, out: &str) -> Result<(), String> {
        if out.len() > self.bytes_max {
            return Err(format!("is longer than {} bytes when its references are resolved", self.bytes_max));
        }
        Ok(())
    }
}

/// Where the brace is that closes what is open at the beginning.
fn closing(text: &str) -> Option<usize> {
    let mut depth = 1;
    for (at, c) in text.char_indices() {
        match c {
            '{' => depth += 1,
            '}' => depth -= 1,
            _ => {}
        }
        if depth == 0 {
            return Some(at);
        }
    }
    None
}
