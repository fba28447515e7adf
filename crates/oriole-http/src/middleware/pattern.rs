//! Whether a request's path is that of a middleware, judged as axum's router judges paths of routes.

/// A path of fixed segments, parameters and a rest.
#[derive(Clone, PartialEq, Eq, Debug)]
pub(super) struct PathPattern(Vec<Segment>);

#[derive(Clone, PartialEq, Eq, Debug)]
enum Segment {
    Text(String),
    /// With the text before it.
    Parameter(String),
    Rest {
        before: String,
        is_optional: bool,
    },
}

impl PathPattern {
    /// Of a text whose grammar was checked.
    pub(super) fn new(path: &str) -> Self {
        let segment = |text: &str| match text.split_once('{') {
            None => Segment::Text(text.to_owned()),
            Some((before, name)) if name.starts_with('*') => {
                Segment::Rest { before: before.to_owned(), is_optional: name.ends_with("?}") }
            }
            Some((before, _)) => Segment::Parameter(before.to_owned()),
        };
        Self(path.trim_matches('/').split('/').map(segment).collect())
    }

    /// A path that is written as a route's, for the check of its grammar.
    pub(super) fn as_route(path: &str) -> String {
        match path.strip_suffix("?}") {
            Some(path) if path.rsplit('/').next().is_some_and(|last| last.contains("{*")) => format!("{path}}}"),
            _ => path.to_owned(),
        }
    }

    /// Whether a path is this one.
    pub(super) fn covers(&self, path: &str) -> bool {
        self.rest_of(path).is_some_and(|rest| rest.is_none())
    }

    /// Whether a path is this one, or below it.
    pub(super) fn covers_below(&self, path: &str) -> bool {
        let is_root = self.0 == [Segment::Text(String::new())];
        is_root || self.rest_of(path).is_some()
    }

    /// What follows in a path that begins with this one.
    fn rest_of<'a>(&self, path: &'a str) -> Option<Option<&'a str>> {
        let mut left = Some(path.strip_prefix('/').unwrap_or(path));
        for segment in &self.0 {
            if let Segment::Rest { before, is_optional } = segment {
                let fits = match left {
                    Some(text) => {
                        text.strip_prefix(before.as_str()).is_some_and(|rest| *is_optional || !rest.is_empty())
                    }
                    None => *is_optional && before.is_empty(),
                };
                return fits.then_some(None);
            }
            let text = left?;
            let (this, rest) = text.split_once('/').map_or((text, None), |(this, rest)| (this, Some(rest)));
            let fits = match segment {
                Segment::Text(expected) => this == expected,
                // Empty only where something follows: axum's router has it so.
                Segment::Parameter(before) => {
                    this.strip_prefix(before.as_str()).is_some_and(|value| !value.is_empty() || rest.is_some())
                }
                Segment::Rest { .. } => false,
            };
            if !fits {
                return None;
            }
            left = rest;
        }
        Some(left)
    }
}
