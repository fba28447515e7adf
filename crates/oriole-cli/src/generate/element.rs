//! Names of what is generated.

use crate::new::KEYWORDS;

/// A name, and the folders below `src` that it stands in: `users/cat-owners`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Element {
    /// In `snake_case`.
    folders: Vec<String>,
    /// In `snake_case`.
    name: String,
}

/// As long as the names of files may well be.
const BYTES_MAX: usize = 64;

/// How deep a name may lead.
const FOLDERS_MAX: usize = 16;

impl Element {
    /// Reads a name in any of the usual spellings: `catOwners`, `cat-owners`, `CatOwners`, `cat_owners`.
    pub(crate) fn new(text: &str) -> Result<Self, String> {
        let mut folders = text.split('/').map(snake).collect::<Option<Vec<_>>>().unwrap_or_default();
        let reserved = |name: &String| {
            KEYWORDS.contains(&name.as_str()) || matches!(name.as_str(), "self" | "super" | "crate" | "main" | "lib")
        };
        if let Some(reserved) = folders.iter().find(|name| reserved(name)) {
            return Err(format!("{reserved:?} means something to Rust: choose another name"));
        }
        let name = folders.pop().filter(|_| folders.len() <= FOLDERS_MAX);
        let name = name.ok_or_else(|| {
            format!(
                "{text:?} is no name: it has letters, digits, `-` and `_`, {BYTES_MAX} at most, and begins with a letter; `/` leads into a folder"
            )
        })?;
        Ok(Self { folders, name })
    }

    /// The folders that it stands in.
    pub(crate) fn folders(&self) -> &[String] {
        &self.folders
    }

    /// The name as that of a Rust module.
    pub(crate) fn snake(&self) -> &str {
        &self.name
    }

    /// The name as part of a path of HTTP's.
    pub(crate) fn kebab(&self) -> String {
        self.name.replace('_', "-")
    }

    /// The name as a type's.
    pub(crate) fn pascal(&self) -> String {
        pascal(&self.name)
    }

    /// One of them, as far as English endings tell: `cats` are of `cat`, `stories` of `story`.
    pub(crate) fn one(&self) -> String {
        let name = self.name.as_str();
        if let Some(stem) = name.strip_suffix("ies").filter(|stem| stem.len() > 1) {
            return format!("{stem}y");
        }
        if ["ss", "us", "is"].into_iter().any(|ending| name.ends_with(ending)) {
            return name.to_owned();
        }
        let es = ["sses", "xes", "zes", "ches", "shes"].into_iter().any(|ending| name.ends_with(ending));
        let stem = name.strip_suffix(if es { "es" } else { "s" });
        stem.filter(|stem| !stem.is_empty()).unwrap_or(name).to_owned()
    }
}

pub(super) fn pascal(snake: &str) -> String {
    let word = |word: &str| {
        let mut letters = word.chars();
        letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect::<String>()
    };
    snake.split('_').map(word).collect()
}

/// `None` if it is no name.
fn snake(text: &str) -> Option<String> {
    let begins_well = text.starts_with(|c: char| c.is_ascii_alphabetic());
    let is_well_formed = text.bytes().all(|byte| byte.is_ascii_alphanumeric() || matches!(byte, b'-' | b'_'));
    if !begins_well || !is_well_formed || text.len() > BYTES_MAX {
        return None;
    }
    let mut snake = String::new();
    let mut before = '_';
    for letter in text.chars() {
        let divides = letter == '-' || letter == '_' || (letter.is_ascii_uppercase() && !before.is_ascii_uppercase());
        if divides && !snake.is_empty() && !snake.ends_with('_') {
            snake.push('_');
        }
        if letter != '-' && letter != '_' {
            snake.push(letter.to_ascii_lowercase());
        }
        before = letter;
    }
    Some(snake.trim_end_matches('_').to_owned())
}

#[cfg(test)]
mod tests {
    use super::{BYTES_MAX, Element, FOLDERS_MAX};

    #[test]
    fn every_usual_spelling_is_one_name() {
        for text in ["cat-owners", "cat_owners", "catOwners", "CatOwners", "Cat-Owners", "cat--owners_"] {
            let element = Element::new(text).expect(text);
            assert_eq!((element.snake(), &*element.kebab()), ("cat_owners", "cat-owners"), "{text}");
            assert_eq!(element.pascal(), "CatOwners", "{text}");
        }
        let element = Element::new("users/Admin/roles").expect("a name");
        assert_eq!((element.folders(), element.snake()), (&["users".to_owned(), "admin".to_owned()][..], "roles"));
        assert_eq!(Element::new("HTTPClient").expect("a name").snake(), "httpclient");
    }

    #[test]
    fn what_is_no_name_is_refused() {
        let (long, deep) = ("x".repeat(BYTES_MAX + 1), "a/".repeat(FOLDERS_MAX + 1) + "b");
        for bad in ["", "/", "a/", "/a", "a//b", "../a", "a b", "2a", "-a", "a.b", "ä", &long, &deep] {
            assert!(Element::new(bad).is_err_and(|message| message.contains("is no name")), "{bad}");
        }
        for reserved in ["fn", "async/x", "super", "main"] {
            assert!(Element::new(reserved).is_err_and(|message| message.contains("another name")), "{reserved}");
        }
        assert!(Element::new(&"x".repeat(BYTES_MAX)).is_ok());
        assert!(Element::new(&("a/".repeat(FOLDERS_MAX) + "b")).is_ok());
    }

    #[test]
    fn one_of_many() {
        for (many, one) in [
            ("cats", "cat"),
            ("stories", "story"),
            ("boxes", "box"),
            ("houses", "house"),
            ("classes", "class"),
            ("branches", "branch"),
            ("news", "new"),
            ("status", "status"),
            ("glass", "glass"),
            ("fish", "fish"),
            ("cat_owners", "cat_owner"),
            ("s", "s"),
        ] {
            assert_eq!(Element::new(many).expect(many).one(), one, "{many}");
        }
    }
}
