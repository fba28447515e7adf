//! Names with wildcards.

/// A name, or a pattern of names.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(crate) enum Pattern {
    Exact(String),
    /// Its parts; `*` is one of any text, `**` any number of them.
    Parts(Vec<String>),
}

impl Pattern {
    pub(crate) fn new(name: &str, delimiter: &str) -> Self {
        if has_wildcards(name, delimiter) {
            Self::Parts(parts(name, delimiter).map(str::to_owned).collect())
        } else {
            Self::Exact(name.to_owned())
        }
    }

    pub(crate) fn matches(&self, name: &str, delimiter: &str) -> bool {
        match self {
            Self::Exact(exact) => exact == name,
            Self::Parts(pattern) => fits(pattern, &parts(name, delimiter).collect::<Vec<_>>()),
        }
    }
}

/// Whether a part of a name is `*` or `**`.
pub(crate) fn has_wildcards(name: &str, delimiter: &str) -> bool {
    parts(name, delimiter).any(|part| part == "*" || part == "**")
}

/// An empty delimiter would be between all letters: then a name has one part.
fn parts<'a>(name: &'a str, delimiter: &'a str) -> Box<dyn Iterator<Item = &'a str> + 'a> {
    if delimiter.is_empty() { Box::new(std::iter::once(name)) } else { Box::new(name.split(delimiter)) }
}

/// Goes back to the last `**` where it does not fit, so that it takes no longer than the product of the lengths.
fn fits(pattern: &[String], name: &[&str]) -> bool {
    let (mut p, mut n) = (0, 0);
    // The last `**`, and how much of the name it does not stand for.
    let mut back = None;
    while n < name.len() {
        match pattern.get(p).map(String::as_str) {
            Some("**") => {
                back = Some((p, n));
                p += 1;
            }
            Some(part) if part == "*" || part == name[n] => {
                p += 1;
                n += 1;
            }
            _ => match back {
                Some((star, from)) => {
                    back = Some((star, from + 1));
                    p = star + 1;
                    n = from + 1;
                }
                None => return false,
            },
        }
    }
    pattern[p..].iter().all(|part| part == "**")
}

#[cfg(test)]
mod tests {
    use super::{Pattern, has_wildcards};

    #[test]
    fn a_star_is_one_part_and_two_are_any_number() {
        let matches = |pattern: &str, name: &str| Pattern::new(pattern, ".").matches(name, ".");
        for (pattern, name) in [
            ("order.created", "order.created"),
            ("order.*", "order.created"),
            ("*.created", "order.created"),
            ("**", "order"),
            ("**", "order.item.added"),
            ("order.**", "order"),
            ("order.**", "order.item.added"),
            ("order.**.added", "order.added"),
            ("order.**.added", "order.item.part.added"),
            ("**.added", "order.added.item.added"),
            ("**.item.*", "order.item.item.added"),
        ] {
            assert!(matches(pattern, name), "{pattern} {name}");
        }
        for (pattern, name) in [
            ("order.created", "order"),
            ("order.*", "order"),
            ("order.*", "order.item.added"),
            ("order*", "orders"),
            ("*", "order.created"),
            ("order.**.added", "order.item.removed"),
            ("**.item.*", "order.item"),
        ] {
            assert!(!matches(pattern, name), "{pattern} {name}");
        }
        assert!(Pattern::new("a:*", ":").matches("a:b.c", ":"));
        assert!(!has_wildcards("a:*", ".") && has_wildcards("a:*", ":") && !has_wildcards("", ""));
    }
}
