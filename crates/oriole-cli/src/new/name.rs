//! Names of projects.

/// A name that is one for cargo, for rustc and for a folder.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct ProjectName(String);

/// As long as names may be on crates.io.
const BYTES_MAX: usize = 64;

/// Names that cargo refuses, or that would stand in the way of what the project depends on.
const TAKEN: &[&str] = &[
    "alloc",
    "build",
    "core",
    "deps",
    "examples",
    "incremental",
    "oriole",
    "proc_macro",
    "self",
    "std",
    "super",
    "test",
];

/// Rust's keywords, which no crate can be called.
pub(crate) const KEYWORDS: &[&str] = &[
    "abstract", "as", "async", "await", "become", "box", "break", "const", "continue", "crate", "do", "dyn", "else",
    "enum", "extern", "false", "final", "fn", "for", "gen", "if", "impl", "in", "let", "loop", "macro", "match", "mod",
    "move", "mut", "override", "priv", "pub", "ref", "return", "static", "struct", "trait", "true", "try", "type",
    "typeof", "unsafe", "unsized", "use", "virtual", "where", "while", "yield",
];

impl ProjectName {
    /// Checks a name.
    pub(crate) fn new(name: impl Into<String>) -> Result<Self, String> {
        let name = name.into();
        let begins_well = name.starts_with(|c: char| c.is_ascii_alphabetic());
        let is_well_formed = name.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
        if !begins_well || !is_well_formed || name.len() > BYTES_MAX {
            return Err(format!(
                "{name:?} is no name for a project: it has letters, digits, `-` and `_`, {BYTES_MAX} at most, and begins with a letter"
            ));
        }
        if TAKEN.contains(&name.as_str()) || KEYWORDS.contains(&name.as_str()) {
            return Err(format!("{name:?} means something to Rust: choose another name for the project"));
        }
        Ok(Self(name))
    }

    pub(crate) fn as_str(&self) -> &str {
        &self.0
    }
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, ProjectName};

    #[test]
    fn a_name_is_one_for_cargo() {
        for good in ["a", "hello", "my-app_2", &"x".repeat(BYTES_MAX)] {
            assert!(ProjectName::new(good).is_ok(), "{good}");
        }
        for bad in ["", "-a", "2a", "a b", "a/b", "../a", "ä", ".", "a.b", "a\n", &"x".repeat(BYTES_MAX + 1)] {
            assert!(ProjectName::new(bad).is_err_and(|message| message.contains("is no name")), "{bad}");
        }
        for taken in ["oriole", "std", "fn", "test"] {
            assert!(ProjectName::new(taken).is_err_and(|message| message.contains("another name")), "{taken}");
        }
    }
}
