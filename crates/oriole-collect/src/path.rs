//! Where in a tree a value stands.

use std::fmt::Write as _;

/// One step of a path.
#[derive(Clone, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Segment {
    /// The name of a property.
    Key(String),
    /// The place in an array, from 0.
    Index(usize),
}

/// A path as a list on the stack, one link per level.
#[derive(Debug)]
pub(crate) struct Link<'a> {
    pub(crate) parent: Option<&'a Link<'a>>,
    pub(crate) step: Step<'a>,
}

#[derive(Clone, Copy, Debug)]
pub(crate) enum Step<'a> {
    Root,
    Key(&'a str),
    Index(usize),
}

impl Link<'_> {
    pub(crate) const ROOT: Link<'static> = Link { parent: None, step: Step::Root };

    pub(crate) fn path(&self) -> Vec<Segment> {
        let mut path: Vec<_> = std::iter::successors(Some(self), |link| link.parent)
            .filter_map(|link| match link.step {
                Step::Root => None,
                Step::Key(key) => Some(Segment::Key(key.to_owned())),
                Step::Index(index) => Some(Segment::Index(index)),
            })
            .collect();
        path.reverse();
        path
    }
}

/// A path as messages write it: `address.lines.0`.
#[must_use]
pub fn dotted(path: &[Segment]) -> String {
    let mut text = String::new();
    for segment in path {
        if !text.is_empty() {
            text.push('.');
        }
        // Writing to a `String` does not fail.
        let _ = match segment {
            Segment::Key(key) => write!(text, "{key}"),
            Segment::Index(index) => write!(text, "{index}"),
        };
    }
    text
}
